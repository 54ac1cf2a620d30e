"""Values exactly on a threshold of the rule and next to it, and what holds for any numbers."""

import math
import random
from decimal import Decimal

import pytest
from hand_made_evidence import FACETS, claim, judged, mark, measure
from hypothesis import given
from hypothesis import strategies as st
from random_judgements import measures, numbers, ops

from claimbook.evidence.claims import Test
from claimbook.evidence.intervals import Interval, printed_interval
from claimbook.results import recompute
from claimbook.rule.verdicts import on_the_line, outcome

# For each word its edges: a multiple of n, digits added to it, and what a value is below, on and above the edge.
EDGES = {
    "over": (("0.95", 0, "low", "close", "close"), ("1", 0, "close", "close", "pass")),
    "nearly": (
        ("0.90", 0, "low", "close", "close"), ("0.95", 0, "close", "pass", "pass"),
        ("1", 0, "pass", "pass", "close"), ("1.05", 0, "close", "close", "high"),
    ),
    "about": (
        ("0.90", 0, "low", "close", "close"), ("0.95", 0, "close", "pass", "pass"),
        ("1.05", 0, "pass", "pass", "close"), ("1.10", 0, "close", "close", "high"),
    ),
    "equals": (
        ("0.95", 0, "low", "close", "close"), ("1", -1, "close", "pass", "pass"),
        ("1", 1, "pass", "pass", "close"), ("1.05", 0, "close", "close", "high"),
    ),
}  # fmt: skip
DIGIT = Decimal("0.1")
printed = st.integers(20, 10**7).map(lambda tenths: Decimal(tenths) / 10)  # numbers as a text prints them


def below(value: float) -> float:
    return math.nextafter(value, -math.inf)


def above(value: float) -> float:
    return math.nextafter(value, math.inf)


def across(one: str, other: str) -> str:
    """Return what a range with these ends counts as; a value that passes is close too."""
    return one if one == other else "close" if {one, other} == {"pass", "close"} else "undecided"


@given(st.sampled_from([(op, edge) for op, edges in EDGES.items() for edge in edges]), printed)
def test_a_value_on_an_edge_is_in_the_band_and_only_over_is_strict(case, n):
    op, (multiple, digits, under, on, over) = case
    test = Test(op=op, value=float(n), unit="percent", digit=float(DIGIT))
    edge = float(Decimal(multiple) * n + digits * DIGIT / 2)
    points = {below(edge): under, edge: on, above(edge): over}
    assert {value: outcome(Interval(value, value), test) for value in points} == points
    assert outcome(Interval(below(edge), edge), test) == across(under, on)
    assert outcome(Interval(edge, above(edge)), test) == across(on, over)
    assert {value: recompute.outcome_of(value, value, test.model_dump()) for value in points} == points


@given(ops, printed, st.floats(0.5, 1.5))
def test_an_exact_count_is_never_on_the_line(op, n, factor):
    for value in (float(n), float(n) * factor):
        assert not on_the_line(claim(op, float(n)), Interval(value, value))
    assert on_the_line(claim(op, float(n)), Interval(below(float(n)), above(float(n)))) or op in {"about", "equals"}


@given(st.decimals(1, 1000, places=1))
def test_about_a_number_is_the_number_with_five_per_cent_on_each_side_to_the_last_digit(n):
    ends = Interval(float(n * Decimal("0.95")), float(n * Decimal("1.05")))
    assert printed_interval(str(n), "percent", "~") == ends


@given(printed)
def test_conservative_is_more_than_a_quarter_above_the_claimed_number(n):
    at = n * Decimal("1.25")
    for value, output in ((at, False), (at + Decimal("0.001"), True)):
        got = judged(claim("over", float(n)), [measure(str(value), "2023", FACETS, unit="count", rounding="0")])
        assert ("conservative" in got.qualifiers) is output


@pytest.mark.parametrize(("period", "output"), [("2017", False), ("2018", True), ("2022", True), ("2024", False)])
def test_a_number_is_out_of_date_that_was_right_in_the_five_years_before(period, output):
    late = measure("80.0", "2023", FACETS), measure("49.0", period, FACETS)
    kinds = [q.kind for q in judged(claim("nearly", 50, "percent"), list(late)).qualifiers]
    assert ("outdated" in kinds) is output


# comparisons ---------------------------------------------------------------------------------------------------


@given(printed, st.sampled_from(["at least", "below"]))
def test_a_value_equal_to_its_threshold_is_at_least_as_large_and_not_below(threshold, op):
    at = float(threshold)
    reaches = {True: op == "at least", False: op == "below", None: None}
    for low, high, side in (
        (at, at, True), (at, above(at), True), (below(at), at, None), (below(at), below(at), False),
    ):  # fmt: skip
        assert mark(Interval(low, high), at, op=op).met is reaches[side]
        printed_for_programs = {"value": low, "low": low, "high": high, "op": op, "threshold": at}
        assert recompute.criterion(printed_for_programs) is reaches[side]


@given(printed)
def test_a_value_within_five_per_cent_of_its_threshold_is_on_the_line(threshold):
    for multiple, output in (("0.94", False), ("0.95", True), ("1.05", True), ("1.06", False)):
        assert mark(float(Decimal(multiple) * threshold), float(threshold)).on_the_line is output


# any numbers ---------------------------------------------------------------------------------------------------

EXACT, NEAR = measures([{}]), measures([{"numerator": "m"}, {"numerator": "k"}])


@given(ops, numbers, st.floats(0, 1000), st.floats(0, 200), st.floats(0, 100), st.floats(0, 100))
def test_widening_an_interval_never_turns_undecided_into_an_outcome(op, n, low, width, left, right):
    test = Test(op=op, value=n, unit="count")
    if outcome(Interval(low, low + width), test) == "undecided":
        assert outcome(Interval(low - left, low + width + right), test) == "undecided"


@given(numbers, st.lists(EXACT, min_size=1, max_size=6), st.lists(NEAR, max_size=4))
def test_adding_near_measures_never_changes_a_decided_verdict(n, exact, near):
    c = claim("over", n, "percent", window=3)
    before = judged(c, exact)
    if not before.verdict.startswith("unverified"):
        after = judged(c, [*exact, *near])
        assert (after.verdict, after.period) == (before.verdict, before.period)


@given(ops, numbers, st.lists(st.one_of(EXACT, NEAR), max_size=8), st.randoms())
def test_the_order_of_measures_never_matters(op, n, found, shuffler: random.Random):
    c = claim(op, n, "percent", window=3)
    other = list(found)
    shuffler.shuffle(other)
    a, b = ((j.verdict, j.qualifiers, j.label, j.choices, j.closeness()) for j in (judged(c, found), judged(c, other)))
    assert a == b
