"""Concentration measures against values worked out by hand, against all persons, and against what they must obey."""

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


def test_shares_their_squares_the_largest_and_quotients_of_two_shares():
    assert c.shares(VALUES).to_dict() == {"A": 0.1, "B": 0.2, "C": 0.3, "D": 0.4}
    assert c.top_share(VALUES, 2) == pytest.approx(0.7)
    assert c.hhi(VALUES) == pytest.approx(0.01 + 0.04 + 0.09 + 0.16)
    assert c.location_quotient(VALUES, PEOPLE).to_dict() == pytest.approx({"A": 0.5, "B": 1, "C": 1.5, "D": 1})


def test_theil_by_region_by_hand():
    parts = c.theil_by_region(VALUES, PEOPLE, REGIONS)
    assert parts.loc["north", ["value", "people"]].to_list() == pytest.approx([0.3, 0.4])
    assert parts.loc["north", "between"] == pytest.approx(0.3 * math.log(0.75))
    assert parts.loc["south", "between"] == pytest.approx(0.7 * math.log(0.7 / 0.6))
    # inside the north: a third and two thirds of the value for half of the people each
    assert parts.loc["north", "within"] == pytest.approx(0.3 * (math.log(2 / 3) / 3 + 2 * math.log(4 / 3) / 3))


def test_lorenz_runs_from_the_poorest_to_the_richest_per_head():
    curve = c.lorenz(VALUES, PEOPLE)
    assert curve["unit"].to_list() == ["", "A", "B", "D", "C"]
    assert curve["people"].to_list() == pytest.approx([0, 0.2, 0.4, 0.8, 1])
    assert curve["value"].to_list() == pytest.approx([0, 0.1, 0.3, 0.7, 1])
    assert c.lorenz_gini(curve) == pytest.approx(0.16)  # 1 - 2 * (0.01 + 0.04 + 0.2 + 0.17)


def test_a_direction_holds_only_if_no_single_unit_turns_it_round():
    units = pd.Series(1.0, index=["A", "B", "C"])

    def change(of: dict[str, float]):
        return lambda left: sum(of[unit] for unit in left.index)

    assert c.direction(change({"A": -1, "B": -1, "C": -1}), units) == "falling"
    assert c.direction(change({"A": 1, "B": 2, "C": 1}), units) == "rising"
    assert c.direction(change({"A": -9, "B": 1, "C": 1}), units) == "not settled"


def test_leave_one_out_goes_from_the_lowest_to_the_highest_omission():
    got = c.leave_one_out(VALUES, lambda v: c.top_share(v, 1))
    assert (got.low, got.high) == pytest.approx((4 / 9, 4 / 7))


def test_summary_has_a_row_an_indicator():
    table = c.summary({"value": VALUES, "even": PEOPLE}, PEOPLE, REGIONS)
    assert table.loc["value", ["n", "top_3", "gini"]].to_list() == pytest.approx([4, 0.9, 0.25])
    assert table.loc["even", "theil"] == 0 and math.isnan(table.loc["even", "between"])


def test_population_may_cover_more_units_than_the_values():
    assert c.theil(c.without(VALUES, "D"), PEOPLE) == c.theil(VALUES.drop("D"), PEOPLE.drop("D"))


# what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "measure", [c.shares, c.hhi, c.gini, lambda v: c.top_share(v, 3), lambda v: c.theil(v, PEOPLE)]
)
def test_a_missing_unit_is_named_not_dropped(measure):
    with pytest.raises(c.ConcentrationError, match="1 of 4 units have no value: B"):
        measure(VALUES.where(VALUES != 2))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: c.shares(VALUES - 2), "negative: A"),
        (lambda: c.shares(VALUES * 0), "all values are zero"),
        (lambda: c.theil(VALUES, PEOPLE.drop("C")), "population has no value for C"),
        (lambda: c.theil(VALUES, PEOPLE.replace(4, 0)), "no people live in D"),
        (lambda: c.theil_by_region(VALUES, PEOPLE, REGIONS.drop("A")), "no region is given for A"),
        (lambda: c.without(VALUES, "Pekin"), "no unit Pekin"),
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


@given(amounts)
def test_gini_is_half_the_mean_difference_of_all_pairs_over_the_mean(numbers):
    values = np.array(numbers, dtype=float)
    differences = np.abs(values[:, None] - values[None, :])
    assert c.gini(series(numbers)) == pytest.approx(differences.mean() / (2 * values.mean()), abs=1e-12)


@given(spread())
def test_weighted_theil_is_that_of_all_persons(case):
    values, people = case
    assert c.theil(values, people) == pytest.approx(theil_of(persons(values, people)), abs=1e-9)


@given(spread())
def test_what_lies_within_regions_is_the_theil_of_their_persons(case):
    values, people = case
    regions = pd.Series([f"r{i % 3}" for i in range(len(values))], index=values.index)
    for name, of in values.groupby(regions):
        inside = theil_of(persons(of, people[of.index])) if of.sum() else 0
        within = c.theil_by_region(values, people, regions).loc[name, "within"]
        assert within == pytest.approx(of.sum() / values.sum() * inside, abs=1e-9)


# what measures must obey ------------------------------------------------------------------------------------


@given(spread())
def test_between_and_within_add_up(case):
    values, people = case
    regions = pd.Series(["r0", "r1"] * (len(values) // 2) + ["r2"] * (len(values) % 2), index=values.index)
    parts = c.theil_by_region(values, people, regions)
    assert parts[["between", "within"]].to_numpy().sum() == pytest.approx(c.theil(values, people), abs=1e-9)
    assert (parts["within"] > -1e-9).all()


def test_the_slope_of_catching_up_is_that_of_a_line_drawn_by_hand():
    first = pd.Series([1.0, np.e, np.e**2])
    last = first * np.exp(10 * np.array([0.05, 0.03, 0.01]))  # yearly log growth falls by 0.02 for each unit of log
    assert c.catching_up(first, last, 10) == pytest.approx(-0.02)
    assert c.catching_up(first, first * 3, 10) == pytest.approx(0)


def test_the_spread_of_logs_ignores_the_scale_and_is_zero_for_equals():
    values = pd.Series([1.0, np.e**2])
    assert c.spread_of_logs(values) == pytest.approx(1)
    assert c.spread_of_logs(values * 7) == pytest.approx(1)
    assert c.spread_of_logs(pd.Series([3.0, 3.0])) == 0
