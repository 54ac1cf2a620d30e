"""Charts in print: words are text again, where their outlines were. Every figure is hand-made and is no evidence."""

import io
import re

import numpy as np
import pandas as pd
import pytest
import typst
from PIL import Image
from pypdf import PdfReader

from torch_program.charts import canvas, finish
from torch_program.sphinx_ext import pdf, print_figures

TITLE = "Hand-made: “0.50 %” & 火炬计划"


@pytest.fixture(scope="module")
def outlines() -> str:
    """The drawing as it leaves a notebook."""
    data = pd.DataFrame({"year": [2020, 2021, 2022], "value": [1.0, 2.5, 3.0]})
    figure, axes = canvas(TITLE, "Number", "Source: hand-made -- twice")
    axes.plot(data["year"], data["value"])
    axes.text(2020, 1.5, "AVAVAV standing", rotation=90)
    axes.text(2020.5, 1.5, "京\u2009BJ", weight="semibold")
    return finish(figure, TITLE, "Number", "Source: hand-made -- twice", data, "Hand-made: 1 to 3.").svg()


def printed(svg: str, kind: str) -> bytes:
    page = '#set page(width: 500pt, height: 400pt, margin: 0pt)\n#image("chart.svg")'
    files = {"main.typ": page.encode(), "chart.svg": svg.encode()}
    return typst.compile(files, format=kind, ppi=144, font_paths=[str(pdf.CHART_FONTS)], ignore_system_fonts=True)


def text_of(svg: str) -> str:
    return PdfReader(io.BytesIO(printed(svg, "pdf"))).pages[0].extract_text()


def picture(svg: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(printed(svg, "png"))).convert("L"), float)


def test_words_of_a_chart_can_be_searched_in_print(outlines):
    assert "Number" not in text_of(outlines)
    text = text_of(print_figures.set_words(outlines))
    for words in ("Hand-made: “0.50\u202f%” & 火炬计划", "Number", "2021", "AVAVAV standing", "京\u2009BJ"):
        assert words in text


def test_the_chart_looks_the_same(outlines):
    drawn, typed = picture(outlines), picture(print_figures.set_words(outlines))
    assert (drawn < 128).sum() > 1000
    # averaged over two points, so that only what has moved counts, not how an edge is smoothed
    cells = [p[: p.shape[0] // 4 * 4, : p.shape[1] // 4 * 4] for p in (drawn, typed)]
    a, b = (p.reshape(p.shape[0] // 4, 4, p.shape[1] // 4, 4).mean(axis=(1, 3)) for p in cells)
    assert abs(a - b).max() < 70


def test_a_text_with_two_hyphens_stays_an_outline(outlines):
    typed = print_figures.set_words(outlines)
    assert "twice" not in typed
    used = set(re.findall(r'href="#([^"]+)"', typed))
    assert used and used <= set(re.findall(r'\bid="([^"]+)"', typed))


def test_letters_that_became_text_leave_no_outline_behind(outlines):
    typed = print_figures.set_words(outlines)
    defined = set(re.findall(r'\bid="([^"]+)"', typed.partition("</defs>")[0]))
    assert defined <= set(re.findall(r"#([^\"')\s]+)", typed))
    assert len(typed) < 0.6 * len(outlines)


def test_a_drawing_without_named_texts_is_left_as_it_is():
    plain = '<svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg"><path d="m0 0h9v9z" /></svg>'
    assert print_figures.set_words(plain) == plain
