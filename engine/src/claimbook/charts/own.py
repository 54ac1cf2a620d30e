"""A chart of the author's own: shows what seaborn or matplotlib drew, and reads its data from the drawing."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D

from claimbook.charts import figures
from claimbook.charts.labels import parts_of_stacks
from claimbook.charts.layout import dressed, set_tooltip
from claimbook.say.numbers import with_minus
from claimbook.say.words import slug


def show(axes: Axes, title: str, subtitle: str, source: str, label: str = "", caption: str = "") -> None:
    """Show what `seaborn.barplot(…)` or any other call drew on these axes as a chart of the book.

    `source` is the line that `ev.credit(rows)` returns. Without `label`, the chart is called fig- plus its title.
    Lines, bars and dots provide the table, description and tooltips; other drawings have only their words.
    """
    places = pd.DataFrame(_points(axes), columns=["name", "across", "up"])
    across, up = _category_names(axes.xaxis, places["across"]), _category_names(axes.yaxis, places["up"])
    data = places.assign(across=across, up=up)
    heads = {"across": axes.get_xlabel() or "x", "up": axes.get_ylabel() or "y"}
    if axes.xaxis.units is None and len(places) and (places["across"] % 1 == 0).all():
        axes.locator_params(axis="x", integer=True)  # no fractions of years
    figure = dressed(axes, title, subtitle, source)
    several = places["name"].nunique() > 1
    values = across.map(_value_in_words).astype(str) + ": " + up.map(_value_in_words).astype(str)
    for place, value in zip(places.itertuples(), values, strict=True):
        set_tooltip(axes, place.across, place.up, f"{place.name}, " * several + value)
    groups = values.groupby(places["name"], sort=False)
    sentences = [f"{name}: " * several + "; ".join(lines) for name, lines in groups]
    alt = ". ".join(filter(None, [title, subtitle, *sentences]))
    table = (data if several else data.drop(columns="name")).rename(columns=heads)
    chart = figures.finish(figure, table, alt)
    figures.display_chart(chart, label or f"fig-{slug(title)}", caption or title)


def _points(axes: Axes) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, x and y of every value of lines, bars and dots; names come from the legend."""
    legend, usual = axes.get_legend(), axes.get_ylabel() or "value"
    entries = zip(legend.legend_handles, legend.get_texts(), strict=True) if legend else ()
    names = {_colour(sign): text.get_text() for sign, text in entries}
    for line in [] if axes.containers else axes.get_lines():  # with bars or boxes, lines are parts of them
        yield from ((names.get(_colour(line), usual), x, y) for x, y in np.asarray(line.get_xydata()))
    for part in parts_of_stacks(axes) if all(isinstance(one, BarContainer) for one in axes.containers) else ():
        yield from ((names.get(_colour(bar.patch), usual), *bar.spot(bar.end)) for bar in part)
    for dots in (dots for dots in axes.collections if isinstance(dots, PathCollection)):
        colours = [to_hex(colour) for colour in np.atleast_2d(dots.get_facecolor())] or [""]
        for n, (x, y) in enumerate(np.asarray(dots.get_offsets())):
            yield names.get(colours[n % len(colours)], usual), x, y


def _colour(sign: Any) -> str:
    if isinstance(sign, Line2D):
        colour: Callable[[], Any] = sign.get_markerfacecolor if sign.get_linestyle() == "None" else sign.get_color
        return to_hex(colour())
    return to_hex(np.atleast_2d(sign.get_facecolor())[0])


def _category_names(axis: Axis, places: pd.Series) -> pd.Series:
    """Return positions on a categorical axis as category names."""
    names = axis.get_major_formatter()
    return places.map(names) if isinstance(names, StrCategoryFormatter) else places


def _value_in_words(value: Any) -> str:
    return value if isinstance(value, str) else with_minus(f"{float(value):.10g}")
