"""The sheet of every chart: words and keys placed in inches, and axes in the remaining room."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine, LayoutEngine, TightLayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from claimbook.charts import style
from claimbook.charts.style import (
    BASE_SIZE,
    GRID,
    INK,
    INNER,
    MUTED,
    PAD,
    SMALL,
    TITLE_SIZE,
    WIDTH,
    MatplotlibStyle,
    line_height,
    short_number,
)

KEY_ROW = 0.2  # inches


class Canvas(Figure):
    """A figure with the title, subtitle, source and keys of its chart, and a tooltip for each mark."""

    def __init__(self, words: "ChartWords", height: float) -> None:
        super().__init__()
        self.dress(words, height)

    def dress(self, words: "ChartWords", height: float) -> None:
        """Write title, subtitle, source and keys around the axes, including axes that exist already."""
        height = round(height, 2)  # whole pixels, or the picture loses a row of them
        self.set_size_inches(WIDTH, height)
        plane = self.add_axes((0, 0, 1, 1), label="words", zorder=-1, xlim=(0, WIDTH), ylim=(height, 0))
        plane.axis("off")
        plane.set_in_layout(False)
        self._told: list[tuple[Axes, Any, Any, str, str]] = []
        self.sheet = FigureSheet(self, plane)
        words.draw(self.sheet, height)
        self._waiting: list[Callable[[], object]] = []
        pad = PAD / WIDTH
        body = (pad, words.foot / height, 1 - 2 * pad, 1 - (words.foot + words.head) / height)
        # not set on the figure, because matplotlib would then draw each figure twice
        self._engine: LayoutEngine = ConstrainedLayoutEngine(rect=body, w_pad=0.0, h_pad=0.0, wspace=0.06, hspace=0.09)

    def add_tooltip(self, axes: Axes, x: Any, y: Any, words: str, origin: Any = "") -> None:
        """Give the mark at x, y in the axes a tooltip: its words and, if known, who published it."""
        self._told.append((axes, x, y, words, origin if isinstance(origin, str) else ""))

    def marks(self) -> list[tuple[float, float, str, str]]:
        """Return x, y (in points from the upper left corner), words and publisher of each mark."""
        height = 72 * self.get_size_inches()[1]
        found = []
        for axes, across, up, words, origin in self._told:
            spot = axes.convert_xunits(across), axes.convert_yunits(up)
            x, y = axes.transData.transform(spot) * 72 / self.dpi
            found.append((float(x), float(height - y), words, origin))
        return found

    def when_settled(self, place: Callable[[], object]) -> None:
        """Call `place` once the layout is final."""
        self._waiting.append(place)

    def settle(self) -> None:
        """Compute the layout and keep it, then place the labels that waited for it."""
        self.measure()
        for place in self._waiting:
            place()

    def measure(self) -> None:
        """Lay out what is drawn so far, so that code can ask for positions."""
        if self.axes[1:]:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", ".*not compatible with tight_layout")  # for the axes with words
                self._engine.execute(self)


def canvas(
    title: str,
    subtitle: str = "",
    source: str = "",
    height: float = 3.5,
    panels: tuple[int, int] = (1, 1),
    keys: Iterable["KeyEntry"] = (),
    sharex: bool = False,
    sharey: bool = False,
) -> tuple[Canvas, Any]:
    """Return a figure with its words, and axes to draw on: one, or an array of rows × columns.

    `height` in inches assumes one line each of title, subtitle and source. More lines make the figure taller
    and do not shrink the axes. The layout makes room for everything written next to the axes.
    """
    words, usual = wrap_words(title, subtitle, source, keys), wrap_words("x", "x", "x")
    figure = Canvas(words, height + words.head + words.foot - usual.head - usual.foot)
    axes = figure.subplots(*panels, sharex=sharex, sharey=sharey, squeeze=False)
    for one in axes.flat:  # only a horizontal grid, short numbers
        one.grid(axis="y", color=GRID, linewidth=0.8)
        one.tick_params(axis="y", length=0)
        one.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        one.yaxis.set_major_formatter(FuncFormatter(lambda v, _: short_number(v)))
        one.yaxis.isDefault_majloc = one.yaxis.isDefault_majfmt = True  # category names may still replace numbers
    return figure, axes[0, 0] if axes.size == 1 else axes


def dressed(axes: Axes, title: str, subtitle: str, source: str) -> Canvas:
    """Turn the figure of a plain matplotlib or seaborn plot into a canvas with title, subtitle and source."""
    figure, words = axes.get_figure(root=True), wrap_words(title, subtitle, source)
    pyplot.close(figure)  # or it would also be shown as it was
    figure.__class__ = Canvas
    assert isinstance(figure, Canvas)
    figure.set_layout_engine("none")
    figure.dress(words, 3.5 + words.head + words.foot)
    x, y, wide, high = figure._engine.get()["rect"]
    figure._engine = TightLayoutEngine(pad=0, rect=(x, y, x + wide, y + high))  # it accepts figures with another layout
    return figure


def canvas_of(axes: Axes) -> Canvas:
    """Return the canvas that the axes belong to."""
    figure = axes.get_figure()
    assert isinstance(figure, Canvas), "these axes were not made by charts.canvas"
    return figure


# drawing in inches ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FigureSheet:
    """A whole figure as one plane, in inches from its upper left corner, with y downwards."""

    figure: Canvas
    axes: Axes

    def text(self, x: float, y: float, text: str, size: float = SMALL, color: str = MUTED, **more: Any) -> None:
        """Write one line of text; y is its middle."""
        self.axes.text(x, y, text, size=size, color=color, va="center", **more)

    def lines(self, x: float, y: float, lines: Iterable[str], size: float = SMALL, **more: Any) -> float:
        """Write lines of text from y downwards, and return the y below the last."""
        for line in lines:
            self.text(x, y + line_height(size) / 2, line, size, **more)
            y += line_height(size)
        return y

    def line(self, x: Iterable[float], y: Iterable[float], **more: Any) -> None:
        look: MatplotlibStyle = {"color": MUTED, "linewidth": 0.8, "solid_capstyle": "butt", "clip_on": False}
        self.axes.plot([*x], [*y], **(look | more))

    def mark(self, x: float, y: float, marker: str, color: str, size: float = 7, filled: bool = True, **more) -> None:
        """Draw a marker. An unfilled one has a coloured edge and the colour of the paper inside."""
        size = size * 0.86 if marker == "D" else size  # a diamond of equal size looks larger
        look: MatplotlibStyle = {
            "markerfacecolor": color if filled else style.PAPER,
            "markeredgecolor": color,
            "markersize": size,
        }
        self.line([x], [y], **({"linestyle": "", "marker": marker, "markeredgewidth": 1.4, "zorder": 4} | look | more))

    def box(self, x: float, y: float, width: float, height: float, color: str | tuple, **more: Any) -> None:
        """Draw a filled rectangle with its upper left corner at x, y."""
        look: MatplotlibStyle = {"facecolor": color, "linewidth": 0, "clip_on": False}
        self.axes.add_patch(Rectangle((x, y), width, height, **(look | more)))


Drawn = Callable[[FigureSheet, float, float], object]  # a function that makes a small drawing; x, y is its middle left


@dataclass(frozen=True)
class KeyEntry:
    """One sign and its meaning. `draw` fills a box 0.2 inches wide with its middle left at (x, y)."""

    says: str
    draw: Drawn

    @property
    def width(self) -> float:
        return 0.25 + style.text_width(self.says, SMALL) + 0.17


def marker_key(label: str, marker: str, color: str = MUTED, filled: bool = True) -> KeyEntry:
    return KeyEntry(label, lambda s, x, y: s.mark(x + 0.1, y, marker, color, size=6.5, filled=filled))


def band_key(label: str, color: str) -> KeyEntry:
    return KeyEntry(label, lambda s, x, y: s.box(x + 0.01, y - 0.06, 0.17, 0.12, color))


@dataclass(frozen=True)
class ChartWords:
    """Title, subtitle and source of a chart in lines, and keys in rows."""

    title: list[str]
    subtitle: list[str]
    source: list[str]
    keys: list[list[KeyEntry]]

    @property
    def head(self) -> float:
        """Inches above the drawing."""
        title = len(self.title) * line_height(TITLE_SIZE)
        return 0.17 + title + (len(self.subtitle) * line_height(BASE_SIZE) + 0.02 if self.subtitle else 0) + 0.12

    @property
    def foot(self) -> float:
        """Inches below the drawing."""
        keys = len(self.keys) * KEY_ROW + 0.06 if self.keys else 0
        return keys + (len(self.source) * line_height(SMALL) + 0.06 if self.source else 0) + 0.14

    def draw(self, on: FigureSheet, height: float) -> None:
        """Draw all words on a sheet of this height in inches."""
        on.box(PAD, 0.0, 0.42, 0.055, style.ACCENT)
        on.line([PAD, WIDTH - PAD], [0.0, 0.0], color=style.ACCENT, linewidth=1.2)
        y = on.lines(PAD, 0.15, self.title, TITLE_SIZE, color=INK, weight="semibold")
        on.lines(PAD, y + 0.02, self.subtitle, BASE_SIZE)
        y = height - self.foot + 0.1
        for row in self.keys:
            x = PAD
            for key in row:
                key.draw(on, x, y + KEY_ROW / 2)
                on.text(x + 0.25, y + KEY_ROW / 2, key.says)
                x += key.width
            y += KEY_ROW
        on.lines(PAD, y + 0.06 * bool(self.keys), self.source)


def wrap_words(title: str, subtitle: str = "", source: str = "", keys: Iterable[KeyEntry] = ()) -> ChartWords:
    """Break the words of a chart into lines, and its keys into rows."""
    style.use_style()
    rows: list[list[KeyEntry]] = [[]]
    for key in keys:
        if rows[-1] and sum(k.width for k in [*rows[-1], key]) > INNER + 0.17:
            rows.append([])
        rows[-1].append(key)
    title_lines = style.balanced(title, INNER, TITLE_SIZE, "semibold")
    subtitle_lines, source_lines = style.balanced(subtitle, INNER), style.wrap(source, INNER, SMALL)
    return ChartWords(title_lines, subtitle_lines, source_lines, rows if rows[0] else [])
