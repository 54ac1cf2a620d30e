"""Properties of the rule that hold for any numbers."""

import random

from hand_made_evidence import claim, judged
from hypothesis import given
from hypothesis import strategies as st
from random_judgements import measures, numbers, ops

from claimbook.evidence.claims import Test
from claimbook.evidence.intervals import Interval
from claimbook.rule.verdicts import outcome

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
