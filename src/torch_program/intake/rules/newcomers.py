"""Rules for new rows alone, stricter than those of what is stored."""

import math
from collections import defaultdict

from torch_program.csv_tables import Row
from torch_program.intake.problems import Faults
from torch_program.intake.rules.sizes import AS_PRINTED, Known, history, neighbour, out_of_size, times_in_words
from torch_program.intake.tables import Data, at, line_of
from torch_program.places import Places

JUMP = 5  # times the neighbour from which a value is taken for a slip
HALF = 0.5  # of the zones from which their sum is held against the total
ADDED_UP = ("count", "persons", "money", "person-years")  # dimensions of which places have parts, no shares or ranks


def known_places(merged: Data, stored: Data, rows: list[Row]) -> Faults:
    """A figure is about a place that the data know."""
    places = Places(merged["zones"], {row["entity"] for row in stored["figures"]})
    for row in rows:
        if row["entity"] not in places.names:
            near = places.suggest(row["entity"])
            fix = f'Did you mean "{near}"? ' * bool(near) + "A new zone gets its row in zones.csv first (--sources)."
            yield at(row, "entity", "A place must be a zone, a province, or one that has figures already.", fix)


def jumps(merged: Data, stored: Data, rows: list[Row]) -> Faults:
    """No value is many times its neighbour in time, unless its note says that it was printed so."""
    known = history(stored)
    for row in rows:
        period, interval = merged.period(row), merged.interval(row)
        near = neighbour(known[row["series"], row["entity"]], period.year) if period else None
        if near is None or interval is None or interval.middle <= 0:
            continue
        times = interval.middle / near.interval.middle
        if not (1 / JUMP < times < JUMP or AS_PRINTED in row["note"] or row["status"] == "partial"):
            yield out_of_size(merged, row, times, near)


def parts(merged: Data, rows: list[Row]) -> Faults:
    """A zone has no more than all zones, and nearly all of them together have about the total."""
    known, zones = history(merged), {row["zone_en"] for row in merged["zones"]}
    tables: dict[tuple[str, str], list[tuple[Row, float, Known]]] = defaultdict(list)
    for row in rows:
        period, interval = merged.period(row), merged.interval(row)
        about = merged.series.get(row["series"], {"dimension": "", "unit": ""})
        added_up = about["dimension"].startswith(ADDED_UP) and about["unit"] != "percent"
        whole = neighbour(known[row["series"], "All zones"], period.year) if period else None
        if row["entity"] in zones and interval and added_up and whole:
            tables[row["series"], row["period"]].append((row, interval.middle, whole))
            if interval.low > whole.interval.high and AS_PRINTED not in row["note"]:
                total = f"{whole.row['value']} {whole.row['unit']} of all zones, {whole.row['period']}"
                fix = f"Correct the value or its unit ({line_of(whole.row)} has the total)."
                told = f"{row['value']} {row['unit']}, against {total}"
                yield at(row, "value", "One zone has no more than all zones together.", fix, told)
    for (series, when), cells in tables.items():
        row, _, whole = cells[0]
        times = math.fsum(middle for _, middle, _ in cells) / whole.interval.middle
        if len(cells) >= HALF * len(zones) and not 1 / JUMP < times < JUMP:
            rule = "The zones of a table must add up to about the total of all zones; a unit may have slipped."
            fix = f"The total is {whole.row['value']} {whole.row['unit']} ({line_of(whole.row)}). Correct the unit."
            told = f"{series}, {when}: {len(cells)} zones have {times_in_words(times)} the total"
            yield at(row, "unit", rule, fix, told)
