"""Measures of a claim: published or computed numbers with facets, and which release replaces which."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import add, mul, sub, truediv
from pathlib import Path
from typing import Any

from claimbook.evidence.claims import Criterion, Facets, Test
from claimbook.evidence.intervals import Interval
from claimbook.project.folders import UserError, data_folder, rows_in
from claimbook.say.words import Place, latest_day, listed, parse

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


def with_superseded(rows: Sequence[dict[str, Any]], sources: Mapping[str, ReleaseRow]) -> list[dict[str, Any]]:
    """Return figures with the status "superseded" if a later release gives the same series, entity and period.

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
    return [
        row | {"status": SUPERSEDED} if key[0] and day < last[key] else row
        for row, key, day in zip(rows, keys, days, strict=True)
    ]


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


class QuantityError(UserError, ValueError):
    """Numbers do not fit together, or a computation needs what only its author knows; the message says the edit."""


class UnitsDiffer(QuantityError):
    """Two numbers are in different units; the message names both units and says what to write."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a number or a finding comes from: sources, places in them, worst grade, anchor on the evidence page."""

    sources: tuple[str, ...]
    origins: tuple[str, ...]
    grade: str
    anchor: str = ""
    behind: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quantity(Provenance):
    """A number with its unit, range (`interval`, None if not computed) and provenance. It supports arithmetic.

    `bound` is how the source prints it, one of ``= ~ > <``. `made` is "published" or says how the number was computed.
    `label` names it in the `made` of other numbers.
    """

    label: str
    value: float
    interval: Interval | None
    unit: str
    period: str
    bound: str = "="
    made: str = "published"

    @property
    def year(self) -> int:
        return parse(self.period).year

    @property
    def as_year(self) -> "Quantity":
        """The year of the number, as a quantity with the same provenance."""
        return replace(self, value=float(self.period[:4]), interval=None, unit="year", bound="=", made="published")

    def __add__(self, other: "Quantity | float") -> "Quantity":
        return self._joined(other, "+")

    def __sub__(self, other: "Quantity | float") -> "Quantity":
        return self._joined(other, "−")

    def __mul__(self, other: "Quantity | float") -> "Quantity":
        """Multiply by a plain number, or by a quantity if both are above zero."""
        return self._joined(other, "×") if isinstance(other, Quantity) else self.scaled(other, self.unit)

    def __truediv__(self, other: "Quantity | float") -> "Quantity":
        return self._joined(other, "/")

    def __rsub__(self, other: float) -> "Quantity":
        return self * -1 + other

    def scaled(self, factor: float, unit: str) -> "Quantity":
        """Return the quantity multiplied by `factor`, in another unit."""
        interval = self.interval.scaled(factor) if self.interval else None
        bound = FLIPPED.get(self.bound, self.bound) if factor < 0 else self.bound
        return replace(self, value=self.value * factor, interval=interval, unit=unit, bound=bound)

    def percent(self, made: str = "") -> "Quantity":
        """Return a ratio as per cent. Raises QuantityError for any other unit."""
        if self.unit != FRACTION:
            raise QuantityError(
                f"{self.label} is in {self.unit or 'no unit'}, and only a ratio can be turned into per cent."
            )
        return self.scaled(100.0, "percent").named(made or self.made)

    def named(self, made: str) -> "Quantity":
        """Return this quantity with new words for how it was made."""
        return replace(self, made=made, label=made)

    def _joined(self, other: "Quantity | float", sign: str) -> "Quantity":
        if not isinstance(other, Quantity):  # a plain number is exact
            exact = Interval(float(other), float(other))
            number = replace(self, value=exact.low, interval=exact, bound="=", label=f"{other:g}")
            return replace(self, **_arithmetic(self, number, sign))
        return Quantity(
            **_arithmetic(self, other, sign),
            unit=_joint_unit(self, other, sign),
            period=max(self.period, other.period),
            **vars(joint_provenance((self, other))),
        )


@dataclass(frozen=True, kw_only=True)
class Measure(Quantity):
    """A number that is evidence on a claim, in the unit of the claim, with the facets that the rule compares.

    Its author gives the result of a computation facets and status, which no arithmetic can know. `holds` is "superset"
    or "subset" if the number counts more or less than the claimed quantity over the same base, place and period, and so
    bounds it.
    """

    interval: Interval
    facets: Facets
    published: str
    status: str = ""
    holds: str = ""
    words: tuple[str, ...] = ()  # quotes from the sources, if kept

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


# arithmetic -------------------------------------------------------------------------------------------------------

FRACTION, POINTS = "ratio", "percentage points"  # units of a quotient of equal units, and of a difference of shares
FLIPPED = {">": "<", "<": ">"}
JOINS: Mapping[str, Callable[[Any, Any], Any]] = {"+": add, "−": sub, "×": mul, "/": truediv}


def joint_provenance(parts: Iterable[Provenance]) -> Provenance:
    """Return the provenance of a number made from these parts: all sources and places, the worst grade.

    The anchor is that of the first part. Raises QuantityError if there is no part.
    """
    parts = tuple(parts)
    if not parts:
        raise QuantityError("a number needs at least one row of evidence behind it")
    return Provenance(
        sources=_distinct(s for part in parts for s in part.sources),
        origins=_distinct(o for part in parts for o in part.origins),
        grade=max(part.grade for part in parts),
        anchor=parts[0].anchor,
        behind=_distinct(place for part in parts for place in part.behind),
    )


def _distinct(items: Iterable) -> tuple:
    return tuple(sorted(set(items)))


def _arithmetic(a: Quantity, b: Quantity, sign: str) -> dict[str, Any]:
    """Add, subtract, multiply or divide two numbers, with their words. Without both intervals the result has none."""
    join, made = JOINS[sign], f"{a.label} {sign} {b.label}"
    bound = b.bound if sign in "+×" else FLIPPED.get(b.bound, b.bound)
    return {
        "value": join(a.value, b.value),
        "interval": join(a.interval, b.interval) if a.interval and b.interval else None,
        "bound": joint_bound((a.bound, bound)),
        "made": made,
        "label": made,
    }


def joint_bound(bounds: Iterable[str]) -> str:
    """Return "=" if no number is bounded, the bound that all bounded ones share, or "~"."""
    kinds = set(bounds) - {"="}
    return "=" if not kinds else kinds.pop() if len(kinds) == 1 else "~"


def _joint_unit(a: Quantity, b: Quantity, sign: str) -> str:
    """Return the unit of two joined numbers. Percent and percentage points count as one."""
    if sign == "/":
        return FRACTION if a.unit == b.unit else f"{a.unit} / {b.unit}"
    if sign == "×":
        return f"{a.unit} × {b.unit}"
    if len({"percent" if unit == POINTS else unit for unit in (a.unit, b.unit)}) > 1:
        raise UnitsDiffer(f"{a.label} is in {a.unit} and {b.label} in {b.unit}: convert one of them, with scaled().")
    return POINTS if (a.unit, b.unit, sign) == ("percent", "percent", "−") else a.unit


def quotient(label: str, numerator: Measure, denominator: Measure, facets: Facets) -> Measure:
    """Return the ratio of two measures in percent, by interval arithmetic, with the given facets.

    Raises QuantityError if they are of different years, or of different modes of money such as promised and managed.
    """
    parts = numerator, denominator
    if numerator.year != denominator.year or len({m.facets.mode for m in parts} & MONEY) > 1:
        raise QuantityError(
            f"{label}: {numerator.label} cannot be divided by {denominator.label}. Use figures of one year and, for "
            "money, of the same kind: invested, promised or managed."
        )
    return combined(label, numerator / denominator, parts, facets, "percent", 100.0)


def difference(label: str, left: Measure, right: Measure, facets: Facets) -> Measure:
    """Return `left` minus `right` with the given facets.

    Raises UnitsDiffer if their units differ, and QuantityError if their years do.
    """
    one_year(label, (left, right))
    return combined(label, left - right, (left, right), facets, left.unit)


def total(label: str, parts: Sequence[Measure], facets: Facets) -> Measure:
    """Return the sum of measures with the given facets; errors are as in `difference`."""
    one_year(label, parts)
    return combined(label, reduce(add, parts), parts, facets, parts[0].unit)


def product(label: str, left: Measure, right: Measure, facets: Facets, unit: str, factor: float = 1.0) -> Measure:
    """Return the product of two measures above zero, such as a share and its whole, with the given facets."""
    return combined(label, left * right, (left, right), facets, unit, factor)


def combined(
    label: str, number: Quantity, parts: Sequence[Measure], facets: Facets, unit: str, factor: float = 1.0
) -> Measure:
    """Return a number made from measures, times `factor`, as a measure with their provenance.

    Its period is that of the first part, and it is as new as the last one.
    """
    about = vars(joint_provenance(parts)) | {
        "label": label,
        "period": parts[0].period,
        "sources": tuple(dict.fromkeys(s for m in parts for s in m.sources)),
        "facets": facets,
        "published": max(parts, key=lambda m: m.published_day).published,
        "status": "partial" if any(m.status == "partial" for m in parts) else "",
        "words": tuple(dict.fromkeys(w for m in parts for w in m.words)),
    }
    return Measure(**vars(number.scaled(factor, unit)) | about)


def one_year(label: str, parts: Iterable[Measure]) -> None:
    """Raise QuantityError unless all measures are of one year."""
    if len({m.year for m in parts}) > 1:
        named = listed(f"{m.label} ({m.period})" for m in parts)
        raise QuantityError(
            f"{label}: the parts are of different years: {named}. Use figures of one year, or measures.combined(…) if "
            "you mean to join years."
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
    what = unit_advice(test, [unit], factors_in(data_folder()), field)
    return UnitsDiffer(f"{where}: {label}. {what} Or convert the measures to {test.unit or 'no unit'}.")
