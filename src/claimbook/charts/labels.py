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
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text

from claimbook.charts.figures import told
from claimbook.charts.layout import canvas_of
from claimbook.charts.style import (
    INNER,
    PALETTE,
    PAPER,
    SMALL,
    Look,
    balanced,
    beside,
    readable_on,
    short,
    spread,
    text_width,
    wrap,
)

ROOM = 1.15  # inches for a name beside the axes
LEADER: Look = {"linewidth": 0.6, "scalex": False, "scaley": False}


def runs(data: pd.DataFrame, by: str | None = None) -> pd.Series:
    """For each row the number of the unbroken run it belongs to, as `units` of `seaborn.lineplot`.

    A run has values in years that follow each other, of one `by`. Without it seaborn draws a line over a missing year
    as if it had been seen. Rows without a value are in run 0.
    """
    found = data.reset_index(drop=True).dropna(subset=["value"])
    found = found.sort_values([*([by] if by else []), "year"], kind="stable")
    first = found["year"].diff() > 1
    if by:
        first |= found[by] != found[by].shift()
    first.iloc[:1] = True
    numbers = first.cumsum().reindex(range(len(data)), fill_value=0)
    return pd.Series(numbers.to_numpy(), index=data.index, name="run")


def tell(axes: Axes, data: pd.DataFrame, *, x: str, y: str, name: str, value: str) -> None:
    """Marks at x and y say the words of the columns `name` and `value`, and who published them, to who rests on one."""
    origins = data["origin"] if "origin" in data else [""] * len(data)
    for across, up, called, said, origin in zip(data[x], data[y], data[name], data[value], origins, strict=True):
        canvas_of(axes).tell(axes, across, up, told(f"{called}", f"{said}", {"origin": origin}))


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
            canvas_of(axes).tell(axes, row[x], row[y], told(f"{name}, {row[x]:g}", say(row[y]), row))
    write_ends(axes, ends)


@dataclass(frozen=True)
class End:
    """What stands at the right of the axes: words, colour, the value they belong to, and the x where its line ends."""

    text: str
    color: str
    at: float
    start: float | None = None


def write_ends(axes: Axes, ends: Iterable[End]) -> None:
    """Write words at the right of the axes; `finish` moves them apart and leads a line to those that are far."""
    look: Look = {"xycoords": ("axes fraction", "data"), "weight": "semibold", "va": "center", "linespacing": 1.1}
    labels = []
    for end in ends:
        words = "\n".join(balanced(end.text, ROOM, SMALL, "semibold"))
        labels.append((beside(axes, words, (1.0, end.at), (9, 0), color=end.color, **look), end))
    canvas_of(axes).when_settled(lambda: _part_ends(axes, labels))


def _part_ends(axes: Axes, labels: list[tuple[Annotation, End]]) -> None:
    box = axes.get_window_extent()
    left, right = axes.get_xlim()
    pixels = [axes.transData.transform((right, end.at))[1] for _, end in labels]
    heights = [text.get_window_extent().height + 2 for text, _ in labels]
    placed = spread(pixels, heights, box.y0 - 8, max(box.y1 + 4, box.y0 - 8 + sum(heights)))
    for (text, end), pixel, wanted in zip(labels, placed, pixels, strict=True):
        level = axes.transData.inverted().transform((0, pixel))[1]
        text.xy = (1.0, level)
        start = right if end.start is None else end.start
        if abs(pixel - wanted) > 3 or right - start > 0.6:
            beyond = right + 8 / box.width * (right - left)
            axes.plot([start, right], [end.at] * 2, color=end.color, linestyle=(0, (1, 2)), **LEADER)
            axes.plot([right, beyond], [end.at, level], color=end.color, clip_on=False, **LEADER)


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
            canvas_of(axes).tell(axes, *bar.spot(bar.length), told(name, says, {}))
        if names:
            edge = bar.middle - bar.thick / 2  # names run downwards, so this is above
            beside(axes, f"{name}: {says}", (0, edge), (0, 2), va="bottom", annotation_clip=None)
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
    _name_parts(axes, bars, names)
    count = len(axes.containers)
    parts = [bars[i * len(bars) // count : (i + 1) * len(bars) // count] for i in range(count)]
    for name, part in zip(names, sorted(parts, key=lambda part: sum(bar.base for bar in part)), strict=False):
        for bar, of in zip(part, named(axes, part), strict=True):
            spot = bar.spot(bar.base + bar.length / 2)
            canvas_of(axes).tell(axes, *spot, told(f"{name}, {of}", say(bar.length), {}))


def _name_parts(axes: Axes, bars: Sequence["Bar"], names: Sequence[str]) -> None:
    upright = bars[0].upright
    edge = (max if upright else min)(bar.middle for bar in bars)
    stack = sorted((bar for bar in bars if bar.middle == edge and bar.length), key=lambda bar: bar.base)
    at = [bar.base + bar.length / 2 for bar in stack] + [stack[-1].base + stack[-1].length]
    shift = stack[-1].thick / 2 * (1 if upright else -1)
    labels = [
        beside(
            axes,
            "\n".join(wrap(name, ROOM, SMALL, "semibold")) if upright else name,
            (edge + shift, middle) if upright else (middle, edge + shift),
            (9, 0) if upright else (0, 2),
            weight="semibold",
            ha="left" if upright or number == len(stack) else "center",
            va="center" if upright else "bottom",
        )
        for number, (name, middle) in enumerate(zip(names, at, strict=False))
    ]
    if upright:
        canvas_of(axes).when_settled(lambda: _part_names(axes, labels))


@dataclass(frozen=True)
class Bar:
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
        if not isinstance(container, BarContainer):
            continue
        upright = container.orientation == "vertical"
        for p in container.patches:
            x, y, width, height = (
                float(np.nan_to_num(v)) for v in (p.get_x(), p.get_y(), p.get_width(), p.get_height())
            )
            whole = (x + width / 2, y, height, width) if upright else (y + height / 2, x, width, height)
            found.append(Bar(p, upright, round(whole[0], 6), *whole[1:]))
    return found


def _beyond(axes: Axes, bar: Bar, text: str) -> None:
    offset, ha, va = ((0, 3), "center", "bottom") if bar.upright else ((4, 0), "left", "center")
    spot = bar.spot(bar.base + bar.length)
    beside(axes, text, spot, offset, ha=ha, va=va, weight="semibold", annotation_clip=None)


def _inside(axes: Axes, bar: Bar, says: str) -> None:
    text = axes.text(*bar.spot(bar.base + bar.length / 2), says, ha="center", va="center", size=SMALL)
    text.set_color(readable_on(bar.patch.get_facecolor()[:3]))
    canvas_of(axes).when_settled(lambda: _keep_if_it_fits(text, bar))


def _keep_if_it_fits(text: Text, bar: Bar) -> None:
    words, room = text.get_window_extent(), bar.patch.get_window_extent()
    text.set_visible(words.width + 2 <= room.width and words.height - 2 <= room.height)


def _part_names(axes: Axes, labels: list[Annotation]) -> None:
    box, scale = axes.get_window_extent(), axes.transData
    pixels = [scale.transform((0, text.xy[1]))[1] for text in labels]
    placed = spread(pixels, [text.get_window_extent().height + 2 for text in labels], box.y0, box.y1)
    for text, pixel in zip(labels, placed, strict=True):
        text.xy = (text.xy[0], scale.inverted().transform((0, pixel))[1])


# cells ---------------------------------------------------------------------------------------------------------


def label_cells(axes: Axes, names: Sequence[str], says: pd.DataFrame) -> None:
    """Names of the rows of `seaborn.heatmap` beside them, or long ones above; those of the columns are above all.

    `says` has of each cell what it tells who rests on it, below the names of the columns; an empty one tells nothing.
    """
    plain(axes)
    axes.grid(visible=False)
    axes.xaxis.tick_top()
    axes.tick_params(rotation=0, length=0)
    if max(text_width(name, SMALL) for name in names) < INNER / 2:
        axes.set_yticks([row + 0.5 for row in range(len(names))], names)
    else:
        _name_above(axes, names)
    says = says.fillna("")
    for row, column in np.argwhere(says != ""):
        name = f"{names[row]}, {says.columns[column]}"
        canvas_of(axes).tell(axes, column + 0.5, row + 0.5, told(name, says.iloc[row, column], {}))


def _name_above(axes: Axes, names: Sequence[str]) -> None:
    """Cells give the upper half of their height to the name of their row."""
    axes.set_yticks([])
    for frame in axes.patches:
        assert isinstance(frame, Rectangle), "a cell is framed by a rectangle"
        frame.set(y=frame.get_y() + 0.5, height=0.5)
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
