"""Counts that change by decisions: what is known as points, level lines between, and no claim about when it rose."""

from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from torch_program.charts.layout import canvas, finish
from torch_program.charts.lines import (
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
from torch_program.charts.points import clash, put, trace
from torch_program.charts.style import PALETTE, SMALL, WIDTH, line_key, marker_key, short, wrap
from torch_program.figures import Chart, describe_series


def step_chart(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    x: str = "year",
    y: str = "value",
    notes: Mapping[float, str] | None = None,
    claim: Target | None = None,
    say: Callable[[float], str] = short,
    height: float = 3.9,
) -> Chart:
    """A count that changes by decisions: known totals as points, level lines between them, the unseen rise dotted.

    `notes` gives points, by their x, a few words.
    """
    points = prepared(frame, x, y, None)
    keys = [
        *keys_for(points, visible_ranges(points).any()),
        marker_key("known total", "o", PALETTE[0]),
        line_key("when it rose in between is not shown", PALETTE[0], linestyle=(0, (1, 1.5)), linewidth=1.3),
    ]
    figure, axes = canvas(title, subtitle, source, size=(WIDTH, height), keys=keys)
    draw_claim(axes, claim)
    known = points.drop_duplicates("x", keep="last")
    xs, ys = known["x"].to_list(), known["y"].to_list()
    for (x0, y0), (x1, y1) in zip(zip(xs, ys, strict=True), zip(xs[1:], ys[1:], strict=True), strict=False):
        axes.plot([x0, x1], [y0, y0], color=PALETTE[0], linewidth=1.6, solid_capstyle="butt")
        axes.plot([x1, x1], [y0, y1], color=PALETTE[0], linewidth=1.3, linestyle=(0, (1, 1.5)))
    draw_points(axes, points, PALETTE[0])
    tell_points(axes, points, say)
    frame_axes(axes, points, True, claim)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.1)
    label_lines(axes, points, [""], claim, say, value=False)
    figure.each_width(lambda: figure.when_settled(lambda: label_steps(axes, known, notes or {}, say)))
    alt = [describe_series(title, *spoken(points), say=say)]
    alt += [f"{when:g}: {text}." for when, text in (notes or {}).items()] + ([f"{claim.label}."] if claim else [])
    return finish(figure, title, subtitle, source, drawn(frame, x, y, None), " ".join(alt))


def label_steps(axes: Axes, points: pd.DataFrame, notes: Mapping[float, str], say: Callable) -> None:
    """Values and notes where neither a step nor another label is; a value without room is left out, a note never."""
    frame = axes.get_window_extent()
    ink = trace(axes)
    order = [*(i for i, x in enumerate(points["x"]) if x in notes), len(points) - 1, 0, *range(len(points))]
    taken: list[Bbox] = []
    for i in dict.fromkeys(order):
        p = points.iloc[i]
        noted = p["x"] in notes
        text = axes.annotate(
            "\n".join(wrap(", ".join(filter(None, [say(p["y"]), notes.get(p["x"])])), 1.5, SMALL)),
            (p["x"], p["y"]),
            xytext=(0, 0),
            textcoords="offset points",
            size=SMALL,
            color=PALETTE[0],
            linespacing=1.1,
            annotation_clip=False,
        )
        spots = [(-4, 3, "right", "bottom"), (5, -4, "left", "top"), (-4, 3, "left", "bottom")]
        spots += [(-4, rise, "left", "bottom") for rise in range(20, 140, 10)] if noted else []
        scored = [(clash(text, spot, ink, taken, frame), number) for number, spot in enumerate(spots)]
        score, best = min(scored)
        if score and not noted:
            text.remove()
            continue
        taken.append(put(text, spots[best]))
        if best > 2:
            axes.plot(
                [p["x"]] * 2,
                [p["y"], axes.transData.inverted().transform((0, taken[-1].y0))[1]],
                color=PALETTE[0],
                linewidth=0.6,
                scaley=False,
            )
