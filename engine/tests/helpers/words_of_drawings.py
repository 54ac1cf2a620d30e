"""The words of a drawing: where each is, and which are cut, too small, or on top of another."""

import itertools
import re
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np

from claimbook.charts.style import INNER

PHONE, SIDES, READABLE = 390, 32, 12  # CSS pixels: a telephone, what its page leaves free at the sides, small type
LONG = "A hand-made headline that is much too long for one line, and says more than a reader would want to know"
SOURCE = "Source: hand-made."
MOVES = re.compile(r"(translate|rotate)\(([^)]*)\)")


def corners(text, moves):
    """The corners of a text of a drawing in points, 4 × 2, as wide as it says it is."""
    size, wide = float(text.get("font-size")), float(text.get("textLength", 0))
    left = float(text.get("x", 0)) - {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
    low = float(text.get("y", 0))
    spots = np.array(list(itertools.product((left, left + wide), (low - 0.7 * size, low + 0.2 * size))))
    for kind, numbers in reversed(MOVES.findall(" ".join(moves))):
        n = [float(number) for number in re.split(r"[ ,]+", numbers.strip())]
        if kind == "translate":
            spots = spots + [n[0], n[1] if len(n) > 1 else 0]
        else:
            turn, around = np.radians(n[0]), np.array(n[1:3] if len(n) > 1 else [0, 0])
            spots = (spots - around) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + around
    return spots


def boxes(element, moves=()):
    """Every text below an element, and its box: left, top, right, bottom."""
    moves = (*moves, element.get("transform", ""))
    if element.tag.endswith("text"):
        spots = corners(element, moves)
        yield element, (*spots.min(axis=0), *spots.max(axis=0))
    for child in element:
        yield from boxes(child, moves)


def untidy(svg):
    """What is wrong with the words of a drawing, a line each; a telephone shows its inner width as wide as the text."""
    root = ElementTree.fromstring(svg)
    width, height = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))
    found = [(text.text, box) for text, box in boxes(root)]
    for text, _ in boxes(root):
        size = float(text.get("font-size")) * (PHONE - SIDES) / (72 * INNER)
        if size < READABLE:
            yield f"{text.text!r} has only {size:.1f} pixels on a telephone"
    for text, (left, top, right, bottom) in found:
        if left < 0 or top < 0 or right > width or bottom > height:
            yield f"{text!r} leaves the drawing"
    for (a, one), (b, other) in itertools.combinations(found, 2):
        if all(min(one[i + 2], other[i + 2]) - max(one[i], other[i]) > 0.8 for i in (0, 1)):
            yield f"{a!r} and {b!r} overlap"


@lru_cache(maxsize=1)
def drawn(draw):
    """The SVG that the method `svg` of a finished chart gives; a test that asks again waits for no second drawing."""
    return draw()


def texts(chart):
    """Every text of a chart, with its box in points from the upper left corner."""
    return [(text.text, box) for text, box in boxes(ElementTree.fromstring(drawn(chart.svg)))]


def words(chart):
    return [text for text, _ in texts(chart)]


def tidy(chart):
    """Return a chart, whose words have to be tidy."""
    assert len(words(chart)) > 3 and not list(untidy(drawn(chart.svg)))
    return chart
