"""Values of a new table that belong to another place, year or series, as far as earlier values tell."""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from claimbook.intake.problems import Faults, Problem
from claimbook.intake.rules.sizes import AS_PRINTED, Known, history, neighbour, series_like
from claimbook.intake.tables import Data, at
from claimbook.say.csv_tables import Row
from claimbook.say.words import counted, some

SEVERAL = 3  # values of another year or series that are no chance
ENOUGH = 5  # rows that show how much a year changes
LONG = 3  # digits from which the same number is no chance
FAR, NEAR = (
    0.06,
    0.012,
)  # in decimal logarithms: 15 %, from which a change stands out; 3 %, within which one is like others
TIMES = 4  # the usual distance, from which one stands out
NAMED = 4  # rows that a fault names
OTHERWISE = f'Compare with the source; if it prints them so, write "{AS_PRINTED}" into the notes.'


class Held(NamedTuple):
    """A new row, the decimal logarithm of its value, and that of the value of its place that is nearest in time."""

    row: Row
    value: float
    before: float

    @property
    def place(self) -> str:
        return self.row["entity"]


def mistaken(merged: Data, stored: Data, rows: list[Row]) -> Faults:
    """Values that are those of another year, place or series, each table of one series and year for itself."""
    known = history(stored)
    tables: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        period, span = merged.period(row), merged.interval(row)
        if period and span and span.middle > 0 and AS_PRINTED not in row["note"] and row["status"] != "partial":
            tables[row["series"], period.year].append(row)
    for (series, year), table in tables.items():
        held = []
        for row in table:
            span, near = merged.interval(row), neighbour(known[series, row["entity"]], year)
            if span and near:
                held.append(Held(row, math.log10(span.middle), math.log10(near.interval.middle)))
        faults = (
            _another_year(known, merged, table, year),
            _moved(held),
            _exchanged(held),
            _another_series(merged, held),
        )
        yield from next((found for fault in faults if (found := list(fault))), [])


def _told(rows: list[Row], column: str, rule: str, shown: str, fix: str) -> Problem:
    return at(rows[0], column, rule, f"{fix} {OTHERWISE}", f"{counted(len(rows), 'row')}: {shown}")


def _another_year(
    known: dict[tuple[str, str], list[Known]], merged: Data, table: list[Row], year: int
) -> Iterator[Problem]:
    same: dict[int, list[Row]] = defaultdict(list)
    asked: dict[int, int] = defaultdict(int)
    for row in table:
        span = merged.interval(row)
        for other in {k.year: k for k in known[row["series"], row["entity"]] if k.year != year}.values():
            asked[other.year] += 1
            if span and math.isclose(span.middle, other.interval.middle) and len(row["value"].strip("0.")) >= LONG:
                same[other.year].append(row)
    for other_year, rows in same.items():
        if len(rows) >= SEVERAL and 5 * len(rows) >= 4 * asked[other_year]:
            rule = "The values of a year are not those of another one."
            shown = f"the very values that are stored for {other_year}"
            yield _told(rows, "period", rule, shown, f"Is this the table of {other_year}?")
            return


def _moved(held: list[Held]) -> Iterator[Problem]:
    """Is each value like the earlier one of the row above or below, rather than of its own?"""
    if len(held) < ENOUGH:
        return
    own = _spread([h.value - h.before for h in held])
    for way, pairs in (("above", pairwise(held)), ("below", ((b, a) for a, b in pairwise(held)))):
        if own > max(FAR, TIMES * _spread([here.value - other.before for other, here in pairs])):
            rule = "Each value stands in the row of its own place."
            shown = f"the values are like earlier ones of the row {way}"
            yield _told([h.row for h in held], "value", rule, shown, "Move the column by one row.")


def _exchanged(held: list[Held]) -> Iterator[Problem]:
    """Rows that stand out, and have about what another one of them should have."""
    usual = [h.value - h.before for h in held] if len(held) >= ENOUGH else [0.0]
    change, noise = median(usual), _spread(usual)
    out = [h for h in held if abs(h.value - h.before - change) > max(FAR, TIMES * noise)]
    meant = {}
    for one in out:
        fits = [h for h in out if h is not one and abs(one.value - h.before - change) < max(NEAR, 2 * noise)]
        if fits:
            meant[one.place] = min(fits, key=lambda h, one=one: abs(one.value - h.before - change)).place  # type: ignore[misc]
    swapped = {place: other for place, other in meant.items() if meant.get(other) == place}
    if not swapped and (len(meant) < SEVERAL or len(set(meant.values())) < len(meant)):
        return  # it may be chance
    meant = swapped or meant
    rule = "A value is like the earlier ones of its own place, not like those of another."
    shown = some((f"{place} has about what {other} had" for place, other in meant.items()), NAMED)
    yield _told([h.row for h in out if h.place in meant], "value", rule, shown, "Exchange them.")


def _another_series(merged: Data, held: list[Held]) -> Iterator[Problem]:
    if len(held) >= SEVERAL and median(abs(h.value - h.before) for h in held) > 2 * FAR:
        rows = [h.row for h in held]
        others = [series for series in merged.series if series != rows[0]["series"]]
        if other := series_like(merged, rows, others, FAR / 2):
            rule = "A value is like the earlier ones of its own series, not like those of another."
            yield _told(rows, "series", rule, f"about what {other} had of these places", f"Is this {other}?")


def _spread(values: list[float]) -> float:
    """The median distance from the median, as a standard deviation of what is normally distributed."""
    middle = median(values)
    return 1.4826 * median(abs(value - middle) for value in values)
