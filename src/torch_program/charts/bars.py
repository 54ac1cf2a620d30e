"""Stacked bars: how a total divides, year by year."""

from collections.abc import Callable

import pandas as pd

from torch_program.charts.style import (
    PALETTE,
    PAPER,
    SMALL,
    WIDTH,
    canvas,
    finish,
    readable_on,
    settle,
    short,
    spread,
    wrap,
)
from torch_program.figures import Chart, describe_series

TINTS = (PALETTE[0], "#8fb0cf", PALETTE[3], "#dcc48f")  # neighbours differ in lightness, whoever looks


def stacked_bars(
    frame: pd.DataFrame,
    title: str,
    subtitle: str = "",
    source: str = "",
    *,
    x: str,
    parts: list[str],
    say: Callable[[float], str] = short,
    height: float = 3.7,
) -> Chart:
    """One bar a row, the columns `parts` (at most four) stacked from below, named beside the last bar."""
    if len(parts) > len(TINTS):
        raise ValueError(f"{len(parts)} parts of a bar cannot be told apart; at most {len(TINTS)}")
    figure, axes = canvas(title, subtitle, source, size=(WIDTH, height))
    places = range(len(frame))
    base = pd.Series(0.0, index=frame.index)
    for part, color in zip(parts, TINTS, strict=False):
        axes.bar(places, frame[part], bottom=base, color=color, width=0.72, edgecolor=PAPER, linewidth=0.8)
        for place, bottom, value in zip(places, base, frame[part], strict=True):
            if value > 0.09 * frame[parts].sum(axis=1).max() and len(frame) <= 8:
                axes.text(
                    place,
                    bottom + value / 2,
                    say(value),
                    ha="center",
                    va="center",
                    size=SMALL,
                    color=readable_on(color),
                )
        base = base + frame[part]
    axes.set_xticks(list(places), [str(v) for v in frame[x]])
    axes.set_xlim(-0.6, len(frame) - 0.4)
    axes.tick_params(axis="x", length=0)
    last = frame[parts].iloc[-1]
    middles = (last.cumsum() - last / 2).to_list()
    labels = [
        axes.annotate(
            "\n".join(wrap(part, 1.4, SMALL, "semibold")),
            (len(frame) - 0.6, middle),
            xytext=(9, 0),
            textcoords="offset points",
            size=SMALL,
            weight="semibold",
            va="center",
            annotation_clip=False,
        )
        for part, middle in zip(parts, middles, strict=True)
    ]
    settle(figure)
    box = axes.get_window_extent()
    pixels = [axes.transData.transform((0, m))[1] for m in middles]
    placed = spread(pixels, [t.get_window_extent().height + 2 for t in labels], box.y0, box.y1)
    for text, pixel in zip(labels, placed, strict=True):
        text.xy = (text.xy[0], axes.transData.inverted().transform((0, pixel))[1])
    alt = " ".join(describe_series(part, frame[x], frame[part], say) for part in parts)
    return finish(figure, title, subtitle, source, frame[[x, *parts]], alt)
