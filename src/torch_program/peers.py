"""How one unit compares with others: its rank, and the units that resemble it most."""

import numpy as np
import pandas as pd

from claimbook.evidence.logarithm import ln


def rank(values: pd.Series, unit: str) -> tuple[int, int]:
    """Return a unit’s rank (1 is highest, ties share the better one) and how many units have a value."""
    known = values.dropna()
    return int(known.rank(ascending=False, method="min")[unit]), len(known)


def columns_for_logs(table: pd.DataFrame) -> list[str]:
    """Return the columns that allow a comparison of logs: all values above zero, and not all the same."""
    sound = (table > 0).all() & (table.nunique() > 1)
    return list(table.columns[sound])


def standardised(table: pd.DataFrame) -> pd.DataFrame:
    """Return the logs of comparable columns as standard deviations from their means.

    Logs, because provinces differ by factors: half of a large value and half of a small one count alike.
    """
    logs = ln(table.astype(float))
    return (logs - logs.mean()) / logs.std(ddof=0)


def distances(table: pd.DataFrame, unit: str) -> pd.Series:
    """Return the distance of every other unit from `unit` in standard deviations, nearest first.

    It is the root of the mean squared gap over the columns of `table` after `standardised`: 0 for a unit that
    is equal in every indicator, about 1.4 for two unrelated units. Equal distances are sorted by name.
    """
    scores = standardised(table)
    gaps = np.sqrt(((scores - scores.loc[unit]) ** 2).mean(axis=1))
    return gaps.drop(unit).sort_index().sort_values(kind="stable").rename("distance")
