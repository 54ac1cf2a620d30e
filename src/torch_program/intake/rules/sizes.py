"""Numbers are possible, of the size of those beside them, and add up; rules for new rows are stricter."""

import math
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from torch_program.csv_tables import Row
from torch_program.intake.problems import Faults, Problem
from torch_program.intake.tables import Data, at, is_number, line_of, undeclared
from torch_program.intervals import COUNTED, Interval
from torch_program.provinces import REGION_OF

YEARS_APART = 3  # values further apart are no measure for each other
SLIP = 10  # times its neighbours, from which a stored value is taken for a slip; new ones are held to `JUMP`
POWERS = (1, 2, 3, 4, 5, 6, 8)  # of ten: between the units in use, and between a share and per cent
LARGEST = 1e18  # GDP in the smallest unit of money has 15 digits
JUMP = 5  # times the neighbour from which a value is taken for a slip
HALF = 0.5  # of the zones from which their sum is held against the total
ADDED_UP = ("count", "persons", "money", "person-years")  # dimensions of which places have parts, no shares or ranks
ROUNDED = 1e-9  # per cent by which sums of floats may be off
AS_PRINTED = "as printed"  # in a note: the value has been compared with the source


def values(data: Data) -> Faults:
    """Counts are whole, shares lie between 0 and 100, a rounding is a width."""
    for row in data["figures"]:
        if not is_number(row["value"]):
            continue  # told by the structure
        value, series = float(row["value"]), data.series.get(row["series"])
        if row["unit"] in COUNTED - {"person-years"} and (value < 0 or not value.is_integer()):
            yield at(row, "value", "A count is a whole number, not below zero.", "Correct the value or the unit.")
        if abs(value) >= LARGEST:
            yield at(row, "value", "No figure of this report is so large.", "Correct the value.")
        if series and not _possible(series, value):
            fix = "Correct the value, or the series' dimension."
            yield at(row, "value", "A share lies between 0 and 100 per cent.", fix)
        if row["rounding"] and not (is_number(row["rounding"]) and float(row["rounding"]) > 0):
            rule = "A rounding is the width of the last certain digit."
            yield at(row, "rounding", rule, "Write a number above 0, or nothing.")


def _possible(series: Row, value: float) -> bool:
    return 0 <= value <= 100 or not series["dimension"].startswith("share of ")


class Known(NamedTuple):
    """A value in the canonical unit, and its year."""

    row: Row
    year: int
    interval: Interval


def history(data: Data) -> dict[tuple[str, str], list[Known]]:
    """Values of whole years by series and entity."""
    found: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for row in data["figures"]:
        period, interval = data.period(row), data.interval(row)
        if period and interval and row["status"] != "partial" and math.isfinite(interval.low + interval.high):
            found[row["series"], row["entity"]].append(Known(row, period.year, interval))
    return found


def neighbour(known: list[Known], year: int) -> Known | None:
    """The value nearest in time, if it is near."""
    near = [k for k in known if abs(k.year - year) <= YEARS_APART and k.interval.middle > 0]
    return min(near, key=lambda k: (abs(k.year - year), -k.year), default=None)


def slips(data: Data) -> Faults:
    """No value is many times its neighbours on both sides in time, unless its note says that it was printed so."""
    for known in history(data).values():
        about, sound = data.series[known[0].row["series"]], [k for k in known if k.interval.middle > 0]
        sound = [k for k in sound if _possible(about, k.interval.middle)]  # what is not, is told already
        for one in sorted(sound, key=lambda k: -k.year):
            others = _beside(sound, one)
            times = [one.interval.middle / k.interval.middle for k in others]
            near = neighbour(others, one.year)
            if near and not any(1 / SLIP < t < SLIP for t in times) and AS_PRINTED not in one.row["note"]:
                sound.remove(one)  # no measure for the others: of two values that are far apart, the later is told
                yield out_of_size(data, one.row, one.interval.middle / near.interval.middle, near)


def _beside(known: list[Known], one: Known) -> list[Known]:
    """The other values of the same year and of the nearest years before and after; at an end of a series all near ones.

    At an end the one neighbour may itself be the slip.
    """
    near = [k for k in known if k is not one and abs(k.year - one.year) <= YEARS_APART]
    before = max((k.year for k in near if k.year < one.year), default=None)
    after = min((k.year for k in near if k.year > one.year), default=None)
    return near if None in (before, after) else [k for k in near if k.year in {before, one.year, after}]


def out_of_size(data: Data, row: Row, times: float, near: Known) -> Problem:
    """A value that is so many times its neighbour, with the unit or the digits that were perhaps meant."""
    power = min((s * p for p in POWERS for s in (1, -1)), key=lambda p: abs(math.log10(times) - p))
    slip = abs(math.log10(times) - power) < 0.35  # a power of ten, give or take what changes in three years
    told = f"{times_in_words(times)} the {near.row['value']} {near.row['unit']} of {near.year} ({line_of(near.row)})"
    rule = "A value is of the size of its neighbours in time; a unit or a decimal place may have slipped."
    better = _unit_for(data, row, 10.0**-power) if slip else ""
    fix = f'Is the unit "{better}"? ' * bool(better)
    fix += f"Is it {Decimal(row['value']).scaleb(-power).normalize():f} {row['unit']}? " * slip
    fix += f'If the source prints it so, write "{AS_PRINTED}" into the note.'
    return at(row, "value", rule, fix, f"{row['value']} {row['unit']}, {told}")


def times_in_words(factor: float) -> str:
    times = max(factor, 1 / factor)
    shown = f"{times:,.0f}" if times >= 100 else f"{times:.3g}"
    return f"{shown} times" if factor >= 1 else f"1/{shown} of"


def _unit_for(data: Data, row: Row, wanted: float) -> str:
    """The declared unit that would make the value `wanted` times as large."""
    canonical = data.series[row["series"]]["unit"]
    factors = {u: f for (u, c), f in data.units.items() if c == canonical} | {canonical: 1.0}
    now = factors.get(row["unit"], math.nan)
    return next((u for u, f in sorted(factors.items()) if math.isclose(f / now, wanted, rel_tol=1e-6)), "")


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


def declared_sums(data: Data) -> Faults:
    """A sum names series of the register, and a range from low to high."""
    for row in data["sums"]:
        for column in ("provinces", "national"):
            rule = "A sum is that of a series of series.csv."
            yield from undeclared(data, row, column, "series", rule, "correct it, or delete the row")
        if float(row["low"]) > float(row["high"]):
            yield at(row, "low", "A range goes from the lower to the higher end.", "Swap low and high.")


def sums(data: Data) -> Faults:
    """Provinces add up to the national figure of some source, within what the sources are known to leave out."""
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    totals: dict[tuple[str, str], list[tuple[Row, float]]] = defaultdict(list)  # every source and vintage
    for row in data["figures"]:
        if span := data.interval(row):
            if row["entity"] in REGION_OF:
                found[row["series"]][row["period"]][row["entity"]] = span.middle
            elif row["entity"] == "China":
                totals[row["series"], row["period"]].append((row, span.middle))
    for rule in (row for row in data["sums"] if float(row["low"]) <= float(row["high"])):  # else it is told already
        for period, by_place in found.get(rule["provinces"], {}).items():
            yield from _off(data, rule, period, by_place, totals[rule["national"], period])


def _off(data: Data, rule: Row, period: str, by_place: dict[str, float], totals: list[tuple[Row, float]]) -> Faults:
    """The last total, where the provinces fit to none; too little is no fault where a province is missing."""
    factor = data.factor(data.series[rule["provinces"]]["unit"], rule["national"])
    parts = math.fsum(by_place.values()) * (math.nan if factor is None else factor)
    low = float(rule["low"]) if len(by_place) == len(REGION_OF) else -math.inf
    for row, total in sorted(totals, key=lambda found: found[1] > 0):
        if total <= 0:
            yield at(row, "value", "A national figure to which provinces add up is above zero.", "Correct the value.")
            return
        off = 100 * (parts / total - 1)
        if AS_PRINTED in row["note"] or low - ROUNDED <= off <= float(rule["high"]) + ROUNDED:
            return  # provinces go with one vintage of the total
    if totals:
        text = f"{rule['provinces']}, {period}: the provinces sum to {off:+.3f} % of {rule['national']} for China"
        told = f"The provinces must add up within {rule['low']} to {rule['high']} % ({rule['why']})."
        fix = "Compare the rows of that year with the source; one is mistyped. "
        fix += f'If the total was revised and its parts were not, say so in its note, with "{AS_PRINTED}".'
        yield at(row, "value", told, fix, text)
