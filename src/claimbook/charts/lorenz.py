"""Lorenz curves: how unequally something is spread over people, region by region."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from claimbook.charts.figures import Chart, finish
from claimbook.charts.layout import canvas
from claimbook.charts.style import MUTED, PALETTE, SMALL, WIDTH, beside, line_height, text_width, wrap
from claimbook.evidence.concentration import lorenz, lorenz_gini

MOST = 5  # curves that can be told apart
SIDE = WIDTH - 0.9  # inches of the axes, at least
HEIGHT = WIDTH + 0.65  # inches: the axes are then about square


def lorenz_chart(values: pd.DataFrame, weights: pd.Series, title: str, subtitle: str = "", source: str = "") -> Chart:
    """One curve for each column of `values` (units down), labelled with its Gini; `weights` are people by unit.

    A missing value or weight is an error: no unit may drop out of a curve in silence.
    """
    if values.shape[1] > MOST:
        raise ValueError(f"{values.shape[1]} curves cannot be told apart; draw at most {MOST}")
    curves = {name: lorenz(values[name], weights).assign(series=name) for name in values}
    ginis = {name: lorenz_gini(curve) for name, curve in curves.items()}
    figure, axes = canvas(title, subtitle, source, height=HEIGHT)
    axes.grid(axis="both")
    axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
    said = []
    for (name, curve), color in zip(curves.items(), PALETTE, strict=False):
        people, value = curve["people"] * 100, curve["value"] * 100
        axes.plot(people, value, color=color, marker="o", markersize=2.6, markeredgewidth=0.75, solid_capstyle="round")
        for x, y in zip(people, value, strict=True):
            figure.tell(axes, x, y, f"{name}: {x:.0f} % of people with least have {y:.1f} %")
        half = np.interp(0.5, curve["people"], curve["value"]) * 100
        share = f"the half of people with least has {half:.0f} % of the total"
        said.append(f"{name}: Gini {ginis[name]:.2f}; {share}, {len(curve) - 1} units.")
    axes.set(xlim=(0, 100), ylim=(0, 100), aspect="equal", anchor="W")
    axes.set_xlabel("people, from those with least per head to those with most, percent", loc="left")
    axes.set_ylabel("share of the total, percent")
    beside(axes, "equal", (50, 50), (-4, 2), ha="right", color=MUTED)
    _name_inside(axes, curves, ginis)
    table = pd.concat([curve.assign(gini=ginis[name]) for name, curve in curves.items()])
    table = table.rename(columns={"people": "cumulative share of people", "value": "cumulative share of the total"})
    return finish(figure, title, subtitle, source, table, f"Lorenz curves. {' '.join(said)}")


def _name_inside(axes: Axes, curves: dict[str, pd.DataFrame], ginis: dict[str, float]) -> None:
    """Name and Gini of each curve above the diagonal, where none runs, the most even first, each with a line to it."""
    level, step = 97.0, 100 * line_height(SMALL) / SIDE
    for name, color in sorted(zip(curves, PALETTE, strict=False), key=lambda item: ginis[item[0]]):
        lines = wrap(f"{name}, Gini {ginis[name]:.2f}", SIDE * (level - 2 * step) / 100, SMALL, "semibold")
        for line in lines:
            axes.text(2, level, line, va="center", size=SMALL, weight="semibold", color=color)
            level -= step
        end = 3 + 100 * text_width(lines[-1], SMALL, "semibold") / SIDE
        start = float(np.interp((level + step) / 100, curves[name]["value"], curves[name]["people"])) * 100
        ends, look = sorted([start, end]), (0, (1, 2))
        axes.plot(ends, [level + step] * 2, color=color, linewidth=0.8, linestyle=look, zorder=1)
        level -= step / 4
