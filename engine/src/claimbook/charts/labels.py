"""Labels next to the data instead of a legend: at the ends of lines, at bars, at points.

A figure is a canvas, a call or two of seaborn, and one of these:

>>> figure, axes = charts.canvas(title, subtitle, credit)
>>> lines = {"data": frame, "x": "year", "y": "value", "hue": "country"}
>>> seaborn.lineplot(**lines, units=charts.runs(frame, by="country"), estimator=None, ax=axes)
>>> charts.label_ends(axes, **lines)
>>> chart = charts.finish(figure, frame, alt)

Each helper writes its labels at once, so that the layout makes room for them, and removes seaborn's legend and axis
names. When `finish` has fixed the layout, the labels move apart.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from claimbook.charts import style
from claimbook.charts.style import (
    PALETTE,
    POINT,
    SMALL,
    MatplotlibStyle,
    canvas_of,
    offset_text,
    set_tooltip,
    short_number,
    wrap,
)

ROOM = 1.15  # inches for a name next to the axes
LEADER: MatplotlibStyle = {"linewidth": 0.6, "scalex": False, "scaley": False}
Spot = tuple[float, float]  # offset of words in points
SPOTS: tuple[Spot, ...] = (  # possible spots for the words of a point, nearest first
    *((7, 0), (-7, 0), (0, 6), (0, -6), (5, 4), (-5, 4), (5, -4), (-5, -4)),
    *((x, y) for y in (16, -16, 26, -26) for x in (0, 5, -5)),
)


def runs(data: pd.DataFrame, by: str | None = None) -> pd.Series:
    """Number the unbroken runs of years in each group of `by`, as `units` of `seaborn.lineplot`.

    Without runs, seaborn would draw a line across a missing year. Returns one number per row, NaN for a row
    without a value.
    """
    years = data["year"].where(data["value"].notna())
    return years - years.groupby(data[by] if by else lambda _: 0).rank("dense")


def add_tooltip(axes: Axes, data: pd.DataFrame) -> None:
    """Give each mark at `year` and `value` a tooltip with its year, the words in `says`, and its `origin`."""
    for _, row in data.iterrows():
        set_tooltip(axes, row["year"], row["value"], f"{row['year']:g}: {row['says']}", row.get("origin"))


# ends of lines -------------------------------------------------------------------------------------------------


def label_ends(
    axes: Axes, data: pd.DataFrame, *, x: str, y: str, hue: str, format_value: Callable[[float], str] = short_number
) -> None:
    """Write the name and last value of each line to the right of the axes, in the colour of the line.

    `data`, `x`, `y` and `hue` are the arguments of `seaborn.lineplot`.
    """
    remove_legend(axes)
    known, ends = data.dropna(subset=[y]).sort_values(x, kind="stable"), []
    for name, color in zip(dict.fromkeys(data[hue]), PALETTE, strict=False):
        for _, row in (points := known[known[hue] == name]).iterrows():
            set_tooltip(axes, row[x], row[y], f"{name}, {row[x]:g}: {format_value(row[y])}", row.get("origin"))
        for _, last in points.tail(1).iterrows():
            ends.append(End(f"{name} {format_value(last[y])}", color, float(last[y]), float(last[x])))
    write_ends(axes, ends)


class End(NamedTuple):
    """A label to the right of the axes: text, colour, the value it belongs to, the x where its line ends."""

    text: str
    color: str
    at: float
    start: float | None = None


def write_ends(axes: Axes, ends: Iterable[End]) -> None:
    """Write labels to the right of the axes. `finish` moves them apart and draws leader lines."""
    look = {"xycoords": ("axes fraction", "data"), "weight": "semibold", "linespacing": 1.1}
    labels = {}
    for end in ends:
        words = "\n".join(style.balanced(end.text, ROOM, SMALL, "semibold"))
        labels[offset_text(axes, words, (1.0, end.at), (9, 0), color=end.color, **look)] = end
    canvas_of(axes).when_settled(lambda: _lead_to_ends(axes, labels))


def _lead_to_ends(axes: Axes, labels: dict[Annotation, End]) -> None:
    """Move the labels on the right apart, and draw a leader line to those that end up far from their line."""
    box = axes.get_window_extent()
    left, right = axes.get_xlim()
    moved = _move_apart(axes, list(labels), box.y0 - 8, box.y1 + 4)
    for (text, end), pixels in zip(labels.items(), moved, strict=True):
        start = right if end.start is None else end.start
        if pixels > 3 or right - start > 0.6:
            beyond = right + 8 / box.width * (right - left)
            axes.plot([start, right], [end.at] * 2, color=end.color, linestyle=(0, (1, 2)), **LEADER)
            axes.plot([right, beyond], [end.at, text.xy[1]], color=end.color, clip_on=False, **LEADER)


def _move_apart(axes: Axes, labels: Sequence[Annotation], low: float, high: float) -> list[float]:
    """Move labels up or down until none touch, if possible within the pixels `low` to `high`.

    Returns by how many pixels each label moved.
    """
    scale = axes.transData
    wanted = [float(scale.transform((0, text.xy[1]))[1]) for text in labels]
    heights = [text.get_window_extent().height + 2 for text in labels]
    placed = style.spread(wanted, heights, low, max(high, low + sum(heights)))
    for text, pixel in zip(labels, placed, strict=True):
        text.xy = (text.xy[0], scale.inverted().transform((0, pixel))[1])
    return [abs(one - other) for one, other in zip(wanted, placed, strict=True)]


# bars ----------------------------------------------------------------------------------------------------------


def label_values(
    axes: Axes, format_value: Callable[[float], str] = short_number, *, totals: bool = False, names: bool = False
) -> None:
    """Write its value at each bar drawn by `seaborn.barplot` or `seaborn.histplot(multiple="stack")`.

    Single bars are labelled beyond their end, parts of a stack inside if the label fits. `totals` adds the sum beyond
    each stack. `names` writes name and value above each horizontal bar instead of names at the axis.
    """
    remove_legend(axes)
    bars = [bar for part in parts_of_stacks(axes) for bar in part]
    stacked = any(bar.base for bar in bars)
    for bar in bars if not stacked else ():
        set_tooltip(axes, *bar.spot(bar.length), f"{bar.name}: {format_value(bar.length)}")
    if names:
        for bar in bars:
            edge = bar.middle - bar.thick / 2  # the axis of names runs downwards, so this is above
            offset_text(axes, f"{bar.name}: {format_value(bar.length)}", (0, edge), (0, 2), ha="left")
        axes.set_yticks([])
    else:
        for bar in (bar for bar in bars if bar.length):
            (_inside if stacked else _beyond)(axes, bar, format_value(bar.length))
    if stacked and totals:
        for bar in {bar.middle: bar for bar in sorted(bars, key=lambda bar: bar.end)}.values():
            _beyond(axes, bar, format_value(bar.end))


def label_parts(axes: Axes, names: Sequence[str], format_value: Callable[[float], str] = short_number) -> None:
    """Name the parts of a stack from the axis outwards: above the top bar, or right of the last upright one.

    An extra name beyond the number of parts labels the totals.
    """
    remove_legend(axes)
    parts = parts_of_stacks(axes)
    upright = parts[0][0].upright
    place = (max if upright else min)(bar.middle for bar in parts[0])
    stack = [bar for part in parts for bar in part if bar.middle == place and bar.length]
    edge, end = place + (0.5 if upright else -0.5) * stack[-1].thick, stack[-1].end
    labels = []
    for name, at in zip(names, [*(bar.centre for bar in stack), end], strict=False):
        if upright:
            words = "\n".join(wrap(name, ROOM, SMALL, "semibold"))
            labels.append(offset_text(axes, words, (edge, at), (9, 0), weight="semibold"))
        else:
            offset_text(axes, name, (at, edge), (0, 2), ha="left" if at == end else "center", weight="semibold")
    canvas_of(axes).when_settled(lambda: _move_apart(axes, labels, *axes.get_window_extent().intervaly))
    for name, part in zip(names, parts, strict=False):
        for bar in part:
            set_tooltip(axes, *bar.spot(bar.centre), f"{name}, {bar.name}: {format_value(bar.length)}")


class Bar(NamedTuple):
    """One bar: its name at the axis, and its middle, base, length and thickness in data units."""

    name: str
    patch: Rectangle
    upright: bool
    middle: float
    base: float
    length: float
    thick: float

    @property
    def end(self) -> float:
        return self.base + self.length

    @property
    def centre(self) -> float:
        return self.base + self.length / 2

    def spot(self, value: float) -> tuple[float, float]:
        """Return the point of a value on this bar, as (x, y)."""
        return (self.middle, value) if self.upright else (value, self.middle)


def parts_of_stacks(axes: Axes) -> list[list[Bar]]:
    """Return the bars of each part of a stack, from the axis outwards; a bar without a value has length 0."""
    parts = []
    for container in axes.containers:
        assert isinstance(container, BarContainer), "only a bar chart can have bar labels"
        upright = container.orientation == "vertical"
        boxes = np.nan_to_num([[p.get_x(), p.get_y(), p.get_width(), p.get_height()] for p in container.patches])
        across, base, thick, length = boxes.T if upright else boxes.T[[1, 0, 3, 2]]
        middles = np.round(across + thick / 2, 6)
        names = (axes.xaxis if upright else axes.yaxis).get_major_formatter().format_ticks(middles)
        columns = (map(str.strip, names), container.patches, [upright] * len(boxes))
        numbers = (column.tolist() for column in (middles, base, length, thick))
        parts.append([Bar(*bar) for bar in zip(*columns, *numbers, strict=True)])
    return sorted(parts, key=lambda part: sum(bar.base for bar in part))


def _beyond(axes: Axes, bar: Bar, text: str) -> None:
    offset_text(axes, text, bar.spot(bar.end), (0, 3) if bar.upright else (4, 0), weight="semibold")


def _inside(axes: Axes, bar: Bar, value: str) -> None:
    """Write a value in the middle of its bar, and hide it if it does not fit."""
    color = style.readable_on(bar.patch.get_facecolor()[:3])
    text = axes.text(*bar.spot(bar.centre), value, ha="center", va="center", size=SMALL, color=color)

    def keep_if_it_fits() -> None:
        words, room = text.get_window_extent(), bar.patch.get_window_extent()
        text.set_visible(words.width + 2 <= room.width and words.height - 2 <= room.height)

    canvas_of(axes).when_settled(keep_if_it_fits)


# cells ---------------------------------------------------------------------------------------------------------


def label_cells(axes: Axes, names: Sequence[str], texts: pd.DataFrame) -> None:
    """Name the rows of `seaborn.heatmap` at the left or, if names are long, above them; columns at the top.

    `texts` has a tooltip for each cell, under the column names; an empty string means no tooltip.
    """
    remove_legend(axes)
    axes.grid(visible=False)
    axes.xaxis.tick_top()
    axes.tick_params(rotation=0, length=0)
    if max(style.text_width(name, SMALL) for name in names) < style.INNER / 2:
        axes.set_yticks([row + 0.5 for row in range(len(names))], names)
    else:
        _name_above(axes, names)
    texts = texts.fillna("")
    for row, column in np.argwhere(texts != ""):
        name = f"{names[row]}, {texts.columns[column]}"
        set_tooltip(axes, column + 0.5, row + 0.5, f"{name}: {texts.iloc[row, column]}")


def _name_above(axes: Axes, names: Sequence[str]) -> None:
    """Give the upper half of each cell to the name of its row."""
    axes.set_yticks([])
    for cell in axes.texts:
        cell.set_y(cell.get_position()[1] + 0.25)
    for row, name in enumerate(names):
        axes.add_patch(Rectangle((0, row), axes.get_xlim()[1], 0.5, color=style.PAPER, linewidth=0))
        axes.text(0, row + 0.46, name, va="bottom", size=SMALL)


def remove_legend(axes: Axes) -> None:
    """Remove what direct labels replace: seaborn's legend and the axis names."""
    axes.set(xlabel="", ylabel="")
    if legend := axes.get_legend():
        legend.remove()


# points --------------------------------------------------------------------------------------------------------


def label_points(axes: Axes, data: pd.DataFrame, *, x: str, y: str, text: str, weight: str = "normal") -> None:
    """Write the words of column `text` next to the points of `data`, clear of marks, lines and words."""
    remove_legend(axes)
    look: MatplotlibStyle = {"ha": "left", "va": "baseline", "linespacing": 1.1, "color": style.INK, "weight": weight}
    labels = [
        offset_text(axes, "\n".join(wrap(name, 1.1, SMALL)), spot, **look)
        for name, spot in zip(data[text].astype(str), zip(data[x], data[y], strict=True), strict=True)
    ]
    canvas_of(axes).when_settled(lambda: place_words(axes, labels))


def place_words(axes: Axes, labels: Sequence[Annotation]) -> None:
    """Move each label to its best spot."""
    drawn, frame = trace(axes), axes.get_window_extent()
    frame = Bbox([[frame.x0, frame.y0], [(style.WIDTH - style.PAD) / POINT, frame.y1]])
    taken = [t.get_window_extent() for t in axes.texts if t not in labels and t.get_visible() and t.get_text()]
    for label in labels:
        best = min(SPOTS, key=lambda spot: clash(label, spot, drawn, taken, frame))
        taken.append(put(label, best))


def trace(axes: Axes) -> np.ndarray:
    """Return the pixels of everything drawn in the axes, n × 2, with lines sampled densely."""
    found = [np.empty((0, 2))]
    for line in axes.lines:
        path = line.get_transform().transform_path(line.get_path())
        found.append(np.asarray((path if line.get_linestyle() == "None" else path.interpolated(59)).vertices))
    for marks in axes.collections:
        if len(offsets := np.ma.filled(marks.get_offsets(), np.nan)):
            found.append(axes.transData.transform(offsets))
    pixels = np.vstack(found)
    return pixels[np.isfinite(pixels).all(axis=1)]


def put(text: Annotation, spot: Spot) -> Bbox:
    """Move a label to a spot, and return the box that it then covers, with some padding."""
    text.set(position=spot, **style.aligned(*spot))
    return text.get_window_extent().padded(4)


def clash(text: Annotation, spot: Spot, drawn: np.ndarray, taken: list[Bbox], frame: Bbox) -> int:
    """Return a penalty for a spot: for covering other labels or drawn pixels, or leaving the axes."""
    box = put(text, spot)
    covered = box.padded(-3).count_contains(drawn) if len(drawn) else 0
    outside = box.x0 < frame.x0 - 3 or box.y0 < frame.y0 or box.x1 > frame.x1 + 3 or box.y1 > frame.y1 + 6
    return 1000 * sum(box.overlaps(other) for other in taken) + 1000 * outside + int(covered)
