"""Check that numbers are possible and similar to neighbouring years. The rules for new rows are stricter."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from claimbook.evidence.intervals import COUNTED, Interval
from claimbook.intake.problems import Faults, Problem
from claimbook.intake.tables import Data, fault_at, is_number, line_of
from claimbook.project.files import Row

YEARS_APART = 3  # years; values further apart are not compared
SLIP = 10  # a stored value so many times its neighbours is a slip; for new values see `JUMP`
POWERS = (1, 2, 3, 4, 5, 6, 8)  # powers of ten between units in use, and between a share and per cent
LARGEST = 1e18  # GDP in the smallest unit of money has 15 digits
OF_YEARS, OF_SOURCES = 0.35, 0.05  # how far from a power of ten, as logarithms: over three years, between two sources
USUAL_CHANGE = 0.1  # in decimal logarithms: usual change in one to three years
JUMP = 5  # a new value so many times its neighbour is a slip
AS_PRINTED = "as printed"  # in a note: somebody compared the value with the source


def values(data: Data) -> Faults:
    """Yield faults for counts that are not whole, shares outside 0 to 100 per cent, and wrong roundings."""
    for row in (row for row in data["figures"] if is_number(row["value"])):  # others have the wrong form
        value, series = float(row["value"]), data.series.get(row["series"])
        if row["unit"] in COUNTED - {"person-years"} and (value < 0 or not value.is_integer()):
            if series and data.factor(row["unit"], row["series"]) is None:
                continue  # reported as a fault of the unit
            rule = "A count must be a whole number of zero or more."
            yield fault_at(row, "value", rule, "Correct the value or the unit.")
        if re.match(r"-?0\d|-0(\.0+)?$", row["value"]):
            rule = "A number has no zeros before it, and zero has no sign."
            yield fault_at(row, "value", rule, f"Write {abs(Decimal(row['value'])):f}, or correct the value.")
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


class YearValue(NamedTuple):
    """A value of a whole year in the canonical unit of its series."""

    row: Row
    year: int
    interval: Interval

    @property
    def middle(self) -> float:
        return self.interval.middle


History = Mapping[tuple[str, str], list[YearValue]]


def year_value(data: Data, row: Row) -> YearValue | None:
    """Return the value of a row, or None if the row is about part of a year or cannot be read."""
    period, interval = data.period(row), data.interval(row)
    return YearValue(row, period.year, interval) if period and interval and row["status"] != "partial" else None


def history(data: Data) -> History:
    """Return the values of whole years by series and entity."""
    found: dict[tuple[str, str], list[YearValue]] = defaultdict(list)
    for row in data["figures"]:
        one = year_value(data, row)
        if one and math.isfinite(one.interval.low + one.interval.high):
            found[row["series"], row["entity"]].append(one)
    return found


def neighbour(known: Iterable[YearValue], year: int) -> YearValue | None:
    """Return the value nearest in time, within YEARS_APART; None if there is none."""
    near = [k for k in known if abs(k.year - year) <= YEARS_APART and k.middle > 0]
    return min(near, key=lambda k: (abs(k.year - year), -k.year), default=None)


def series_like(data: Data, rows: list[Row], among: Iterable[str]) -> str:
    """Return the series with the most similar values for most of the rows' places and times; "" if none.

    The rows belong to none of the series.
    """
    known, off = history(data), {}
    for series in among:
        ratios = []
        for row in rows:
            one = year_value(data, row | {"series": series})
            near = neighbour(known[series, row["entity"]], one.year) if one else None
            ratios += [one.middle / near.middle] if one and near and one.middle > 0 else []
        if 2 * len(ratios) > len(rows):
            off[series] = median(abs(math.log10(ratio)) for ratio in ratios)
    alike = min(off, key=lambda series: off[series], default="")
    return alike if alike and off[alike] < USUAL_CHANGE else ""


def slips(data: Data) -> Faults:
    """Yield faults for values many times their neighbours in time, unless the note says "as printed"."""
    for known in history(data).values():
        about = data.series[known[0].row["series"]]
        sound = [k for k in known if k.middle > 0 and _possible(about, k.middle)]  # others are already reported
        for one in sorted(sound, key=lambda k: -k.year):
            neighbours = _neighbours(sound, one)
            near = neighbour(neighbours, one.year)
            is_slip = not any(1 / SLIP < one.middle / k.middle < SLIP for k in neighbours)
            if near and is_slip and AS_PRINTED not in one.row["note"]:
                sound.remove(one)  # of two values far apart, report the later one
                yield out_of_size(data, one, near)


def _neighbours(known: list[YearValue], one: YearValue) -> list[YearValue]:
    """Return other values of the same year and of the nearest years before and after.

    At an end of a series return all near ones, because the only neighbour may itself be the slip.
    """
    near = [k for k in known if k is not one and abs(k.year - one.year) <= YEARS_APART]
    before = max((k.year for k in near if k.year < one.year), default=None)
    after = min((k.year for k in near if k.year > one.year), default=None)
    return near if None in (before, after) else [k for k in near if k.year in {before, one.year, after}]


def out_of_size(data: Data, one: YearValue, near: YearValue) -> Problem:
    """Report a value many times its neighbour, and suggest the unit or the digits that may have been meant."""
    row, times = one.row, one.middle / near.middle
    rule = "The value is far from those of the years around it; its unit or decimal point may be wrong."
    fix = f'If the source prints this value, write "{AS_PRINTED}" in the note.'
    fix = by_power_of_ten(data, row, times, OF_YEARS) + fix
    other = f"{near.row['value']} {near.row['unit']} of {near.year} ({line_of(near.row)})"
    return fault_at(row, "value", rule, fix, f"{row['value']} {row['unit']}, {times_in_words(times)} the {other}")


def by_power_of_ten(data: Data, row: Row, times: float, tolerance: float) -> str:
    """Ask whether a value is too large or small by a power of ten, or has another unit; "" if `times` is no power."""
    log = math.log10(times) if times > 0 else 0.0
    power = min((s * p for p in POWERS for s in (1, -1)), key=lambda p: abs(log - p))
    if abs(log - power) >= tolerance:
        return ""
    better = _unit_for(data, row, 10.0**-power)
    question = f"Is it {Decimal(row['value']).scaleb(-power).normalize():f} {row['unit']}? "
    return f'Is the unit "{better}"? ' * bool(better) + question


def times_in_words(factor: float) -> str:
    times = max(factor, 1 / factor)
    shown = f"{times:,.0f}" if times >= 100 else f"{times:.3g}"
    return f"{shown} times" if factor >= 1 else f"1/{shown} of"


def _unit_for(data: Data, row: Row, wanted: float) -> str:
    """Return the declared unit that would make the value `wanted` times as large."""
    factors = {unit: data.factor(unit, row["series"]) or math.nan for unit in data.units_of(row["series"])}
    fits = (
        unit for unit in sorted(factors) if math.isclose(factors[unit] / factors[row["unit"]], wanted, rel_tol=1e-6)
    )
    return next(fits, "")


def jumps(merged: Data, known: History, new: Iterable[Row]) -> Faults:
    """Yield faults for new values of whole years that are many times a stored value of their place and time.

    A note with "as printed" lets a value pass.
    """
    for one in filter(None, (year_value(merged, row) for row in new if AS_PRINTED not in row["note"])):
        near = neighbour(known[one.row["series"], one.row["entity"]], one.year)
        if near and one.middle > 0 and not 1 / JUMP < one.middle / near.middle < JUMP:
            yield out_of_size(merged, one, near)
