"""Measures the width of text in our fonts."""

from functools import cache
from typing import Literal

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from claimbook.project.folders import FONTS
from claimbook.say.tones import FONT_FAMILIES

Style = Literal["normal", "italic"]
SHARP = 720  # dots per inch at which text is measured


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
def text_width(text: str, size: float, weight: str | int = "normal", style: Style = "normal") -> float:
    """Return the width of one line of text in inches; `size` is in points."""
    register()
    font = FontProperties(family=list(FONT_FAMILIES), size=size, weight=weight, style=style)
    return _measurer().get_text_width_height_descent(text, font, ismath=False)[0] / SHARP


@cache
def _measurer() -> RendererAgg:
    return RendererAgg(8, 8, SHARP)
