"""How unevenly a total is spread over places: shares, Theil index per head, location quotients.

Every function needs complete series with one value for each unit. Zeros are fine; a missing or negative value
is an error, so that no unit drops out unnoticed. The units are the whole population, so the results describe
it and have no sampling error.
"""

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd

from claimbook.evidence.intervals import Interval

Numbers = TypeVar("Numbers", float, np.ndarray, pd.Series, pd.DataFrame)
ROOT_HALF, LN_2 = math.sqrt(0.5), 0.6931471805599453
LAST = 25  # highest power of the series: later terms are below the last digit


def ln(values: Numbers) -> Numbers:
    """Return natural logarithms of positive numbers, correct to about one part in 10¹⁵.

    The logarithms of numpy and of the C library differ in their last digit between processors. This function
    splits each number into a power of two and a factor near one, whose logarithm is 2 artanh((x − 1) / (x +
    1)), and sums that as a series. It uses only operations that IEEE 754 fixes to the last digit.
    """
    factor, power = np.frexp(values)
    small = factor < ROOT_HALF
    factor, power = factor * (1 + small), power - 1 * small
    ratio = (factor - 1) / (factor + 1)
    square = ratio * ratio
    series = square * 0
    for odd in range(LAST, 0, -2):
        series = series * square + 1 / odd
    return power * LN_2 + 2 * ratio * series


class ConcentrationError(ValueError):
    """A measure is not defined for these values; the message names the units and says what to do."""


def complete(values: pd.Series) -> pd.Series:
    """Return the values as floats. Raises ConcentrationError if one is missing or negative, or all are 0."""
    values = values.astype(float)
    numbers = values.to_numpy()  # leaving out each unit in turn runs these checks a thousand times
    if np.isnan(numbers).any():
        missing = values.index[np.isnan(numbers)]
        names = ", ".join(map(str, missing))
        raise ConcentrationError(
            f"{len(missing)} of {len(values)} units have no value: {names}. "
            "Choose a year in which all units have one, or drop these units by name and say so."
        )
    if (numbers < 0).any():
        names = ", ".join(map(str, values.index[values < 0]))
        raise ConcentrationError(f"a share needs values of zero or more, but these are negative: {names}.")
    if not numbers.sum() > 0:
        raise ConcentrationError("a share needs a total above zero, but all values are zero.")
    return values


def shares(values: pd.Series) -> pd.Series:
    """Return the share of each unit in the sum of all units, as fractions that add up to one."""
    values = complete(values)
    return values / values.sum()


def top_share(values: pd.Series, n: int) -> float:
    """Return the share of the `n` largest units in the sum of all units, 0 to 1."""
    return float(shares(values).nlargest(n).sum())


def theil(values: pd.Series, population: pd.Series) -> float:
    """Return Theil's T of the value per head, weighted by population, in nats: 0 if all units are equal.

    With unit totals y, people p, and shares s = y/Σy and w = p/Σp, the value per head relative to its mean is
    s/w, so

        T = Σ w (s/w) ln(s/w) = Σ s ln(s/w),        0 ln 0 = 0.

    This equals the unweighted index over all people if each person has the value per head of their unit.
    `population` may hold more units than `values`.
    """
    return float(_information(*_against_people(values, population)).sum())


def location_quotient(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return the share of each unit in `part` divided by its share in `whole`: 1 means in proportion."""
    return shares(part) / shares(_matching(part, whole, "whole"))


def between_regions(values: pd.Series, population: pd.Series, regions: pd.Series) -> float:
    """Return the part of the Theil index per head between regions, 0 to 1; NaN if the index is zero.

    This part is Theil's T with each region as one unit. The rest of the index lies within the regions.
    """
    s, w = (pd.Series(share, values.index) for share in _against_people(values, population))
    where = regions.reindex(values.index)
    total = float(_information(s, w).sum())
    between = _information(s.groupby(where).sum(), w.groupby(where).sum()).sum()
    return float(between / total) if total > 0 else np.nan


def leave_one_out(values: pd.Series, statistic: Callable[[pd.Series], float]) -> Interval:
    """Return the range of a statistic when each unit is left out in turn."""
    results = [statistic(values.drop(unit)) for unit in values.index]
    return Interval(min(results), max(results))


def direction(statistic: Callable[[pd.Series], float], units: pd.Series) -> str:
    """Return "falling" or "rising" if the sign holds whichever unit is left out, else "not settled".

    `statistic` computes the change from a series of units.
    """
    change, omitted = statistic(units), leave_one_out(units, statistic)
    if change < 0 and omitted.high < 0:
        return "falling"
    return "rising" if change > 0 and omitted.low > 0 else "not settled"


def _against_people(values: pd.Series, population: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the shares of value and population over the same units, as arrays, because pandas is slow here."""
    own, people = complete(values).to_numpy(), _matching(values, population, "population")
    heads = people.to_numpy()
    if (heads == 0).any():
        empty = ", ".join(map(str, people.index[heads == 0]))
        raise ConcentrationError(f"the population of {empty} is zero, so there is no value per head.")
    return own / own.sum(), heads / heads.sum()  # `shares` would check both again


def _matching(values: pd.Series, other: pd.Series, name: str) -> pd.Series:
    """Return the other series over the units of the first."""
    if values.index.equals(other.index):
        return complete(other)
    places = other.index.get_indexer(values.index)
    if (places < 0).any():
        raise ConcentrationError(f"the {name} has no value for {', '.join(map(str, values.index[places < 0]))}.")
    return complete(other.iloc[places])


def _information(s: Numbers, w: Numbers) -> Numbers:
    """Return s ln(s/w), with 0 ln 0 = 0."""
    ratio = np.divide(s, w)
    return s * ln(np.where(ratio > 0, ratio, 1.0))
