"""Words where the data are, in place of a legend: at the ends of lines, at bars, at points.

A figure is a canvas, a call or two of seaborn, and one of these:

>>> figure, axes = charts.canvas(title, subtitle, credit)
>>> lines = {"data": frame, "x": "year", "y": "value", "hue": "country"}
>>> seaborn.lineplot(**lines, units=charts.runs(frame, by="country"), estimator=None, ax=axes)
>>> charts.label_ends(axes, **lines)
>>> chart = charts.finish(figure, title, subtitle, credit, frame, alt)

Each helper writes at once, so that the layout makes room, takes away seaborn's legend and names of axes, and moves its
words apart when `finish` has settled the layout.
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
from claimbook.charts.layout import canvas_of
from claimbook.charts.style import INK, INNER, PAD, PALETTE, PAPER, POINT, SMALL, WIDTH, Look, beside, short, wrap

ROOM = 1.15  # inches for a name beside the axes
LEADER: Look = {"linewidth": 0.6, "scalex": False, "scaley": False}
Spot = tuple[float, float, str, str]  # offset of words from their point, and which side of them is there
SPOTS: tuple[Spot, ...] = (  # where words may stand at a point, the nearest first
    (7, 0, "left", "center"),
    (-7, 0, "right", "center"),
    (0, 6, "center", "bottom"),
    (0, -6, "center", "top"),
    *((x, y, "left" if x > 0 else "right", "bottom" if y > 0 else "top") for y in (4, -4) for x in (5, -5)),
    *(
        (x, side * y, ha, "bottom" if side > 0 else "top")
        for y in (16, 26)
        for side in (1, -1)
        for x, ha in ((0, "center"), (5, "left"), (-5, "right"))
    ),
)


def runs(data: pd.DataFrame, by: str | None = None) -> pd.Series:
    """For each row the number of the unbroken run it belongs to, as `units` of `seaborn.lineplot`.

    A run has values in years that follow each other, of one `by`, so that the year grows as its rank does. Without runs
    seaborn draws a line over a missing year as if it had been seen. Rows without a value are in none.
    """
    years = data["year"].where(data["value"].notna())
    return years - years.groupby(data[by] if by else lambda _: 0).rank("dense")


def tell(axes: Axes, data: pd.DataFrame, *, x: str, y: str, name: str, value: str) -> None:
    """Marks at x and y say the words of the columns `name` and `value`, and who published them, to who rests on one."""
    origins = data["origin"] if "origin" in data else [""] * len(data)
    for across, up, called, said, origin in zip(data[x], data[y], data[name], data[value], origins, strict=True):
        canvas_of(axes).tell(axes, across, up, f"{called}: {said}", origin)


# ends of lines -------------------------------------------------------------------------------------------------


def label_ends(
    axes: Axes,
    data: pd.DataFrame,
    *,
    x: str,
    y: str,
    hue: str,
    say: Callable[[float], str] = short,
) -> None:
    """Name and last value of each line at the right of the axes, in its colour.

    `data`, `x`, `y` and `hue` are those of the call of `seaborn.lineplot`.
    """
    plain(axes)
    known = data.dropna(subset=[y]).sort_values(x, kind="stable")
    ends = []
    for name, color in zip(dict.fromkeys(data[hue]), PALETTE, strict=False):
        own = known[known[hue] == name]
        if len(own):
            last = own.iloc[-1]
            ends.append(End(f"{name} {say(last[y])}", color, float(last[y]), float(last[x])))
        for _, row in own.iterrows():
            canvas_of(axes).tell(axes, row[x], row[y], f"{name}, {row[x]:g}: {say(row[y])}", row.get("origin"))
    write_ends(axes, ends)


class End(NamedTuple):
    """What stands at the right of the axes: words, colour, the value they belong to, and the x where its line ends."""

    text: str
    color: str
    at: float
    start: float | None = None


def write_ends(axes: Axes, ends: Iterable[End]) -> None:
    """Write words at the right of the axes; `finish` moves them apart and leads a line to those that are far."""
    look: Look = {"xycoords": ("axes fraction", "data"), "weight": "semibold", "va": "center", "linespacing": 1.1}
    labels = {}
    for end in ends:
        words = "\n".join(style.balanced(end.text, ROOM, SMALL, "semibold"))
        labels[beside(axes, words, (1.0, end.at), (9, 0), color=end.color, **look)] = end
    canvas_of(axes).when_settled(lambda: _lead_to_ends(axes, labels))


def _lead_to_ends(axes: Axes, labels: dict[Annotation, End]) -> None:
    """Move words at the right apart, and lead a line to those that are far from theirs."""
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
    """Move words up or down until none touch, between two pixels if they have room there; returns by how many."""
    scale = axes.transData
    wanted = [float(scale.transform((0, text.xy[1]))[1]) for text in labels]
    heights = [text.get_window_extent().height + 2 for text in labels]
    placed = style.spread(wanted, heights, low, max(high, low + sum(heights)))
    for text, pixel in zip(labels, placed, strict=True):
        text.xy = (text.xy[0], scale.inverted().transform((0, pixel))[1])
    return [abs(one - other) for one, other in zip(wanted, placed, strict=True)]


# bars ----------------------------------------------------------------------------------------------------------


def label_values(axes: Axes, say: Callable[[float], str] = short, *, totals: bool = False, names: bool = False) -> None:
    """Value of each bar that `seaborn.barplot` or `seaborn.histplot(multiple="stack")` drew.

    Single bars have it beyond their end, parts of a stack inside where it fits; `totals` adds the sum beyond a stack.
    `names` is for lying bars of long names: name and value stand over each bar, in place of the names at the axis.
    """
    plain(axes)
    bars = bars_of(axes)
    stacked = any(bar.base for bar in bars)
    for bar, name in zip(bars, named(axes, bars), strict=True):
        says = say(bar.length)
        if not stacked:
            canvas_of(axes).tell(axes, *bar.spot(bar.length), f"{name}: {says}")
        if names:
            edge = bar.middle - bar.thick / 2  # names run downwards, so this is above
            beside(axes, f"{name}: {says}", (0, edge), (0, 2), va="bottom")
        elif bar.length and stacked:
            _inside(axes, bar, says)
        elif bar.length:
            _beyond(axes, bar, says)
    if stacked and totals:
        for bar in {bar.middle: bar for bar in sorted(bars, key=lambda bar: bar.base + bar.length)}.values():
            _beyond(axes, bar, say(bar.base + bar.length))
    if names:
        axes.set_yticks([])


def named(axes: Axes, bars: Sequence["Bar"]) -> list[str]:
    """Names of bars at the axis on which they stand."""
    axis = axes.xaxis if bars and bars[0].upright else axes.yaxis
    return [name.strip() for name in axis.get_major_formatter().format_ticks([bar.middle for bar in bars])]


def label_parts(axes: Axes, names: Sequence[str], say: Callable[[float], str] = short) -> None:
    """Names of the parts of a stack, from the axis outwards: over the first lying bar, or beside the last standing one.

    One name more than there are parts stands over the totals.
    """
    plain(axes)
    bars = bars_of(axes)
    count = len(bars) // len(axes.containers)
    parts = sorted((bars[i : i + count] for i in range(0, len(bars), count)), key=lambda p: sum(bar.base for bar in p))
    upright, way = bars[0].upright, max if bars[0].upright else min
    edge = way(bar.middle for bar in bars)
    stack = sorted((bar for bar in bars if bar.middle == edge and bar.length), key=lambda bar: bar.base)
    beyond = edge + stack[-1].thick / 2 * (1 if upright else -1)
    levels = [bar.base + bar.length / 2 for bar in stack] + [stack[-1].base + stack[-1].length]
    look: Look = {"weight": "semibold", "va": "center" if upright else "bottom"}
    if upright:
        labels = [
            beside(axes, "\n".join(wrap(name, ROOM, SMALL, "semibold")), (beyond, at), (9, 0), **look)
            for name, at in zip(names, levels, strict=False)
        ]
        canvas_of(axes).when_settled(lambda: _move_apart(axes, labels, *axes.get_window_extent().intervaly))
    else:
        for name, at in zip(names, levels, strict=False):
            beside(axes, name, (at, beyond), (0, 2), ha="left" if at == levels[-1] else "center", **look)
    for name, part in zip(names, parts, strict=False):
        for bar, of in zip(part, named(axes, part), strict=True):
            spot = bar.spot(bar.base + bar.length / 2)
            canvas_of(axes).tell(axes, *spot, f"{name}, {of}: {say(bar.length)}")


class Bar(NamedTuple):
    """One bar: where it stands, from which value it goes how far, and how thick it is; in data units."""

    patch: Rectangle
    upright: bool
    middle: float
    base: float
    length: float
    thick: float

    def spot(self, value: float) -> tuple[float, float]:
        """The place of a value on this bar."""
        return (self.middle, value) if self.upright else (value, self.middle)


def bars_of(axes: Axes) -> list[Bar]:
    """All bars in the axes; one without a value has length 0."""
    found = []
    for container in axes.containers:
        assert isinstance(container, BarContainer), "only bars have labels as bars do"
        upright = container.orientation == "vertical"
        for p in container.patches:
            x, y, wide, high = np.nan_to_num([p.get_x(), p.get_y(), p.get_width(), p.get_height()]).tolist()
            across, base, thick, length = (x, y, wide, high) if upright else (y, x, high, wide)
            found.append(Bar(p, upright, round(across + thick / 2, 6), base, length, thick))
    return found


def _beyond(axes: Axes, bar: Bar, text: str) -> None:
    offset, ha, va = ((0, 3), "center", "bottom") if bar.upright else ((4, 0), "left", "center")
    beside(axes, text, bar.spot(bar.base + bar.length), offset, ha=ha, va=va, weight="semibold")


def _inside(axes: Axes, bar: Bar, says: str) -> None:
    """A value in the middle of its bar, unless it does not fit."""
    color = style.readable_on(bar.patch.get_facecolor()[:3])
    text = axes.text(*bar.spot(bar.base + bar.length / 2), says, ha="center", va="center", size=SMALL, color=color)

    def keep_if_it_fits() -> None:
        words, room = text.get_window_extent(), bar.patch.get_window_extent()
        text.set_visible(words.width + 2 <= room.width and words.height - 2 <= room.height)

    canvas_of(axes).when_settled(keep_if_it_fits)


# cells ---------------------------------------------------------------------------------------------------------


def label_cells(axes: Axes, names: Sequence[str], says: pd.DataFrame) -> None:
    """Names of the rows of `seaborn.heatmap` beside them, or long ones above; those of the columns are above all.

    `says` has of each cell what it tells who rests on it, below the names of the columns; an empty one tells nothing.
    """
    plain(axes)
    axes.grid(visible=False)
    axes.xaxis.tick_top()
    axes.tick_params(rotation=0, length=0)
    if max(style.text_width(name, SMALL) for name in names) < INNER / 2:
        axes.set_yticks([row + 0.5 for row in range(len(names))], names)
    else:
        _name_above(axes, names)
    says = says.fillna("")
    for row, column in np.argwhere(says != ""):
        name = f"{names[row]}, {says.columns[column]}"
        canvas_of(axes).tell(axes, column + 0.5, row + 0.5, f"{name}: {says.iloc[row, column]}")


def _name_above(axes: Axes, names: Sequence[str]) -> None:
    """Cells give the upper half of their height to the name of their row."""
    axes.set_yticks([])
    for cell in axes.texts:
        cell.set_y(cell.get_position()[1] + 0.25)
    for row, name in enumerate(names):
        axes.add_patch(Rectangle((0, row), axes.get_xlim()[1], 0.5, color=PAPER, linewidth=0))
        axes.text(0, row + 0.46, name, va="bottom", size=SMALL)


def plain(axes: Axes) -> None:
    """Take away what direct labels replace: seaborn's legend, and the names of columns at the axes."""
    axes.set(xlabel="", ylabel="")
    if legend := axes.get_legend():
        legend.remove()


# points --------------------------------------------------------------------------------------------------------


def label_points(axes: Axes, data: pd.DataFrame, *, x: str, y: str, text: str, weight: str = "normal") -> None:
    """Words of the column `text` beside the points of `data`, where they cover no mark, no line and no other word."""
    plain(axes)
    labels = [
        beside(axes, "\n".join(wrap(name, 1.1, SMALL)), (across, up), linespacing=1.1, color=INK, weight=weight)
        for name, across, up in zip(data[text].astype(str), data[x], data[y], strict=True)
    ]
    canvas_of(axes).when_settled(lambda: place_words(axes, labels))


def place_words(axes: Axes, labels: Sequence[Annotation]) -> None:
    """Move each of these words to the spot where it sits best."""
    drawn, frame = trace(axes), axes.get_window_extent()
    frame = Bbox([[frame.x0, frame.y0], [(WIDTH - PAD) / POINT, frame.y1]])
    taken = [t.get_window_extent() for t in axes.texts if t not in labels and t.get_visible() and t.get_text()]
    for label in labels:
        best = min(SPOTS, key=lambda spot: clash(label, spot, drawn, taken, frame))
        taken.append(put(label, best))


def trace(axes: Axes) -> np.ndarray:
    """Pixels of everything drawn in the axes, n × 2: along each line, close enough to see it pass under words."""
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
    """Move words to a spot; returns the box that they then cover, with a little air."""
    x, y, ha, va = spot
    text.set(position=(x, y), ha=ha, va=va)
    return text.get_window_extent().padded(4)


def clash(text: Annotation, spot: Spot, drawn: np.ndarray, taken: list[Bbox], frame: Bbox) -> int:
    """How badly words would sit at a spot: on other words, on what is drawn, or outside the axes."""
    box = put(text, spot)
    covered = box.padded(-3).count_contains(drawn) if len(drawn) else 0
    outside = box.x0 < frame.x0 - 3 or box.y0 < frame.y0 or box.x1 > frame.x1 + 3 or box.y1 > frame.y1 + 6
    return 1000 * sum(box.overlaps(other) for other in taken) + 1000 * outside + int(covered)
