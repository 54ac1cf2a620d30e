"""Where one unit stands among its like: its rank, and which others resemble it."""

import numpy as np
import pandas as pd

from claimbook.evidence.logarithm import ln


def rank(values: pd.Series, unit: str) -> tuple[int, int]:
    """A unit’s place, 1 for the highest value, and how many have a value; equal values share the better place."""
    known = values.dropna()
    return int(known.rank(ascending=False, method="min")[unit]), len(known)


def comparable(table: pd.DataFrame) -> list[str]:
    """Columns that can be compared on logs: every unit has a value above zero, and the values are not all the same."""
    sound = (table > 0).all() & (table.nunique() > 1)
    return list(table.columns[sound])


def standardised(table: pd.DataFrame) -> pd.DataFrame:
    """Logs of each column, which must be comparable, as standard deviations from the mean of the units.

    Logs, because provinces differ by factors: a tenth of the highest value and a tenth of the middle are alike.
    """
    logs = ln(table.astype(float))
    return (logs - logs.mean()) / logs.std(ddof=0)


def distances(table: pd.DataFrame, unit: str) -> pd.Series:
    """Distance of each other unit from one, nearest first, in standard deviations.

    The root of the mean squared gap over the columns of `table` after `standardised`: 0 for a unit that is alike in
    every indicator, about 1.4 for two that have nothing to do with each other. Equal distances keep the order of names.
    """
    scores = standardised(table)
    gaps = np.sqrt(((scores - scores.loc[unit]) ** 2).mean(axis=1))
    return gaps.drop(unit).sort_index().sort_values(kind="stable").rename("distance")
