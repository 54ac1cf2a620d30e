"""How a chart leaves a notebook. Every figure here is hand-made and is no evidence."""

import io
import json
import re
import subprocess
import sys
from urllib.parse import unquote
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
import typst
from bs4 import BeautifulSoup
from checkout import ROOT
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from PIL import Image

from claimbook.charts import canvas, figures, finish
from claimbook.pages import drawings
from claimbook.project.folders import FONTS
from claimbook.project.outputs import FIGURE_MIME, drawing_of

SVG = "{http://www.w3.org/2000/svg}"


def chart(title="Hand-made: it rose", alt="Hand-made: 1 in 2020 to 3 in 2022."):
    data = pd.DataFrame({"year": [2020, 2021, 2022], "value": [1.0, 2.5, 3.0]})
    figure, axes = canvas(title, "Number", "Source: hand-made")
    axes.plot(data["year"], data["value"])
    return finish(figure, data, alt)


def test_a_chart_is_drawn_once(monkeypatch):
    drawn = []
    monkeypatch.setattr(Figure, "draw", lambda self, renderer, draw=Figure.draw: drawn.append(draw(self, renderer)))
    figures.chart_bundle(chart(), "fig-hand-made", "A caption.")
    assert len(drawn) == 1


@pytest.mark.process
def test_another_process_with_other_hashes_and_place_gives_the_same_bytes(tmp_path):
    code = "import sys; from engine.tests.charts.test_figures import chart; sys.stdout.write(chart().svg())"
    env = {"PYTHONPATH": f"{ROOT}/engine/src:{ROOT}/engine/tests/helpers:{ROOT}", "MPLCONFIGDIR": str(tmp_path)}
    env |= {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "PYTHONUTF8": "1"}
    output = subprocess.run([sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, check=True)
    assert output.stdout.decode() == chart().svg() and drawings.png(chart().svg()) == drawings.png(chart().svg())


def test_a_bundle_holds_the_drawing_once_and_its_words_and_data():
    made, named = chart(), ("fig-hand-made", "A caption.")
    bundle = figures.chart_bundle(made, *named)
    content, alt = bundle[FIGURE_MIME], "Hand-made: 1 in 2020 to 3 in 2022."
    expected = {"label": named[0], "title": "Hand-made: it rose", "credit": "Source: hand-made", "sources": []}
    expected |= {"csv": "year,value\n2020,1.0\n2021,2.5\n2022,3.0\n", "alt": alt, "caption": named[1], "marks": []}
    assert content == expected
    assert drawing_of(bundle["text/html"]) == made.svg("fig-hand-made")
    assert BeautifulSoup(bundle["text/html"], "html.parser").img["alt"] == bundle["text/plain"] == alt
    json.dumps(bundle)
    assert figures.chart_bundle(made, *named, "towns")[FIGURE_MIME] == content | {"claim": "towns"}


HOSTILE = "50\u202f% of \"a\" & 'b' <c> #d; 图书 100%25 &amp;"


def test_no_character_of_a_text_harms_the_image_or_the_drawing():
    image = figures.chart_bundle(chart(HOSTILE, alt=HOSTILE), "fig-hand-made", "A caption.")["text/html"]
    shown = BeautifulSoup(image, "html.parser").img
    assert shown["alt"] == HOSTILE
    source = shown["src"].replace("\n", "").partition("#")[0]  # as a browser reads an address
    by_address = ElementTree.fromstring(unquote(source.partition(",")[2]))
    for root in (by_address, ElementTree.fromstring(drawing_of(image))):
        assert HOSTILE in [text.text for text in root.iter(SVG + "text")]
    described = ElementTree.fromstring(drawings.with_alternative_text(drawing_of(image), HOSTILE))
    assert (described.get("role"), described.get("aria-label")) == ("img", HOSTILE)


def test_the_image_is_lines_in_which_a_change_can_be_read():
    images = (figures.chart_bundle(chart(title), "fig-a", "A.")["text/html"] for title in ("It rose", "It fell"))
    changed = [(a, b) for a, b in zip(*map(str.splitlines, images), strict=True) if a != b]
    assert len(changed) == 1 and "It rose" in changed[0][0] and "It fell" in changed[0][1]


def test_a_label_that_is_not_a_figure_label_and_a_chart_without_alt_text_are_refused():
    for label in ("towns", "fig-Towns", "fig-a b", "fig-", "fig-x.svg"):
        with pytest.raises(ValueError, match="must look like fig-"):
            figures.chart_bundle(chart(), label, "A caption.")
    with pytest.raises(ValueError, match="no alt text"):
        figures.chart_bundle(chart(alt=" "), "fig-hand-made", "A caption.")


@pytest.mark.filterwarnings("ignore:Glyph 4660")
def test_a_character_that_no_bundled_font_has_is_an_error_that_names_it():
    with pytest.raises(figures.GlyphError, match=r"'ሴ' \(U\+1234\)"):
        chart(title="Hand-made ሴ").svg()


def test_the_drawing_is_opaque_and_its_words_are_text():
    root = ElementTree.fromstring(chart("图书 Hand-made").svg())
    ground, texts = next(root.iter(SVG + "path")), {text.text for text in root.iter(SVG + "text")}
    assert ground.get("fill") == "#ffffff" and ground.get("d").startswith("M0 ")
    assert {"图书 Hand-made", "Number", "Source: hand-made", "2.5"} <= texts


def test_a_drawing_does_not_affect_the_style_of_its_page():
    made = chart()
    made.figure.axes[-1].fill_between([2020, 2021], [1, 2], hatch="//", facecolor="#12436d")
    made.figure.axes[-1].imshow([[1, 2]], extent=(2020, 2021, 1, 2))
    drawn = made.svg("fig-a")
    assert "<style" not in drawn and "style=" not in drawn
    names = re.findall(r"\bid='([^']+)'", drawn)
    assert len(names) == len(set(names)) and all(name.startswith("fig-a-") for name in names)
    used = set(re.findall(r"href='#([^']+)'", drawn)) | set(re.findall(r"url\(#([^)]+)\)", drawn))
    assert used | {name for name in names if f"id='{name}' href='data:" in drawn} == set(names)
    assert len(re.findall("<image|<pattern|<clipPath", drawn)) == 3


def test_a_text_says_how_wide_it_is():
    """Its width is the sum of its letters, because these digits have no kerning."""
    with TTFont(FONTS / "claimbook-sans-400.ttf") as font:
        em, widths, codes = font["head"].unitsPerEm, font["hmtx"].metrics, font.getBestCmap()
    text = next(text for text in ElementTree.fromstring(chart().svg()).iter(SVG + "text") if text.text == "2020.00")
    wide = sum(widths[codes[ord(c)]][0] for c in "2020.00") / em * float(text.get("font-size"))
    assert float(text.get("textLength")) == pytest.approx(wide, abs=0.15)


def picture(content: bytes, wide: int = 1200, high: int = 800) -> np.ndarray:
    """Grey values of a drawing, four to a point in each direction, averaged over half a point."""
    page = b'#set page(width: 600pt, height: 400pt, margin: 0pt)\n#image("a.svg")'
    files = {"main.typ": page, "a.svg": content}
    drawn = typst.compile(files, format="png", ppi=288, font_paths=[str(FONTS)], ignore_system_fonts=True)
    grey = Image.open(io.BytesIO(drawn)).convert("L")
    return np.asarray(grey, float).reshape(high, 2, wide, 2).mean(axis=(1, 3))


def test_the_drawing_looks_like_the_one_of_matplotlib():
    made, outlines = chart(), io.BytesIO()
    with matplotlib.rc_context(figures.DRAWING_SETTINGS | {"svg.fonttype": "path"}):
        made.figure.savefig(outlines, format="svg")
    plain, full = picture(made.svg().encode()), picture(outlines.getvalue())
    assert (full < 128).sum() > 1000
    # letters differ only at their edges, because text is on no grid; a word out of place differs over all its strokes
    assert (np.abs(plain - full) > 0.6 * 255).sum() < 0.02 * (full < 128).sum()


def test_the_picture_is_1025_pixels_wide_and_has_whole_ones_in_its_height():
    svg = chart(2 * HOSTILE).svg()
    inches = float(ElementTree.fromstring(svg).get("height").removesuffix("pt")) / 72
    assert Image.open(io.BytesIO(drawings.png(svg))).size == (1025, pytest.approx(drawings.PPI * inches))


def test_series_and_named_values_are_described_by_their_ends_and_extremes_and_no_values_by_no_words():
    text = figures.describe_series("Towns", [1988, 1991, 2000, 2001], [1, 90.0, float("nan"), 52], "{:.0f}".format)
    assert text == "Towns: 3 values, from 1 in 1988 to 52 in 2001; highest 90 in 1991, lowest 1 in 1988."
    text = figures.describe_items("Quotient", [f"n{i}" for i in range(10)], range(10))
    assert text == "Quotient, 10 values: highest n9 9, n8 8 and n7 7; lowest n0 0, n1 1 and n2 2."
    assert figures.describe_items("Quotient", ["a"], [float("nan")]) == "Quotient: no values."
    assert figures.describe_series("Towns", [2020], [None]) == "Towns: no values."
