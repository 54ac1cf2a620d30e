"""Rules for new rows alone, stricter than those of what is stored."""

import math
from collections import defaultdict
from collections.abc import Iterator

from torch_program.csv_tables import Row
from torch_program.intake.problems import Problem
from torch_program.intake.rules.sizes import AS_PRINTED, history, neighbour, out_of_size, times_in_words
from torch_program.intake.tables import Data, at, line_of
from torch_program.intervals import Interval
from torch_program.periods import parse
from torch_program.places import Places

JUMP = 5  # times the neighbour from which a value is taken for a slip
HALF = 0.5  # of the zones from which their sum is held against the total


def known_places(merged: Data, stored: Data, rows: list[Row]) -> Iterator[Problem]:
    """A figure is about a place that the data know."""
    places = Places(merged.zones, {row["entity"] for row in stored.figures})
    for row in rows:
        if row["entity"] not in places.names:
            near = places.suggest(row["entity"])
            fix = f'Did you mean "{near}"? ' * bool(near) + "A new zone gets its row in zones.csv first (--sources)."
            yield at(row, "entity", "A place must be a zone, a province, or one that has figures already.", fix)


def jumps(merged: Data, stored: Data, rows: list[Row]) -> Iterator[Problem]:
    """No value is many times its neighbour in time, unless its note says that it was printed so."""
    known = history(stored)
    for row in rows:
        period, interval = merged.period(row), merged.interval(row)
        told = AS_PRINTED in row["note"] or row["status"] == "partial"
        if told or not period or not interval or interval.middle <= 0:
            continue
        near = neighbour(known[row["series"], row["entity"]], period.year)
        if near is None:
            continue
        times = interval.middle / near.interval.middle
        if 1 / JUMP < times < JUMP:
            continue
        yield out_of_size(merged, row, times, near)


def parts(merged: Data, stored: Data, rows: list[Row]) -> Iterator[Problem]:
    """A zone has no more than all zones, and nearly all of them together have about the total."""
    known = history(merged)
    zones = {row["zone_en"] for row in merged.zones}
    tables: dict[tuple[str, str], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in rows:
        period, interval = merged.period(row), merged.interval(row)
        if row["entity"] in zones and period and interval and _adds_up(merged, row["series"]):
            tables[row["series"], row["period"]].append((row, interval))
            whole = neighbour(known[row["series"], "All zones"], period.year)
            if whole and interval.low > whole.interval.high and AS_PRINTED not in row["note"]:
                rule = "One zone has no more than all zones together."
                total = f"{whole.row['value']} {whole.row['unit']} of all zones, {whole.row['period']}"
                fix = f"Correct the value or its unit ({line_of(whole.row)} has the total)."
                yield at(row, "value", rule, fix, f"{row['value']} {row['unit']}, against {total}")
    for (series, when), cells in tables.items():
        whole = neighbour(known[series, "All zones"], parse(when).year)
        if whole is None or len(cells) < HALF * len(zones):
            continue
        times = math.fsum(interval.middle for _, interval in cells) / whole.interval.middle
        if not 1 / JUMP < times < JUMP:
            row = cells[0][0]
            rule = "The zones of a table must add up to about the total of all zones; a unit may have slipped."
            fix = f"The total is {whole.row['value']} {whole.row['unit']} ({line_of(whole.row)}). Correct the unit."
            yield at(
                row, "unit", rule, fix, f"{series}, {when}: {len(cells)} zones have {times_in_words(times)} the total"
            )


def _adds_up(data: Data, series: str) -> bool:
    """Can the values of places be added: counts, persons and money, not shares, ranks and indices."""
    about = data.series[series]
    return about["dimension"].startswith(("count", "persons", "money", "person-years")) and about["unit"] != "percent"
