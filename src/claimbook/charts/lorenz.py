"""Lorenz curves: how unequally something is spread over people, region by region."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from claimbook.charts.figures import Chart, Said
from claimbook.charts.layout import canvas, finish
from claimbook.charts.style import MUTED, PALETTE, SMALL, WIDTH, beside, line_height, text_width, wrap
from claimbook.evidence.concentration import lorenz, lorenz_gini

MOST = 5  # curves that can be told apart
SIDE = WIDTH - 0.9  # inches of the axes, at least
HEIGHT = WIDTH + 0.65  # inches: the axes are then about square


def lorenz_chart(
    values: pd.DataFrame, weights: pd.Series, title: str, subtitle: str = "", source: str = "", *, unit: str = "people"
) -> Chart:
    """One curve for each column of `values` (units down), labelled with its Gini; `weights` are people by unit.

    A missing value or weight is an error: no unit may drop out of a curve in silence.
    """
    import seaborn

    if values.shape[1] > MOST:
        raise ValueError(f"{values.shape[1]} curves cannot be told apart; draw at most {MOST}")
    colors = dict(zip(values, PALETTE, strict=False))
    curves = {name: lorenz(values[name], weights) for name in values}
    figure, axes = canvas(title, subtitle, source, height=HEIGHT)
    axes.grid(axis="both")
    axes.plot([0, 100], [0, 100], color=MUTED, linewidth=1.0, linestyle=(0, (4, 2)))
    shares = pd.concat(
        [curve[["people", "value"]] * 100 for curve in curves.values()], keys=curves, names=["series", ""]
    )
    look = {"marker": "o", "markersize": 2.6, "markeredgecolor": None, "legend": False}
    seaborn.lineplot(
        shares, x="people", y="value", hue="series", palette=colors, sort=False, estimator=None, **look, ax=axes
    )
    axes.set(xlim=(0, 100), ylim=(0, 100), aspect="equal", anchor="W")
    per_head = unit == "people"
    order = "from those with least per head to those with most" if per_head else "from the smallest to the largest"
    axes.set_xlabel(f"{unit}, {order}, percent", loc="left")
    axes.set_ylabel("share of the total, percent")
    beside(axes, "equal", (50, 50), (-4, 2), ha="right", color=MUTED)
    name_inside(axes, curves)
    for name, curve in curves.items():
        for share, own in zip(curve["people"] * 100, curve["value"] * 100, strict=True):
            figure.tell(axes, share, own, Said(f"{name}: {share:.0f} % of {unit} with least have {own:.1f} %"))
    ginis = {name: lorenz_gini(curve) for name, curve in curves.items()}
    said = [
        f"{name}: Gini {g:.2f}; {_half(curves[name], unit)}, {len(curves[name]) - 1} units."
        for name, g in ginis.items()
    ]
    table = pd.concat(
        [curve.assign(series=name, gini=ginis[name]) for name, curve in curves.items()], ignore_index=True
    )
    table = table.rename(columns={"people": f"cumulative share of {unit}", "value": "cumulative share of the total"})
    return finish(figure, title, subtitle, source, table, f"Lorenz curves. {' '.join(said)}")


def _half(curve: pd.DataFrame, unit: str) -> str:
    """What the less endowed half has, read off the curve."""
    return (
        f"the half of {unit} with least has {np.interp(0.5, curve['people'], curve['value']) * 100:.0f} % of the total"
    )


def name_inside(axes: Axes, curves: dict[str, pd.DataFrame]) -> None:
    """Name and Gini of each curve above the diagonal, where none runs, with a line to it."""
    level, step = 97.0, 100 * line_height(SMALL) / SIDE
    for name, color in by_gini(curves):
        words = f"{name}, Gini {lorenz_gini(curves[name]):.2f}"
        lines = wrap(words, SIDE * (level - 2 * step) / 100, SMALL, "semibold")
        for line in lines:
            axes.text(2, level, line, va="center", size=SMALL, weight="semibold", color=color)
            level -= step
        end = 3 + 100 * text_width(lines[-1], SMALL, "semibold") / SIDE
        lead(axes, curves[name], level + step, end, color=color)
        level -= step / 4


def by_gini(curves: dict[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """Names of the curves with their colours, the most even first."""
    return sorted(zip(curves, PALETTE, strict=False), key=lambda item: lorenz_gini(curves[item[0]]))


def lead(axes: Axes, curve: pd.DataFrame, level: float, end: float, **look) -> None:
    """A dotted line between a curve and its name, both at a level in percent; the name is at `end`."""
    start = float(np.interp(level / 100, curve["value"], curve["people"])) * 100
    axes.plot(sorted([start, end]), [level, level], linewidth=0.8, linestyle=(0, (1, 2)), zorder=1, **look)
