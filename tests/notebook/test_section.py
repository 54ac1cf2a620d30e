"""What a section shows besides numbers and verdicts. The rows are hand-made; no figure here is evidence."""

from types import SimpleNamespace
from typing import Any

import pytest

from claimbook.notebook.findings import FindingError
from claimbook.notebook.section import Section


def given(monkeypatch, folder):
    """The folder as data in use, with a row in no table."""
    monkeypatch.setenv("CLAIMBOOK_DATA", str(folder))
    for name in ("sources", "search_log", "not_seen"):
        (folder / f"{name}.csv").write_text("claim_ids\n", encoding="utf-8")


def test_a_claim_is_judged_as_what_it_is(monkeypatch, tmp_path):
    given(monkeypatch, tmp_path)
    claim: dict[str, Any] = {"id": "good", "section": "1", "kind": "opinion", "statement": "It is good."}
    (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
    section = Section("1", edition="e", cutoff="2024-01-01")
    section.set_aside("good")
    assert section.records["good"]["verdict"] == "not scored"
    claim |= {"kind": "fact", "parts": [{"id": "whole", "says": "It is good."}]}
    (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
    with pytest.raises(TypeError, match="claim 'good' is of kind 'fact': use section.judge"):
        Section("1", edition="e", cutoff="2024-01-01").set_aside("good")


def test_a_source_is_named_by_its_authors_and_its_year_if_it_was_out(monkeypatch, tmp_path):
    given(monkeypatch, tmp_path)
    claim = {"id": "good", "section": "1", "kind": "opinion", "statement": "It is good."}
    (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
    sources = {
        "j_2019": {"origin": "Jin & Li", "published": "2019-03", "dated": ""},
        "page": {"origin": "Wu", "published": "2024-01-01", "dated": "no"},
    }
    evidence = SimpleNamespace(knows=sources.__contains__, source=sources.__getitem__)
    section = Section("1", evidence, edition="e", cutoff="2024-01-01")
    section.cite(jin="j_2019", wu="page", later="l_2025")
    output, html = section.text.sentence("{jin} and {wu} agree.[[ {later} does not.]]")
    assert output == "Jin & Li (2019) and Wu agree."
    assert '<a href="../book/bibliography.html#source-j-2019">Jin &amp; Li (2019)</a>' in html
    assert section.cited == ["j_2019", "page"]


def test_a_box_waits_for_the_finding_that_fits(monkeypatch, tmp_path):
    given(monkeypatch, tmp_path)
    claim = {"id": "good", "section": "1", "kind": "opinion", "statement": "It is good."}
    (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
    section = Section("1", edition="e", cutoff="2024-01-01")
    section.records["good"] = {"answer": "opinion"}
    section.finding("good", "It is bad.", fits="wrong")
    assert "finding-good" not in section.text.values
    section.finding("good", "A judgement.", fits="opinion")
    assert section.text.values["finding-good"]["text"] == "A judgement."


def test_a_sentence_depends_on_the_answer_of_a_claim(monkeypatch, tmp_path):
    given(monkeypatch, tmp_path)
    claim = {"id": "good", "section": "1", "kind": "opinion", "statement": "It is good."}
    (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
    section = Section("1", edition="e", cutoff="2024-01-01")
    section.set_aside("good")
    for key, answer in (("holds", "right"), ("judgement", "opinion")):
        section.badge_if(key, "good", answer)
    assert (
        section.text.sentence("[[It holds ({holds}).||Somebody holds it ({judgement}).]]")[0]
        == "Somebody holds it (opinion)."
    )
    with pytest.raises(
        FindingError, match="The badge 'holds' is for 'rigth', which is not an answer. Did you mean right"
    ):
        section.badge_if("holds", "good", "rigth")
