"""Counts that change by decisions: what is known as points, level lines between, and no claim about when it rose."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from claimbook.charts.figures import Chart, describe_series
from claimbook.charts.layout import canvas, finish
from claimbook.charts.lines import (
    Target,
    draw_claim,
    draw_points,
    drawn,
    frame_axes,
    keys_for,
    label_lines,
    prepared,
    spoken,
    tell_points,
    visible_ranges,
)
from claimbook.charts.points import clash, put, trace
from claimbook.charts.style import PALETTE, beside, line_key, marker_key, short


def step_chart(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    claim: Target | None = None,
) -> Chart:
    """A count that changes by decisions: known totals as points, level lines between them, the unseen rise dotted."""
    points = prepared(frame, None)
    keys = [
        *keys_for(points, visible_ranges(points).any()),
        marker_key("known total", "o", PALETTE[0]),
        line_key("when it rose in between is not shown", PALETTE[0], linestyle=(0, (1, 1.5)), linewidth=1.3),
    ]
    figure, axes = canvas(title, subtitle, source, keys=keys)
    draw_claim(axes, claim)
    known = points.drop_duplicates("x", keep="last")
    xs, ys = known["x"].to_list(), known["y"].to_list()
    for (x0, y0), (x1, y1) in zip(zip(xs, ys, strict=True), zip(xs[1:], ys[1:], strict=True), strict=False):
        axes.plot([x0, x1], [y0, y0], color=PALETTE[0], linewidth=1.6, solid_capstyle="butt")
        axes.plot([x1, x1], [y0, y1], color=PALETTE[0], linewidth=1.3, linestyle=(0, (1, 1.5)))
    draw_points(axes, points, PALETTE[0])
    tell_points(axes, points, short)
    frame_axes(axes, points, True, claim)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
    label_lines(axes, points, [""], claim, short, value=False)
    figure.when_settled(lambda: label_steps(axes, known))
    alt = [describe_series(title, *spoken(points), say=short)]
    alt += [f"{claim.label}."] if claim else []
    return finish(figure, title, subtitle, source, drawn(frame, None), " ".join(alt))


def label_steps(axes: Axes, points: pd.DataFrame) -> None:
    """Values where neither a step nor another label is; one without room is left out."""
    frame = axes.get_window_extent()
    ink = trace(axes)
    taken: list[Bbox] = []
    for i in dict.fromkeys([len(points) - 1, *range(len(points))]):
        p = points.iloc[i]
        text = beside(axes, short(p["y"]), (p["x"], p["y"]), color=PALETTE[0], linespacing=1.1)
        spots = [(-4, 3, "right", "bottom"), (5, -4, "left", "top"), (-4, 3, "left", "bottom")]
        score, best = min((clash(text, spot, ink, taken, frame), number) for number, spot in enumerate(spots))
        if score:
            text.remove()
        else:
            taken.append(put(text, spots[best]))
