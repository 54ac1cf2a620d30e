"""Stacked bars: how a total divides, year by year."""

from collections.abc import Callable, Sequence

import pandas as pd

from claimbook.charts.figures import Chart, describe_series, finish
from claimbook.charts.labels import label_parts, label_values
from claimbook.charts.layout import canvas
from claimbook.charts.style import PALETTE, PAPER, SMALL, short, text_width

TINTS = (PALETTE[0], "#8fb0cf", PALETTE[3], "#dcc48f")  # neighbours differ in lightness, whoever looks
SLOTS = 3.2  # inches for all names under the bars, which stand in two rows where that is too little


def stacked_bars(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    x: str,
    parts: list[str],
    say: Callable[[float], str] = short,
) -> Chart:
    """One bar a row, the columns `parts` (at most four) stacked from below, named beside the last bar."""
    import seaborn

    figure, axes = canvas(title, subtitle, source, height=3.4)
    long = frame.assign(**{x: frame[x].astype(str)}).melt(x, parts, "part", "value")
    seaborn.histplot(long, x=x, hue="part", weights="value", **stacked(parts), ax=axes)
    names = frame[x].astype(str)
    crowded = max(text_width(name, SMALL) for name in names) > SLOTS / len(frame)
    axes.set_xticks(range(len(names)), ["\n" * (crowded and number % 2) + name for number, name in enumerate(names)])
    axes.set_xlim(-0.6, len(frame) - 0.4)
    axes.tick_params(axis="x", length=0)
    label_values(axes, say)
    label_parts(axes, parts, say)
    alt = " ".join(describe_series(part, frame[x], frame[part], say) for part in parts)
    return finish(figure, title, subtitle, source, frame[[x, *parts]], alt)


def stacked(parts: list[str], tints: Sequence[str] = TINTS) -> dict:
    """How `seaborn.histplot` draws stacked bars in our look, `parts` from the axis outwards.

    >>> seaborn.histplot(long, y="year", hue="part", weights="value", **charts.stacked(parts), ax=axes)
    """
    look = {"multiple": "stack", "discrete": True, "shrink": 0.72, "alpha": 1, "edgecolor": PAPER, "linewidth": 0.8}
    return look | {"hue_order": parts[::-1], "palette": dict(zip(parts, tints, strict=False))}
