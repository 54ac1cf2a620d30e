"""Drawings of figures outside a notebook: on a page, as a file, as pixels."""

from collections.abc import Mapping
from html import escape
from typing import Any

import typst

from claimbook.project.folders import FONTS

OUR_FONTS: Any = {"font_paths": [str(FONTS)], "ignore_system_fonts": True}  # settings of Typst
PPI = 250  # pixels per inch; pictures are 1,025 pixels wide
DRAWING_PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'
SLIDE_PPI = 144  # of a page of 960 × 540 points: 1,920 × 1,080 pixels; below the drawing it says where it is from
SLIDE_PAGE = b"""#set page(width: 960pt, height: 540pt, margin: (x: 36pt, top: 24pt, bottom: 18pt))
#set text(font: ("Claimbook Sans", "Claimbook Han"), size: 12pt, fill: rgb("#555b66"))
#block(width: 100%, height: 1fr, image("drawing.svg", width: 100%, height: 100%, fit: "contain"))
#sys.inputs.says"""


def with_alternative_text(svg: str, alt: str) -> str:
    """Return the drawing with its alternative text, for places other than an HTML image."""
    return svg.replace("<svg ", f"<svg role='img' aria-label='{escape(alt)}' ", 1)


def on_page(figure: Mapping[str, Any]) -> str:
    """Return the drawing of a figure for a page, with tooltips at its marks.

    For those who do not see it, it is one chart whose name is its title and its alternative text. Its words are hidden
    from them: without their places they are a heap.
    """
    places = (mark.split(" ", 2) for mark in figure.get("marks", ()))
    marks = "".join(f"<circle cx='{x}' cy='{y}' r='7'><title>{escape(says)}</title></circle>" for x, y, says in places)
    title = figure.get("title", "").rstrip(".")
    name = figure["alt"] if figure["alt"].startswith(title) else f"{title}. {figure['alt']}"
    start, _, drawn = with_alternative_text(figure["svg"], name).removesuffix("</svg>").partition(">")
    start = start.replace("<svg ", "<svg aria-roledescription='chart' ", 1)
    return f'{start}><g aria-hidden="true">{drawn}<g class="marks">{marks}</g></g></svg>'


def png(svg: str, page: bytes = DRAWING_PAGE, ppi: int = PPI, **inputs: str) -> bytes:
    """Draw an SVG as PNG with Typst. `page` is Typst code for the page around it, and can read `inputs`."""
    document: Any = {"main.typ": page, "drawing.svg": svg.encode()}  # typst's types do not know files by name
    return typst.compile(document, format="png", ppi=ppi, sys_inputs=inputs, **OUR_FONTS)
