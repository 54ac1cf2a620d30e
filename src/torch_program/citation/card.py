"""The picture that stands for the report where a link to it is shared."""

import io
import textwrap
from collections import Counter
from collections.abc import Iterable
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from torch_program.citation.head import CARD_SIZE
from torch_program.fonts import FOLDER
from torch_program.scores import short_verdict

INK, MUTED, PAPER, FLAME = "#1d242c", "#5a6672", "#ffffff", "#b4501e"
MARGIN, COLUMN = 60, 600  # pixels: edge, and where the scorecard begins


def card(title: str, edition: str, verdicts: Iterable[str], scorecard: bytes) -> bytes:
    """A PNG of `CARD_SIZE`: title, edition, number of claims by verdict, the top of the scorecard if there is one."""
    picture = Image.new("RGB", CARD_SIZE, PAPER)
    width, height = CARD_SIZE
    if scorecard:
        drawn = Image.open(io.BytesIO(scorecard)).convert("RGB")
        wide = width - COLUMN - MARGIN // 2
        drawn = drawn.resize((wide, round(drawn.height * wide / drawn.width)), Image.Resampling.LANCZOS)
        picture.paste(drawn.crop((0, 0, wide, height - MARGIN)), (COLUMN, MARGIN // 2))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, 10), fill=FLAME)
    y = MARGIN
    for line in textwrap.wrap(title, 22):
        draw.text((MARGIN, y), line, INK, font("torch-sans-600.ttf", 50))
        y += 60
    draw.text((MARGIN, y + 6), "火炬计划", FLAME, font("torch-chinese-600.ttf", 34))
    draw.text((MARGIN, y + 60), f"Edition {edition}", MUTED, font("torch-sans-400.ttf", 28))
    y += 116
    counts = Counter(map(short_verdict, verdicts)).most_common()
    for verdict, count in sorted(counts, key=lambda pair: (-pair[1], pair[0]))[: (height - y - 30) // 38]:
        draw.text((MARGIN + 44, y), f"{count}", INK, font("torch-sans-600.ttf", 30), anchor="ra")
        draw.text((MARGIN + 60, y), verdict, INK, font("torch-sans-400.ttf", 30))
        y += 38
    stream = io.BytesIO()
    picture.quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        stream, "png", optimize=True
    )
    return stream.getvalue()


@cache
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """A font of the report for pictures of pixels."""
    # the other engine works only where the system has FriBidi: the same text would then have another width
    return ImageFont.truetype(str(FOLDER / name), size, layout_engine=ImageFont.Layout.BASIC)
