"""The small multiples of a profile: one line for each series, each on its own axis from zero."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from claimbook.charts import lines, style
from claimbook.charts.figures import Chart, describe_series, finish
from claimbook.charts.layout import canvas
from claimbook.charts.style import PALETTE, offset_text, short_number

ACROSS = 2  # panels side by side


def small_multiples(
    frame: pd.DataFrame, title: str, subtitle: str, source: str, *, panel: str, breaks: Mapping[str, str]
) -> Chart:
    """Draw the rows of `frame` as small charts, one for each series that its column `panel` names.

    `breaks` gives the breaks of each series, written as in `series.csv`. The foot of the chart prints their reasons.
    """
    points = lines.prepared(frame, panel)
    own = lines.lines_of(points)
    gaps = {name: lines.parse_breaks(breaks.get(name, ""), line["x"]) for name, line in own.items()}
    reasons = sorted({f"{year}: {reason}" for found in gaps.values() for year, reason in found.items()})
    note = f"Break in {'; '.join(reasons)}. " if reasons else ""
    keys = lines.keys_for(points, any(lines.visible_ranges(line).any() for line in own.values()))
    down = -(-len(own) // ACROSS)
    figure, grid = canvas(title, subtitle, note + source, 0.9 + 1.4 * down, (down, ACROSS), keys, sharex=True)
    figure.source = source
    flat = list(np.ravel(grid))
    first, last = points["x"].min(), points["x"].max()
    for axes, (name, line) in zip(flat, own.items(), strict=False):
        lines.draw_series(axes, line, gaps[name], PALETTE[0])
        lines.add_point_tooltips(axes, line, short_number)
        lines.frame_axes(axes, line, zero=True)
        head = style.wrap(name, style.INNER / ACROSS - 0.1, style.BASE_SIZE, "semibold")
        axes.set_title("\n".join(head), pad=9, x=0.0)
        axes.xaxis.get_major_locator().set_params(nbins=5)
        axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        axes.set_ylim(0, axes.get_ylim()[1] * 1.35)  # room for the first value below the name
        for year in gaps[name]:
            axes.axvline(year - 0.5, **lines.BREAK)
        label_first_and_last(axes, line, last - first)
    flat[0].set_xlim(first - 0.5, last + 0.5)
    for axes in flat[len(own) :]:
        axes.remove()
    for axes in flat[max(0, len(own) - ACROSS) : len(own)]:
        axes.tick_params(labelbottom=True)
    alt = " ".join(describe_series(name, line["x"], line["y"], short_number) for name, line in own.items())
    return finish(figure, lines.drawn(frame, panel), f"{alt} {note}".strip())


def label_first_and_last(axes: Axes, points: pd.DataFrame, span: float) -> None:
    """Label the first and the last value. The first label of a short line is left of it."""
    first, last = points.iloc[0], points.iloc[-1]
    run = last["x"] - first["x"]
    spots = [(last, (0, 5), "right")]
    if run:
        spots += [(first, (-6, 0), "right") if run < span / 2 else (first, (0, 5), "left")]
    for p, offset, side in spots:
        look = {"ha": side, "color": PALETTE[0], "weight": "semibold"}
        offset_text(axes, short_number(p["y"]), (p["x"], p["y"]), offset, **look)
