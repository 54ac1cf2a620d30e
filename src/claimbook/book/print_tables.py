"""Widths of the columns of a printed table: no word is broken, and long texts take few lines."""

import math
import re
from collections.abc import Sequence
from functools import cache

from fontTools.ttLib import TTFont
from lxml.html import HtmlElement

from claimbook.fonts import FOLDER

LINE = 52.0  # em of a table that stand beside each other on a page
GAP = 0.9  # em between columns
BADGE = "verdict"  # class of words that a shape goes with
EM_OF_PIXEL = 0.75 / 8.6
FIRST_IDEOGRAPH = 0x2E80  # from here on a character that the font does not have is as wide as it is high
HALF = 0.5  # em of another one


def column_widths(rows: Sequence[Sequence[HtmlElement]]) -> list[float]:
    """Widths of the columns in em; a row that has a cell across several columns or rows does not count.

    Sums are exact (fsum), since `sum` of Python 3.12 and later rounds otherwise than that of 3.11.

    A column is at least as wide as its longest word or text that is kept on one line, and at most as its longest cell;
    in between the widths grow with the square root of the average cell.
    """
    count = max(sum(int(cell.get("colspan", 1)) for cell in row) for row in rows)
    columns = list(zip(*[row for row in rows if len(row) == count], strict=True))
    lengths = [[wide(text_of(cell)) for cell in column] for column in columns]
    least = [max(map(unbroken, column)) + GAP for column in columns]
    most = [max(low, max(column) + GAP) for low, column in zip(least, lengths, strict=True)]
    weights = [math.sqrt(math.fsum(column) / len(column)) for column in lengths]

    def grown(by: float) -> list[float]:
        return [min(max(low, by * weight), high) for low, weight, high in zip(least, weights, most, strict=True)]

    low, high = 0.0, LINE
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if math.fsum(grown(middle)) < LINE else (low, middle)
    return grown(low)


def text_of(element: HtmlElement) -> str:
    """Its text in one line; blanks that do not break are kept."""
    return re.sub(r"[ \t\r\n]+", " ", " ".join(element.itertext())).strip(" ")


def unbroken(cell: HtmlElement) -> float:
    """Width of the longest piece of a cell that stays on one line, in em."""
    if cell.tag == "td" and "text-right" in cell.get("class", ""):
        return wide(text_of(cell))
    badges = [each for each in cell.iter() if BADGE in each.get("class", "").split()]
    marked = [wide(word) + 1.5 for badge in badges for word in text_of(badge).split(" ")]
    pictures = [float(each.get("width")) * EM_OF_PIXEL for each in cell.iter("img", "svg") if each.get("width")]
    return max([0.0, *marked, *pictures, *map(wide, re.split(r"(?<=[–-])(?=[^\W\d])| ", text_of(cell)))])


@cache
def wide(text: str) -> float:
    """Width of a text in em of the font of the tables; as if it were semibold, which is the widest."""
    return math.fsum(advances().get(ord(c), 1.0 if ord(c) >= FIRST_IDEOGRAPH else HALF) for c in text)


@cache
def advances() -> dict[int, float]:
    """Widths of the characters of the font in em, by their codes."""
    with TTFont(FOLDER / "claimbook-sans-600.ttf", lazy=True) as font:
        em, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}
