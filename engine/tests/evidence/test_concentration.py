"""Measures of concentration equal values worked out by hand, and values over all persons."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbook.evidence import concentration as c

VALUES = pd.Series({"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0})
PEOPLE = pd.Series({"A": 2, "B": 2, "C": 2, "D": 4})
REGIONS = pd.Series({"A": "north", "B": "north", "C": "south", "D": "south"})

amounts = st.lists(st.integers(0, 10_000), min_size=4, max_size=12).filter(lambda v: sum(v) > 0)


def series(numbers: list) -> pd.Series:
    return pd.Series(np.array(numbers, dtype=float), index=[f"u{i}" for i in range(len(numbers))])


@st.composite
def spread(draw):
    """Totals and people of the same units."""
    values = series(draw(amounts))
    people = draw(st.lists(st.integers(1, 60), min_size=len(values), max_size=len(values)))
    return values, series(people)


def persons(values: pd.Series, people: pd.Series) -> np.ndarray:
    """Every person with the value per head of their unit."""
    return np.repeat((values / people).to_numpy(), people.astype(int))


# by hand ----------------------------------------------------------------------------------------------------


def test_shares_the_largest_and_quotients_of_two_shares():
    assert c.shares(VALUES).to_dict() == {"A": 0.1, "B": 0.2, "C": 0.3, "D": 0.4}
    assert c.top_share(VALUES, 2) == pytest.approx(0.7)
    assert c.location_quotient(VALUES, PEOPLE).to_dict() == pytest.approx({"A": 0.5, "B": 1, "C": 1.5, "D": 1})


def test_inequality_between_regions_equals_a_value_worked_out_by_hand():
    between = 0.3 * math.log(0.75) + 0.7 * math.log(0.7 / 0.6)
    assert c.between_regions(VALUES, PEOPLE, REGIONS) == pytest.approx(between / c.theil(VALUES, PEOPLE))
    assert math.isnan(c.between_regions(PEOPLE, PEOPLE, REGIONS))


@pytest.mark.parametrize(
    ("changes", "direction"), [((-1, -1, -1), "falling"), ((1, 2, 1), "rising"), ((-9, 1, 1), "not settled")]
)
def test_a_direction_holds_only_if_no_single_unit_reverses_it(changes, direction):
    of_unit = dict(zip("ABC", changes, strict=True))
    assert c.direction(lambda left: sum(map(of_unit.get, left.index)), pd.Series(1.0, index=[*"ABC"])) == direction


def test_leave_one_out_goes_from_the_lowest_to_the_highest_omission():
    got = c.leave_one_out(VALUES, lambda v: c.top_share(v, 1))
    assert (got.low, got.high) == pytest.approx((4 / 9, 4 / 7))


def test_population_may_cover_more_units_than_the_values():
    assert c.theil(VALUES.drop("D"), PEOPLE) == c.theil(VALUES.drop("D"), PEOPLE.drop("D"))


# what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", [c.shares, lambda v: c.top_share(v, 3), lambda v: c.theil(v, PEOPLE)])
def test_a_missing_unit_is_named_not_dropped(measure):
    with pytest.raises(c.ConcentrationError, match="1 of 4 units have no value: B"):
        measure(VALUES.where(VALUES != 2))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: c.shares(VALUES - 2), "negative: A"),
        (lambda: c.shares(VALUES * 0), "all values are zero"),
        (lambda: c.theil(VALUES, PEOPLE.drop("C")), "population has no value for C"),
        (lambda: c.theil(VALUES, PEOPLE.replace(4, 0)), "the population of D is zero"),
        (lambda: c.location_quotient(VALUES, PEOPLE.drop("D")), "whole has no value for D"),
    ],
)
def test_errors_are_sentences_that_name_the_unit(call, says):
    with pytest.raises(c.ConcentrationError, match=says):
        call()


# against the plain definitions, over all units or all persons ------------------------------------------------


def theil_of(each: np.ndarray) -> float:
    """Theil's T of a list in which everyone counts once."""
    relative = each[each > 0] / each.mean()
    return float((relative * np.log(relative)).sum() / len(each))


@given(spread())
def test_weighted_theil_is_that_of_all_persons(case):
    values, people = case
    assert c.theil(values, people) == pytest.approx(theil_of(persons(values, people)), abs=1e-9)


@given(spread())
def test_inequality_within_regions_is_the_theil_of_the_persons_in_each(case):
    values, people = case
    regions = pd.Series([f"r{i % 3}" for i in range(len(values))], index=values.index)
    whole, within = c.theil(values, people), 0.0
    for _, of in values.groupby(regions):
        within += of.sum() / values.sum() * theil_of(persons(of, people[of.index])) if of.sum() else 0
    if whole > 1e-6:
        assert c.between_regions(values, people, regions) == pytest.approx(1 - within / whole, abs=1e-6)
