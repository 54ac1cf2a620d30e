"""Values of a new table that belong to another place, year or series, as far as earlier values tell."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from claimbook.intake.problems import Faults, Problem
from claimbook.intake.rules.sizes import AS_PRINTED, Known, history, neighbour, series_like
from claimbook.intake.tables import Data, at
from claimbook.say.csv_tables import Row
from claimbook.say.words import counted, some

SEVERAL, ENOUGH = 3, 5  # values that are no chance; rows that show how much a year changes
LONG = 3  # digits from which the same number is no chance
FAR, NEAR = 0.03, 0.012  # decimal logarithms: 7 %, by which a value stands out; 3 %, by which it is like another
TIMES = 4  # the usual distance, from which one stands out
NAMED = 4  # rows that a fault names
OTHERWISE = f'Compare with the source; if it prints them so, write "{AS_PRINTED}" into the notes.'


class Held(NamedTuple):
    """A new row, the decimal logarithm of its value, and that of the value of its place that is nearest in time."""

    row: Row
    value: float
    before: float


def mistaken(merged: Data, stored: Data, rows: list[Row]) -> Faults:
    """Values that are those of another year, place or series, each table of one series and year for itself."""
    known = history(stored)
    tables: dict[tuple[str, int], list[tuple[Row, float]]] = defaultdict(list)
    for row in rows:
        period, span = merged.period(row), merged.interval(row)
        if period and span and span.middle > 0 and AS_PRINTED not in row["note"] and row["status"] != "partial":
            tables[row["series"], period.year].append((row, span.middle))
    for (series, year), table in tables.items():
        near = [(row, value, neighbour(known[series, row["entity"]], year)) for row, value in table]
        held = [Held(row, math.log10(value), math.log10(k.interval.middle)) for row, value, k in near if k]
        ways = _another_year(known, table, year), _moved(held), _exchanged(held), _another_series(merged, held)
        yield from next((found for way in ways if (found := list(way))), [])


def _told(rows: list[Row], column: str, thing: str, shown: str, fix: str) -> Problem:
    rule = f"A value is like earlier ones of its own {thing}, not like those of another."
    return at(rows[0], column, rule, f"{fix} {OTHERWISE}", f"{counted(len(rows), 'row')}: {shown}")


def _another_year(
    known: Mapping[tuple[str, str], list[Known]], table: list[tuple[Row, float]], year: int
) -> Iterator[Problem]:
    """Are nearly all values the very ones that are stored for one other year?"""
    same: dict[int, list[Row]] = defaultdict(list)
    asked: Counter[int] = Counter()
    for row, value in table:
        others = {k.year: k.interval.middle for k in known[row["series"], row["entity"]] if k.year != year}
        asked.update(others.keys())
        if len(row["value"].strip("0.")) >= LONG:
            for other in (other for other, stored in others.items() if math.isclose(value, stored)):
                same[other].append(row)
    if rows := max(same.values(), key=len, default=[]):
        other = next(other for other, own in same.items() if own is rows)
        if len(rows) >= SEVERAL and 5 * len(rows) >= 4 * asked[other]:
            yield _told(rows, "period", "year", f"the very values stored for {other}", f"Is this the table of {other}?")


def _moved(held: list[Held]) -> Iterator[Problem]:
    """Is each value like the earlier one of the row above or below, rather than of its own?"""
    own = _spread([h.value - h.before for h in held]) if len(held) >= ENOUGH else 0
    for way, pairs in (("above", pairwise(held)), ("below", ((b, a) for a, b in pairwise(held)))):
        if own > FAR and own > TIMES * _spread([here.value - other.before for other, here in pairs]):
            shown, rows = f"like earlier ones of the row {way}", [h.row for h in held]
            yield _told(rows, "value", "place", shown, "Move the column by one row.")


def _exchanged(held: list[Held]) -> Iterator[Problem]:
    """Do rows stand out that have about what another one of them should have?"""
    usual = [h.value - h.before for h in held] if len(held) >= ENOUGH else [0.0]
    change, noise = median(usual), _spread(usual)
    out = [h for h in held if abs(h.value - h.before - change) > max(FAR, TIMES * noise)]
    meant: dict[str, str] = {}
    for one in out:
        off = {h.row["entity"]: abs(one.value - h.before - change) for h in out if h is not one}
        if off and min(off.values()) < max(NEAR, 2 * noise):
            meant[one.row["entity"]] = min(off, key=lambda place, off=off: off[place])  # type: ignore[misc]
    swapped = {place: other for place, other in meant.items() if meant.get(other) == place}
    if swapped or len(set(meant.values())) == len(meant) >= SEVERAL:  # fewer may be chance
        meant = swapped or meant
        shown = some((f"{place} has about what {other} had" for place, other in meant.items()), NAMED)
        rows = [h.row for h in out if h.row["entity"] in meant]
        yield _told(rows, "value", "place", shown, "Exchange them.")


def _another_series(merged: Data, held: list[Held]) -> Iterator[Problem]:
    if len(held) >= SEVERAL and median(abs(h.value - h.before) for h in held) > 4 * FAR:
        rows = [h.row for h in held]
        if other := series_like(merged, rows, merged.series.keys() - {rows[0]["series"]}, FAR):
            yield _told(rows, "series", "series", f"about what {other} had of these places", f"Is this {other}?")


def _spread(values: list[float]) -> float:
    """The median distance from the median, as a standard deviation of what is normally distributed."""
    middle = median(values)
    return 1.4826 * median(abs(value - middle) for value in values)
