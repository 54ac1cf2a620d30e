"""The common look of all charts: fonts, colours, shapes, and functions that keep words from colliding."""

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from statistics import fmean
from typing import Any, Literal

import matplotlib
import seaborn
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator
from seaborn.utils import relative_luminance

from claimbook.project.folders import FONTS
from claimbook.say.numbers import edge_in_words, number_in_words, with_minus
from claimbook.say.verdict_table import (  # noqa: F401  charts take their whole look from here
    ACCENT,
    BAND,
    BAND_CLOSE,
    CLAIM_COLOUR,
    FONT_FAMILIES,
    GRID,
    INK,
    MUTED,
    OUTCOMES,
    PALETTE,
    PAPER,
)

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
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    below = dict(zip(order, accumulate((heights[i] for i in order), initial=0.0), strict=False))
    # bottoms, less the heights below, must not fall: isotonic regression gives the nearest
    free = [wanted[i] - heights[i] / 2 - below[i] for i in order]
    rising = [
        max(min(fmean(free[a:b]) for b in range(place + 1, len(free) + 1)) for a in range(place + 1))
        for place in range(len(free))
    ]
    last = high - sum(heights)
    placed = {
        i: min(max(bottom, low), last) + below[i] + heights[i] / 2 for i, bottom in zip(order, rising, strict=True)
    }
    return [placed[i] for i in range(len(wanted))]
