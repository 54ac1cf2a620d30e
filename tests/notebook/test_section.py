"""What a section shows besides numbers and verdicts. The rows are hand-made; no figure here is evidence."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from claimbook.notebook.findings import FindingError
from claimbook.notebook.section import Section


@pytest.fixture
def section(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Section]:
    """Make a section with one claim, an opinion unless its fields say something else."""

    def made(evidence: Any = None, **fields: Any) -> Section:
        claim = {"id": "good", "section": "1", "kind": "opinion", "statement": "It is good."} | fields
        (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
        return Section("1", evidence, edition="e", cutoff="2024-01-01")

    (tmp_path / "sources.csv").touch()
    monkeypatch.setenv("CLAIMBOOK_DATA", str(tmp_path))
    return made


def test_only_an_opinion_is_set_aside(section):
    opinion = section()
    opinion.set_aside("good")
    assert opinion.records["good"]["verdict"] == "not scored"
    fact = section(kind="fact", parts=[{"id": "whole", "says": "It is good."}])
    with pytest.raises(TypeError, match="claim 'good' is of kind 'fact': use section.judge"):
        fact.set_aside("good")


def test_a_source_is_named_by_its_authors_and_its_year_if_it_was_out(section):
    sources = {
        "j_2019": {"origin": "Jin & Li", "published": "2019-03", "dated": ""},
        "page": {"origin": "Wu", "published": "2024-01-01", "dated": "no"},
    }
    citing = section(SimpleNamespace(knows=sources.__contains__, source=sources.__getitem__))
    citing.cite(jin="j_2019", wu="page", later="l_2025")
    output, html = citing.text.sentence("{jin} and {wu} agree.[[ {later} does not.]]")
    assert output == "Jin & Li (2019) and Wu agree."
    assert '<a href="../book/bibliography.html#source-j-2019">Jin &amp; Li (2019)</a>' in html
    assert citing.cited == ["j_2019", "page"]


def test_a_box_waits_for_the_finding_that_fits(section):
    waiting = section()
    waiting.records["good"] = {"answer": "opinion"}
    waiting.finding("good", "It is bad.", fits="wrong")
    assert "finding-good" not in waiting.text.values
    waiting.finding("good", "A judgement.", fits="opinion")
    assert waiting.text.values["finding-good"]["text"] == "A judgement."


def test_a_sentence_depends_on_the_answer_of_a_claim(section):
    judged = section()
    judged.set_aside("good")
    for key, answer in (("holds", "right"), ("judgement", "opinion")):
        judged.says_if(key, "good", answer, f"hold & {answer}")
    sentence, _ = judged.text.sentence("[[They {holds}.||Some {judgement}.]]")
    assert sentence == "Some hold & opinion."
    linked = '<a class="answer" href="#claim-good">hold &amp; opinion</a>'
    assert judged.text.values["judgement"]["html"] == linked
    with pytest.raises(FindingError, match="The text 'holds' is for 'rigth', which is not an answer"):
        judged.says_if("holds", "good", "rigth", "hold")
