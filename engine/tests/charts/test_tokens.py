"""Charts, pages and print take their colours from one table, and every colour can be read."""

import re
from itertools import product

import pytest

from claimbook.charts import style
from claimbook.pages import LOOK_FOLDER
from claimbook.say.verdict_table import ANSWERS, BAND, BAND_CLOSE, CLAIM_COLOUR, COLOURS, LIGHT, OUTCOMES
from claimbook.templates import filled

SERIES = ("teal", "ochre", "plum", "slate")
TEXT = ("ink", "muted", "accent", "flame", "agree", "between", "over", "disagree", "open", "claim")
DRAWN = {style.INK, style.MUTED, style.GRID, style.PAPER, style.ACCENT, BAND, BAND_CLOSE}
DRAWN |= {CLAIM_COLOUR, *style.PALETTE, *(look.color for look in OUTCOMES.values()), *(a.color for a in ANSWERS)}


@pytest.mark.parametrize(("name", "ground"), [*product(TEXT, ("paper", "soft")), *product(SERIES, ["paper"])])
def test_every_colour_of_words_can_be_read_on_its_ground(name: str, ground: str) -> None:
    for text, behind in zip(COLOURS[name][:2], COLOURS[ground][:2], strict=True):
        assert style.contrast(text, behind) >= 4.5


@pytest.mark.parametrize("color", sorted(DRAWN))
def test_every_colour_of_a_chart_follows_the_page(color: str) -> None:
    for what in ("fill", "stroke"):
        (name,) = re.findall(rf'\[{what}="{color}"\] \{{ {what}: var\(--([\w-]+)\); \}}', filled("colours.css"))
        assert LIGHT[name] == color


@pytest.mark.parametrize("color", sorted(DRAWN - {style.PAPER, style.GRID, BAND, BAND_CLOSE}))
def test_white_words_can_be_read_on_a_dark_surface_and_the_surface_on_the_page(color: str) -> None:
    """A drawing may have such words on any colour of the palette. Words on paper have other colours."""
    (dark,) = re.findall(rf'\[fill="{color}"\] \{{ fill: light-dark\({color}, (#\w+)\); \}}', filled("colours.css"))
    assert style.contrast(dark, "#ffffff") >= 4.5
    assert style.contrast(dark, COLOURS["paper"].dark) >= 3


def test_style_sheets_name_only_colours_of_the_table() -> None:
    css = "".join(path.read_text() for path in (LOOK_FOLDER / "_static").glob("*.css")) + filled("verdicts.css")
    assert not re.findall(r"--[\w-]+: (?:light-dark\()?#[0-9a-f]{6}", css), "write the colour into COLOURS"
    assert {name for name in re.findall(r"--([\w-]+): #", filled("colours.css"))} == COLOURS.keys()


def test_every_answer_has_its_colour_and_sign_in_the_style_sheet() -> None:
    output = filled("verdicts.css")
    for answer in ANSWERS:
        assert output.count(f".verdict-{answer.name} {{") == 1, answer.word
        assert f'.verdict-{answer.name}::before {{ content: "{answer.sign}"' in output
