"""A number that knows what it is made of: value, range, unit, period, bound, and the published values behind it.

A row of the evidence or a measure becomes a quantity by `published`. Quantities go through arithmetic as numbers do; a
function of many values (a Gini, a median) is applied by `of`, and frames are divided row by row by `ratio`. Whatever
comes out names everything that went in, so that no card of a number can leave out what moves it.

    towns, nation = published(ev.value("towns_output", 2022)), published(ev.value("output", 2022, "Nation"))
    section.stat("output-share", (towns / nation).percent("output of the towns over that of the nation"), "{:.2f} %")
    section.stat("theil-rd", of(theil, rd, people, unit="index", made="Theil per head"), "{:.3f}")
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, TypeAlias

import pandas as pd

from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import FLIPPED, Measure, arithmetic, joint_bound
from claimbook.say.about import about
from claimbook.say.anchors import Place
from claimbook.say.words import listed

BEHIND = ("period", "bound", "source_id", "origin", "grade", "anchor", "behind")  # columns of the evidence
FRACTION = "ratio"  # unit of one thing over another of the same unit


class QuantityError(ValueError):
    """Quantities that do not fit together, or whose making leaves something open that only the author knows."""


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: sources, origins, grade, its rows on the evidence page, and where in the sources."""

    sources: tuple[str, ...]
    origins: tuple[str, ...]
    grade: str
    anchor: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, what its sources admit (`interval`, None where not followed), and its provenance.

    `bound` is one of ``= ~ > <``; `made` is "published" or how it was computed; `label` names it within other makings.
    """

    value: float
    interval: Interval | None
    unit: str
    period: str
    bound: str
    made: str
    label: str
    provenance: Provenance

    @property
    def year(self) -> "Quantity":
        """The year of the number, as a number of its own with the same provenance."""
        return replace(self, value=float(self.period[:4]), interval=None, unit="year", bound="=", made="published")

    @property
    def sources(self) -> tuple[str, ...]:
        return self.provenance.sources

    @property
    def origins(self) -> tuple[str, ...]:
        return self.provenance.origins

    @property
    def grade(self) -> str:
        return self.provenance.grade

    def __add__(self, other: "Quantity | float") -> "Quantity":
        return self._joined(other, "+")

    def __sub__(self, other: "Quantity | float") -> "Quantity":
        return self._joined(other, "−")

    def __truediv__(self, other: "Quantity | float") -> "Quantity":
        return self._joined(other, "/")

    def __mul__(self, other: "Quantity | float") -> "Quantity":
        if not isinstance(other, Quantity):
            return self.scaled(other, self.unit)
        raise QuantityError(f"{self.label} times {other.label}: say its unit, as in of(lambda a, b: a * b, …, unit=…)")

    def __rsub__(self, other: float) -> "Quantity":
        return self * -1 + other

    def scaled(self, factor: float, unit: str) -> "Quantity":
        """The same quantity in another unit, `factor` of which make one of its own."""
        interval = self.interval.scaled(factor) if self.interval else None
        bound = FLIPPED.get(self.bound, self.bound) if factor < 0 else self.bound
        return replace(self, value=self.value * factor, interval=interval, unit=unit, bound=bound)

    def percent(self, made: str = "") -> "Quantity":
        """A ratio as per cent."""
        if self.unit != FRACTION:
            raise QuantityError(f"{self.label} is in {self.unit or 'no unit'}, and only a ratio becomes per cent.")
        return self.scaled(100.0, "percent").named(made or self.made)

    def named(self, made: str) -> "Quantity":
        """The same quantity, its making said in other words."""
        return replace(self, made=made, label=made)

    def chosen_among(self, *others: "Inputs") -> "Quantity":
        """The same quantity, which could have been another (the lowest, the nearest): the others are behind it too."""
        return replace(self, provenance=provenance(self, *others))

    def _joined(self, other: "Quantity | float", sign: str) -> "Quantity":
        if not isinstance(other, Quantity):  # a plain number, which is exact
            exact = Interval(float(other), float(other))
            how = arithmetic(sign, self, replace(self, value=exact.low, interval=exact, bound="=", label=f"{other:g}"))
            return replace(self, **how, label=how["made"])
        how = arithmetic(sign, self, other)
        return Quantity(
            **how,
            unit=_joint_unit(self, other, sign),
            period=max(self.period, other.period),
            label=how["made"],
            provenance=provenance(self, other),
        )


Behind: TypeAlias = pd.DataFrame | pd.Series | Measure | Quantity  # what a number can be made from
Inputs: TypeAlias = "Behind | Iterable[Inputs]"


def published(of_what: pd.Series | Measure | Quantity) -> Quantity:
    """A row of the evidence, or a measure, as a quantity; a quantity is itself."""
    if isinstance(of_what, Quantity):
        return of_what
    if isinstance(of_what, Measure):
        m = of_what
        return Quantity(m.value, m.interval, m.unit, m.period, m.bound, m.made, m.label, provenance(m))
    return _of_row({"entity": of_what.name} | of_what.to_dict())  # a frame may be indexed by entity


def _of_row(row: dict[str, Any]) -> Quantity:
    entity = row["entity"]
    place = "" if entity in about().geography.national else f", {entity}"
    return Quantity(
        value=float(row["value"]),
        interval=Interval(row["low"], row["high"]) if not math.isnan(row["low"]) else None,
        unit=row["unit"],
        period=str(row["period"]),
        bound=row["bound"],
        made="published",
        label=f"{row['series_label']}{place}",
        provenance=provenance(row),
    )


def of(function: Callable[..., float], *inputs: Inputs, **how: Any) -> Quantity:
    """A function of published values, with everything it was given behind it; `how` is said as for `of_tables`.

    A frame is handed over as its values by its index, or else by entity, or by year where it is of one entity; a row, a
    measure or a quantity as its number, a list as a list of those.
    """
    return of_tables(lambda *given: function(*map(_values, given)), *inputs, **how)


def of_tables(
    function: Callable[..., float], *inputs: Inputs, unit: str, made: str, period: str | int = "", bound: str = ""
) -> Quantity:
    """As `of`, for a function that takes frames and rows as they are.

    `period` is that of the latest input if it is not said. Where an input is printed as "over" or "about", `bound` says
    which way the result is bounded, one of ``= ~ > <``: its author knows.
    """
    value = float(function(*inputs))
    bounds = sorted(_gathered(inputs, "bound") - {"="})
    if bounds and not bound:
        raise QuantityError(
            f"“{made}” is made from values that are printed as {', '.join(bounds)}; say which way it is bounded "
            'itself: bound=">" (more than), "<" (under), "~" (about), or "=" if their bounds do not touch it'
        )
    when = str(period) or max(_gathered(inputs, "period"))
    return Quantity(value, None, unit, when, bound or "=", made, made, provenance(*inputs))


def computed_here(key: str, number: Any, unit: str, bound: str, made_from: Mapping[str, pd.DataFrame]) -> Quantity:
    """A plain number that was computed from frames of the evidence; raises QuantityError, with the line to write."""
    line = f'section.stat("{key}", {number!r}, "{{:.1f}}", unit="percent", rows=frame)'
    write = f"Write: {line}, where frame has the rows, as ev.frame gives them, from which it was computed."
    if isinstance(number, bool) or not isinstance(number, Real):
        line = f'section.stat("{key}", (published(a) / published(b)).percent("a over b"), "{{:.1f}} %")'
        raise QuantityError(f"{key!r} is a row, a measure, a quantity or a number, not {number!r}. As in: {line}")
    if not made_from:
        raise QuantityError(f"{key!r} does not say what {number!r} was made from. {write}")
    for name, frame in made_from.items():
        if missing := [column for column in BEHIND if column not in getattr(frame, "columns", ())]:
            raise QuantityError(f"{name} has no column {', '.join(missing)}. {write}")
    made = f"computed here from {listed(made_from)}"
    return of_tables(lambda *_: float(number), *made_from.values(), unit=unit, made=made, bound=bound)


def in_year(year: int, *inputs: Inputs) -> Quantity:
    """A year that was chosen from rows: the last in which all have a value, the parameter that picked them."""
    return of_tables(lambda *_: year, *inputs, unit="year", made="published", period=int(year), bound="=")


def total(frame: pd.DataFrame, made: str = "") -> Quantity:
    """Sum of the values of a frame, all of one unit, by interval arithmetic."""
    units = list(frame["unit"].unique())
    if len(units) != 1:
        raise QuantityError(f"a sum needs one unit, and these values are in {', '.join(units) or 'none'}")
    bound = joint_bound(frame["bound"])
    summed = of_tables(lambda f: f["value"].sum(), frame, unit=units[0], made=made or "sum", bound=bound)
    return replace(summed, interval=Interval(frame["low"].sum(), frame["high"].sum()))


def ratio(
    numerator: pd.DataFrame, denominator: pd.DataFrame, on: str = "entity", factor: float = 1.0, unit: str = FRACTION
) -> pd.DataFrame:
    """One frame over another, row by row where both have the same `on`; rows of the result name both.

    Columns as in the evidence: value, low, high (by interval arithmetic), unit, bound, and the provenance of both rows.
    """
    for name, frame in (("numerator", numerator), ("denominator", denominator)):
        if frame[on].duplicated().any():
            twice = ", ".join(map(str, frame.loc[frame[on].duplicated(), on].unique()))
            raise QuantityError(f"the {name} has more than one row for {twice}; choose one a {on}")
    below = {row[on]: row for row in denominator.to_dict("records")}
    above = [row for row in numerator.to_dict("records") if row[on] in below]
    return pd.DataFrame([_divided(row, below[row[on]], factor, unit) for row in above], columns=numerator.columns)


def provenance(*inputs: Inputs) -> Provenance:
    """Of a number made from all inputs: every source, origin and place, the worst grade, the anchor of the first."""
    parts = [_provenance_of(leaf) for leaf in _leaves(inputs)]
    if not parts:
        raise QuantityError("a number needs at least one row of evidence behind it")
    return Provenance(
        _distinct(s for part in parts for s in part.sources),
        _distinct(o for part in parts for o in part.origins),
        max(part.grade for part in parts),
        parts[0].anchor,
        _distinct(place for part in parts for place in part.places),
    )


def _leaves(given: Inputs) -> Iterator[Any]:
    """Every row, measure and quantity that was given, one by one; of a row of a frame what is asked of it."""
    if isinstance(given, pd.DataFrame):
        columns = [name for name in BEHIND if name in given]
        yield from (dict(zip(columns, row, strict=True)) for row in zip(*map(given.get, columns), strict=True))
    elif isinstance(given, dict | pd.Series | Measure | Quantity):
        yield given
    else:
        for item in given:
            yield from _leaves(item)


def _provenance_of(leaf: Any) -> Provenance:
    if isinstance(leaf, Quantity):
        return leaf.provenance
    if isinstance(leaf, Measure):
        return Provenance(leaf.sources, leaf.origins, leaf.grade, leaf.anchor, leaf.behind)
    sources, origins = (tuple(leaf[column].split("; ")) for column in ("source_id", "origin"))
    return Provenance(sources, origins, leaf["grade"], leaf["anchor"], tuple(leaf["behind"]))


def _values(given: Inputs) -> object:
    """What a function of values is handed."""
    if isinstance(given, pd.DataFrame):
        if given.index.name:
            return given["value"]
        for index in ("entity", "year"):
            if not given[index].duplicated().any():
                return given.set_index(index)["value"]
        raise QuantityError("a frame has several values of one place in one year; choose one, or use of_tables")
    if isinstance(given, pd.Series):
        return float(given["value"])
    return given.value if isinstance(given, Measure | Quantity) else [_values(item) for item in given]


def _gathered(given: Inputs, field: str) -> set[str]:
    """What rows, measures and quantities say in one field."""
    return {
        str(getattr(leaf, field) if isinstance(leaf, Measure | Quantity) else leaf[field]) for leaf in _leaves(given)
    }


def _divided(above: dict[str, Any], below: dict[str, Any], factor: float, unit: str) -> dict[str, Any]:
    """A row over a row, as a row."""
    whole = _of_row(above)
    share = (whole / _of_row(below)).scaled(factor, unit)
    assert share.interval
    changed = {
        "value": share.value,
        "low": share.interval.low,
        "high": share.interval.high,
        "unit": unit,
        "bound": share.bound,
        "source_id": "; ".join(share.sources),
        "origin": "; ".join(share.origins),
        "grade": share.grade,
        "behind": share.provenance.places,
        "series_label": f"{whole.label} over {below['series_label']}",
    }
    return above | {name: value for name, value in changed.items() if name in above}


def _joint_unit(a: Quantity, b: Quantity, sign: str) -> str:
    if sign == "/":
        return FRACTION if a.unit == b.unit else f"{a.unit} / {b.unit}"
    if a.unit != b.unit:
        raise QuantityError(f"{a.label} is in {a.unit} and {b.label} in {b.unit}; bring them to one unit by scaled()")
    return "percentage points" if (a.unit, sign) == ("percent", "−") else a.unit


def _distinct(items: Iterable) -> tuple:
    return tuple(sorted(set(items)))
