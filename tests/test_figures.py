"""How a chart leaves a notebook. Every figure here is hand-made and is no evidence."""

import hashlib
import io
import json
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typst
from bs4 import BeautifulSoup
from matplotlib import font_manager
from PIL import Image

from torch_program import figures
from torch_program.charts import canvas, finish
from torch_program.charts.style import FAMILIES, FONTS, use
from torch_program.results import FIGURE_MIME

ROOT = Path(__file__).parents[1]


def drawing(title="Hand-made: it rose", alt="Hand-made: 1 in 2020 to 3 in 2022."):
    data = pd.DataFrame({"year": [2020, 2021, 2022], "value": [1.0, 2.5, 3.0]})
    figure, axes = canvas(title, "Number", "Source: hand-made")
    axes.plot(data["year"], data["value"])
    return finish(figure, title, "Number", "Source: hand-made", data, alt)


def test_the_same_chart_gives_the_same_bytes():
    first, second = drawing(), drawing()
    assert first.svg() == second.svg() == first.svg()
    assert first.png() == second.png() == first.png()


@pytest.mark.process
def test_another_process_with_other_hashes_and_place_gives_the_same_bytes(tmp_path):
    code = (
        "import hashlib, test_figures as t; c = t.drawing();"
        "print(hashlib.sha256(c.svg().encode()).hexdigest(), hashlib.sha256(c.png()).hexdigest())"
    )
    paths = f"{ROOT / 'src'}:{ROOT / 'tests'}"
    env = {
        "PYTHONPATH": paths,
        "PYTHONHASHSEED": "4711",
        "TZ": "Asia/Tokyo",
        "LANG": "C",
        "MPLCONFIGDIR": str(tmp_path),
    }
    said = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    here = drawing()
    wanted = [hashlib.sha256(b).hexdigest() for b in (here.svg().encode(), here.png())]
    assert said.stdout.split() == wanted


def test_a_bundle_holds_drawing_data_and_description():
    bundle = figures.bundle(drawing(), "fig-hand-made", "A caption.")
    content = bundle[FIGURE_MIME]
    shown = BeautifulSoup(bundle["text/html"], "html.parser").img
    assert b64decode(shown["src"].removeprefix("data:image/svg+xml;base64,")).decode() == content["svg"]
    assert shown["alt"] == content["alt"]
    assert bundle["text/plain"] == content["alt"] == "Hand-made: 1 in 2020 to 3 in 2022."
    assert content["csv"] == "year,value\n2020,1.0\n2021,2.5\n2022,3.0\n"
    assert content["caption"] == "A caption."
    assert content["title"] == "Hand-made: it rose"
    assert (content["credit"], content["sources"]) == ("Source: hand-made", [])
    assert set(content) == {"label", "title", "credit", "sources", "svg", "png", "csv", "alt", "caption"}
    json.dumps(bundle)


def test_the_png_has_the_colours_of_the_drawing():
    chart = drawing()
    full, few = (
        np.array(Image.open(io.BytesIO(b)).convert("RGB"), int)
        for b in (chart._saved("png", dpi=figures.DPI), chart.png())
    )
    assert full.shape == few.shape
    assert np.abs(full - few).max() <= 12


def test_show_makes_one_display(monkeypatch):
    shown = []
    monkeypatch.setattr(figures, "display", lambda bundle, raw: shown.append((bundle, raw)))
    figures.show(drawing(), "fig-hand-made", "A caption.")
    assert [(sorted(b), raw) for b, raw in shown] == [(sorted(["text/html", FIGURE_MIME, "text/plain"]), True)]


@pytest.mark.parametrize("label", ["zones", "fig-Zones", "fig-a b", "fig-", "fig-x.svg"])
def test_a_label_that_is_no_figure_label_is_refused(label):
    with pytest.raises(ValueError, match="looks like fig-"):
        figures.bundle(drawing(), label, "A caption.")


def test_a_chart_without_alt_text_is_refused():
    with pytest.raises(ValueError, match="no alt text"):
        figures.bundle(drawing(alt=" "), "fig-hand-made", "A caption.")


@pytest.mark.filterwarnings("ignore:Glyph 4660")
def test_a_character_that_no_bundled_font_has_is_an_error_that_names_it():
    with pytest.raises(figures.GlyphError, match=r"'ሴ' \(U\+1234\)"):
        drawing(title="Hand-made ሴ").svg()


def test_chinese_and_typographic_signs_are_drawn():
    drawing(title="火炬计划 Torch: “nearly 13 %” – 20 ≥ 19, − × → 中关村 深圳 £ § é β").svg()


def test_charts_use_bundled_fonts_only():
    use()
    for family in FAMILIES:
        for weight in ("normal", "semibold", "bold"):
            found = font_manager.findfont(font_manager.FontProperties(family=[family], weight=weight))
            assert Path(found).parent == FONTS
    for family in FAMILIES:
        assert (FONTS / f"LICENSE-{family.replace(' ', '')}.txt").exists() or list(
            FONTS.glob(f"LICENSE-{family.replace(' ', '')}*")
        )


def test_the_background_is_opaque():
    svg = drawing().svg()
    assert re.match(r'<path d="m0 [^"]+z" fill="#ffffff"/>', svg.partition("</defs>")[2])


def test_the_compact_drawing_is_smaller_and_every_reference_in_it_resolves():
    chart = drawing()
    svg, full = chart.svg(), chart._saved("svg", metadata={"Date": None}).decode()
    assert len(svg) < 0.8 * len(full)
    names = re.findall(r'\bid="([^"]+)"', svg)
    assert len(names) == len(set(names))
    used = set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg))
    assert used and used <= set(names)


def test_two_drawings_do_not_share_names():
    one, other = (
        set(re.findall(r'\bid="([^"]+)"', drawing(title=t).svg())) for t in ("Hand-made one", "Hand-made two")
    )
    assert not one & other


def test_the_compact_drawing_looks_like_the_full_one():
    chart = drawing()

    def picture(svg):
        """Its grey values, four to a point in each direction, averaged over half a point."""
        files = {"main.typ": b'#set page(width: 600pt, height: 400pt, margin: 0pt)\n#image("a.svg")', "a.svg": svg}
        drawn = Image.open(io.BytesIO(typst.compile(files, format="png", ppi=288))).convert("L")
        return np.asarray(drawn, float).reshape(800, 2, 1200, 2).mean(axis=(1, 3))

    compact, full = picture(chart.svg().encode()), picture(chart._saved("svg", metadata={"Date": None}))
    assert (full < 128).sum() > 1000
    # an edge that lies 0.15 points off changes three tenths of the half point that it crosses
    assert np.abs(compact - full).max() < 0.3 * 255


def test_a_series_is_described_by_its_ends_and_extremes():
    text = figures.describe_series("Zones", [1988, 1991, 2000, 2001], [1, 90.0, float("nan"), 52], "{:.0f}".format)
    assert text == "Zones: 3 values, from 1 in 1988 to 52 in 2001; highest 90 in 1991, lowest 1 in 1988."


def test_named_values_are_described_by_their_extremes():
    names = [f"n{i}" for i in range(10)]
    text = figures.describe_items("Quotient", names, range(10))
    assert text == "Quotient, 10 values: highest n9 9, n8 8 and n7 7; lowest n0 0, n1 1 and n2 2."


def test_nothing_is_described_as_nothing():
    assert figures.describe_items("Quotient", ["a"], [float("nan")]) == "Quotient: no values."
    assert figures.describe_series("Zones", [2020], [None]) == "Zones: no values."
