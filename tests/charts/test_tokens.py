"""Charts use the same colours as the style sheets of web and print."""

import re
from itertools import product

import pytest

from claimbook.charts import style
from claimbook.pages import LOOK_FOLDER
from claimbook.say.verdict_table import ANSWERS, TONES, style_sheet

SERIES = ("teal", "ochre", "plum", "slate")
SAME = {
    "ink": style.INK,
    "muted": style.MUTED,
    "line": style.GRID,
    "paper": style.PAPER,
    "flame": style.ACCENT,
    "accent": style.PALETTE[0],
    "band": style.BAND,
    "band-close": style.BAND_CLOSE,
    "claim": style.CLAIM_COLOUR,
    **dict(zip(SERIES, style.PALETTE[2:], strict=True)),
    "agree": style.OUTCOMES["pass"].color,
    "between": style.OUTCOMES["close"].color,
    "over": style.OUTCOMES["low"].color,
    "disagree": style.OUTCOMES["high"].color,
    "open": style.OUTCOMES["undecided"].color,
}
TEXT = ("ink", "muted", "accent", "flame", "agree", "between", "over", "disagree", "open", "claim")


@pytest.fixture(scope="module")
def light(root):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (LOOK_FOLDER / "_static/tokens.css").read_text()))


@pytest.fixture(scope="module")
def pairs(root):
    """The light and the dark value of each colour on the pages."""
    css = (LOOK_FOLDER / "_static/pages.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    return {name: (light, dark) for name, light, dark in found}


def test_charts_and_style_sheets_have_the_same_colours(light):
    assert {name: light.get(name) for name in SAME} == SAME


def test_pages_have_a_dark_value_for_every_colour_and_the_same_light_one(light, pairs):
    assert {name: pair[0] for name, pair in pairs.items()} == light


@pytest.mark.parametrize(
    ("name", "ground"), [*product(TEXT, ("paper", "soft")), *((series, "paper") for series in SERIES)]
)
def test_every_colour_of_words_can_be_read_on_its_ground(pairs, name, ground):
    for text, behind in zip(pairs[name], pairs[ground], strict=True):
        assert style.contrast(text, behind) >= 4.5


def test_every_colour_of_a_chart_follows_the_page(root, light):
    css = (LOOK_FOLDER / "_static/figures.css").read_text()
    for what in ("fill", "stroke"):
        output = dict(
            re.findall(rf'(?:svg|use\)) ?\[{what}="(#[0-9a-f]{{6}})"\] \{{ {what}: var\(--([\w-]+)\); \}}', css)
        )
        assert set(output) == set(SAME.values())
        assert {name: light[name] for name in output.values()} == {name: color for color, name in output.items()}


def test_white_words_can_be_read_on_a_dark_surface_and_the_surface_on_the_page(root, pairs):
    """A drawing may have such words on any colour of the palette. Words on paper have other colours."""
    css = (LOOK_FOLDER / "_static/figures.css").read_text()
    found = re.findall(r"path(?:, use\))?\[fill=\"(#\w+)\"\] \{ fill: light-dark\((#\w+), (#\w+)\); \}", css)
    tones = {color: dark for color, same, dark in found if color == same}
    assert set(tones) == set(SAME.values()) - {style.PAPER, style.GRID, style.BAND, style.BAND_CLOSE}
    for dark in tones.values():
        assert style.contrast(dark, "#ffffff") >= 4.5
        assert style.contrast(dark, pairs["paper"][1]) >= 3


def test_answers_have_the_colours_of_the_charts(light):
    assert {tone: light[tone] for tone in TONES} == TONES
    output = style_sheet()
    for answer in ANSWERS:
        assert output.count(f".verdict-{answer.name} {{") == 1, answer.word
        assert f'.verdict-{answer.name}::before {{ content: "{answer.sign}"' in output
