"""How unevenly a total is spread over places: shares, Gini, HHI, Theil per head, location quotients.

All functions take complete series with one value a unit. Zeros are fine, a missing or negative value is an error:
no unit may drop out in silence. Every measure is descriptive. The units are all there are, so nothing here is an
estimate and nothing has a sampling error.
"""

import math
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


def hhi(values: pd.Series) -> float:
    """Herfindahl–Hirschman index: sum of squared shares, from 1/n (all equal) to 1 (one unit has all)."""
    return float((shares(values) ** 2).sum())


def gini(values: pd.Series) -> float:
    """Gini coefficient of unit totals, unweighted: 0 (all equal) to 1 − 1/n (one unit has all).

    With the n units in ascending order, G = Σ (2i − n − 1) xᵢ / (n Σ xᵢ).
    """
    x = sorted(complete(values))
    n = len(x)
    return math.fsum((2 * i - n - 1) * value for i, value in enumerate(x, 1)) / (n * math.fsum(x))


def theil(values: pd.Series, population: pd.Series) -> float:
    """Theil's T of the value per head, each unit weighted by its people: 0 (all equal) upward, in nats.

    With unit totals y, people p, and shares s = y/Σy and w = p/Σp, the value per head relative to its mean is s/w, so

        T = Σ w (s/w) ln(s/w) = Σ s ln(s/w),        0 ln 0 = 0.

    It equals the unweighted index of a list in which every person of a unit stands with the unit's value per head.
    `population` may hold more units than `values`.
    """
    s, w = _against_people(values, population)
    return float(_information(s, w).sum())


def theil_by_region(values: pd.Series, population: pd.Series, regions: pd.Series) -> pd.DataFrame:
    """Theil's T of the value per head, taken apart by region.

    One row a region with its shares of `value` and `people`, and its parts `between` (the region against the whole;
    may be negative) and `within` (its own T, weighted by its share of the value). The two columns together sum to
    `theil`.
    """
    s, w = _against_people(values, population)
    where = regions.reindex(s.index)
    if where.isna().any():
        raise ConcentrationError(f"no region is given for {', '.join(map(str, where.index[where.isna()]))}.")
    parts = pd.DataFrame({"value": s.groupby(where).sum(), "people": w.groupby(where).sum()})
    parts["between"] = _information(parts["value"], parts["people"])
    parts["within"] = _information(s, w).groupby(where).sum() - parts["between"]
    return parts.rename_axis("region")


def lorenz(values: pd.Series, population: pd.Series) -> pd.DataFrame:
    """Lorenz curve of the value per head: units from the lowest to the highest value per head.

    Columns `unit` (empty in the first row), `people` and `value`: cumulative shares from 0 to 1.
    """
    s, w = _against_people(values, population)
    order = (s / w).sort_values(kind="stable").index
    return pd.DataFrame({"unit": ["", *order], "people": [0.0, *w[order].cumsum()], "value": [0.0, *s[order].cumsum()]})


def lorenz_gini(curve: pd.DataFrame) -> float:
    """Gini coefficient of a Lorenz curve: twice the area between it and the diagonal. Per head, weighted by people."""
    return float(1 - 2 * np.trapezoid(curve["value"], curve["people"]))


def location_quotient(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Each unit's share of `part` over its share of `whole`: 1 is a share in proportion."""
    part = complete(part)
    whole = _matching(part, whole, "whole")
    return shares(part) / shares(whole)


def between_regions(values: pd.Series, population: pd.Series, regions: pd.Series) -> float:
    """Part of the Theil index per head that lies between regions, 0 to 1; NaN where the index is zero."""
    total = theil(values, population)
    return float(theil_by_region(values, population, regions)["between"].sum() / total) if total > 0 else np.nan


def without(values: pd.Series, *units: str) -> pd.Series:
    """The values without some units; an unknown name is an error, since a misspelt one would change nothing."""
    unknown = [u for u in units if u not in values.index]
    if unknown:
        raise ConcentrationError(f"there is no unit {', '.join(unknown)} to leave out.")
    return values.drop(list(units))


def leave_one_out(values: pd.Series, statistic: Callable[[pd.Series], float]) -> Interval:
    """How far one unit carries a statistic: its range when each is left out in turn."""
    results = [statistic(without(values, unit)) for unit in values.index]
    return Interval(min(results), max(results))


def direction(statistic: Callable[[pd.Series], float], units: pd.Series) -> str:
    """ "falling" or "rising" where a change keeps its sign whichever unit is left out, else "not settled".

    `statistic` gives the change over the units of the series it is handed.
    """
    change, omitted = statistic(units), leave_one_out(units, statistic)
    if change < 0 and omitted.high < 0:
        return "falling"
    return "rising" if change > 0 and omitted.low > 0 else "not settled"


def catching_up(first: pd.Series, last: pd.Series, years: int) -> float:
    """Slope of the yearly log growth of units on the log of where they began (β): below zero, those behind grew faster.

    It describes the units at hand. Noise in the first year alone makes it negative, so read it beside `spread_of_logs`.
    """
    start = ln(first)
    growth = (ln(last) - start) / years
    ahead = start - math.fsum(start) / len(start)
    return math.fsum(ahead * growth) / math.fsum(ahead * ahead)


def spread_of_logs(values: pd.Series) -> float:
    """Standard deviation of the logs of units (σ): whether they lie closer together or further apart."""
    return float(ln(values).std(ddof=0))


def summary(indicators: dict[str, pd.Series], population: pd.Series, regions: pd.Series) -> pd.DataFrame:
    """One row an indicator, with the usual measures of how it is spread.

    Columns: `n` units, `top_3` and `top_10` (fractions of the sum), `gini` and `hhi` of unit totals, `theil` per head,
    `between` (fraction of the Theil that lies between regions; missing where the Theil is zero).
    """
    rows = {
        name: {
            "n": len(values),
            "top_3": top_share(values, 3),
            "top_10": top_share(values, 10),
            "gini": gini(values),
            "hhi": hhi(values),
            "theil": theil(values, population),
            "between": between_regions(values, population, regions),
        }
        for name, values in indicators.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")


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
