"""Find values of a new table that belong to another place, year or series, from earlier values."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from claimbook.intake.problems import Faults, Problem
from claimbook.intake.rules.sizes import AS_PRINTED, Beside, StoredValue, series_like
from claimbook.intake.tables import Data, fault_at
from claimbook.project.csv_tables import Row
from claimbook.say.words import counted, some

VALUES_ENOUGH, ROWS_ENOUGH = 3, 5  # values that cannot be chance; rows that show the usual change
LONG = 3  # equal numbers with so many digits are no chance
FAR, ALIKE_LOG = 0.03, 0.012  # decimal logarithms: a value stands out by 7 %; two within 3 % are alike
TIMES = 4  # a value stands out at so many times the usual distance
EXCHANGED_ROWS_NAMED = 4  # rows that a fault names at most
OTHERWISE = f'Compare with the source. If it prints these values, write "{AS_PRINTED}" in their notes.'


def mistaken(merged: Data, known: Mapping[tuple[str, str], list[StoredValue]], new: Iterable[Beside]) -> Faults:
    """Yield a fault for each table (one series and year) with values of another year, place or series."""
    tables: dict[tuple[str, int], list[Beside]] = defaultdict(list)
    for one in new:
        tables[one.row["series"], one.year].append(one)
    for table in tables.values():
        rows = [one.row for one in table if one.near]
        now = np.array([math.log10(one.middle) for one in table if one.near])
        before = np.array([math.log10(one.near.interval.middle) for one in table if one.near])
        ways = [_another_year(known, table)]
        ways += [_shifted(rows, now, before), _exchanged(rows, now, before)] if len(rows) >= ROWS_ENOUGH else []
        ways += [_another_series(merged, rows, now, before)] if len(rows) >= VALUES_ENOUGH else []
        yield from next((found for way in ways if (found := list(way))), [])


def _exchange_fault(rows: list[Row], column: str, noun: str, shown: str, fix: str) -> Problem:
    rule = f"Values should resemble earlier ones of their own {noun}, but these resemble those of another {noun}."
    return fault_at(rows[0], column, rule, f"{fix} {OTHERWISE}", f"{counted(len(rows), 'row')}: {shown}")


def _another_year(known: Mapping[tuple[str, str], list[StoredValue]], table: list[Beside]) -> Iterator[Problem]:
    """Yield a fault if nearly all values are those stored for one other year."""
    same: dict[int, list[Row]] = defaultdict(list)
    stored: Counter[int] = Counter()
    for row, own_year, middle, _ in table:
        others = {k.year: k.interval.middle for k in known[row["series"], row["entity"]] if k.year != own_year}
        stored.update(others.keys())
        for year in (year for year, other in others.items() if math.isclose(middle, other)):
            same[year] += [row] * (len(row["value"].strip("0.")) >= LONG)
    year, rows = max(same.items(), key=lambda found: len(found[1]), default=(0, []))
    if len(rows) >= VALUES_ENOUGH and 5 * len(rows) >= 4 * stored[year]:
        yield _exchange_fault(
            rows, "period", "year", f"the same values as those stored for {year}", f"Is this the table of {year}?"
        )


def _shifted(rows: list[Row], now: np.ndarray, before: np.ndarray) -> Iterator[Problem]:
    """Yield a fault if each value is like the earlier one of the row above or below, not of its own row."""
    own_spread = _spread(now - before)
    for way, off in (("above", now[1:] - before[:-1]), ("below", now[:-1] - before[1:])):
        if own_spread > FAR and own_spread > TIMES * _spread(off):
            yield _exchange_fault(
                rows, "value", "place", f"close to earlier values of the row {way}", "Shift the column by one row."
            )


def _exchanged(rows: list[Row], now: np.ndarray, before: np.ndarray) -> Iterator[Problem]:
    """Yield a fault if some values stand out and fit other rows among them."""
    change, noise = np.median(now - before), _spread(now - before)
    (out,) = np.nonzero(abs(now - before - change) > max(FAR, TIMES * noise))
    if len(out) < 2:
        return
    apart = abs(now[out, None] - before[out] - change)  # of each value from each expected one
    np.fill_diagonal(apart, np.inf)
    nearest = zip(out, out[apart.argmin(axis=1)], apart.min(axis=1), strict=True)
    matches = {int(one): int(other) for one, other, off in nearest if off < max(ALIKE_LOG, 2 * noise)}
    swapped = {one: other for one, other in matches.items() if matches.get(other) == one}
    if swapped or len(set(matches.values())) == len(matches) >= VALUES_ENOUGH:  # fewer may be chance
        pairs = [(rows[one]["entity"], rows[other]["entity"]) for one, other in (swapped or matches).items()]
        shown = some((f"{place} has about what {other} had" for place, other in pairs), EXCHANGED_ROWS_NAMED)
        yield _exchange_fault([rows[one] for one in swapped or matches], "value", "place", shown, "Swap them.")


def _another_series(merged: Data, rows: list[Row], now: np.ndarray, before: np.ndarray) -> Iterator[Problem]:
    if np.median(abs(now - before)) > 4 * FAR:
        if other := series_like(merged, rows, merged.series.keys() - {rows[0]["series"]}, FAR):
            yield _exchange_fault(
                rows, "series", "series", f"close to the values of {other} for these places", f"Is this {other}?"
            )


def _spread(values: np.ndarray) -> float:
    """Return the median distance from the median, scaled to a standard deviation of a normal distribution."""
    return float(1.4826 * np.median(abs(values - np.median(values))))
