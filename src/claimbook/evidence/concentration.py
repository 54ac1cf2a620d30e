"""How unevenly a total is spread over places: shares, Theil per head, location quotients.

All functions take complete series with one value a unit. Zeros are fine, a missing or negative value is an error:
no unit may drop out in silence. Every measure is descriptive. The units are all there are, so nothing here is an
estimate and nothing has a sampling error.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from claimbook.evidence.intervals import Interval
from claimbook.evidence.logarithm import ln


class ConcentrationError(ValueError):
    """A measure is not defined for the values given; the message names the units and the way out."""


def complete(values: pd.Series) -> pd.Series:
    """The same values as floats; raises ConcentrationError for missing or negative ones and for a total of zero."""
    values = values.astype(float)
    numbers = values.to_numpy()  # these checks run a thousand times where each unit is left out in turn
    if np.isnan(numbers).any():
        missing = values.index[np.isnan(numbers)]
        names = ", ".join(map(str, missing))
        raise ConcentrationError(
            f"{len(missing)} of {len(values)} units have no value: {names}. "
            "Choose a year in which all have one, or drop them by name and say so."
        )
    if (numbers < 0).any():
        names = ", ".join(map(str, values.index[values < 0]))
        raise ConcentrationError(f"a share needs values of zero or more, and these are negative: {names}.")
    if not numbers.sum() > 0:
        raise ConcentrationError("a share needs a total above zero, and all values are zero.")
    return values


def shares(values: pd.Series) -> pd.Series:
    """Each unit's part of the sum of all units, as fractions that add up to one."""
    values = complete(values)
    return values / values.sum()


def top_share(values: pd.Series, n: int) -> float:
    """Part of the sum that the `n` largest units hold, 0 to 1."""
    return float(shares(values).nlargest(n).sum())


def theil(values: pd.Series, population: pd.Series) -> float:
    """Theil's T of the value per head, each unit weighted by its people: 0 (all equal) upward, in nats.

    With unit totals y, people p, and shares s = y/Σy and w = p/Σp, the value per head relative to its mean is s/w, so

        T = Σ w (s/w) ln(s/w) = Σ s ln(s/w),        0 ln 0 = 0.

    It equals the unweighted index of a list in which every person of a unit stands with the unit's value per head.
    `population` may hold more units than `values`.
    """
    s, w = _against_people(values, population)
    return float(_information(s, w).sum())


def location_quotient(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Each unit's share of `part` over its share of `whole`: 1 is a share in proportion."""
    return shares(part) / shares(_matching(part, whole, "whole"))


def between_regions(values: pd.Series, population: pd.Series, regions: pd.Series) -> float:
    """Part of the Theil index per head that lies between regions, 0 to 1; NaN where the index is zero.

    It is Theil's T of the regions, each as one unit; what is left of the index is within them.
    """
    s, w = _against_people(values, population)
    where = regions.reindex(s.index)
    total = float(_information(s, w).sum())
    between = _information(s.groupby(where).sum(), w.groupby(where).sum()).sum()
    return float(between / total) if total > 0 else np.nan


def leave_one_out(values: pd.Series, statistic: Callable[[pd.Series], float]) -> Interval:
    """How far one unit carries a statistic: its range when each is left out in turn."""
    results = [statistic(values.drop(unit)) for unit in values.index]
    return Interval(min(results), max(results))


def direction(statistic: Callable[[pd.Series], float], units: pd.Series) -> str:
    """ "falling" or "rising" where a change keeps its sign whichever unit is left out, else "not settled".

    `statistic` gives the change over the units of the series it is handed.
    """
    change, omitted = statistic(units), leave_one_out(units, statistic)
    if change < 0 and omitted.high < 0:
        return "falling"
    return "rising" if change > 0 and omitted.low > 0 else "not settled"


def _against_people(values: pd.Series, population: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Shares of the value and of the people, over the same units."""
    values = complete(values)
    people = _matching(values, population, "population")
    if (people == 0).any():
        empty = ", ".join(map(str, people.index[people == 0]))
        raise ConcentrationError(f"no people live in {empty}, so there is no value per head.")
    return values / values.sum(), people / people.sum()  # as `shares`, of what is complete already


def _matching(values: pd.Series, other: pd.Series, name: str) -> pd.Series:
    """The other series over the units of the first."""
    if values.index.equals(other.index):
        return complete(other)
    absent = values.index.difference(other.index)
    if len(absent):
        raise ConcentrationError(f"the {name} has no value for {', '.join(map(str, absent))}.")
    return complete(other.loc[values.index])


def _information(s: pd.Series, w: pd.Series) -> pd.Series:
    """s ln(s/w) with 0 ln 0 = 0."""
    ratio = np.divide(s.to_numpy(), w.to_numpy())
    return s * ln(np.where(ratio > 0, ratio, 1.0))
