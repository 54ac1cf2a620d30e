"""How wide a text is in our fonts, and whether they can draw it."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from torch_program.fonts import FAMILIES, FOLDER

Style = Literal["normal", "italic"]
SHARP = 720  # dots per inch at which text is measured
UNHINTED = "no_hinting"
HINTING: Any = {"text.hinting": UNHINTED}  # a context with it takes longer than to measure, and charts have it already


@cache
def register() -> None:
    """Make matplotlib draw with these fonts."""
    # a system may hold other versions under the same names: charts would then differ between machines
    known = font_manager.fontManager.ttflist
    known[:] = [f for f in known if f.name not in FAMILIES]
    for path in sorted(FOLDER.glob("*.ttf")):
        font_manager.fontManager.addfont(path)
    # there is no heavier cut than the semibold one; matplotlib would warn of the missing weight
    known += [replace(f, weight=700) for f in known if f.name in FAMILIES and f.weight == 600]


@cache
def text_width(text: str, size: float, weight: str | int = "normal", style: Style = "normal") -> float:
    """Width of one line of text of a size in points, in inches: that of its words, for none is kerned with a blank."""
    words = text.split(" ")
    blanks = len(words) - 1
    dots = sum(_dots(word, size, weight, style) for word in words if word)
    return (dots + blanks * _dots(" ", size, weight, style) if blanks else dots) / SHARP


@cache
def _dots(word: str, size: float, weight: str | int, style: Style) -> float:
    """Width of a word in dots, of which a sum is exact: they are counted in sixty-fourths."""
    register()
    font = FontProperties(family=list(FAMILIES), size=size, weight=weight, style=style)
    with nullcontext() if matplotlib.rcParams["text.hinting"] == UNHINTED else matplotlib.rc_context(HINTING):
        width, _, _ = _measurer().get_text_width_height_descent(word, font, ismath=False)
    return width


@cache
def _measurer() -> RendererAgg:
    return RendererAgg(8, 8, SHARP)


def missing(text: Iterable[str], weight: str | int = "normal", style: Style = "normal") -> set[str]:
    """Characters that no font of a weight and style can draw."""
    return {c for c in text if ord(c) not in _held(weight, style)}


@cache
def _held(weight: str | int, style: Style) -> frozenset[int]:
    """Codes of the characters that the fonts of a weight and style hold."""
    register()
    files = [
        font_manager.findfont(FontProperties(family=[name], weight=weight, style=style), fallback_to_default=False)
        for name in FAMILIES
    ]
    return frozenset(code for file in files for code in font_manager.get_font(file).get_charmap())
