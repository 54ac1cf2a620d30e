"""Drawings of figures outside of a notebook: on a page, as a file, as pixels."""

import io
import json
from collections.abc import Mapping
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image

from claimbook.build.publication import made_once
from claimbook.fonts import FOLDER
from claimbook.say.recorded import figures

PPI = 200  # pixels of an inch; a picture is 1,000 wide
PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'


def described(svg: str, alt: str) -> str:
    """The drawing with its alternative text, for where it is no image of HTML."""
    return svg.replace("<svg ", f"<svg role='img' aria-label='{escape(alt)}' ", 1)


def on_page(figure: Mapping[str, Any]) -> str:
    """The drawing of a figure for a page, with what its marks say where they lie."""
    places = (mark.split(" ", 2) for mark in figure.get("marks", ()))
    told = "".join(f"<circle cx='{x}' cy='{y}' r='7'><title>{escape(says)}</title></circle>" for x, y, says in places)
    body = described(figure["svg"], figure["alt"]).removesuffix("</svg>")
    return f'{body}<g class="marks">{told}</g></svg>' if told else f"{body}</svg>"


def picture(label: str, svg: str, folder: Path | None = None) -> bytes:
    """The drawing of a figure in pixels, which a build keeps in a folder of such files."""
    return made_once(f"{label}.png", partial(png, svg), svg.encode(), folder=folder)


def draw_ahead(executed: bytes, folder: Path) -> None:
    """Make the pictures of a notebook's figures before the pages ask for them."""
    for figure in figures(json.loads(executed)):
        picture(figure["label"], figure["svg"], folder)


def png(svg: str) -> bytes:
    """A drawing in pixels, in 256 colours: half of the bytes, and no eye sees it."""
    import typst  # a tenth of a second, and most builds draw nothing

    document: Any = {"main.typ": PAGE, "drawing.svg": svg.encode()}  # files by name, which typst's types leave out
    drawn = typst.compile(document, format="png", ppi=PPI, font_paths=[str(FOLDER)], ignore_system_fonts=True)
    stream = io.BytesIO()
    full = Image.open(io.BytesIO(drawn)).convert("RGB")
    full.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(stream, format="png")
    return stream.getvalue()
