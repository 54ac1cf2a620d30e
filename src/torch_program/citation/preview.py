"""The picture of a claim where a link to its page is shared: what is said, the verdict, what was found."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from torch_program.citation.card import INK, MARGIN, MUTED, PAPER, font
from torch_program.citation.head import CARD_SIZE

STATEMENT = (58, 50, 44)  # pixels, the largest at which the sentence fits
MOST = 4, 3  # lines of the statement, and of what was found
COLORS = 24  # three inks on paper, with their edges


@dataclass(frozen=True)
class Preview:
    """What the picture says; `sign` and `color` are those of the verdict."""

    title: str
    statement: str
    verdict: str
    sign: str
    color: str
    found: str
    foot: str


def picture(shown: Preview) -> bytes:
    """A PNG of `CARD_SIZE`, the same bytes each time."""
    width, height = CARD_SIZE
    drawn = Image.new("RGB", CARD_SIZE, PAPER)
    on = ImageDraw.Draw(drawn)
    on.rectangle((0, 0, width, 14), fill=shown.color)
    on.text((MARGIN, 46), shown.title, MUTED, font("torch-sans-400.ttf", 28))
    y = 112
    size, lines = fitting(shown.statement)
    for line in lines:
        on.text((MARGIN, y), line, INK, font("torch-sans-600.ttf", size))
        y += round(1.22 * size)
    y += 26
    on.text((MARGIN, y), f"{shown.sign} {shown.verdict}", shown.color, font("torch-sans-600.ttf", 46))
    y += 70
    room = min(MOST[1], (height - 84 - y) // 42)
    for line in cut(wrapped(shown.found, "torch-sans-400.ttf", 34), room):
        on.text((MARGIN, y), line, INK, font("torch-sans-400.ttf", 34))
        y += 42
    on.text((MARGIN, height - 68), shown.foot, MUTED, font("torch-sans-400.ttf", 28))
    stream = io.BytesIO()
    drawn.quantize(COLORS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(stream, "png")
    return stream.getvalue()


def fitting(statement: str) -> tuple[int, list[str]]:
    """The size at which a sentence fits, and its lines; what is too long for the smallest is cut."""
    for size in STATEMENT:
        lines = wrapped(statement, "torch-sans-600.ttf", size)
        if len(lines) < MOST[0]:
            break
    return size, cut(lines, MOST[0])


def wrapped(text: str, name: str, size: int) -> list[str]:
    """Text in lines that are no wider than the picture."""
    measure, room = font(name, size).getlength, CARD_SIZE[0] - 2 * MARGIN
    lines: list[str] = []
    for word in text.split(" "):  # other spaces do not break
        if lines and measure(longer := f"{lines[-1]} {word}") <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def cut(lines: list[str], most: int) -> list[str]:
    """The first lines, with dots where there were more."""
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]
