"""The rule for comparisons and facts: every combination, on hand-made results."""

from itertools import product

import pytest
from hand_made_evidence import FACETS, changes, compared, comparison, documented, fact, judged, mark, measure
from hand_made_evidence import finding as found

from claimbook.evidence.claims import Criterion
from claimbook.evidence.intervals import Interval
from claimbook.rule.comparisons import comparison_verdict, judge_criterion

# comparisons -----------------------------------------------------------------------------------------------------

YES, NO, PART = "supported", "not supported", "partly"
YES_SO_FAR, NO_SO_FAR = "supported as far as tested", "not supported as far as tested"
FOR, AGAINST, NOTHING = "unverified, evidence for", "unverified, evidence against", "unverified, no evidence"

# met, failed, empty -> the verdict if all criteria are needed; if any will do where that differs
EXPECTED = {
    (1, 0, 0): (YES,), (0, 1, 0): (NO,), (0, 0, 1): (NOTHING,),
    (2, 0, 0): (YES,), (1, 1, 0): (PART, YES), (0, 2, 0): (NO,),
    (1, 0, 1): (FOR, YES), (0, 1, 1): (AGAINST,), (0, 0, 2): (NOTHING,),
    (3, 0, 0): (YES,), (2, 1, 0): (PART, YES), (1, 2, 0): (PART, YES), (0, 3, 0): (NO,),
    (2, 0, 1): (YES_SO_FAR, YES), (1, 1, 1): (PART, YES), (0, 2, 1): (NO_SO_FAR,),
    (1, 0, 2): (FOR, YES), (0, 1, 2): (AGAINST,), (0, 0, 3): (NOTHING,),
    (4, 0, 0): (YES,), (3, 1, 0): (PART, YES), (2, 2, 0): (PART, YES), (1, 3, 0): (PART, YES), (0, 4, 0): (NO,),
    (3, 0, 1): (YES_SO_FAR, YES), (2, 1, 1): (PART, YES), (1, 2, 1): (PART, YES), (0, 3, 1): (NO_SO_FAR,),
    (2, 0, 2): (YES_SO_FAR, YES), (1, 1, 2): (PART, YES), (0, 2, 2): (NO_SO_FAR,),
    (1, 0, 3): (FOR, YES), (0, 1, 3): (AGAINST,), (0, 0, 4): (NOTHING,),
}  # fmt: skip
COMBINATIONS = [combination for n in range(1, 5) for combination in product((True, False, None), repeat=n)]
VALUES = {True: 2.0, False: 0.5, None: None}


def results(combination, essential=None):
    """Hand-made results, met, failed or empty; `essential` is the place of an essential criterion."""
    return [mark(VALUES[met], essential=place == essential) for place, met in enumerate(combination)]


def expected(combination, place=0):
    return EXPECTED[tuple(combination.count(met) for met in VALUES)][place]


@pytest.mark.parametrize(("join", "place"), [("all", 0), ("any", -1)])
def test_a_comparison_follows_from_its_criteria(join, place):
    assert {c: comparison_verdict(results(c), join) for c in COMBINATIONS} == {
        c: expected(c, place) for c in COMBINATIONS
    }


def test_without_an_essential_criterion_there_is_only_a_leaning():
    leaning = {YES_SO_FAR: FOR, NO_SO_FAR: AGAINST}
    some_empty = [c for c in COMBINATIONS if None in c]
    given = {c: comparison_verdict(results(c, essential=c.index(None))) for c in some_empty}
    assert given == {c: leaning.get(expected(c), expected(c)) for c in some_empty}


def test_a_range_across_its_threshold_decides_nothing_and_is_not_called_empty():
    across = mark(Interval(0.9, 1.1))
    assert comparison_verdict([across]) == "undecided"
    got = compared(across, mark(2.0))
    assert (got.verdict, got.qualifiers) == (FOR, ("1 of 2 criteria tested, 1 met", "1 on the line"))


def test_a_deciding_value_near_its_threshold_makes_the_verdict_fragile():
    both = mark(1.2505, 1.25, "Office"), mark(9, 1.25, "MOST")
    got = compared(*both)
    assert (changes(got), got.closeness()["on_the_line"]) == ({("mark", "c0 +5 %"): PART}, True)
    any_of = compared(*both, join="any")
    assert (any_of.verdict, any_of.label) == (YES, "stable")


def test_a_criterion_is_as_good_as_the_worst_of_its_figures():
    used = [measure("1.0", "2023", FACETS, grade=grade) for grade in "ACB"]
    assert judge_criterion(Criterion(id="c", says="mark", threshold=1.0), Interval(2, 2), "", used).grade == "C"


def test_a_criterion_that_asks_for_a_document_can_fail_by_one_that_says_the_opposite():
    answers = [mark(value, None, op="documented", found=says) for value, says in ((1, True), (1, False), (None, True))]
    assert [answer.met for answer in answers] == [True, False, None]


@pytest.mark.parametrize("results", [[], [mark(2.0)]])
def test_a_comparison_without_a_result_for_each_criterion_is_an_error(results):
    with pytest.raises(KeyError, match="k"):
        judged(comparison([mark(2.0), mark(2.0, id="c1")]), results)


# facts -----------------------------------------------------------------------------------------------------------


STATES = {"shown": [found()], "ended": [found(ended="2011-07-01")], "fails": [found(opposes=True)], "none": []}
AGAINST_IT = found("Bureau", opposes=True)


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        (("shown",), "confirmed"), (("ended",), "outdated"), (("fails",), "contradicted"), (("none",), "unverified"),
        (("shown", "shown"), "confirmed"), (("shown", "ended"), "partly"), (("shown", "fails"), "partly"),
        (("shown", "none"), "partly"), (("ended", "ended"), "outdated"), (("ended", "none"), "outdated"),
        (("ended", "fails"), "contradicted"), (("fails", "fails"), "contradicted"),
        (("fails", "none"), "contradicted"), (("none", "none"), "unverified"),
    ],
)  # fmt: skip
def test_a_fact_follows_from_its_parts(states, verdict):
    for order in (states, states[::-1]):
        got = documented(*(STATES[state] for state in order))
        assert got.verdict == verdict
        named = [part for part in ("part 0", "part 1") if any(part in q for q in got.qualifiers)]
        assert len(named) == (2 if len({*states}) == 2 else 0)  # parts that differ are named


@pytest.mark.parametrize(
    ("documents", "verdict"),
    [
        ([found(ended="2011-07-01"), found("Bureau", grade="B")], "confirmed"),
        ([found(ended="2011-07-01"), found("Bureau", grade="C")], "confirmed"),
        ([found(), AGAINST_IT], "unverified"),
        ([found(grade="C"), AGAINST_IT], "contradicted"),
        ([found(grade="D"), AGAINST_IT], "contradicted"),
    ],
)
def test_a_rule_lives_on_in_any_document_and_one_that_says_the_opposite_loses_only_to_a_better_one(documents, verdict):
    assert documented(documents).verdict == verdict


def test_a_wider_reading_is_shown_with_the_verdict_and_never_decides_it():
    wider = found("Bureau", reading="small firm")
    got = documented([wider], readings=("small firm",))
    assert (got.verdict, got.label) == ("unverified", "nothing decides")
    assert [(q.of, q.verdict) for q in got.qualifiers] == [("small firm", "confirmed")]
    literal = documented([found(), wider], readings=("small firm",))
    assert (literal.verdict, literal.label) == ("confirmed", "one origin")


def test_parts_and_readings_that_are_not_declared_and_a_single_definition_are_errors():
    for findings, missing in (({"month": [found()]}, "part"), ({"p0": [found(reading="another")]}, "reading")):
        with pytest.raises(KeyError, match=f"has no {missing}"):
            judged(fact(), findings)
    with pytest.raises(ValueError, match="there is only one definition"):
        fact(definitions=("alone",))


def test_a_part_that_merely_loses_its_evidence_changes_nothing():
    got = documented([found()], [found("Bureau")])
    assert (got.verdict, got.label, changes(got)) == ("confirmed", "stable", {})
    rivals = documented([found()], [AGAINST_IT, found("Press", grade="C")])
    assert changes(rivals)["origin", "Bureau"] == "confirmed"
