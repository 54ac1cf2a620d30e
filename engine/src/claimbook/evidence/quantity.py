"""Numbers made from tables of published values, each with the values behind it.

`published` turns a row of the evidence into a quantity. `of` applies a function of many values (a Gini, a median),
and `ratio` divides frames row by row. Each result lists all its inputs, so that the card of a number shows everything
that moves it.

    towns, nation = published(ev.value("towns_output", 2022)), published(ev.value("output", 2022, "Nation"))
    section.stat("output-share", (towns / nation).percent("output of the towns over that of the nation"), "{:.2f} %")
    section.stat("theil-rd", of(theil, rd, people, unit="index", made="Theil per head"), "{:.3f}")
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

import pandas as pd

from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import FRACTION, Provenance, Quantity, QuantityError, joint_bound, joint_provenance
from claimbook.evidence.preparing import rows_as_dicts
from claimbook.project.outputs import rounded
from claimbook.project.report import report_settings
from claimbook.say.words import Place

LISTING = ("source_id", "origin")  # columns with several entries in a cell

Behind: TypeAlias = pd.DataFrame | pd.Series | Quantity  # what a number can be made from
Inputs: TypeAlias = "Behind | Iterable[Inputs]"


def published(of_what: pd.Series | Quantity) -> Quantity:
    """Return a row of the evidence as a quantity; a quantity, such as a measure, is returned unchanged.

    Raises QuantityError with the line to write for anything else, such as a plain number.
    """
    if isinstance(of_what, Quantity):
        return of_what
    if not isinstance(of_what, pd.Series):
        line = 'of(lambda values: values.mean(), ev.frame("libraries"), unit="count", made="mean of the towns")'
        raise QuantityError(f"{of_what!r} must be a row or a quantity, which say what it was made from. Write {line}")
    return _of_row({"entity": of_what.name} | of_what.to_dict())  # a frame may be indexed by entity


def _of_row(row: dict[str, Any]) -> Quantity:
    entity = row["entity"]
    place = "" if entity in report_settings().geography.national else f", {entity}"
    return Quantity(
        value=float(row["value"]),
        interval=Interval(row["low"], row["high"]) if not math.isnan(row["low"]) else None,
        unit=row["unit"],
        period=str(row["period"]),
        bound=row["bound"],
        label=f"{row['series_label']}{place}",
        **vars(provenance(row)),
    )


def of(function: Callable[..., float], *inputs: Inputs, **how: Any) -> Quantity:
    """Apply a function to published values, and keep all inputs as provenance; `how` is as in `of_tables`.

    The function receives a frame as the series of its values, indexed by the frame's index, else by entity, or by year
    if it holds one entity. It receives a row or quantity as its number, and a list as a list of numbers.
    """
    return of_tables(lambda *given: function(*map(_values, given)), *inputs, **how)


def of_tables(
    function: Callable[..., float], *inputs: Inputs, unit: str, made: str, period: str | int = "", bound: str = ""
) -> Quantity:
    """Apply a function to frames and rows as they are, and keep all inputs as provenance.

    `period` defaults to the latest input. If an input is printed as "over" or "about", the author must give
    the `bound` of the result, one of ``= ~ > <``; else QuantityError.
    """
    value = float(function(*inputs))
    bounds = sorted(_gathered(inputs, "bound") - {"="})
    if bounds and not bound:
        raise QuantityError(
            f"“{made}” is computed from values with the bounds {', '.join(bounds)}, so give its own: "
            'bound=">" (more than), "<" (under), "~" (about), or "=" if the bounds do not affect it'
        )
    when = str(period) or max(_gathered(inputs, "period"))
    about = vars(provenance(*inputs))
    return Quantity(
        value=value, interval=None, unit=unit, period=when, bound=bound or "=", made=made, label=made, **about
    )


def in_year(year: int, *inputs: Inputs) -> Quantity:
    """Return a year as a quantity, with the rows it was chosen from as provenance."""
    return of_tables(lambda *_: year, *inputs, unit="year", made="published", period=int(year), bound="=")


def chosen_among(number: Quantity, *others: Inputs) -> Quantity:
    """Return a quantity with the numbers that it was chosen among added to its provenance."""
    return replace(number, **vars(provenance(number, *others)))


def total(frame: pd.DataFrame, made: str = "") -> Quantity:
    """Return the sum of the values of a frame. Raises QuantityError if they have several units."""
    units = list(frame["unit"].unique())
    if len(units) != 1:
        raise QuantityError(f"a sum needs one unit, but these values are in {', '.join(units) or 'no unit'}")
    bound = joint_bound(frame["bound"])
    summed = of_tables(lambda f: f["value"].sum(), frame, unit=units[0], made=made or "sum", bound=bound)
    return replace(summed, interval=Interval(frame["low"].sum(), frame["high"].sum()))


def ratio(
    numerator: pd.DataFrame, denominator: pd.DataFrame, on: str = "entity", factor: float = 1.0, unit: str = FRACTION
) -> pd.DataFrame:
    """Divide one frame by another where both have the same `on`. Rows keep the provenance of both.

    The columns are those of `numerator`; `low` and `high` come from interval arithmetic. Raises QuantityError
    if a frame has several rows for one `on`.
    """
    for name, frame in (("numerator", numerator), ("denominator", denominator)):
        if frame[on].duplicated().any():
            twice = ", ".join(map(str, frame.loc[frame[on].duplicated(), on].unique()))
            raise QuantityError(f"the {name} has more than one row for {twice}; choose one row for each {on}")
    below = {row[on]: row for row in rows_as_dicts(denominator)}
    above = [row for row in rows_as_dicts(numerator) if row[on] in below]
    return pd.DataFrame([_divided(row, below[row[on]], factor, unit) for row in above], columns=numerator.columns)


def provenance(*inputs: Inputs) -> Provenance:
    """Return the provenance of a number made from these inputs, as `joint_provenance` does."""
    return joint_provenance(_provenance_of(leaf) for leaf in _leaves(inputs))


def _leaves(inputs: Inputs) -> Iterator[Any]:
    """Yield every frame with rows, row and quantity in `inputs`."""
    if isinstance(inputs, pd.DataFrame):
        yield from [inputs] * bool(len(inputs))
    elif isinstance(inputs, dict | pd.Series | Quantity):
        yield inputs
    else:
        for item in inputs:
            yield from _leaves(item)


def _provenance_of(leaf: Any) -> Provenance:
    if isinstance(leaf, Quantity):
        return leaf
    sources, origins = ([part for cell in set(_cells(leaf, name)) for part in cell.split("; ")] for name in LISTING)
    places = tuple(place for cell in _cells(leaf, "behind") for place in cell)
    about = {"grade": max(_cells(leaf, "grade")), "anchor": _cells(leaf, "anchor")[0], "behind": places}
    return Provenance(sources=tuple(sources), origins=tuple(origins), **about)


def _cells(leaf: Any, field: str) -> list[Any]:
    """Return the values of one field in a frame, row or quantity."""
    if isinstance(leaf, pd.DataFrame):
        return leaf[field].to_numpy().tolist()  # pandas iterates slowly over texts
    return [getattr(leaf, field) if isinstance(leaf, Quantity) else leaf[field]]


def _values(data: Inputs) -> object:
    """Return an input in the form in which a function of values receives it."""
    if isinstance(data, pd.DataFrame):
        if data.index.name:
            return data["value"]
        for index in ("entity", "year"):
            if not data[index].duplicated().any():
                return data.set_index(index)["value"]
        raise QuantityError("a frame has several values for one place and year; choose one of them, or use of_tables")
    if isinstance(data, pd.Series):
        return float(data["value"])
    return data.value if isinstance(data, Quantity) else [_values(item) for item in data]


def _gathered(inputs: Inputs, field: str) -> set[str]:
    """Collect the different values of one field from all rows and quantities among the inputs."""
    return {str(value) for leaf in _leaves(inputs) for value in _cells(leaf, field)}


def _divided(above: dict[str, Any], below: dict[str, Any], factor: float, unit: str) -> dict[str, Any]:
    """Return one row divided by another, as a row."""
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
        "behind": share.behind,
        "series_label": f"{whole.label} over {below['series_label']}",
    }
    return above | {name: value for name, value in changed.items() if name in above}


# the record of a number ------------------------------------------------------------------------------------------

NAMED_LOCATORS = 3  # per source and series


def record_of(number: Quantity) -> dict:
    """Return the record of a number: value, unit, period, bound, how it was computed, and sources."""
    return {
        "value": rounded(number.value),
        "unit": number.unit,
        "period": number.period,
        "bound": number.bound,
        "made": number.made,
        "sources": sorted(number.sources),
        "places": recorded_places(sorted(number.behind)),
    }


def recorded_places(places: Iterable[Place]) -> list[dict]:
    """Group sorted places by source and series: the first locators of each, and how many more there are."""
    grouped = ((key, list(group)) for key, group in groupby(places, key=itemgetter(0, 1)))
    return [
        {
            "source": source,
            "series": series,
            "locators": [place.locator for place in group[:NAMED_LOCATORS]],
            "more": max(0, len(group) - NAMED_LOCATORS),
        }
        for (source, series), group in grouped
    ]
