"""Check that numbers are possible and similar to neighbouring years. The rules for new rows are stricter."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from claimbook.evidence.intervals import COUNTED, Interval
from claimbook.intake.problems import Faults, Problem
from claimbook.intake.tables import Data, fault_at, is_number, line_of
from claimbook.project.csv_tables import Row

YEARS_APART = 3  # years; values further apart are not compared
SLIP = 10  # a stored value so many times its neighbours is a slip; for new values see `JUMP`
POWERS = (1, 2, 3, 4, 5, 6, 8)  # powers of ten between units in use, and between a share and per cent
LARGEST = 1e18  # GDP in the smallest unit of money has 15 digits
USUAL_CHANGE = 0.1  # in decimal logarithms: usual change in one to three years
JUMP = 5  # a new value so many times its neighbour is a slip
AS_PRINTED = "as printed"  # in a note: somebody compared the value with the source


def values(data: Data) -> Faults:
    """Yield faults for counts that are not whole, shares outside 0 to 100 per cent, and wrong roundings."""
    for row in data["figures"]:
        if not is_number(row["value"]):
            continue  # the check of the structure reports it
        value, series = float(row["value"]), data.series.get(row["series"])
        if row["unit"] in COUNTED - {"person-years"} and (value < 0 or not value.is_integer()):
            if row["series"] in data.series and data.factor(row["unit"], row["series"]) is None:
                continue  # reported as a fault of the unit
            yield fault_at(
                row, "value", "A count must be a whole number of zero or more.", "Correct the value or the unit."
            )
        if abs(value) >= LARGEST:
            yield fault_at(row, "value", "The value is too large to be plausible.", "Correct the value.")
        if series and not _possible(series, value):
            fix = "Correct the value or the dimension of the series."
            yield fault_at(row, "value", "A share must lie between 0 and 100 per cent.", fix)
        if row["rounding"] and not (is_number(row["rounding"]) and float(row["rounding"]) > 0):
            rule = "The rounding must be the width of the last certain digit."
            yield fault_at(row, "rounding", rule, "Write a number above 0, or leave it empty.")


def _possible(series: Row, value: float) -> bool:
    return 0 <= value <= 100 or not series["dimension"].startswith("share of ")


class StoredValue(NamedTuple):
    """A stored value in the canonical unit, and its year."""

    row: Row
    year: int
    interval: Interval


def history(data: Data) -> dict[tuple[str, str], list[StoredValue]]:
    """Return the values of whole years by series and entity."""
    found: dict[tuple[str, str], list[StoredValue]] = defaultdict(list)
    for row in data["figures"]:
        period, interval = data.period(row), data.interval(row)
        if period and interval and row["status"] != "partial" and math.isfinite(interval.low + interval.high):
            found[row["series"], row["entity"]].append(StoredValue(row, period.year, interval))
    return found


def neighbour(known: list[StoredValue], year: int) -> StoredValue | None:
    """Return the value nearest in time, within YEARS_APART; None if there is none."""
    near = [k for k in known if abs(k.year - year) <= YEARS_APART and k.interval.middle > 0]
    return min(near, key=lambda k: (abs(k.year - year), -k.year), default=None)


def series_like(data: Data, rows: list[Row], among: Iterable[str]) -> str:
    """Return the series with the most similar values for most of the rows' places and times; "" if none."""
    known, off = history(data), {}
    for series in among:
        ratios = [ratio for row in rows if (ratio := _over_neighbour(data, known, row, series))]
        if 2 * len(ratios) > len(rows):
            off[series] = median(abs(math.log10(ratio)) for ratio in ratios)
    near = min(off, key=lambda series: off[series], default="")
    return near if near and off[near] < USUAL_CHANGE else ""


def _over_neighbour(
    data: Data, known: Mapping[tuple[str, str], list[StoredValue]], row: Row, series: str
) -> float | None:
    """Return the ratio of a value, read as one of that series, to the nearest value in time of its place."""
    factor, period = data.factor(row["unit"], series), data.period(row)
    others = [k for k in known.get((series, row["entity"]), ()) if k.row is not row]
    near = neighbour(others, period.year) if period else None
    value = float(row["value"]) if is_number(row["value"]) else 0
    return value * factor / near.interval.middle if factor and near and value > 0 else None


def slips(data: Data) -> Faults:
    """Yield faults for values many times their neighbours in time, unless the note says "as printed"."""
    for known in history(data).values():
        about, sound = data.series[known[0].row["series"]], [k for k in known if k.interval.middle > 0]
        sound = [k for k in sound if _possible(about, k.interval.middle)]  # others are already reported
        for one in sorted(sound, key=lambda k: -k.year):
            neighbours = _neighbours(sound, one)
            times = [one.interval.middle / k.interval.middle for k in neighbours]
            near = neighbour(neighbours, one.year)
            if near and not any(1 / SLIP < t < SLIP for t in times) and AS_PRINTED not in one.row["note"]:
                sound.remove(one)  # of two values far apart, report the later one
                yield out_of_size(data, one.row, one.interval.middle / near.interval.middle, near)


def _neighbours(known: list[StoredValue], one: StoredValue) -> list[StoredValue]:
    """Return other values of the same year and of the nearest years before and after.

    At an end of a series return all near ones, because the only neighbour may itself be the slip.
    """
    near = [k for k in known if k is not one and abs(k.year - one.year) <= YEARS_APART]
    before = max((k.year for k in near if k.year < one.year), default=None)
    after = min((k.year for k in near if k.year > one.year), default=None)
    return near if None in (before, after) else [k for k in near if k.year in {before, one.year, after}]


def out_of_size(data: Data, row: Row, times: float, near: StoredValue) -> Problem:
    """Return the fault of a value that is `times` its neighbour, with the unit or digits perhaps meant."""
    power = min((s * p for p in POWERS for s in (1, -1)), key=lambda p: abs(math.log10(times) - p))
    slip = abs(math.log10(times) - power) < 0.35  # a power of ten, allowing for three years of change
    comparison = (
        f"{times_in_words(times)} the {near.row['value']} {near.row['unit']} of {near.year} ({line_of(near.row)})"
    )
    rule = "The value is far from those of the years around it; its unit or decimal point may be wrong."
    better = _unit_for(data, row, 10.0**-power) if slip else ""
    fix = f'Is the unit "{better}"? ' * bool(better)
    fix += f"Is it {Decimal(row['value']).scaleb(-power).normalize():f} {row['unit']}? " * slip
    fix += f'If the source prints this value, write "{AS_PRINTED}" in the note.'
    return fault_at(row, "value", rule, fix, f"{row['value']} {row['unit']}, {comparison}")


def times_in_words(factor: float) -> str:
    times = max(factor, 1 / factor)
    shown = f"{times:,.0f}" if times >= 100 else f"{times:.3g}"
    return f"{shown} times" if factor >= 1 else f"1/{shown} of"


def _unit_for(data: Data, row: Row, wanted: float) -> str:
    """Return the declared unit that would make the value `wanted` times as large."""
    canonical = data.series[row["series"]]["unit"]
    factors = {u: f for (u, c), f in data.units.items() if c == canonical} | {canonical: 1.0}
    now = factors.get(row["unit"], math.nan)
    return next((u for u, f in sorted(factors.items()) if math.isclose(f / now, wanted, rel_tol=1e-6)), "")


def jumps(merged: Data, known: Mapping[tuple[str, str], list[StoredValue]], new: Iterable[Row]) -> Faults:
    """Yield faults for new values of whole years that are many times a stored value of their place and time.

    A note with "as printed" lets a value pass.
    """
    for row in new:
        period, interval = merged.period(row), merged.interval(row)
        if period and interval and interval.middle > 0 and AS_PRINTED not in row["note"] and row["status"] != "partial":
            near = neighbour(known[row["series"], row["entity"]], period.year)
            if near and not 1 / JUMP < (times := interval.middle / near.interval.middle) < JUMP:
                yield out_of_size(merged, row, times, near)
