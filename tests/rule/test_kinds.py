"""The rule for comparisons and facts: every combination, on hand-made results."""

from itertools import product

import pytest
from hand_made import DAY, FACETS, comparison, fact, measure
from hand_made import finding as found

from claimbook.evidence.claims import Criterion
from claimbook.evidence.intervals import Interval
from claimbook.rule.comparisons import comparison_verdict, judge_criterion
from claimbook.rule.judgement import judge_comparison, judge_fact

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


def results(combination, essential=()):
    """Hand-made results, met, failed or empty; `essential` holds the places of essential criteria."""
    made = []
    for place, met in enumerate(combination):
        criterion = Criterion(id=f"c{place}", says=f"mark {place}", threshold=1.0, essential=place in essential)
        value = {True: 2.0, False: 0.5, None: None}[met]
        made.append(judge_criterion(criterion, None if value is None else Interval(value, value), f"{value}"))
    return made


def count(combination):
    return tuple(sum(c is word for c in combination) for word in (True, False, None))


def test_every_combination_of_one_to_four_criteria_is_listed():
    assert {count(c) for c in COMBINATIONS} == set(EXPECTED)


def test_a_comparison_follows_from_its_criteria():
    for join, place in (("all", 0), ("any", -1)):
        given = {c: comparison_verdict(results(c), join) for c in COMBINATIONS}
        assert given == {c: EXPECTED[count(c)][place] for c in COMBINATIONS}


def test_without_an_essential_criterion_there_is_only_a_leaning():
    leaning = {YES_SO_FAR: FOR, NO_SO_FAR: AGAINST}
    some_empty = [c for c in COMBINATIONS if None in c]
    given = {c: comparison_verdict(results(c, essential=[c.index(None)])) for c in some_empty}
    assert given == {c: leaning.get(EXPECTED[count(c)][0], EXPECTED[count(c)][0]) for c in some_empty}


def test_a_range_across_its_threshold_decides_nothing_and_is_not_called_empty():
    mark = Criterion(id="c", says="mark", threshold=1.0)
    assert judge_criterion(mark, Interval(1.0, 1.1), "").met is True  # a mark is met by what is as large
    across = judge_criterion(mark, Interval(0.9, 1.1), "1.0")
    assert comparison_verdict([across]) == "undecided"
    both = [across, *results([True])]
    judged = judge_comparison(comparison(both), both, DAY)
    assert (judged.verdict, judged.qualifiers) == (FOR, ("1 of 2 criteria tested, 1 met", "1 on the line"))


def test_what_was_not_tested_is_never_said_to_have_failed():
    nothing = results([None, None])
    assert judge_comparison(comparison(nothing), nothing, DAY).qualifiers == ()
    half = results([False, None])
    output = judge_comparison(comparison(half), half, DAY).qualifiers
    assert output == ("1 of 2 criteria tested, 0 met", "1 without data")


def test_a_deciding_value_near_its_threshold_makes_the_verdict_fragile():
    near = Criterion(id="n", says="near", threshold=1.25)
    far = Criterion(id="f", says="far", threshold=1.25)
    witness = [measure("1.0", "2023", FACETS, origin=o) for o in ("Office", "MOST")]
    found_ = [
        judge_criterion(near, Interval(1.2505, 1.2505), "1.2505", witness[:1]),
        judge_criterion(far, Interval(9, 9), "9", witness[1:]),
    ]
    judged = judge_comparison(comparison(found_), found_, DAY)
    assert judged.qualifiers == ("2 of 2 criteria met", "1 on the line")
    assert judged.robustness.flips == ("with the threshold of “near” raised by 5 %: partly",)
    assert judged.robustness.on_the_line
    any_of = judge_comparison(comparison(found_, "any"), found_, DAY)
    assert (any_of.verdict, any_of.robustness.label) == (YES, "stable")


def test_a_criterion_is_as_good_as_the_worst_of_its_figures():
    used = [measure("1.0", "2023", FACETS, grade=grade) for grade in "ACB"]
    assert judge_criterion(Criterion(id="c", says="mark", threshold=1.0), Interval(2, 2), "", used).grade == "C"


def test_a_criterion_that_asks_for_a_document_can_fail_by_one_that_says_the_opposite():
    rule = Criterion(id="r", says="a rule exists", op="documented")
    assert judge_criterion(rule, Interval(1, 1), "").met is True
    assert judge_criterion(rule, Interval(1, 1), "", found=False).met is False
    assert judge_criterion(rule, None, "").met is None


# facts -----------------------------------------------------------------------------------------------------------


STATES = {"shown": [found()], "ended": [found(ended="2011-07-01")], "fails": [found(opposes=True)], "none": []}


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
        findings = {f"p{i}": STATES[state] for i, state in enumerate(order)}
        assert judge_fact(fact(len(states)), findings, DAY, {}).verdict == verdict


def test_nothing_that_ended_or_came_later_confirms():
    for gone in (found(ended="2011-07-01"), found(ended="2023-08"), found(began="2024-02-01")):
        assert judge_fact(fact(), {"p0": [gone]}, DAY, {}).verdict in {"outdated", "unverified"}
    for grade in "BC":
        lives_on = [found(ended="2011-07-01"), found("Bureau", grade=grade)]
        assert judge_fact(fact(), {"p0": lives_on}, DAY, {}).verdict == "confirmed"


def test_parts_that_differ_are_named():
    output = judge_fact(fact(2), {"p0": [found()], "p1": [found(ended="2011")]}, DAY, {}).qualifiers
    assert output[:2] == ("shown: part 0", "had ended: part 1")


def test_a_document_that_says_the_opposite_loses_to_a_better_one_and_stands_off_an_equal_one():
    against = found("Bureau", opposes=True)
    assert judge_fact(fact(), {"p0": [found(), against]}, DAY, {}).verdict == "unverified"
    assert judge_fact(fact(), {"p0": [found(grade="C"), against]}, DAY, {}).verdict == "contradicted"
    assert judge_fact(fact(), {"p0": [found(grade="D"), against]}, DAY, {}).verdict == "contradicted"


def test_a_wider_reading_is_shown_with_the_verdict_and_never_decides_it():
    claim = fact(readings=("small firm",))
    judged = judge_fact(claim, {"p0": [found(reading="small firm")]}, DAY, {})
    assert (judged.verdict, judged.qualifiers) == ("unverified", ("confirmed if read as small firm",))
    assert judged.robustness.label == "nothing decides"
    literal = judge_fact(claim, {"p0": [found(), found("Bureau", reading="small firm")]}, DAY, {})
    assert (literal.verdict, literal.robustness.label) == ("confirmed", "one origin")


def test_definitions_that_disagree_leave_the_verdict_to_the_definition():
    claim = fact(definitions=("named so", "meets the rules"))
    both = {"p0": [found(reading="named so"), found("Bureau", reading="meets the rules")]}
    assert judge_fact(claim, both, DAY, {}).verdict == "confirmed"
    one = {"p0": [found(reading="meets the rules"), found(reading="named so", opposes=True)]}
    judged = judge_fact(claim, one, DAY, {})
    assert judged.verdict == "depends on the definition"
    assert judged.qualifiers[:2] == ("contradicted if read as named so", "confirmed if read as meets the rules")


def test_a_reading_that_is_not_declared_is_an_error():
    with pytest.raises(KeyError, match="has no reading"):
        judge_fact(fact(), {"p0": [found(reading="another")]}, DAY, {})
    with pytest.raises(ValueError, match="there is only one definition"):
        fact(definitions=("alone",))


def test_a_verdict_that_hangs_on_the_day_of_the_text_is_fragile_and_names_the_day():
    moved = {"p0": [found(ended="2023-08"), found("Bureau", ended="2023-08")]}
    days = ("2023-01-01", DAY)
    judged = judge_fact(fact(), moved, DAY, {}, days)
    assert (judged.verdict, judged.robustness.label) == ("outdated", "fragile")
    assert judged.robustness.flips == ("if written on 1 January 2023: confirmed",)
    still = {"p0": [found(), found("Bureau")]}
    assert judge_fact(fact(), still, DAY, {}, days).robustness.label == "stable"


def test_a_part_that_merely_loses_its_evidence_flips_nothing():
    both = {"p0": [found()], "p1": [found("Bureau")]}
    judged = judge_fact(fact(2), both, DAY, {})
    assert (judged.verdict, judged.robustness.label, judged.robustness.flips) == ("confirmed", "stable", ())
    rivals = {"p0": [found()], "p1": [found("Bureau", opposes=True), found("Press", grade="C")]}
    assert "without Bureau: confirmed" in judge_fact(fact(2), rivals, DAY, {}).robustness.flips
