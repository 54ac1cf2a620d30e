"""Printed digits and wording make intervals."""

import math

import pytest

from claimbook.evidence.intervals import Interval, printed_interval, reconcile


@pytest.mark.parametrize(
    ("value", "unit", "bound", "rounding", "low", "high"),
    [
        ("13.4", "percent", "=", "", 13.35, 13.45),
        ("178", "count", "=", "", 178, 178),
        ("165000", "count", "=", "1000", 164_500, 165_500),
        ("48", "CNY trillion", "=", "", 47.5, 48.5),
        ("17.0", "CNY trillion", "=", "", 16.95, 17.05),
        ("25000", "count", ">", "", 25_000, math.inf),
        ("20000", "count", "<", "", -math.inf, 20_000),
        ("13", "percent", "~", "", 12.35, 13.65),
    ],
)
def test_printed_digits_and_bounds_give_the_range(value, unit, bound, rounding, low, high):
    got = printed_interval(value, unit, bound, rounding)
    assert (got.low, got.high) == (low, high), "decimals are exact, not binary"


def test_ratio_with_an_open_denominator_reaches_zero_from_either_side():
    assert Interval(1, 2) / Interval(4, math.inf) == Interval(0, 0.5)
    assert Interval(-2, -1) / Interval(4, math.inf) == Interval(-0.5, 0)
    assert Interval(1, math.inf) / Interval(4, math.inf) == Interval(0, math.inf)
    assert Interval(-2, 1) / Interval(4, 5) == Interval(-0.5, 0.25)


def test_a_range_that_reaches_zero_is_no_denominator_and_no_range_has_its_low_end_above():
    with pytest.raises(ValueError, match="low <= high"):
        Interval(2, 1)
    with pytest.raises(ValueError, match="reaches zero"):
        Interval(1, 2) / Interval(0, 1)


def test_sources_that_meet_share_their_overlap_and_others_are_flagged():
    assert reconcile([Interval(0, 9), Interval(1, 3), Interval(2, 4)]) == (Interval(2, 3), False)
    assert reconcile([Interval(3, 4), Interval(1, 2), Interval(6, 7)]) == (Interval(1, 7), True)
    assert reconcile([Interval(11.65, 11.75), Interval(12.05, 12.15)]) == (Interval(11.65, 12.15), True)


def test_ranges_that_touch_in_one_value_meet_there():
    one, other = Interval(1, 2), Interval(2, 3)
    assert one.meets(other) and other.meets(one)
    assert reconcile([one, other]) == (Interval(2, 2), False)
    assert not one.meets(Interval(math.nextafter(2, 3), 3))
