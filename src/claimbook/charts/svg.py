"""Charts as SVG in plain lines: an element a line, words as text, colours as attributes that a style sheet can change.

Matplotlib's own SVG has a style sheet that would reach all of a page, and names that every drawing repeats. A text says
how wide it is, so that it keeps its place in any font; the pages and the PDF have the right one.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from claimbook.fonts import FAMILIES
from claimbook.fonts.measuring import text_width
from claimbook.say.recorded import IMAGE

NAMESPACE = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
PLACES = 2  # decimals of a point in the drawing
USUAL = {"opacity": "1", "text-anchor": "start", "font-weight": "400", "font-style": "normal"}
OF_ALL = {  # what matplotlib's style sheet says of everything, and the fonts
    "font-family": ", ".join([*FAMILIES, "sans-serif"]),
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
}
ENCODED = {"%": "%25", "#": "%23", '"': "%22", "&": "%26"}  # what has a meaning in an address or in HTML


def plain(drawn: str, name: str) -> str:
    """Matplotlib's SVG in plain lines; ids in it begin with `name`."""
    root = ElementTree.fromstring(drawn)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    ids = (e.get("id") for e in root.iter() if e.tag != "g" and e.get("id"))
    names = {old: f"{name}-{number}" for number, old in enumerate(ids, start=1) if old}
    size = {key: root.attrib[key] for key in ("width", "height", "viewBox")}
    lines = [_tag("svg", {"xmlns": NAMESPACE} | size | OF_ALL, ">")]
    lines += (line for child in root for line in _lines(child, names))
    return "\n".join([*lines, "</svg>"])


def _lines(element: Element, names: dict[str, str]) -> Iterator[str]:
    """An element and what it holds; groups that say nothing are left out, and so is what draws nothing."""
    if element.tag in ("metadata", "style"):
        return
    children = [line for child in element for line in _lines(child, names)]
    said = _attributes(element, names)
    if element.tag == "text":
        yield _tag("text", said | _measured(element.text or "", said), f">{escape(element.text or '')}</text>")
    elif element.tag == "g" and not said or element.tag == "defs" and not children:
        yield from children
    elif children:
        yield from [_tag(element.tag, said, ">"), *children, f"</{element.tag}>"]
    elif element.tag != "g":
        yield _tag(element.tag, said, "/>")


def _tag(tag: str, attributes: dict[str, str], end: str) -> str:
    return " ".join([f"<{tag}", *(f"{key}='{escape(value)}'" for key, value in attributes.items())]) + end


def _attributes(element: Element, names: dict[str, str]) -> dict[str, str]:
    """Attributes and style of an element, alike: a style sheet outweighs an attribute, but not a style."""
    said = {key: value for key, value in element.attrib.items() if key not in ("style", "id", LINK)}
    said |= dict(part.split(": ", 1) for part in element.get("style", "").split("; ") if part)
    said.pop("font-family", None)
    if element.tag == "path" and element.get("id"):  # a marker; it is drawn as the one who refers to it says
        said = {"d": said["d"]}
    if element.get("id") in names:
        said["id"] = names[element.get("id", "")]
    if link := element.get(LINK):
        said["href"] = "#" + names[link[1:]] if link.startswith("#") else "".join(link.split())
    for key, value in list(said.items()):
        if value.startswith("url(#"):  # a clip, or the pattern of a surface
            said[key] = f"url(#{names[said.pop(key)[5:-1]]})"
    if said.get("transform", "").startswith("rotate(-0 "):
        del said["transform"]
    return {key: _short(key, value) for key, value in said.items() if value != USUAL.get(key)}


def _short(key: str, value: str) -> str:
    """A value without idle digits and blanks."""
    if "#" in value or key in ("id", "href"):
        return value
    value = re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.{PLACES}f}".rstrip("0").rstrip("."), value)
    return re.sub(r"\s*([MLQCz])\s*", r"\1", value).strip() if key == "d" else value.removesuffix("px")


def _measured(text: str, look: Mapping[str, str]) -> dict[str, str]:
    """How wide a text is in its font: in another one it is set as wide."""
    weight, slant = int(look.get("font-weight", 400)), look.get("font-style", "normal")
    wide = 72 * text_width(text, float(look["font-size"]), weight, slant)
    return {"textLength": f"{wide:.1f}", "lengthAdjust": "spacingAndGlyphs"} if wide else {}


# in a notebook -------------------------------------------------------------------------------------------------


def as_image(svg: str, alt: str) -> str:
    """A plain drawing as HTML of the same lines, which every viewer of notebooks shows, with its alternative text."""
    source = re.sub('[%#"&]', lambda found: ENCODED[found[0]], svg)
    described = escape(alt, {'"': "&quot;"})
    return f'<img alt="{described}" style="max-width: 100%" {IMAGE}{source}">'
