"""Rules for values: each is possible, like its neighbours in time, as its source words it, and declared if disputed.

The rules for new rows are stricter.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from statistics import median
from typing import NamedTuple

from claimbook.evidence.intervals import COUNTED, Interval
from claimbook.evidence.measures import REVISED_PREFIX, release_of
from claimbook.intake.cells import tried
from claimbook.intake.problems import Faults, Problem, Rows, fault_at, line_of, place_of, repeated
from claimbook.intake.tables import CELL, Data, cell_of, is_number
from claimbook.project.folders import Row
from claimbook.project.report import report_settings
from claimbook.say.words import latest_day, slug

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
        value, series, rounding = float(row["value"]), data.series.get(row["series"]), row["rounding"]
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
        if rounding and not (is_number(rounding) and float(rounding) > 0):
            rule = "The rounding must be the width of the last certain digit."
            yield fault_at(row, "rounding", rule, "Write a number above 0, or leave it empty.")


def _possible(series: Row, value: float) -> bool:
    return 0 <= value <= 100 or not series["dimension"].startswith("share of ")


# Neighbours in time -----------------------------------------------------------------------------------------------


class YearValue(NamedTuple):
    """A value of a whole year in the canonical unit of its series."""

    row: Row
    year: int
    interval: Interval

    @property
    def middle(self) -> float:
        return self.interval.middle


def year_value(data: Data, row: Row) -> YearValue | None:
    """Return the value of a row, or None if the row is about part of a year or cannot be read."""
    period, interval = data.period(row), data.interval(row)
    return YearValue(row, period.year, interval) if period and interval and row["status"] != "partial" else None


def history(data: Data) -> Mapping[tuple[str, str], list[YearValue]]:
    """Return the values of whole years by series and entity."""
    found = defaultdict[tuple[str, str], list[YearValue]](list)
    for one in filter(None, (year_value(data, row) for row in data["figures"])):
        if math.isfinite(one.interval.low + one.interval.high):
            found[one.row["series"], one.row["entity"]].append(one)
    return found


def neighbour(known: Iterable[YearValue], year: int) -> YearValue | None:
    """Return the value nearest in time, within YEARS_APART; None if there is none."""
    near = [k for k in known if abs(k.year - year) <= YEARS_APART and k.middle > 0]
    return min(near, key=lambda k: (abs(k.year - year), -k.year), default=None)


def series_like(data: Data, rows: Rows, among: Iterable[str]) -> str:
    """Return the series with the most similar values for most of the rows' places and times; "" if none.

    The rows belong to none of the series.
    """
    known, off = history(data), {}
    for series in among:
        own = [one for row in rows if (one := year_value(data, row | {"series": series})) and one.middle > 0]
        pairs = [(one, neighbour(known[series, one.row["entity"]], one.year)) for one in own]
        ratios = [abs(math.log10(one.middle / near.middle)) for one, near in pairs if near]
        if 2 * len(ratios) > len(rows):
            off[series] = median(ratios)
    alike = min(off, key=lambda series: off[series], default="")
    return alike if off.get(alike, math.inf) < USUAL_CHANGE else ""


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
    """Return the values with which one value is compared: those of its year and of the nearest years on both sides.

    A value at an end of the series is compared with all that are near, because its only neighbour may be the slip.
    """
    near = [k for k in known if k is not one and abs(k.year - one.year) <= YEARS_APART]
    before = max((k.year for k in near if k.year < one.year), default=None)
    after = min((k.year for k in near if k.year > one.year), default=None)
    return near if None in (before, after) else [k for k in near if k.year in {before, one.year, after}]


def jumps(merged: Data, new: Iterable[Row]) -> Faults:
    """Yield faults for new values of whole years that are many times a stored value of their place and time.

    A note with "as printed" lets a value pass.
    """
    known = history(merged)
    for one in filter(None, (year_value(merged, row) for row in new if AS_PRINTED not in row["note"])):
        stored = (k for k in known[one.row["series"], one.row["entity"]] if "_home" not in k.row)
        near = neighbour(stored, one.year)
        if near and one.middle > 0 and not 1 / JUMP < one.middle / near.middle < JUMP:
            yield out_of_size(merged, one, near)


def out_of_size(data: Data, one: YearValue, near: YearValue) -> Problem:
    """Report a value many times its neighbour, and suggest the unit or the digits that may have been meant."""
    row, times = one.row, one.middle / near.middle
    rule = "The value is far from those of the years around it; its unit or decimal point may be wrong."
    fix = by_power_of_ten(data, row, times, OF_YEARS)
    fix += f'If the source prints this value, write "{AS_PRINTED}" in the note.'
    other = f"{near.row['value']} {near.row['unit']} of {near.year} ({line_of(near.row)})"
    return fault_at(row, "value", rule, fix, f"{row['value']} {row['unit']}, {times_in_words(times)} the {other}")


def by_power_of_ten(data: Data, row: Row, times: float, tolerance: float) -> str:
    """Ask whether a value is too large or small by a power of ten, or has another unit; "" if `times` is no power."""
    log = math.log10(times) if times > 0 else 0.0
    power = min((s * p for p in POWERS for s in (1, -1)), key=lambda p: abs(log - p))
    if abs(log - power) >= tolerance:
        return ""
    factors = {unit: data.factor(unit, row["series"]) or math.nan for unit in sorted(data.units_of(row["series"]))}
    own = factors[row["unit"]]
    better = next((u for u, f in factors.items() if math.isclose(f / own, 10.0**-power, rel_tol=1e-6)), "")
    question = f"Is it {Decimal(row['value']).scaleb(-power).normalize():f} {row['unit']}? "
    return f'Is the unit "{better}"? ' * bool(better) + question


def times_in_words(factor: float) -> str:
    times = max(factor, 1 / factor)
    shown = f"{times:,.0f}" if times >= 100 else f"{times:.3g}"
    return f"{shown} times" if factor >= 1 else f"1/{shown} of"


# Sources that contradict each other: both values stay, and both rows declare the conflict ---------------------------


Pair = tuple[Row, Row]  # the stored value and the new one


def once_or_in_conflict(data: Data) -> Faults:
    """Yield faults for repeated values of a source, undeclared contradictions, and false conflicts."""
    for row, first in repeated(data["figures"], *CELL, "source_id"):
        rule = "A source can give only one value for a series, entity and period."
        yield fault_at(row, "source_id", rule, f"Delete this row or {line_of(first)}.")
    pairs = list(contradictions(data))
    for one, other in undeclared_pairs(data, pairs):
        rule = "When two sources contradict each other, we keep both values and declare a conflict."
        fix = slip_between(data, one, other) + _how_to_declare(data, one, other)
        yield fault_at(other, "conflict", rule, fix, against(data, one, other))
    contradicted = {place_of(row) for pair in pairs for row in pair}
    unknown = {cell for row in data.unread for cell in row.values()}  # the other side may be a skipped row
    unknown |= {row["conflict"] for row in data["figures"] if data.interval(row) is None}
    for row in data["figures"]:
        if row["conflict"] and row["conflict"] not in unknown and place_of(row) not in contradicted:
            rule = "The row declares a conflict, but no other row of its series, entity and period contradicts it."
            yield fault_at(row, "conflict", rule, "Empty the cell, or correct the value, bound or rounding.")


def contradictions(data: Data) -> Iterator[Pair]:
    """Yield pairs of sources' values for the same thing that cannot both be true, the stored one first."""
    groups: dict[tuple[str, ...], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in data["figures"]:
        if span := data.interval(row):
            groups[cell_of(row)].append((row, span))
    for (one, a), (other, b) in (pair for ranges in groups.values() for pair in combinations(ranges, 2)):
        if not a.meets(b) and one["source_id"] != other["source_id"]:
            yield one, other


def undeclared_pairs(data: Data, pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yield the pairs without a common conflict word, except releases of one line, of which the later replaces."""
    for pair in pairs:
        words = {row["conflict"] for row in pair}
        lines = {release_of(row, source) if (source := data.source_of_row(row)) else "" for row in pair}
        if (len(words) > 1 or "" in words) and (len(lines) > 1 or "" in lines):
            yield pair


def against(data: Data, one: Row, other: Row) -> str:
    """Compare a value with an earlier row: both values, their difference, and the days of publication."""
    unit, texts = one["unit"], [other["value"], one["value"]]
    spans = [span.middle for row in (other, one) if (span := data.interval(row))]
    if unit != other["unit"]:
        unit, texts = data.series[one["series"]]["unit"], [f"{span:.10g}" for span in spans]
    off = f" ({100 * (spans[0] / spans[1] - 1):+.3g} %)" if spans[1] else ""
    days = [source["published"] for row in (other, one) if (source := data.source_of_row(row))]
    when = f", published {days[0]} against {days[1]}" if len(days) == 2 else ""
    return f"{texts[0]} against {texts[1]} {unit}{off}{when}"


def slip_between(data: Data, one: Row, other: Row) -> str:
    """Ask about a power of ten if a value is an earlier one with the decimal point elsewhere; "" otherwise."""
    before, after = (span.middle if (span := data.interval(row)) else 0.0 for row in (one, other))
    return by_power_of_ten(data, other, after / before, OF_SOURCES) if before else ""


def revisions(data: Data) -> Faults:
    """Yield faults for revised values that are not from one producer on different days."""
    groups: dict[tuple[str, ...], Rows] = defaultdict(list)
    for row in data["figures"]:
        if row["conflict"].startswith(REVISED_PREFIX):
            groups[*cell_of(row), row["conflict"]].append(row)
    for rows in groups.values():
        sources = [data.source_of_row(row) for row in rows]
        releases = {(source["origin"], source["published"]) for source in sources if source}
        if all(sources) and (len(releases) == 1 or len({origin for origin, _ in releases}) > 1):
            rule = "A revision must come from the same producer (origin), on a later day."
            fix = f'If two sources contradict each other, use a word that does not begin with "{REVISED_PREFIX}".'
            yield fault_at(rows[-1], "conflict", rule, fix)


def declare(merged: Data) -> tuple[set[str], list[str]]:
    """Write the conflict words of new rows into the stored rows that they contradict.

    `merged` are the data with the new rows. A new row without a word joins a conflict that is declared, unless its
    value looks like a slip. Returns the files whose stored rows changed, and what was declared.
    """
    marked, remarks = list[tuple[Row, str]](), []
    new = (pair for pair in contradictions(merged) if "_home" in pair[1])
    for one, other in undeclared_pairs(merged, new):
        word = other["conflict"] = other["conflict"] or one["conflict"] * (not slip_between(merged, one, other))
        if word and "_home" not in one:
            same = (row for row in merged["figures"] if cell_of(row) == cell_of(one) and row["conflict"])
            marked += [(row, word) for row in (one, *same) if "_home" not in row]
            remarks.append(f"{word}: {', '.join(cell_of(other))}: {against(merged, one, other)}")
    for row, word in marked:  # only now, because every contradiction of a new row is to be shown
        row["conflict"] = word
    return {row["_file"] for row, _ in marked}, remarks


def _how_to_declare(data: Data, one: Row, other: Row) -> str:
    """Say which word to write, and whether this is a revision: by the same producer on a later day."""
    before, after = data.source_of_row(one), data.source_of_row(other)
    about = (part for part in cell_of(other) if part not in report_settings().geography.national)
    word, place, why = one["conflict"] or other["conflict"] or slug("-".join(about)), line_of(one), ""
    if before and after:
        producer, days = after["origin"], [tried(latest_day, source["published"]) for source in (before, after)]
        if before["origin"] != producer:
            why = f"The value in {place} is from {before['origin']}, this one from {producer}. "
        elif None not in days and days[0] < days[1]:
            why, word = f"{producer} revised its value. ", REVISED_PREFIX + word.removeprefix(REVISED_PREFIX)
        else:
            why = f"Both are from {producer}, but this may not be the later one, so it is not a revision: the value in "
            why += f"{place} was published {before['published']}, this one {after['published']}. "
    also = "; the stored row is marked too" if "_home" in other and "_home" not in one else f" and of {place}"
    return f'{why}To keep both, write "{word}" in the column conflict of this row{also}. If one is wrong, correct it.'
