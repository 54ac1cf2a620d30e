"""The common look of all charts: fonts, colours, shapes, and the sheet with words and keys around the axes."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import methodcaller
from typing import Any, Literal, NamedTuple

import matplotlib
import numpy as np
import seaborn
from matplotlib import font_manager, pyplot
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine, LayoutEngine, TightLayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from seaborn.utils import relative_luminance

from claimbook.project.folders import FONTS
from claimbook.say.verdict_table import ACCENT, FONT_FAMILIES, GRID, INK, MUTED, PALETTE, PAPER
from claimbook.say.words import edge_in_words, number_in_words, with_minus

WIDTH = 4.1  # inches of every chart, wherever it is shown
PAD = 0.08
INNER = WIDTH - 2 * PAD  # pages scale this to the width of their text
SMALL = 9.6  # points; the smallest type, 12 pixels on a phone 390 pixels wide, where INNER has 358
BASE_SIZE, TITLE_SIZE = 10.0, 13.5
LINE_HEIGHT = 1.26  # line height as a multiple of the type size
POINT = 1 / 72
TINTS = (PALETTE[0], "#8fb0cf", PALETTE[3], "#dcc48f")  # of stacked bars: neighbours differ in lightness
SHARP = 720  # dots per inch at which text is measured
Slant = Literal["normal", "italic"]
MatplotlibStyle = dict[str, Any]  # how matplotlib draws something
CLEAR: MatplotlibStyle = {
    "facecolor": PAPER,
    "edgecolor": "none",
    "pad": 0.8,
}  # a box that interrupts lines behind words

MATPLOTLIB_SETTINGS: MatplotlibStyle = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.8,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": BASE_SIZE,
    "axes.titleweight": "semibold",
    "figure.dpi": 72,
    "font.family": list(FONT_FAMILIES),
    "font.size": BASE_SIZE,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.5,
    "text.color": INK,
    "text.hinting": "no_hinting",
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelsize": SMALL,
    "xtick.bottom": True,
    "xtick.major.size": 3,
    "ytick.alignment": "center",
    "ytick.color": MUTED,
    "ytick.labelsize": SMALL,
}


def use_style() -> None:
    """Set seaborn's theme, our fonts and everything else that makes drawings the same on each machine."""
    register()
    seaborn.set_theme(style="white", palette=list(PALETTE), rc=MATPLOTLIB_SETTINGS)


def stacked(parts: list[str], tints: Sequence[str] = TINTS) -> dict:
    """Return arguments for stacked bars by `seaborn.histplot` in our look, `parts` from the axis outwards.

    >>> seaborn.histplot(long, y="year", hue="part", weights="value", **charts.stacked(parts), ax=axes)
    """
    look = {"multiple": "stack", "discrete": True, "shrink": 0.72, "alpha": 1, "edgecolor": PAPER, "linewidth": 0.8}
    return look | {"hue_order": parts[::-1], "palette": dict(zip(parts, tints, strict=False))}


# measuring text ------------------------------------------------------------------------------------------------


@cache
def register() -> None:
    """Make matplotlib draw with our fonts."""
    # other versions installed under the same names would make charts differ between machines
    known = font_manager.fontManager.ttflist
    known[:] = [f for f in known if f.name not in FONT_FAMILIES]
    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)
    matplotlib.rcParams["text.hinting"] = "no_hinting"  # widths scale with the size


@cache
def text_width(text: str, size: float, weight: str | int = "normal", slant: Slant = "normal") -> float:
    """Return the width of one line of text in inches; `size` is in points."""
    register()
    font = FontProperties(family=list(FONT_FAMILIES), size=size, weight=weight, style=slant)
    return _measurer().get_text_width_height_descent(text, font, ismath=False)[0] / SHARP


@cache
def _measurer() -> RendererAgg:
    return RendererAgg(8, 8, SHARP)


def wrap(text: str, width: float, size: float = BASE_SIZE, weight: str | int = "normal") -> list[str]:
    """Break text into lines at most `width` inches long, without breaking "13 %" or "n = 13"."""
    lines: list[list[str]] = []
    blank, room = text_width(" ", size, weight), 0.0
    for word in filter(None, text.replace(" %", "\u202f%").replace("n = ", "n\u00a0=\u00a0").split(" ")):
        wide = text_width(word, size, weight)
        if not lines or blank + wide > room:
            lines.append([word])
            room = width - wide
        else:
            lines[-1].append(word)
            room -= blank + wide
    return [" ".join(line) for line in lines]


def balanced(text: str, width: float, size: float = BASE_SIZE, weight: str = "normal") -> list[str]:
    """Break text like `wrap`, but into lines of about equal length, so that no single word is left over."""
    lines = wrap(text, width, size, weight)
    for share in range(50, 100, 2):
        even = wrap(text, width * share / 100, size, weight)
        if len(even) == len(lines) and all(text_width(line, size, weight) <= width for line in even):
            return even
    return lines


def line_height(size: float) -> float:
    """Return the height of a line of text in inches; `size` is in points."""
    return size * LINE_HEIGHT * POINT


def contrast(one: str | tuple, other: str | tuple) -> float:
    """Return the contrast ratio of two colours as defined by WCAG (1 to 21)."""
    light, dark = sorted(map(relative_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(color: str | tuple) -> str:
    """Return black or white, whichever reads better on a colour; the contrast is at least 4.5."""
    return max(("#000000", "#ffffff"), key=lambda c: contrast(c, color))


def aligned(x: float, y: float) -> MatplotlibStyle:
    """Return the alignment of words that are at this offset from what they name, so that they lead away from it."""
    across = "left" if x > 0 else "right" if x < 0 else "center"
    return {"ha": across, "va": "bottom" if y > 0 else "top" if y < 0 else "center"}


def offset_text(
    axes: Axes, text: str, spot: tuple[Any, Any], offset: tuple[float, float] = (0, 0), **more
) -> Annotation:
    """Write small text at an offset in points from a spot in the axes. Text outside the axes is not cut off."""
    look = {"size": SMALL, "annotation_clip": False, **aligned(*offset)}
    return axes.annotate(text, spot, xytext=offset, textcoords="offset points", **(look | more))


# numbers -------------------------------------------------------------------------------------------------------


def short_number(value: float) -> str:
    """Return a number for an axis or a mark: 178, 14.3, 156,763, 1.25 m, 2.1 bn; never in powers of ten."""
    for limit, sign in ((1e9, "bn"), (1e6, "m")):
        if abs(value) >= limit:
            return with_minus(f"{value / limit:,.4g} {sign}")
    return number_in_words(value, "")


def tick_text(tick: float) -> str:
    """Return the number of a tick with all its digits: 44.65, 172.5, 1.25 m."""
    return short_number(tick) if abs(tick) >= 1e6 else edge_in_words(tick, "")


def round_ticks(count: int) -> MaxNLocator:
    """Return a locator of at most `count` steps between round values."""
    return MaxNLocator(count, steps=[1, 2, 2.5, 5, 10])


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Return centres of labels, as close as possible to `wanted`, without overlap, between `low` and `high`.

    If there is not enough room, labels keep their order and extend below `low` rather than overlap.
    """
    order = np.argsort(wanted, kind="stable")
    sizes = np.asarray(heights)[order]
    stacked = np.cumsum(sizes) - sizes / 2  # centres of the labels if they stood on each other from zero
    # how far each has to be from there must not fall: isotonic regression gives the nearest
    free = np.asarray(wanted)[order] - stacked
    places = range(len(free))
    rising = [max(min(free[a : b + 1].mean() for b in places[i:]) for a in places[: i + 1]) for i in places]
    placed = np.empty(len(free))
    placed[order] = np.clip(rising, low, high - sizes.sum()) + stacked
    return placed.tolist()


# the sheet ------------------------------------------------------------------------------------------------

KEY_ROW = 0.2  # inches
USUAL_WORDS = 0.51 + sum(map(line_height, (TITLE_SIZE, BASE_SIZE, SMALL)))  # inches for a line each above and below


class Sheet:
    """What a chart shows besides axes, in inches from its upper left corner, with y downwards.

    It begins with title and subtitle and ends with `foot`. `y` says how far down it is filled. Nothing is drawn
    before a Canvas takes the sheet, so that layouts can be compared.
    """

    def __init__(self, title: str, subtitle: str = "") -> None:
        use_style()
        self.drawing: list[Callable[[Axes], object]] = []
        self.title = title
        self.box(PAD, 0.0, 0.42, 0.055, ACCENT)
        self.line([PAD, WIDTH - PAD], [0.0, 0.0], color=ACCENT, linewidth=1.2)
        lines = balanced(title, INNER, TITLE_SIZE, "semibold")
        y = self.lines(PAD, 0.15, lines, TITLE_SIZE, color=INK, weight="semibold")
        self.top = self.y = self.lines(PAD, y + 0.02, balanced(subtitle, INNER), BASE_SIZE) + 0.14

    def foot(self, source: str, keys: Iterable["KeyEntry"] = ()) -> None:
        """End the sheet with keys, in as many rows as they need, and the source."""
        rows: list[list[KeyEntry]] = []
        for key in keys:
            if not rows or sum(k.width for k in [*rows[-1], key]) > INNER + 0.17:
                rows.append([])
            rows[-1].append(key)
        self.source, lines = source, wrap(source, INNER, SMALL)
        high = len(rows) * KEY_ROW + 0.06 * bool(rows) + len(lines) * line_height(SMALL) + 0.2
        self.height = round(self.y + high, 2)  # whole pixels, or the picture loses a row of them
        self.bottom = self.height - high
        y = self.bottom + 0.1
        for row in rows:
            x = PAD
            for key in row:
                key.draw(self, x, y + KEY_ROW / 2)
                self.text(x + 0.25, y + KEY_ROW / 2, key.says)
                x += key.width
            y += KEY_ROW
        self.lines(PAD, y + 0.06 * bool(rows), lines)

    def text(self, x: float, y: float, text: str, size: float = SMALL, color: str = MUTED, **more: Any) -> None:
        """Write one line of text; y is its middle."""
        self.drawing.append(methodcaller("text", x, y, text, size=size, color=color, va="center", **more))

    def lines(self, x: float, y: float, lines: Iterable[str], size: float = SMALL, **more: Any) -> float:
        """Write lines of text from y downwards, and return the y below the last."""
        for line in lines:
            self.text(x, y + line_height(size) / 2, line, size, **more)
            y += line_height(size)
        return y

    def line(self, x: Iterable[float], y: Iterable[float], **more: Any) -> None:
        look = {"color": MUTED, "linewidth": 0.8, "solid_capstyle": "butt", "clip_on": False}
        self.drawing.append(methodcaller("plot", [*x], [*y], **(look | more)))

    def mark(self, x: float, y: float, marker: str, color: str, size: float = 7, filled: bool = True, **more) -> None:
        """Draw a marker. An unfilled one has a coloured edge and the colour of the paper inside."""
        look = {
            "linestyle": "",
            "marker": marker,
            "markeredgewidth": 1.4,
            "zorder": 4,
            "markerfacecolor": color if filled else PAPER,
            "markeredgecolor": color,
            "markersize": size * 0.86 if marker == "D" else size,  # a diamond of equal size looks larger
        }
        self.line([x], [y], **(look | more))

    def tooltip(self, x: float, y: float, words: str, origin: Any = "") -> None:
        self.drawing.append(lambda plane: set_tooltip(plane, x, y, words, origin))

    def box(self, x: float, y: float, width: float, height: float, color: str | tuple, **more: Any) -> None:
        """Draw a filled rectangle with its upper left corner at x, y."""
        look: MatplotlibStyle = {"facecolor": color, "linewidth": 0, "clip_on": False}
        self.drawing.append(methodcaller("add_patch", Rectangle((x, y), width, height, **(look | more))))


Drawn = Callable[[Sheet, float, float], object]  # a function that makes a small drawing; x, y is its middle left


class KeyEntry(NamedTuple):
    """One sign and its meaning. `draw` fills a box 0.2 inches wide with its middle left at (x, y)."""

    says: str
    draw: Drawn

    @property
    def width(self) -> float:
        return 0.25 + text_width(self.says, SMALL) + 0.17


def marker_key(label: str, marker: str, color: str = MUTED, filled: bool = True) -> KeyEntry:
    return KeyEntry(label, lambda s, x, y: s.mark(x + 0.1, y, marker, color, size=6.5, filled=filled))


def band_key(label: str, color: str) -> KeyEntry:
    return KeyEntry(label, lambda s, x, y: s.box(x + 0.01, y - 0.06, 0.17, 0.12, color))


class Canvas(Figure):
    """A figure with a sheet behind its axes, and a tooltip for each mark."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.take(sheet)

    def take(self, sheet: Sheet) -> None:
        """Draw a sheet, and reserve the room between its head and foot for axes, including axes that exist already."""
        height = sheet.height
        self.set_size_inches(WIDTH, height)
        self.title, self.source = sheet.title, sheet.source
        self.tooltips: list[tuple[Axes, Any, Any, str, Any]] = []
        self._waiting: list[Callable[[], object]] = []
        plane = self.add_axes((0, 0, 1, 1), label="words", zorder=-1, xlim=(0, WIDTH), ylim=(height, 0))
        plane.axis("off")
        plane.set_in_layout(False)
        for draw in sheet.drawing:
            draw(plane)
        pad = PAD / WIDTH
        body = (pad, 1 - sheet.bottom / height, 1 - 2 * pad, (sheet.bottom - sheet.top) / height)
        # not set on the figure, because matplotlib would then draw each figure twice
        self._engine: LayoutEngine = ConstrainedLayoutEngine(rect=body, w_pad=0.0, h_pad=0.0, wspace=0.06, hspace=0.09)

    def marks(self) -> list[tuple[float, float, str, str]]:
        """Return x, y (in points from the upper left corner), words and publisher of each mark."""
        height = 72 * self.get_size_inches()[1]
        found = []
        for axes, across, up, words, origin in self.tooltips:
            spot = axes.convert_xunits(across), axes.convert_yunits(up)
            x, y = axes.transData.transform(spot) * 72 / self.dpi
            found.append((float(x), float(height - y), words, origin if isinstance(origin, str) else ""))
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
    keys: Iterable[KeyEntry] = (),
    sharex: bool = False,
) -> tuple[Canvas, Any]:
    """Return a figure with its words, and axes to draw on: one, or an array of rows × columns.

    `height` in inches assumes one line each of title, subtitle and source. More lines make the figure taller
    and do not shrink the axes. The layout makes room for everything written next to the axes.
    """
    figure = Canvas(_words(title, subtitle, source, height - USUAL_WORDS, keys))
    axes = figure.subplots(*panels, sharex=sharex, squeeze=False)
    for one in axes.flat:  # only a horizontal grid, short numbers
        one.grid(visible=True, axis="y")
        one.tick_params(axis="y", length=0)
        one.yaxis.set_major_locator(round_ticks(5))
        one.yaxis.set_major_formatter(lambda value, _: tick_text(value))
        one.yaxis.isDefault_majloc = one.yaxis.isDefault_majfmt = True  # category names may still replace numbers
    return figure, axes[0, 0] if axes.size == 1 else axes


def dressed(axes: Axes, title: str, subtitle: str, source: str) -> Canvas:
    """Turn the figure of a plain matplotlib or seaborn plot into a canvas with title, subtitle and source."""
    figure = axes.get_figure(root=True)
    pyplot.close(figure)  # or it would also be shown as it was
    figure.__class__ = Canvas
    assert isinstance(figure, Canvas)
    figure.set_layout_engine("none")
    figure.take(_words(title, subtitle, source, 3.5))
    x, y, wide, high = figure._engine.get()["rect"]
    figure._engine = TightLayoutEngine(pad=0, rect=(x, y, x + wide, y + high))  # it accepts figures with another layout
    return figure


def _words(title: str, subtitle: str, source: str, room: float, keys: Iterable[KeyEntry] = ()) -> Sheet:
    """Return a sheet of words around this much room for axes, in inches."""
    sheet = Sheet(title, subtitle)
    sheet.y += room
    sheet.foot(source, keys)
    return sheet


def set_tooltip(axes: Axes, x: Any, y: Any, words: str, origin: Any = "") -> None:
    """Give the mark at x, y in the axes a tooltip: its words and, if known, who published it."""
    canvas_of(axes).tooltips.append((axes, x, y, words, origin))


def canvas_of(axes: Axes) -> Canvas:
    """Return the canvas that the axes belong to."""
    figure = axes.get_figure()
    assert isinstance(figure, Canvas), "these axes were not made by charts.canvas"
    return figure
