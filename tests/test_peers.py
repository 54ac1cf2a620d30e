"""Ranks and peers: cases worked out by hand, and properties that hold for any table."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torch_program.panels import columns_for_logs, distances, rank


def test_the_highest_is_first_ties_share_the_better_place_and_gaps_do_not_count() -> None:
    values = pd.Series({"a": 3.0, "b": 5.0, "c": 3.0, "d": np.nan, "e": 1.0})
    assert [rank(values, unit) for unit in "bace"] == [(1, 4), (2, 4), (2, 4), (4, 4)]


def test_columns_with_gaps_zeros_or_one_value_are_not_comparable() -> None:
    table = pd.DataFrame({"fit": [1.0, 2], "gap": [1, np.nan], "zero": [0.0, 1], "same": [4.0, 4]}, index=["a", "b"])
    assert columns_for_logs(table) == ["fit"]


def test_distances_worked_by_hand() -> None:
    """Logs to base 10 are 0, 1, 2: mean 1, standard deviation √(2/3), so neighbours lie √1.5 apart."""
    table = pd.DataFrame({"x": [1.0, 10, 100]}, index=["a", "b", "c"])
    assert distances(table, "a").to_dict() == pytest.approx({"b": math.sqrt(1.5), "c": 2 * math.sqrt(1.5)})
    both = table.assign(y=[100.0, 10, 1])
    assert distances(both, "b").to_dict() == pytest.approx({"a": math.sqrt(1.5), "c": math.sqrt(1.5)})
    assert list(distances(both, "b").index) == ["a", "c"]  # equal distances: by name


POSITIVE = st.floats(0.01, 1e6)


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=3, max_size=12, unique_by=(lambda t: t[0], lambda t: t[1])))
def test_distance_does_not_depend_on_units_or_direction(rows: list[tuple[float, float]]) -> None:
    table = pd.DataFrame(rows, columns=["x", "y"], index=[f"p{i:02}" for i in range(len(rows))])
    if np.log(table).std(ddof=0).min() < 1e-6:
        return
    there = distances(table, "p00")
    scaled = distances(table * [1000, 0.001], "p00")
    assert scaled[there.index].to_numpy() == pytest.approx(there.to_numpy(), abs=1e-6)
    assert distances(table, "p01")["p00"] == pytest.approx(there["p01"], abs=1e-9)
