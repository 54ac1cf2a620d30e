"""What a section shows besides numbers and verdicts. The rows are hand-made; no figure here is evidence."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from claimbook.notebook.findings import FindingError
from claimbook.notebook.prose import ProseError
from claimbook.notebook.section import Section
from claimbook.say.other_language import other_language


@pytest.fixture
def section(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Section]:
    """Make a section with one claim, an opinion unless its fields say something else."""

    def made(evidence: Any = None, **fields: Any) -> Section:
        claim = {"id": "good", "section": "1", "kind": "opinion", "statement": "It is good."} | fields
        (tmp_path / "claims.yml").write_text(str({"text_date": "2024-01-01", "claims": [claim]}), encoding="utf-8")
        own = Section("1", evidence, edition="e", cutoff="2024-01-01")
        own.language = None  # whatever the report around the tests has
        return own

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
    output, html = citing.text.sentence("{@j_2019} and {@page} agree, so {@j_2019}.[[ {@l_2025} does not.]]")
    assert output == "Jin & Li (2019) and Wu agree, so Jin & Li (2019)."
    assert '<a href="../book/bibliography.html#source-j-2019">Jin &amp; Li (2019)</a>' in html
    citing.word("rate", "9 %", source="rates")  # the text does not name it
    assert citing.cited == ["j_2019", "page", "rates"]
    with pytest.raises(ProseError, match="{@l_2025}.*Write an id of sources.csv. If what it names is later"):
        citing.text.sentence("{@l_2025} does not.")


def test_the_text_says_when_an_event_was_if_a_source_was_out(section):
    days = {"moved": [("2023-12-29", "2024-02")], "named": [("2021", "")], "later": []}
    found = {event: [SimpleNamespace(date=day, ended=end) for day, end in own] for event, own in days.items()}
    citing = section(SimpleNamespace(dated=found.__getitem__))
    text = "In {@moved.month}, not {@moved.year}; in {@named.month}.[[ In {@later.year}.]][[ To {@named.ended}.]]"
    assert citing.text.sentence(f"{text} To {{@moved.ended}}.")[0] == "In December 2023, not 2023; in 2021. To 2024."


def test_charts_and_tables_take_their_words_from_cells(section, capsys):
    shell = section()
    shell._take_words("fig-towns", "{n:.0f} towns\ngrew\n\nin percent\n\nTowns of {where}.\n")
    assert shell.words("fig-towns", n=2, where="here") == ["2 towns grew", "in percent"]
    assert shell.captions == {"fig-towns": "Towns of here."}
    shell._take_words("tbl-towns", "Towns\n\nAll {rows} towns")
    shell.table("tbl-towns", {"Town": ["A", "B"]})
    with pytest.raises(ProseError, match="name 'n', which has no value here"):
        shell.words("fig-towns", where="here")
    with pytest.raises(ProseError, match="fig-rivers has no words. Write them in a cell above"):
        shell.words("fig-rivers")


def test_findings_are_text_with_a_line_of_answers_each(section):
    wrote = section()
    wrote.findings("", "good: right, partly right\nIt is\ngood.\n\ngood: opinion\nA judgement.\n")
    assert wrote.written == {
        ("good", "right"): ("It is good.", ""),
        ("good", "partly right"): ("It is good.", ""),
        ("good", "opinion"): ("A judgement.", ""),
    }
    with pytest.raises(FindingError, match="for 'rigth', which is not an answer"):
        wrote.findings("", "good: rigth\nIt is.")


def test_a_report_in_two_languages_records_its_findings_in_both(section):
    both = section()
    both.language = other_language("zh")
    both.set_aside("good")
    both.text.waiting.clear()
    both.text.keep("money", "1.25", "1.25", both.in_other("1.25", "CNY billion"))
    both.word("way", "rose")
    with pytest.raises(ProseError, match="a sentence in 中文 names {way}, “rose”. No rule says how to write"):
        both.findings("", "good: opinion\nIt {way} to {money} billion.\nzh: 到{money}元，\n{way}。")
    both.text.put("way", "rose", "rose", "上升")
    both._found("good")
    assert both.also["findings"] == {"good": "到12.5亿元，上升。"}
    with pytest.raises(FindingError, match="no twin"):
        both.findings("", "good: right\nIt is good.")


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
