"""Charts of the print edition: words are set as text, not drawn as outlines.

A chart on a page must look the same without any font, so its letters are outlines, and each group of them says which
text it draws. In print the fonts are at hand: as text the words can be searched, weigh little and are set quickly.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/2000/svg"
EM = 100  # units of matplotlib's outlines in an em
PLACE = re.compile(r"(.*)scale\(([\d.]+)[ ,]+-[\d.]+\)")
FONTS = files("torch_program") / "fonts"  # those that the charts were drawn with
IDEOGRAPHS = r"([\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+)"  # what only a Chinese font has; it has no blank
CHINESE = {"SourceSans3-Regular": "NotoSansSC-Regular", "SourceSans3-It": "NotoSansSC-Regular"}


def font_faces() -> str:
    """Style sheet that names each font of the charts by its file."""
    names = sorted(font.name for font in FONTS.iterdir() if font.name.endswith(".ttf"))
    files_of = {name[:-4]: (FONTS / name).as_uri() for name in names}
    return "".join(f'@font-face {{ font-family: "{name}"; src: url("{file}") }}' for name, file in files_of.items())


def set_words(svg: str) -> str:
    """The chart with text in the place of each group of outlines that says what it draws."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    root.set("xmlns", NAMESPACE)
    for parent in list(root.iter()):
        for at, child in enumerate(parent):
            if child.get("data-text"):
                parent[at] = text_of(child)
    drop_unused(root)
    return ElementTree.tostring(root, encoding="unicode")


def as_address(svg: str) -> str:
    """The chart as an address that holds it."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def text_of(group: Element) -> Element:
    """The text that a group of outlines draws, in the same place, size, font and colour."""
    place, scale = PLACE.fullmatch(group.attrib["transform"]).groups()
    font = group.attrib["data-font"]
    kept = {name: value for name, value in group.attrib.items() if not name.startswith("data-")}
    family = f"{font},{CHINESE.get(font, 'NotoSansSC-Bold')}"
    size = f"{float(scale) * EM:g}"
    text = Element("text", kept | {"transform": place, "font-family": family, "font-size": size})
    text.text = group.attrib["data-text"]
    return text


def drop_unused(root: Element) -> None:
    """Take out outlines that nothing refers to, until there is none: a shared word refers to its letters."""
    while True:
        links = {link for e in root.iter() for v in e.attrib.values() for link in re.findall(r"#([^)\s]+)", v)}
        unused = [
            (parent, child)
            for parent in root.iter("defs")
            for child in parent
            if child.get("id") and child.get("id") not in links
        ]
        if not unused:
            return
        for parent, child in unused:
            parent.remove(child)


@contextmanager
def texts_whole() -> Iterator[None]:
    """While it lasts, WeasyPrint sets a text of a drawing in one go, with kerning, instead of letter by letter."""
    from weasyprint import svg

    letter_by_letter = svg.TAGS["text"]
    svg.TAGS["text"] = set_text
    try:
        yield
    finally:
        svg.TAGS["text"] = letter_by_letter


def set_text(drawing, node: Element, font_size: float) -> None:
    """Draw a text that begins where its own transformation says."""
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.draw.text import draw_first_line
    from weasyprint.matrix import Matrix
    from weasyprint.svg.text import Style, TextBox
    from weasyprint.text.line_break import split_first_line

    latin, chinese = node.get("font-family").split(",")
    drawing.stream.push_state()
    fill, stroke = drawing.set_graphical_state(node, font_size)
    drawing.stream.begin_text()
    x = 0.0
    for piece in filter(None, re.split(IDEOGRAPHS, node.text)):
        style = Style(INITIAL_VALUES)
        style.font_config = drawing.font_config
        style["font_family"] = [chinese if re.match(IDEOGRAPHS, piece) else latin]
        style["font_size"] = font_size
        style["white_space"] = "pre"
        layout, _, _, width, *_ = split_first_line(piece, style, drawing.context, None, 0)
        layout.reactivate(style)
        drawing.fill_stroke(fill, stroke, text=True)
        draw_first_line(drawing.stream, TextBox(layout, style), "none", "none", Matrix(d=-1, e=x))
        x += width
    drawing.stream.end_text()
    drawing.stream.pop_state()
