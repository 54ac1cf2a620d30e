"""Charts of this report only: a map of provinces as tiles, and the small multiples of a profile."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from claimbook.charts import lines, style
from claimbook.charts.figures import Chart, describe_items, describe_series, finish
from claimbook.charts.style import INNER, PAD, PALETTE, Canvas, Sheet, canvas, offset_text, short_number
from claimbook.evidence.concentration import ln
from torch_program.provinces import PROVINCES

# Provinces are equal tiles, placed roughly as on a map, without disputed borders and weight by area. They are sorted by
# position in the grid. Each has its letters in ISO 3166-2:CN and a one-character name.
TILES = dict(sorted(PROVINCES.items(), key=lambda province: (province[1]["row"], province[1]["column"])))
TILES_ACROSS, TILES_DOWN = 8, 8
TILE_WIDTH, HEIGHT = INNER / TILES_ACROSS, 0.38  # size of a tile in inches
LETTERS_NOTE = "Letters as in ISO 3166-2: " + ", ".join(
    f"{TILES[p]['letters']} {p}"
    for p in ("Hebei", "Henan", "Hubei", "Hunan", "Hainan", "Inner Mongolia", "Shaanxi", "Shanxi", "Tibet")
)
DIVERGING = LinearSegmentedColormap.from_list(
    "brown-teal", ["#6b3f00", "#b97f2e", "#ead9b5", "#f4f4f1", "#b5ddd6", "#3d9b90", "#003f3a"]
)
MARKS = (  # labels of the scale; its ends include everything beyond them
    (0.25, "≤ 0.25", "left"),
    *((mark, f"{mark:g}", "center") for mark in (0.5, 1, 2)),
    (4, "≥ 4", "right"),
)
SAY = "{:.1f}".format


def tile_map(name: str, values: pd.Series, title: str, subtitle: str, source: str, *, scale: str) -> Chart:
    """Draw a map of quotients by province, with `name` above it; NaN means no data.

    Colours diverge from 1 in powers of two; `scale` says what they mean.
    """
    data = pd.DataFrame({"letters": {province: tile["letters"] for province, tile in TILES.items()}, name: values})
    data = data.reindex(TILES).rename_axis("province").reset_index()
    alt = describe_items(name, values.index, values, SAY)
    on = Sheet(title, subtitle)
    on.y = on.lines(PAD, on.y, [name], style.BASE_SIZE, color=style.INK, weight="semibold") + 0.08
    for province, tile in TILES.items():
        value = float(values.get(province, math.nan))
        x, y = PAD + int(tile["column"]) * TILE_WIDTH, on.y + int(tile["row"]) * HEIGHT
        missing = math.isnan(value)  # drawn as an empty frame with a dash
        face = style.PAPER if missing else DIVERGING(place(value))
        edge = {"edgecolor": style.GRID, "linewidth": 1.0} if missing else {}
        on.box(x + 0.012, y + 0.012, TILE_WIDTH - 0.024, HEIGHT - 0.024, face, **edge)
        look: style.MatplotlibStyle = {"color": style.MUTED if missing else style.readable_on(face), "ha": "center"}
        on.text(x + TILE_WIDTH / 2, y + HEIGHT * 0.29, f"{tile['character']} {tile['letters']}", **look)
        on.text(x + TILE_WIDTH / 2, y + HEIGHT * 0.71, "–" if missing else SAY(value), weight="semibold", **look)
        text = "no data" if missing else SAY(value)
        on.tooltip(x + TILE_WIDTH / 2, y + HEIGHT / 2, f"{province}, {name}: {text}")
    on.y += TILES_DOWN * HEIGHT
    draw_scale(on, scale, on.y + 0.14)
    on.y += 0.62
    on.foot(f"{source} {LETTERS_NOTE}.")
    on.source = source
    return finish(Canvas(on), data, f"Tile map of China’s 31 provinces. {alt}")


def place(quotient: float) -> float:
    """Return where a quotient is on the scale: 0.25 and less at 0, 1 in the middle, 4 and more at 1."""
    return float(np.clip(ln(quotient) / ln(16.0) + 0.5, 0, 1)) if quotient > 0 else 0.0


def draw_scale(on: Sheet, scale: str, y: float) -> None:
    """Draw the key: a strip of colours with values below it, and what they mean."""
    left, width = PAD, 1.8
    for i in range(40):
        on.box(left + width * i / 40, y, width / 40 + 0.005, 0.12, DIVERGING((i + 0.5) / 40))
    for mark, text, side in MARKS:
        x = left + width * place(mark)
        on.line([x, x], [y + 0.12, y + 0.16])
        on.text(x, y + 0.25, text, ha=side)
    lines = style.wrap(scale, INNER - width - 1.0, style.SMALL)
    on.lines(left + width + 0.15, y - 0.02, lines)
    on.box(style.WIDTH - PAD - 0.62, y, 0.12, 0.12, style.PAPER, edgecolor=style.GRID, linewidth=1.0)
    on.text(style.WIDTH - PAD - 0.45, y + 0.06, "no data")


# small multiples: one line for each series, each on its own axis from zero ------------------------------------------

ACROSS = 2  # panels side by side


def small_multiples(
    frame: pd.DataFrame, title: str, subtitle: str, source: str, *, panel: str, breaks: Mapping[str, str]
) -> Chart:
    """Draw the rows of `frame` as small charts, one for each series that its column `panel` names.

    `breaks` gives the breaks of each series, written as in `series.csv`. The foot of the chart prints their reasons.
    """
    points = lines.prepared(frame, panel)
    own = {name: lines.with_visible_rounding(line) for name, line in lines.lines_of(points).items()}
    gaps = {name: lines.parse_breaks(breaks.get(name, ""), line["x"]) for name, line in own.items()}
    reasons = sorted({f"{year}: {reason}" for found in gaps.values() for year, reason in found.items()})
    note = f"Break in {'; '.join(reasons)}. " if reasons else ""
    keys = lines.keys_for(points, any(line["rounding"].any() for line in own.values()))
    down = -(-len(own) // ACROSS)
    figure, grid = canvas(title, subtitle, note + source, 0.9 + 1.4 * down, (down, ACROSS), keys, sharex=True)
    figure.source = source
    flat = list(np.ravel(grid))
    first, last = points["x"].min(), points["x"].max()
    for axes, (name, line) in zip(flat, own.items(), strict=False):
        lines.draw_series(axes, line, gaps[name], PALETTE[0])
        lines.add_point_tooltips(axes, line, short_number)
        lines.frame_axes(axes, line, zero=True)
        head = style.wrap(name, INNER / ACROSS - 0.1, style.BASE_SIZE, "semibold")
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
