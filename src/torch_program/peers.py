"""Where one unit stands among its like: its rank, and which others resemble it."""

import numpy as np
import pandas as pd

from claimbook.evidence.logarithm import ln


class PeersError(ValueError):
    """A place among peers is not defined for the values given; the message says why."""


def rank(values: pd.Series, unit: str) -> tuple[int, int]:
    """Place of a unit, 1 for the highest value, and how many units have a value; equal values share the better place.

    Raises PeersError where the unit has no value.
    """
    known = values.dropna()
    if unit not in known.index:
        raise PeersError(f"{unit} has no value to rank.")
    return int(known.rank(ascending=False, method="min")[unit]), len(known)


def comparable(table: pd.DataFrame) -> list[str]:
    """Columns that can be compared on logs: every unit has a value above zero, and the values are not all the same."""
    sound = (table > 0).all() & (table.nunique() > 1)
    return list(table.columns[sound])


def standardised(table: pd.DataFrame) -> pd.DataFrame:
    """Logs of each column, as standard deviations from the mean of the units.

    Logs, because provinces differ by factors: a tenth of the highest value and a tenth of the middle are alike.
    """
    unfit = [str(column) for column in table.columns if column not in comparable(table)]
    if unfit:
        raise PeersError(f"not every unit has a value above zero that differs from the others': {', '.join(unfit)}.")
    logs = ln(table.astype(float))
    return (logs - logs.mean()) / logs.std(ddof=0)


def distances(table: pd.DataFrame, unit: str) -> pd.Series:
    """Distance of each other unit from one, nearest first, in standard deviations.

    The root of the mean squared gap over the columns of `table` after `standardised`: 0 for a unit that is alike in
    every indicator, about 1.4 for two that have nothing to do with each other. Equal distances keep the order of names.
    """
    if unit not in table.index:
        raise PeersError(f"there is no unit {unit!r} in the table.")
    scores = standardised(table)
    gaps = np.sqrt(((scores - scores.loc[unit]) ** 2).mean(axis=1))
    return gaps.drop(unit).sort_index().sort_values(kind="stable").rename("distance")
