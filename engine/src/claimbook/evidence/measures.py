"""Measures of a claim: published or computed numbers with facets, and which release replaces which."""

import operator
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

from claimbook.evidence.claims import Criterion, Facets, Test
from claimbook.evidence.intervals import Interval
from claimbook.project import folders
from claimbook.project.files import rows_in
from claimbook.project.folders import UserError
from claimbook.say.periods import latest_day, parse
from claimbook.say.words import Place, listed

# the title of a release, or of a copy of it, contains the name of its database
DATABASES = ("World Development Indicators", "Main Science and Technology Indicators")
REVISED_PREFIX = "revised-"  # prefix in the column conflict for values that their producer revised
SUPERSEDED = "superseded"  # status of a value that a later release replaces

ReleaseRow = Mapping[str, str]


def release_of(row: ReleaseRow, source: ReleaseRow) -> str:
    """Return the database that a value is a release of or, for a revised value, its producer; else ""."""
    if row.get("conflict", "").startswith(REVISED_PREFIX):
        return source["origin"]
    return next((name for name in DATABASES if name in source["title_en"]), "")


def superseded(rows: Iterable[ReleaseRow], sources: Mapping[str, ReleaseRow]) -> list[bool]:
    """Return for each figure whether a later release of its line gives the same series, entity and period.

    It considers only releases among `sources`, so with an earlier cut-off an earlier release is the latest.
    """
    keys, days = [], []
    for row in rows:
        source = sources[row["source_id"]]
        keys.append((release_of(row, source), row["series"], row["entity"], row["period"]))
        days.append(latest_day(source["published"]))
    last: dict[tuple[str, ...], date] = {}
    for key, day in zip(keys, days, strict=True):
        last[key] = max(day, last.get(key, day))
    return [key[0] != "" and day < last[key] for key, day in zip(keys, days, strict=True)]


def short_dates(published: Mapping[str, str]) -> dict[str, str]:
    """Return publication dates by source, shortened but distinct: 2025, but 2026-07 and 2026-11."""
    names = {}
    for source, day in published.items():
        other_days = {other for other in published.values() if other != day}
        short = (day[:length] for length in (4, 7) if not any(other[:length] == day[:length] for other in other_days))
        names[source] = next(short, day)
    return names


DECIDING_GRADES = frozenset("ABC")  # D never decides
FIRST_TIER = frozenset("AB")
REPLACED = frozenset({"preliminary", SUPERSEDED})  # statuses of values that give way to a final one
MONEY = frozenset({"invested", "committed", "managed", "cumulative"})  # modes of money


class UnitsDiffer(UserError, ValueError):
    """Two numbers are in different units; the message names both units and says what to write."""


class YearsDiffer(UserError, ValueError):
    """Two numbers are of different years; the message names both years and says what to write."""


@dataclass(frozen=True)
class Measure:
    """One number that is evidence on a claim, in the unit of the claim.

    The rule compares its facets with those of the claim. A number for the text is a `Quantity`, which has no facets: a
    median of five series has none.

    `made` is "published" or says how the number was computed. `bound` is how the source prints it, one of ``= ~ > <``.
    `holds` is "superset" or "subset" if the number counts more or less than the claimed quantity over the same base,
    place and period, and so bounds it. `behind` lists where all values in it were published.
    """

    label: str
    value: float
    interval: Interval
    unit: str
    facets: Facets
    grade: str
    origins: tuple[str, ...]
    sources: tuple[str, ...]
    published: str
    status: str = ""
    made: str = "published"
    bound: str = "="
    holds: str = ""
    anchor: str = ""
    behind: tuple[Place, ...] = ()
    words: tuple[str, ...] = ()  # quotes from the sources, if kept

    @property
    def period(self) -> str:
        return self.facets.period

    @property
    def year(self) -> int:
        return parse(self.period).year

    @property
    def is_complete(self) -> bool:
        """Whether the number covers its year: a stock at any date of the year, a flow over the full year."""
        return self.status != "partial" and (self.facets.mode == "stock" or parse(self.period).complete)

    @property
    def time(self) -> str:
        """The year if the number covers it, else its period."""
        return str(self.year) if self.is_complete else self.period

    @property
    def dimension(self) -> str:
        return self.facets.quantity

    @property
    def published_day(self) -> str:
        """The last day on which the original can have appeared, as an ISO date."""
        return latest_day(self.published).isoformat()

    @property
    def limits(self) -> Interval:
        """The range for the claimed quantity: the interval, one-sided for a superset or subset."""
        if self.holds == "superset":
            return Interval(float("-inf"), self.interval.high)
        if self.holds == "subset":
            return Interval(self.interval.low, float("inf"))
        return self.interval


def quotient(
    label: str, numerator: Measure, denominator: Measure, facets: Facets, unit: str = "percent", factor: float = 100.0
) -> Measure:
    """Return the ratio of two measures by interval arithmetic, with the given facets.

    Raises ValueError if they are of different years, or of different modes of money such as promised and managed.
    """
    modes = {m.facets.mode for m in (numerator, denominator)} & MONEY
    if numerator.year != denominator.year or len(modes) > 1:
        raise ValueError(
            f"{label}: {numerator.label} cannot be divided by {denominator.label}. Use figures of one year and, for "
            "money, of the same kind: invested, promised or managed."
        )
    return joined(label, "/", (numerator, denominator), facets, unit, factor)


def difference(label: str, left: Measure, right: Measure, facets: Facets, across_years: bool = False) -> Measure:
    """Return `left` minus `right` with the given facets.

    Raises UnitsDiffer if their units differ and, unless `across_years` is set, YearsDiffer if their years do.
    """
    return joined(label, "−", (left, right), facets, left.unit, across_years=across_years)


def total(label: str, parts: Iterable[Measure], facets: Facets, across_years: bool = False) -> Measure:
    """Return the sum of measures with the given facets; errors and `across_years` are as in `difference`."""
    parts = tuple(parts)
    return joined(label, "+", parts, facets, parts[0].unit, across_years=across_years)


def product(label: str, left: Measure, right: Measure, facets: Facets, unit: str, factor: float = 1.0) -> Measure:
    """Return the product of two measures above zero, such as a share and its whole, with the given facets."""
    return joined(label, "×", (left, right), facets, unit, factor)


def joined(
    label: str,
    sign: str,
    parts: tuple[Measure, ...],
    facets: Facets,
    unit: str,
    factor: float = 1.0,
    across_years: bool = False,
) -> Measure:
    """Join measures by `sign` (``+ − × /``) and multiply the result by `factor` to bring it into `unit`."""
    if sign in "+−":
        one_unit(label, parts)
        if not across_years:
            one_year(label, parts)
    result = replace(combined(label, parts, facets, unit), **arithmetic(sign, *parts))
    return replace(result, value=result.value * factor, interval=result.interval.scaled(factor))


def one_unit(label: str, parts: Iterable[Measure]) -> None:
    """Raise UnitsDiffer unless all measures are in one unit. Percent and percentage points count as one."""
    units = list(dict.fromkeys("percent" if m.unit == "percentage points" else m.unit for m in parts))
    if len(units) > 1:
        raise UnitsDiffer(f"{label}: the parts are in {listed(units)}. Convert them to one unit first.")


def one_year(label: str, parts: Iterable[Measure]) -> None:
    """Raise YearsDiffer unless all measures are of one year."""
    if len({m.year for m in parts}) > 1:
        named = listed(f"{m.label} ({m.period})" for m in parts)
        raise YearsDiffer(
            f"{label}: the parts are of different years: {named}. Use figures of one year, or write across_years=True "
            "if you mean to join years."
        )


def remainder(label: str, share: Measure, numerator: str) -> Measure:
    """Return 100 minus a share in percent; `numerator` is the facet that says what the rest counts."""
    return replace(
        share,
        label=label,
        value=100 - share.value,
        interval=Interval(max(0.0, 100 - share.interval.high), 100 - share.interval.low),
        facets=share.facets.override(numerator=numerator),
        bound=FLIPPED.get(share.bound, share.bound),
        made=f"100 − {share.label}",
    )


def combined(label: str, parts: tuple[Measure, ...], facets: Facets, unit: str) -> Measure:
    """Return a measure with the provenance of all parts: worst grade, all sources, last publication date."""
    last = max(parts, key=lambda m: m.published_day)
    return Measure(
        label=label,
        value=parts[0].value,
        interval=parts[0].interval,
        unit=unit,
        facets=facets,
        grade=max(m.grade for m in parts),
        origins=tuple(sorted({o for m in parts for o in m.origins})),
        sources=tuple(dict.fromkeys(s for m in parts for s in m.sources)),
        published=last.published,
        bound=joint_bound(m.bound for m in parts),
        status="partial" if any(m.status == "partial" for m in parts) else "",
        anchor=parts[0].anchor,
        behind=tuple(dict.fromkeys(place for m in parts for place in m.behind)),
        words=tuple(dict.fromkeys(w for m in parts for w in m.words)),
    )


FLIPPED = {">": "<", "<": ">"}
JOINS = {"+": operator.add, "−": operator.sub, "×": operator.mul, "/": operator.truediv}


def arithmetic(sign: str, first: Any, *more: Any) -> dict[str, Any]:
    """Return value, interval, bound and `made` of measures or quantities joined by `sign`.

    The interval is None if a part has none.
    """
    parts, join = (first, *more), JOINS[sign]
    ranges = [part.interval for part in parts]
    bounds = (part.bound if sign in "+×" else FLIPPED.get(part.bound, part.bound) for part in more)
    return {
        "value": reduce(join, (part.value for part in parts)),
        "interval": None if None in ranges else reduce(join, ranges),
        "bound": joint_bound((first.bound, *bounds)),
        "made": f" {sign} ".join(part.label for part in parts),
    }


def joint_bound(bounds: Iterable[str]) -> str:
    """Return "=" if no number is bounded, the bound that all bounded ones share, or "~"."""
    kinds = set(bounds) - {"="}
    return "=" if not kinds else kinds.pop() if len(kinds) == 1 else "~"


# units ----------------------------------------------------------------------------------------------------

Factors = Mapping[tuple[str, str], float]  # (unit, canonical unit) to factor, as in units.csv


def factors_in(data: Path) -> Factors:
    """Read the conversions of units.csv; skip a row without a number, because the data check reports it."""
    known: dict[tuple[str, str], float] = {}
    for row in rows_in(data / "units.csv"):
        with suppress(ValueError, LookupError):
            known[row["unit"], row["canonical"]] = float(row["factor"])
    return known


def factor(unit: str, other: str, known: Factors) -> float | None:
    """Return how many of the unit `other` make one of the unit `unit`; None if units.csv does not say."""
    one = {**known, **{(to, of): 1 / value for (of, to), value in known.items()}}
    ways = [(unit, other, 1.0)] + [(mid, other, value) for (of, mid), value in one.items() if of == unit]
    return next((value * one[mid, to] for mid, to, value in ways if (mid, to) in one), None)


def unit_advice(test: Test, units: Iterable[str], known: Factors, field: str = "value") -> str:
    """Return what to write for a test that is not in the unit of its measures."""
    units = sorted(units)
    counted = f"The measures are in {listed(units)}, and the test is in {test.unit}"
    times = factor(test.unit, units[0], known)
    if times is None:
        return f"{counted}: write the number as the measures count it, unit: {units[0]}."
    value = f"{field}: {test.value * times:.12g}, unit: {units[0]}"
    digit = f", digit: {test.digit * times:.12g}" * (test.op == "equals")
    return f"{counted}: write {value}{digit}."


def values_agree(criterion: Criterion, interval: Interval | None, witnesses: Iterable[Any]) -> None:
    """Raise UnitsDiffer if a measure or quantity with this range is not in the unit of the criterion."""
    for w in witnesses:
        if interval is not None and getattr(w, "interval", None) == interval and w.unit != criterion.unit:
            number = Test(op="over", value=criterion.threshold or 0, unit=criterion.unit)
            raise units_differ(criterion.id, w.label, number, w.unit, "threshold")


def units_differ(where: str, label: str, test: Test, unit: str, field: str = "value") -> UnitsDiffer:
    """Return the error for a number that is not in the unit of its test, with what to write."""
    what = unit_advice(test, [unit], factors_in(folders.data_folder()), field)
    return UnitsDiffer(f"{where}: {label}. {what} Or convert the measures to {test.unit or 'no unit'}.")
