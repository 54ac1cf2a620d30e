"""Concentration measures against values worked out by hand, against all persons, and against what they must obey."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from claimbook.evidence import concentration as c

VALUES = pd.Series({"A": 1.0, "B": 2.0, "C": 3.0, "D": 4.0})
PEOPLE = pd.Series({"A": 2, "B": 2, "C": 2, "D": 4})
REGIONS = pd.Series({"A": "north", "B": "north", "C": "south", "D": "south"})
EQUAL = pd.Series(1.0, index=VALUES.index)

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


def test_shares_divide_by_the_sum_of_the_units():
    assert c.shares(VALUES).to_dict() == {"A": 0.1, "B": 0.2, "C": 0.3, "D": 0.4}


def test_top_share_adds_the_largest_units():
    assert c.top_share(VALUES, 2) == pytest.approx(0.7)


def test_hhi_is_the_sum_of_squared_shares():
    assert c.hhi(VALUES) == pytest.approx(0.01 + 0.04 + 0.09 + 0.16)


def test_gini_of_one_to_four_is_a_quarter():
    # mean absolute difference over twice the mean: 20 / 16 / (2 * 2.5)
    assert c.gini(VALUES) == pytest.approx(0.25)


def test_theil_per_head_by_hand():
    # shares of value .1 .2 .3 .4, of people .2 .2 .2 .4
    assert c.theil(VALUES, PEOPLE) == pytest.approx(0.1 * math.log(0.5) + 0.3 * math.log(1.5))


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


def test_the_lorenz_curve_of_an_equal_spread_is_the_diagonal():
    curve = c.lorenz(PEOPLE * 7, PEOPLE)
    assert np.allclose(curve["people"], curve["value"])
    assert c.lorenz_gini(curve) == pytest.approx(0)


def test_the_gini_of_two_equal_groups_of_which_one_has_all_is_one_half():
    assert c.lorenz_gini(c.lorenz(pd.Series([0.0, 1.0]), pd.Series([1.0, 1.0]))) == pytest.approx(0.5)


def test_with_equal_people_the_gini_of_the_curve_is_that_of_the_totals():
    assert c.lorenz_gini(c.lorenz(VALUES, EQUAL)) == pytest.approx(c.gini(VALUES))


def test_location_quotient_compares_two_shares():
    assert c.location_quotient(VALUES, PEOPLE).to_dict() == pytest.approx({"A": 0.5, "B": 1, "C": 1.5, "D": 1})


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


@given(amounts)
def test_theil_with_equal_people_is_the_unweighted_one(numbers):
    values = series(numbers)
    assert c.theil(values, values * 0 + 7) == pytest.approx(theil_of(values.to_numpy()), abs=1e-9)


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


def measures_of(values: pd.Series, people: pd.Series) -> list[float]:
    return [c.top_share(values, 3), c.gini(values), c.hhi(values), c.theil(values, people)]


@given(spread(), st.floats(0.001, 1000))
def test_the_unit_of_measurement_does_not_matter(case, factor):
    values, people = case
    assert measures_of(values * factor, people * 2) == pytest.approx(measures_of(values, people), abs=1e-9)


@given(spread(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(case, random):
    values, people = case
    order = random.sample(list(values.index), len(values))
    assert measures_of(values[order], people) == pytest.approx(measures_of(values, people), abs=1e-12)


@given(spread())
def test_measures_stay_within_their_bounds(case):
    values, people = case
    n = len(values)
    assert 1 / n - 1e-12 <= c.hhi(values) <= 1 + 1e-12
    assert -1e-12 <= c.gini(values) <= 1 - 1 / n + 1e-12
    assert -1e-12 <= c.theil(values, people) <= math.log(people.sum() / people.min()) + 1e-12


@given(st.integers(1, 1000), st.integers(2, 31))
def test_equal_units_are_not_concentrated(amount, n):
    values = series([amount] * n)
    assert measures_of(values, values)[1:] == pytest.approx([0, 1 / n, 0], abs=1e-12)


@given(spread())
def test_between_and_within_add_up(case):
    values, people = case
    regions = pd.Series(["r0", "r1"] * (len(values) // 2) + ["r2"] * (len(values) % 2), index=values.index)
    parts = c.theil_by_region(values, people, regions)
    assert parts[["between", "within"]].to_numpy().sum() == pytest.approx(c.theil(values, people), abs=1e-9)
    assert (parts["within"] > -1e-9).all()


@given(spread(), st.floats(0.01, 0.5))
def test_a_transfer_from_rich_to_poor_lowers_inequality(case, part):
    values, people = case
    per_head = values / people
    rich, poor = per_head.idxmax(), per_head.idxmin()
    assume(per_head[rich] > per_head[poor])
    # a transfer that equalises the two per head at most
    equal = (values[rich] + values[poor]) / (people[rich] + people[poor])
    moved = part * 2 * (values[rich] - equal * people[rich])
    after = values.copy()
    after[rich] -= moved
    after[poor] += moved
    assert c.theil(after, people) < c.theil(values, people)


@given(spread())
def test_the_lorenz_curve_sags(case):
    values, people = case
    curve = c.lorenz(values, people)
    assert (curve["value"] <= curve["people"] + 1e-9).all()
    slopes = (curve["value"].diff() / curve["people"].diff()).dropna()
    assert (slopes.diff().dropna() >= -1e-9).all()


@given(spread())
def test_quotients_average_to_one_over_the_whole(case):
    values, people = case
    quotients = c.location_quotient(values, people)
    assert (quotients * c.shares(people)).sum() == pytest.approx(1)


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
