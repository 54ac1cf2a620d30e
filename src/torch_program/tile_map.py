"""Provinces as equal tiles, placed roughly as on a map, without disputed borders and weight by area."""

import math

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from claimbook.charts import style
from claimbook.charts.figures import Chart, describe_items, finish
from claimbook.charts.layout import Canvas, Sheet
from claimbook.evidence.concentration import ln
from torch_program.provinces import PROVINCES

# sorted by position in the grid; each has its letters in ISO 3166-2:CN and a one-character name
TILES = dict(sorted(PROVINCES.items(), key=lambda province: (province[1]["row"], province[1]["column"])))
TILES_ACROSS, TILES_DOWN = 8, 8
TILE_WIDTH, HEIGHT = style.INNER / TILES_ACROSS, 0.38  # size of a tile in inches
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
    on.y = on.lines(style.PAD, on.y, [name], style.BASE_SIZE, color=style.INK, weight="semibold") + 0.08
    for province, tile in TILES.items():
        value = float(values.get(province, math.nan))
        x, y = style.PAD + int(tile["column"]) * TILE_WIDTH, on.y + int(tile["row"]) * HEIGHT
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
    """Return the position of a quotient on the scale, 0 to 1: ≤ 0.25 at 0, 1 in the middle, ≥ 4 at 1."""
    return float(np.clip(ln(quotient) / ln(16.0) + 0.5, 0, 1)) if quotient > 0 else 0.0


def draw_scale(on: Sheet, scale: str, y: float) -> None:
    """Draw the key: a strip of colours with values below it, and what they mean."""
    left, width = style.PAD, 1.8
    for i in range(40):
        on.box(left + width * i / 40, y, width / 40 + 0.005, 0.12, DIVERGING((i + 0.5) / 40))
    for mark, text, side in MARKS:
        x = left + width * place(mark)
        on.line([x, x], [y + 0.12, y + 0.16])
        on.text(x, y + 0.25, text, ha=side)
    lines = style.wrap(scale, style.INNER - width - 1.0, style.SMALL)
    on.lines(left + width + 0.15, y - 0.02, lines)
    on.box(style.WIDTH - style.PAD - 0.62, y, 0.12, 0.12, style.PAPER, edgecolor=style.GRID, linewidth=1.0)
    on.text(style.WIDTH - style.PAD - 0.45, y + 0.06, "no data")
