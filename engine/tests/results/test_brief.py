"""What is said about all claims together, and the line to quote on a number, on invented claims and figures."""

import pytest
from hand_made_records import COMPARISON, FACT, NUMBER, OPEN, OPINION, changed, judged_claim, witness

from claimbook.results import brief
from claimbook.say.verdict_table import PART, RIGHT
from claimbook.templates import words

SAY = words()
RIGHT_NOW = changed(COMPARISON, verdict="supported")


def change(claim, before, today, date="2026-11-25"):
    return {"claim_id": claim.id, "verdict_before": before, "verdict_today": today, "date": date}


def varied(claim, agree, of, *turns):
    """Return the claim, judged again under other choices; `turns` are (origin, verdict)."""
    without = {"axis": "origin", "to": "", "says": "", "becomes": "open"}
    differ = [without | {"of": origin, "verdict": verdict} for origin, verdict in turns]
    table = {"verdicts": (), "becomes": (), "lines": (), "cases": (), "choices": ()}
    choices = {"declared": claim.verdict, "agree": agree, "of": of, "tried": {}, "differ": differ}
    robustness = {"label": "stable", "grid": (), "flips": (), "choices": choices | {"first": None, "table": table}}
    return changed(claim, robustness=robustness)


@pytest.mark.parametrize(
    ("before", "now", "way"),
    [
        ("partly", "supported", "kinder to the text"),
        ("contradicted", "unverified", "kinder to the text"),
        ("confirmed", "outdated", "harder on the text"),
        ("supported", "confirmed", "the same"),
        ("not known", "confirmed", "not known"),
    ],
)
def test_a_changed_test_is_kinder_or_harder_with_the_evidence_of_today(before, now, way):
    claim = changed(FACT, verdict=now)
    (retest,) = brief.retests([claim, NUMBER], [change(claim, "unverified", before), change(claim, now, now)])
    assert retest.way == way and retest.first.word == "cannot be checked" and len(retest.rows) == 2


def test_the_sentence_counts_facts_as_well_as_judgements_and_every_earlier_test():
    tested = ((FACT, "confirmed"), (FACT, "partly"), (RIGHT_NOW, "partly"))
    rows = [change(claim, verdict, verdict) for claim, verdict in tested]
    says = brief.retests_in_words([FACT, RIGHT_NOW, NUMBER], rows, SAY)
    assert "tests of 2 statements" in says and "1 answer became kinder to the text, 0 harder" in says
    assert says.endswith("By an earlier test, 2 of the 3 statements rated right would not be right.")
    assert brief.retests_in_words([FACT], [], SAY) == ""


def test_the_newest_changes_are_counted_alone():
    rows = [change(FACT, "partly", "partly"), change(RIGHT_NOW, "partly", "partly", "2026-11-29")]
    says = brief.newest_retests_in_words([FACT, RIGHT_NOW], rows, SAY)
    assert says.endswith("of 29 November 2026, 1 answer became kinder to the text, 0 harder.")
    assert brief.newest_retests_in_words([FACT], [change(FACT, "partly", "confirmed")], SAY) == ""


def test_an_answer_needs_each_source_without_which_it_is_another():
    claim = varied(FACT, 3, 6, ("An office", "unverified"), ("A paper", "unverified in part"), ("A copy", "supported"))
    assert brief.needed_sources(claim) == {"An office": "cannot be checked", "A paper": "cannot be checked in part"}
    assert brief.needed_sources(FACT) == {}


def test_answers_that_cannot_be_checked_and_opinions_are_neither_firm_nor_counted():
    claims = [varied(FACT, 4, 4), varied(NUMBER, 3, 4, ("An office", "unverified")), varied(OPEN, 2, 2), OPINION]
    assert [c.id for c in brief.unchanged(claims)] == [FACT.id]
    assert "Of 2 answers to what could be checked, 1 stays the same" in brief.firm_in_words(claims, SAY)
    assert "and 1 would change without one of their sources" in brief.firm_in_words(claims, SAY)


def test_the_newest_coding_is_compared_with_the_report_and_two_codings_with_each_other():
    row = {"coding": "third", "claims": "53", "same": "43", "kappa": "0.73", "compared_with": "the report of its day"}
    unmeasured = row | {"coding": "a reading", "kappa": ""}
    says = brief.codings_in_words([row, row | {"compared_with": "the fourth", "kappa": "0.63"}, unmeasured], SAY)
    assert says.startswith("The third blind coding has the same word as the report of its day for 43 of 53")
    assert says.endswith("kappa 0.73, two codings with each other 0.63.") and brief.codings_in_words([], SAY) == ""


def test_before_trusting_the_report_a_reader_learns_what_exists_and_nothing_about_what_does_not():
    tables = {"sources": [{"grade": "A", "seen": "original"}, {"grade": "C", "seen": "opening"}]}
    tables |= {"codings": [], "changes_of_tests": []}
    lines = brief.trust_lines([judged_claim(), OPEN], tables, "Made by Somebody.", SAY)
    assert [anchor for _, _, anchor in lines] == ["contact", "what-was-seen-and-what-was-not", "one-source", ""]
    assert lines[1][0] == "Of 2 sources, 1 is an original or a checked copy (grade A); of 1 we saw only the opening."
    assert lines[-1][0].startswith("For 1 statement we did not find what would decide.")


def test_an_answer_is_known_from_a_verdict_of_today_or_of_an_earlier_report_but_not_from_other_words():
    words = ("partly", "studies agree", "not known", "")
    assert [brief.answer_known(word) for word in words] == [PART, RIGHT, None, None]


# a line to quote -----------------------------------------------------------------------------------------------------


def figure(label, value, period, match="exact", **said):
    said = {"low": value, "high": value, "sources": ("one",), "year": int(period[:4]), "grade": "B"} | said
    return witness(match, label=label, value=value, period=period, decides=match == "exact", **said)


def quoted(*measures, claim=NUMBER):
    sources = {"one": "News 2024", "two": "Paper 2025"}
    return brief.quote("number of towns", changed(claim, measures=measures), sources.get)


NOTHING = "Number of towns: no figure for exactly this is known. Nearest: "
DECIDES = figure("Towns, 2023, An office", 120, "2023")


@pytest.mark.parametrize(
    ("measures", "line"),
    [
        ([DECIDES], "Number of towns. Towns, 2023, An office: 120 (News 2024)."),
        (
            [figure("A", 119.6, "2023", origins=("x", "y")), DECIDES | {"origins": ("x",)}],
            "Towns, 2023, An office: 120",
        ),
        ([DECIDES, figure("B", 130, "2024", "same, later", sources=("two",))], "Newest: B: 130 (Paper 2025)."),
        ([DECIDES, figure("B", 130, "2024", "same, later"), figure("C", 131, "2025", "same, later")], "Newest: C: 131"),
        ([DECIDES, *(figure(n, 9, "2025", "same, later", high=h) for n, h in (("B", None), ("C", 9)))], "Newest: C: 9"),
        ([figure("B", 90, "2022", "same, earlier")], f"{NOTHING}B: 90"),
        ([figure("A floor", 48.3, "2023", "near", high=None)], f"{NOTHING}A floor: more than 48.3 (News 2024)."),
        ([figure("B", 9, "2023", "near"), figure("C", 9, "2023", "bound")], f"{NOTHING}C: 9"),
        ([figure("B", 9, "2010", "near"), figure("C", 9, "2022", "near")], f"{NOTHING}C: 9"),
    ],
)
def test_the_line_gives_value_year_producer_and_source_the_newest_figure_and_otherwise_the_nearest(measures, line):
    assert line in quoted(*measures)


def test_a_number_without_a_figure_and_a_claim_of_another_kind_have_no_line():
    assert quoted() == quoted(claim=FACT) == ""
