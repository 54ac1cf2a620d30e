"""Charts as plain SVG: one element per line, words as text, colours that a style sheet can change.

Matplotlib's SVG brings a style sheet that would affect the whole page, and ids that repeat in every drawing.
Each text here states its width, so that it keeps its place in any font; pages and the PDF have the right one.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from claimbook.charts.style import text_width
from claimbook.project.outputs import IMAGE
from claimbook.say.tones import FONT_FAMILIES

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
COORDINATE_DECIMALS = 2  # decimals of a coordinate in points
USUAL = {"opacity": "1", "text-anchor": "start", "font-weight": "400", "font-style": "normal"}
ID = re.compile(r'<(?!g )\w[^>]* id="([^"]+)"')  # of an element that others refer to
ID_OR_LINK = re.compile(r'(?<=[#"])[\w-]+(?=["\)])')
OF_ALL = {  # defaults of matplotlib's style sheet, and the fonts
    "font-family": ", ".join([*FONT_FAMILIES, "sans-serif"]),
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
}
ENCODED = {"%": "%25", "#": "%23", '"': "%22", "&": "%26"}  # characters with a meaning in an address or in HTML


def plain_svg(drawn: str, name: str) -> str:
    """Return matplotlib's SVG in plain lines; ids in it begin with `name`."""
    ids = {old: f"{name}-{number}" for number, old in enumerate(ID.findall(drawn), start=1)}
    root = ElementTree.fromstring(ID_OR_LINK.sub(lambda found: ids.get(found[0], found[0]), drawn))
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG_NAMESPACE}}}")
    size = {key: root.attrib[key] for key in ("width", "height", "viewBox")}
    lines = [_tag("svg", {"xmlns": SVG_NAMESPACE} | size | OF_ALL, ">")]
    lines += (line for child in root for line in _lines(child))
    return "\n".join([*lines, "</svg>"])


def _lines(element: Element) -> Iterator[str]:
    """Yield an element and its children as lines, without empty elements and groups without attributes."""
    if element.tag in ("metadata", "style"):
        return
    children = [line for child in element for line in _lines(child)]
    attributes = _attributes(element)
    if element.tag == "text":
        yield _tag(
            "text", attributes | _measured(element.text or "", attributes), f">{escape(element.text or '')}</text>"
        )
    elif element.tag == "g" and not attributes or element.tag == "defs" and not children:
        yield from children
    elif children:
        yield from [_tag(element.tag, attributes, ">"), *children, f"</{element.tag}>"]
    elif element.tag != "g":
        yield _tag(element.tag, attributes, "/>")


def _tag(tag: str, attributes: dict[str, str], end: str) -> str:
    return " ".join([f"<{tag}", *(f"{key}='{escape(value)}'" for key, value in attributes.items())]) + end


def _attributes(element: Element) -> dict[str, str]:
    """Return attributes and styles of an element as attributes, because no style sheet overrides a style."""
    attributes = {key: value for key, value in element.attrib.items() if key not in ("style", "id", XLINK_HREF)}
    attributes |= dict(part.split(": ", 1) for part in element.get("style", "").split("; ") if part)
    attributes.pop("font-family", None)
    if element.tag != "g" and (own := element.get("id")):
        if element.tag == "path":  # a marker; the element that refers to it sets its look
            attributes = {"d": attributes["d"]}
        attributes["id"] = own
    if link := element.get(XLINK_HREF):
        attributes["href"] = "".join(link.split())
    if attributes.get("transform", "").startswith("rotate(-0 "):
        del attributes["transform"]
    attributes = dict(sorted(attributes.items(), key=lambda item: item[1].startswith("url(#")))  # clip paths come last
    return {key: _short_number(key, value) for key, value in attributes.items() if value != USUAL.get(key)}


def _short_number(key: str, value: str) -> str:
    """Return a value without needless digits and blanks."""
    if "#" in value or key in ("id", "href"):
        return value
    value = re.sub(
        r"-?\d+\.\d+", lambda found: f"{float(found[0]):.{COORDINATE_DECIMALS}f}".rstrip("0").rstrip("."), value
    )
    return re.sub(r"\s*([MLQCz])\s*", r"\1", value).strip() if key == "d" else value.removesuffix("px")


def _measured(text: str, look: Mapping[str, str]) -> dict[str, str]:
    """Return the width of a text in our font, as attributes that make other fonts match it."""
    weight, slant = int(look.get("font-weight", 400)), look.get("font-style", "normal")
    wide = 72 * text_width(text, float(look["font-size"]), weight, slant)
    return {"textLength": f"{wide:.1f}", "lengthAdjust": "spacingAndGlyphs"} if wide else {}


# in a notebook -------------------------------------------------------------------------------------------------


def as_image(svg: str, alt: str) -> str:
    """Return a plain drawing as an HTML image with alt text, which every viewer of notebooks shows."""
    source = re.sub('[%#"&]', lambda found: ENCODED[found[0]], svg)
    described = escape(alt, {'"': "&quot;"})
    return f'<img alt="{described}" style="max-width: 100%" {IMAGE}{source}">'
