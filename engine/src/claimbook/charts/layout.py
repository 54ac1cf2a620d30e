"""The sheet of every chart: words and keys placed in inches, and axes in the remaining room."""

import warnings
from collections.abc import Callable, Iterable
from operator import methodcaller
from typing import Any, NamedTuple

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine, LayoutEngine, TightLayoutEngine
from matplotlib.patches import Rectangle

from claimbook.charts import style
from claimbook.charts.style import BASE_SIZE, INK, INNER, MUTED, PAD, SMALL, TITLE_SIZE, WIDTH, line_height

KEY_ROW = 0.2  # inches
USUAL_WORDS = 0.51 + sum(map(line_height, (TITLE_SIZE, BASE_SIZE, SMALL)))  # inches for a line each above and below


class Sheet:
    """What a chart shows besides axes, in inches from its upper left corner, with y downwards.

    It begins with title and subtitle and ends with `foot`. `y` says how far down it is filled. Nothing is drawn
    before a Canvas takes the sheet, so that layouts can be compared.
    """

    def __init__(self, title: str, subtitle: str = "") -> None:
        style.use_style()
        self.drawing: list[Callable[[Axes], object]] = []
        self.title = title
        self.box(PAD, 0.0, 0.42, 0.055, style.ACCENT)
        self.line([PAD, WIDTH - PAD], [0.0, 0.0], color=style.ACCENT, linewidth=1.2)
        lines = style.balanced(title, INNER, TITLE_SIZE, "semibold")
        y = self.lines(PAD, 0.15, lines, TITLE_SIZE, color=INK, weight="semibold")
        self.top = self.y = self.lines(PAD, y + 0.02, style.balanced(subtitle, INNER), BASE_SIZE) + 0.14

    def foot(self, source: str, keys: Iterable["KeyEntry"] = ()) -> None:
        """End the sheet with keys, in as many rows as they need, and the source."""
        rows: list[list[KeyEntry]] = []
        for key in keys:
            if not rows or sum(k.width for k in [*rows[-1], key]) > INNER + 0.17:
                rows.append([])
            rows[-1].append(key)
        self.source, lines = source, style.wrap(source, INNER, SMALL)
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
            "markerfacecolor": color if filled else style.PAPER,
            "markeredgecolor": color,
            "markersize": size * 0.86 if marker == "D" else size,  # a diamond of equal size looks larger
        }
        self.line([x], [y], **(look | more))

    def tooltip(self, x: float, y: float, words: str, origin: Any = "") -> None:
        self.drawing.append(lambda plane: set_tooltip(plane, x, y, words, origin))

    def box(self, x: float, y: float, width: float, height: float, color: str | tuple, **more: Any) -> None:
        """Draw a filled rectangle with its upper left corner at x, y."""
        look: style.MatplotlibStyle = {"facecolor": color, "linewidth": 0, "clip_on": False}
        self.drawing.append(methodcaller("add_patch", Rectangle((x, y), width, height, **(look | more))))


Drawn = Callable[[Sheet, float, float], object]  # a function that makes a small drawing; x, y is its middle left


class KeyEntry(NamedTuple):
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
        one.yaxis.set_major_locator(style.round_ticks(5))
        one.yaxis.set_major_formatter(lambda value, _: style.tick_text(value))
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
