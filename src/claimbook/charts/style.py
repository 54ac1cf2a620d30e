"""One look for all charts: fonts, colours, shapes, and words that never collide, whatever their length."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text
from matplotlib.ticker import MaxNLocator

from claimbook.charts.figures import Drawing, Said
from claimbook.fonts import FAMILIES
from claimbook.fonts.measuring import register, text_width
from claimbook.say.numbers import with_minus
from claimbook.say.tones import ACCENT, BAND, BAND_CLOSE, CLAIM, GRID, INK, MUTED, OUTCOMES, PALETTE, PAPER  # noqa: F401  charts take their whole look from here

WIDTH = 5.0  # inches of every chart, whatever shows it
PAD = 0.08
INNER = WIDTH - 2 * PAD  # a page sets these inches as wide as its text
SMALL = 9.6  # points, the smallest: 9 pixels on a telephone of 360, where the inner inches have 328
BASE, HEAD = 10.0, 13.5
LEADING = 1.26  # line height in sizes of type
POINT = 1 / 72
Look = dict[str, Any]  # how matplotlib draws something
CLEAR: Look = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}  # lines stop at words with such a box


def use() -> None:
    """Set seaborn's theme, our fonts and everything that makes the drawing the same on each machine."""
    import seaborn  # takes a second, which a reader of tokens need not wait for

    register()
    seaborn.set_theme(style="white", palette=list(PALETTE), rc=_settings())


def _settings() -> dict:
    return {
        "axes.edgecolor": MUTED,
        "axes.labelcolor": MUTED,
        "axes.labelsize": SMALL,
        "axes.linewidth": 0.8,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": BASE,
        "axes.titleweight": "semibold",
        "axes.unicode_minus": True,
        "figure.dpi": 72,
        "font.family": list(FAMILIES),
        "font.size": BASE,
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "lines.linewidth": 1.6,
        "lines.markersize": 4.5,
        "savefig.facecolor": PAPER,
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


# measuring text ------------------------------------------------------------------------------------------------


def wrap(text: str, width: float, size: float = BASE, weight: str | int = "normal") -> list[str]:
    """Break text into lines that are at most `width` inches long; what belongs together stays so: "13 %", "n = 13"."""
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


def balanced(text: str, width: float, size: float = BASE, weight: str = "normal") -> list[str]:
    """Like `wrap`, but with lines of about equal length, so that no single word is left over."""
    lines = wrap(text, width, size, weight)
    for share in range(50, 100, 2):
        even = wrap(text, width * share / 100, size, weight)
        if len(even) == len(lines) and all(text_width(line, size, weight) <= width for line in even):
            return even
    return lines


def line_height(size: float) -> float:
    """Height of a line of text in inches."""
    return size * LEADING * POINT


def whole(height: float) -> float:
    """A height of a drawing in inches that is of whole pixels in its picture, as a row of them is lost otherwise."""
    return round(height, 2)


def contrast(one: str | tuple, other: str | tuple) -> float:
    """Contrast ratio of two colours, as WCAG defines it (1 to 21)."""
    from seaborn.utils import relative_luminance

    light, dark = sorted(map(relative_luminance, (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(color: str | tuple) -> str:
    """Black or white, whichever reads better on a colour; one of them always has a contrast of 4.5."""
    return max(("#000000", "#ffffff"), key=lambda c: contrast(c, color))


def beside(axes: Axes, text: str, spot: tuple[Any, Any], offset: tuple[float, float] = (0, 0), **more) -> Annotation:
    """Small words at an offset in points from a spot of the axes, whole even where the spot lies outside them."""
    look: Look = {"size": SMALL, "annotation_clip": False}
    return axes.annotate(text, spot, xytext=offset, textcoords="offset points", **(look | more))


# a sheet: drawing in inches ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A whole figure as one plane, measured in inches from its upper left corner, y downwards."""

    figure: Drawing
    axes: Axes

    def tell(self, x: float, y: float, says: Said) -> None:
        """What the mark at x, y says."""
        self.figure.tell(self.axes, x, y, says)

    def text(self, x: float, y: float, text: str, size: float = BASE, color: str = INK, **more) -> Text:
        """One line of text; y is its middle unless `va` says otherwise."""
        look: Look = {"size": size, "color": color, "va": "center"}
        return self.axes.text(x, y, text, **(look | more))

    def lines(self, x: float, y: float, lines: Iterable[str], size: float = BASE, **more) -> float:
        """Lines of text under each other, the first with its top at y; returns the y below the last."""
        for line in lines:
            self.text(x, y + line_height(size) / 2, line, size=size, **more)
            y += line_height(size)
        return y

    def line(self, x: Sequence[float], y: Sequence[float], **more) -> Line2D:
        look: Look = {"color": INK, "linewidth": 0.8, "solid_capstyle": "butt"}
        drawn = Line2D(x, y, **(look | more))
        self.axes.add_line(drawn)
        return drawn

    def mark(self, x: float, y: float, marker: str, color: str, size: float = 7, filled: bool = True, **more) -> Line2D:
        """A marker; an unfilled one has a coloured edge on paper."""
        face = color if filled else PAPER
        size = size * 0.86 if marker == "D" else size  # a diamond of equal size looks larger
        return self.line(
            [x],
            [y],
            linestyle="",
            marker=marker,
            markersize=size,
            markerfacecolor=face,
            markeredgecolor=color,
            **({"markeredgewidth": 1.4, "zorder": 4} | more),
        )

    def box(self, x: float, y: float, width: float, height: float, color: str | tuple, **more: Any) -> Rectangle:
        """A filled rectangle with its upper left corner at x, y."""
        drawn = Rectangle((x, y), width, height, **({"facecolor": color, "linewidth": 0} | more))
        self.axes.add_patch(drawn)
        return drawn


def sheet(height: float) -> Sheet:
    """An empty sheet of paper, so many inches high."""
    use()
    height = whole(height)
    figure = Drawing(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    axes.axis("off")
    return Sheet(figure, axes)


# keys ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """One sign and its meaning: draws itself into a box 0.2 inches wide whose middle left is (x, y)."""

    says: str
    draw: Callable[[Sheet, float, float], object]

    @property
    def width(self) -> float:
        return 0.25 + text_width(self.says, SMALL) + 0.17


def marker_key(says: str, marker: str, color: str = MUTED, filled: bool = True) -> Key:
    return Key(says, lambda s, x, y: s.mark(x + 0.1, y, marker, color, size=6.5, filled=filled))


def line_key(says: str, color: str = MUTED, **style) -> Key:
    return Key(says, lambda s, x, y: s.line([x, x + 0.19], [y, y], color=color, **style))


def band_key(says: str, color: str) -> Key:
    return Key(says, lambda s, x, y: s.box(x + 0.01, y - 0.06, 0.17, 0.12, color))


def key_rows(keys: Iterable[Key]) -> list[list[Key]]:
    """Keys in rows that fit the drawing."""
    rows: list[list[Key]] = []
    room = 0.0
    for key in keys:
        if not rows or key.width > room + 0.17:
            rows.append([])
            room = INNER
        rows[-1].append(key)
        room -= key.width
    return rows


def draw_keys(on: Sheet, y: float, rows: list[list[Key]]) -> None:
    """Draw rows of keys, the first with its top at y."""
    for row in rows:
        x = PAD
        for key in row:
            key.draw(on, x, y + KEY_ROW / 2)
            on.text(x + 0.25, y + KEY_ROW / 2, key.says, size=SMALL, color=MUTED)
            x += key.width
        y += KEY_ROW


KEY_ROW = 0.2


# frame: title, subtitle, source --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """Title, subtitle, keys and source of a chart, broken into lines; knows the heights they need."""

    title: list[str]
    subtitle: list[str]
    keys: list[list[Key]]
    source: list[str]

    @property
    def head(self) -> float:
        """Inches above the drawing."""
        title = len(self.title) * line_height(HEAD)
        return 0.17 + title + (len(self.subtitle) * line_height(BASE) + 0.02 if self.subtitle else 0) + 0.12

    @property
    def foot(self) -> float:
        """Inches below the drawing."""
        keys = len(self.keys) * KEY_ROW + 0.06 if self.keys else 0
        return keys + (len(self.source) * line_height(SMALL) + 0.06 if self.source else 0) + 0.14

    def draw(self, on: Sheet) -> None:
        """Set everything at its place."""
        on.box(PAD, 0.0, 0.42, 0.055, ACCENT)
        on.line([PAD, WIDTH - PAD], [0.0, 0.0], color=ACCENT, linewidth=1.2)
        y = on.lines(PAD, 0.15, self.title, size=HEAD, weight="bold")
        on.lines(PAD, y + 0.02, self.subtitle, size=BASE, color=MUTED)
        y = on.figure.get_size_inches()[1] - self.foot + 0.08
        draw_keys(on, y + 0.02, self.keys)
        y += len(self.keys) * KEY_ROW + 0.06 if self.keys else 0
        on.lines(PAD, y + 0.02, self.source, size=SMALL, color=MUTED)


def words(title: str, subtitle: str = "", source: str = "", keys: Iterable[Key] = ()) -> Words:
    """Break the words of a chart into lines."""
    return Words(
        balanced(title, INNER, HEAD, "bold"), balanced(subtitle, INNER), key_rows(keys), wrap(source, INNER, SMALL)
    )


# numbers -------------------------------------------------------------------------------------------------------


def short(value: float) -> str:
    """A number for an axis or a mark: 178, 14.3, 156,763, 1.25 m, 2.1 bn; never in powers of ten."""
    size = abs(value)
    for limit, sign in ((1e9, "bn"), (1e6, "m")):
        if size >= limit:
            return with_minus(f"{value / limit:,.4g} {sign}")
    return with_minus(f"{value:,.0f}" if size >= 1000 or float(value).is_integer() else f"{value:.3g}")


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values inside a range."""
    made = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(t) for t in made if low - 1e-9 * abs(low) <= t <= high + 1e-9 * abs(high)]


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres for labels of given heights, as near as possible to those wanted, without overlap, within low–high.

    Where the room is too small for all, they keep their order and reach beyond `low` rather than overlap.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[list[int], float, float]] = []  # members, height, centre
    for i in order:
        members, height = [i], heights[i]
        centre = min(max(wanted[i], low + height / 2), high - height / 2)
        while blocks and blocks[-1][2] + blocks[-1][1] / 2 > centre - height / 2 - 1e-12:
            before, tall, _ = blocks.pop()
            members, height = before + members, tall + height
            centre = sum(wanted[m] for m in members) / len(members)
            centre = min(max(centre, low + height / 2), high - height / 2)
        blocks.append((members, height, centre))
    placed = [0.0] * len(wanted)
    for members, height, centre in blocks:
        edge = centre - height / 2
        for m in members:
            placed[m] = edge + heights[m] / 2
            edge += heights[m]
    return placed
