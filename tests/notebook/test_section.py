"""What a section says beside its numbers and verdicts, on hand-made rows; no figure here is evidence."""

import pytest

from claimbook.notebook.section import Section


def test_a_claim_is_judged_as_what_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("CLAIMBOOK_DATA", str(tmp_path))
    claim = {"id": "good", "section": "1", "kind": "opinion", "statement": "It is good."}
    (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
    for name in ("sources", "search_log", "not_seen"):
        (tmp_path / f"{name}.csv").write_text("claim_ids\n", encoding="utf-8")
    section = Section("1", edition="e", cutoff="2024-01-01")
    section.set_aside("good")
    assert section.records["good"]["verdict"] == "not scored"
    claim |= {"kind": "fact", "parts": [{"id": "whole", "says": "It is good."}]}
    (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
    with pytest.raises(TypeError, match="claim 'good' is of the kind 'fact', which section.judge judges"):
        Section("1", edition="e", cutoff="2024-01-01").set_aside("good")
