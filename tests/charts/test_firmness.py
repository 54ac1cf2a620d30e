"""The picture of the rule varied says what the records say."""

from hand_made import DAY, FACETS, comparison, measure

from claimbook import charts
from claimbook.charts.firmness import STEPS, frailty, states
from claimbook.evidence.claims import Criterion
from claimbook.evidence.intervals import Interval
from claimbook.firmness.judgement import judge_comparison
from claimbook.firmness.multiverse import OPEN, SAME, TURNS
from claimbook.results.claim_records import claim_record
from claimbook.rule.comparisons import judge_criterion


def record(name, *values):
    """A comparison, each criterion with a mark of one, a value and a producer of its own."""
    found = [
        judge_criterion(
            Criterion(id=f"c{i}", says=f"mark {i}", threshold=1.0),
            Interval(v, v),
            "",
            [measure("1.0", "2022", FACETS, origin=f"Producer {i}")],
        )
        for i, v in enumerate(values)
    ]
    return claim_record(judge_comparison(comparison(found), found, DAY)) | {"id": name}


FIRM, LINE, FRAIL = record("firm", 3.0, 3.0), record("line", 1.2, 3.0), record("frail", 1.02, 0.9)


def test_a_column_shows_the_worst_that_its_choices_do():
    assert states(FIRM) == {"origin": OPEN} | dict.fromkeys(STEPS, SAME)
    assert {k for k, v in states(LINE).items() if v == TURNS} == {"+25 %", "+50 %"}
    assert states(record("alone", 3.0)) == {"origin": OPEN} | dict.fromkeys(STEPS, SAME)


def test_claims_stand_from_firm_to_frail_and_those_without_a_choice_are_left_out():
    assert sorted([FRAIL, LINE, FIRM], key=frailty) == [FIRM, LINE, FRAIL]
    empty = FIRM | {"robustness": FIRM["robustness"] | {"choices": {"of": 0}}}
    chart = charts.firmness([FRAIL, empty, FIRM, LINE], "Firm and frail")
    assert list(chart.data["claim"]) == ["firm", "line", "frail"]
    assert chart.alt.startswith("3 claims from firm to frail. firm: 24 of 26 agree. line: 20 of 26 agree; first turned")
    assert chart.svg() == charts.firmness([FIRM, LINE, FRAIL], "Firm and frail").svg()
