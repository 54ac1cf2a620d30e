"""Matplotlib's SVG in a third of its bytes, with the same picture.

Matplotlib writes every letter as a reference to its outline, which keeps a drawing free of fonts and makes it heavy.
Here outlines are written in steps, words that recur are written once, and names are as short as they can be.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
CHINESE = "NotoSansSC"  # what names of Chinese fonts begin with
GLYPH_STEP = 16  # units of an outline; an em has 6,400 of them
PLACES = 2  # decimals of a point in the drawing
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

ElementTree.register_namespace("", NAMESPACE)


def compact(svg: str) -> str:
    """The same drawing with fewer bytes: outlines in one place, recurring words shared, short names and numbers."""
    root = ElementTree.fromstring(name_texts(svg))
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        element.text = element.tail = None
    defined = Element("defs")
    _gather(root, defined)
    root.insert(0, defined)
    root.set("stroke-linejoin", "round")  # what matplotlib's style sheet says of everything
    root.set("stroke-linecap", "butt")
    _place_letters(root, defined)
    _share_words(root, defined)
    for path in root.iter("path"):
        _shorten_path(path)
    _drop_idle_clips(root)
    for element in root.iter():
        _shorten_attributes(element)
    _unwrap(root)
    _rename(root, hashlib.sha256(svg.encode()).digest())
    root.set("xmlns", NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def name_texts(svg: str) -> str:
    """Say of each group of letters which text it draws, in which font: the print edition sets it as text again.

    Matplotlib says it in a comment, which cannot hold two hyphens in a row: such a text stays an outline.
    """
    return re.sub(r"<!-- ((?:(?!--).)+?) -->\s*<g ([^>]*>.*?</g>)", _named, svg, flags=re.S)


def _named(found: re.Match) -> str:
    text, group = found.groups()
    fonts = re.findall(r'<use xlink:href="#([\w-]+)-[0-9a-f]+"', group)
    if "- -" in text or not fonts:
        return found[0]
    latin = next((font for font in fonts if not font.startswith(CHINESE)), fonts[0])  # the font that is asked first
    return f'<g data-text="{text.replace(chr(34), "&quot;")}" data-font="{latin}" {group}'


def _gather(root: Element, defined: Element) -> None:
    """Move all definitions to one place; drop what draws nothing: metadata and style sheet."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "defs":
                defined.extend(each for each in child if each.tag != "style")
                parent.remove(child)
            elif child.tag == "metadata":
                parent.remove(child)


# letters -------------------------------------------------------------------------------------------------------


def _place_letters(root: Element, defined: Element) -> None:
    """Say the place of a letter as x; leave out blanks, but remember where words begin."""
    blanks = {path.get("id") for path in defined if path.tag == "path" and not path.get("d")}
    for parent in list(root.iter("g")):
        begins = True
        for use in [child for child in parent if child.tag == "use"]:
            name = use.attrib.pop(LINK).removeprefix("#")
            use.set("href", f"#{name}")
            moved = re.fullmatch(r"translate\((-?[\d.]+) 0\)", use.get("transform", ""))
            if moved:
                use.set("x", moved.group(1))
                del use.attrib["transform"]
            if name in blanks:
                parent.remove(use)
                begins = True
            elif begins:
                use.set("begins", "")
                begins = False
    for path in [p for p in defined if p.get("id") in blanks]:
        defined.remove(path)


def _words(group: Element) -> Iterator[list[Element]]:
    """The words of a text: runs of letters between blanks."""
    word: list[Element] = []
    for use in group:
        if use.tag != "use" or "y" in use.attrib:  # a marker
            return
        if "begins" in use.attrib and word:
            yield word
            word = []
        word.append(use)
    if word:
        yield word


def _spelt(word: list[Element]) -> tuple[tuple[str, int], ...]:
    """Letters of a word with their distance from its first letter."""
    first = float(word[0].get("x", 0))
    return tuple((use.get("href", ""), round(float(use.get("x", 0)) - first)) for use in word)


def _share_words(root: Element, defined: Element) -> None:
    """Write a word that recurs once and refer to it."""
    texts = [(group, list(_words(group))) for group in root.iter("g")]
    counted = Counter(_spelt(word) for _, words in texts for word in words)
    worth = [word for word, times in counted.items() if times * (len(word) - 1) > len(word)]
    shared = {word: f"word-{n}" for n, word in enumerate(worth)}
    for spelt, name in shared.items():
        defined.append(_shared(spelt, name))
    for group, words in texts:
        for at, word in enumerate(words):
            first = word[0]
            first.attrib.pop("begins", None)
            if name := shared.get(_spelt(word)):
                first.set("href", f"#{name}")
                for letter in word[1:]:
                    group.remove(letter)
                words[at] = [first]
    _share_pairs([*(word for _, words in texts for word in words), *map(list, defined.iter("g"))], defined, root)
    for use in root.iter("use"):
        use.attrib.pop("begins", None)
        if "y" not in use.attrib and "x" in use.attrib:
            use.set("x", str(round(float(use.get("x", 0)))))


def _share_pairs(runs: list[list[Element]], defined: Element, root: Element) -> None:
    """Write two letters that often follow each other once and refer to them."""
    counted = Counter(_spelt(list(pair)) for run in runs for pair in pairwise(run))
    often = {pair: f"word-pair-{n}" for n, (pair, times) in enumerate(counted.items()) if times > 3}
    parents = {child: parent for parent in root.iter() for child in parent}
    used: dict[tuple[tuple[str, int], ...], str] = {}
    for run in runs:
        at = 0
        while at < len(run) - 1:
            spelt = _spelt(run[at : at + 2])
            if name := often.get(spelt):
                used[spelt] = name
                run[at].set("href", f"#{name}")
                parents[run[at + 1]].remove(run[at + 1])
                at += 1
            at += 1
    for spelt, name in used.items():
        defined.append(_shared(spelt, name))


def _shared(spelt: tuple[tuple[str, int], ...], name: str) -> Element:
    group = Element("g", {"id": name})
    group.extend(Element("use", {"href": href} | ({"x": str(x)} if x else {})) for href, x in spelt)
    return group


# numbers and names ---------------------------------------------------------------------------------------------


def _shorten_path(path: Element) -> None:
    scale = re.fullmatch(r"scale\(([\d.]+)\)", path.get("transform", ""))
    if scale:
        path.set("transform", f"scale({float(scale.group(1)) * GLYPH_STEP:g})")
        path.set("d", stepwise(path.get("d", ""), 1 / GLYPH_STEP, 0))
    else:
        path.set("d", stepwise(path.get("d", ""), 1, PLACES))


def stepwise(d: str, scale: float, places: int) -> str:
    """An outline of M, L, Q, C and z in relative steps; points are scaled and rounded first, so no error adds up."""
    made: list[str] = []
    here = start = (0, 0)
    last = ""
    for command, numbers in re.findall(r"([MLQCz])([^MLQCz]*)", d):
        flat = [round(float(n) * scale * 10**places) for n in numbers.split()]
        points = list(zip(flat[::2], flat[1::2], strict=True))
        letter, steps = command.lower(), [a - b for point in points for a, b in zip(point, here, strict=True)]
        if command == "L" and 0 in steps:
            letter, steps = ("h", steps[:1]) if steps[1] == 0 else ("v", steps[1:])
        said = " ".join(_number(step, places) for step in steps)
        made.append(f" {said}" if letter == last and letter in "lqchv" else letter + said)
        last = letter
        here = points[-1] if points else start
        if command == "M":
            start = here
    return "".join(made).replace(" -", "-")


def _number(smallest: int, places: int) -> str:
    """So many of the smallest step, as short as it can be: "-.5"."""
    return _short_number(f"{smallest / 10**places:.{places}f}")


def _short_number(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return re.sub(r"^(-?)0\.", r"\1.", text)


def _rounded(found: re.Match) -> str:
    number = float(found[0])
    return _short_number(f"{number:.4f}" if abs(number) < 1 else f"{number:.{PLACES}f}")


def _drop_idle_clips(root: Element) -> None:
    """The border of the drawing clips by itself."""
    whole = root.get("viewBox", "").split()
    idle = {
        f"url(#{clip.get('id')})"
        for clip in root.iter("clipPath")
        if [clip[0].get(side) for side in ("x", "y", "width", "height")] == whole
    }
    for element in root.iter():
        if element.get("clip-path") in idle:
            del element.attrib["clip-path"]
    for clip in [c for c in root[0] if f"url(#{c.get('id')})" in idle]:
        root[0].remove(clip)


def _shorten_attributes(element: Element) -> None:
    """Styles as attributes, numbers with as many decimals as are seen."""
    for rule in filter(None, (r.strip() for r in element.attrib.pop("style", "").split(";"))):
        name, value = rule.split(":", 1)
        element.set(name.strip(), value.strip())
    for name, value in element.attrib.items():
        if name not in {"d", "id", "href", "clip-path", "data-text", "data-font"}:
            element.set(name, re.sub(r"-?\d+\.\d+", _rounded, value))


def _unwrap(parent: Element) -> None:
    """Put what stands in a group without attributes in its place."""
    for child in list(parent):
        _unwrap(child)
        if child.tag == "g" and not set(child.attrib) - {"id"} and not child.get("id", "").startswith("word-"):
            at = list(parent).index(child)
            parent.remove(child)
            for offset, grandchild in enumerate(child):
                parent.insert(at + offset, grandchild)


def _rename(root: Element, digest: bytes) -> None:
    """Short names, the shortest for what is used most; two drawings in one page must not share any."""
    prefix = "".join(chr(ord("a") + byte % 26) for byte in digest[:2])
    links = [re.findall(r"#([^)]+)", e.get(name, "")) for e in root.iter() for name in ("href", "clip-path")]
    used = Counter(name for found in links for name in found)
    names = {name: prefix + _short(n) for n, (name, _) in enumerate(used.most_common())}
    for element in root.iter():
        if name := element.attrib.pop("id", None):
            if name in names:
                element.set("id", names[name])
        for attribute in ("href", "clip-path"):
            if link := element.get(attribute):
                element.set(attribute, re.sub(r"#([^)]+)", lambda m: f"#{names[m.group(1)]}", link))


def _short(n: int) -> str:
    return DIGITS[n] if n < len(DIGITS) else _short(n // len(DIGITS) - 1) + DIGITS[n % len(DIGITS)]
