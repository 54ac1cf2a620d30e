"""Charts of the print edition: words are set as text, not drawn as outlines.

A chart on a page must look the same without any font, so its letters are outlines, and each group of them says which
text it draws. In print the fonts are at hand: as text the words can be searched, weigh little and are set quickly.
"""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/2000/svg"
EM = 100  # units of matplotlib's outlines in an em
PLACE = re.compile(r"(.*)scale\(([\d.]+)[ ,]+-[\d.]+\)")
SMALLEST = 7.1  # points of letters that can be read on paper
FACES = {  # files of the fonts that charts are drawn with
    "SourceSans3-Regular": {},
    "SourceSans3-It": {"font-style": "italic"},
    "SourceSans3-Semibold": {"font-weight": "600"},
    "SourceSans3-Bold": {"font-weight": "700"},
    "NotoSansSC-Regular": {},
    "NotoSansSC-Bold": {"font-weight": "700"},
}


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


def text_of(group: Element) -> Element:
    """The text that a group of outlines draws, in the same place, size, font and colour."""
    place, scale = PLACE.fullmatch(group.attrib["transform"]).groups()
    kept = {name: value for name, value in group.attrib.items() if not name.startswith("data-")}
    face = FACES[group.attrib["data-font"]] | {"font-family": "'Source Sans 3', 'Noto Sans SC'"}
    text = Element("text", kept | face | {"transform": place, "font-size": f"{float(scale) * EM:g}"})
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


def least_width(svg: str) -> float:
    """Points that a chart must be wide for its smallest letters to be read; nought where it says nothing."""
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)', svg)]
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+)', svg)
    return SMALLEST * float(box[1]) / min(sizes) if sizes and box else 0.0
