"""Drawings of figures outside of a notebook: on a page, as a file that needs no font, as pixels."""

import base64
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import Any

from PIL import Image

from claimbook.build.publication import made_once
from claimbook.fonts import FOLDER
from claimbook.say.recorded import figures

PPI = 200  # pixels of an inch; a picture is 1,000 wide
PAGE = b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'
TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
FIRST_IDEOGRAPH = "\u2e80"
Face = tuple[str, str, str]  # family, weight, style
FILES: Mapping[Face, str] = {
    ("Claimbook Sans", "400", "normal"): "claimbook-sans-400.ttf",
    ("Claimbook Sans", "600", "normal"): "claimbook-sans-600.ttf",
    ("Claimbook Sans", "400", "italic"): "claimbook-sans-400-italic.ttf",
    ("Claimbook Han", "400", "normal"): "claimbook-han-400.ttf",
    ("Claimbook Han", "600", "normal"): "claimbook-han-600.ttf",
}


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
    import typst  # with the tools that cut fonts a fifth of a second, and most builds draw and cut nothing

    document: Any = {"main.typ": PAGE, "drawing.svg": svg.encode()}  # files by name, which typst's types leave out
    drawn = typst.compile(document, format="png", ppi=PPI, font_paths=[str(FOLDER)], ignore_system_fonts=True)
    stream = io.BytesIO()
    full = Image.open(io.BytesIO(drawn)).convert("RGB")
    full.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(stream, format="png")
    return stream.getvalue()


# fonts inside --------------------------------------------------------------------------------------------------


def needed(svg: str) -> dict[Face, set[str]]:
    """The characters of a drawing by the font that sets them."""
    found: dict[Face, set[str]] = defaultdict(set)
    for look, text in TEXT.findall(svg):
        weight = "600" if "font-weight='600'" in look else "400"
        style = "italic" if "font-style='italic'" in look else "normal"
        for character in unescape(text):
            chinese = character >= FIRST_IDEOGRAPH
            found["Claimbook Han" if chinese else "Claimbook Sans", weight, "normal" if chinese else style].add(
                character
            )
    return found


def faces(drawings: Iterable[str]) -> dict[Face, str]:
    """The fonts of some drawings as rules of CSS that hold them; cut once for all, as a cut for each is slow."""
    return {face: rule(face, characters) for face, characters in needed("".join(drawings)).items()}


def rule(face: Face, characters: Iterable[str]) -> str:
    """One font, cut to some characters, as a rule of CSS."""
    text = "".join(sorted(characters))
    return made_once(f"{FILES[face]}.css", partial(cut, face, text), text.encode()).decode()


def cut(face: Face, text: str) -> bytes:
    """That rule, made anew."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(flavor="woff", layout_features=["kern"], hinting=False, notdef_outline=True)
    font = TTFont(FOLDER / FILES[face], recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = "woff"
    stream = io.BytesIO()
    font.save(stream)
    family, weight, style = face
    content = base64.b64encode(stream.getvalue()).decode()
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};"
        f"src:url(data:font/woff;base64,{content})}}"
    ).encode()


def with_fonts(svg: str, rules: Mapping[Face, str]) -> str:
    """The drawing with its fonts inside: it looks the same where nobody has them."""
    style = "\n".join(rules[face] for face in sorted(needed(svg)))
    return svg.replace(">\n", f">\n<style>\n{style}\n</style>\n", 1) if style else svg
