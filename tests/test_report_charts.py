"""The charts of the report: no word is cut off, covered or too small, and marks state the values of the data."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import seaborn
from checkout import BUILT
from words_of_drawings import boxes, untidy

from claimbook import charts
from claimbook.charts import figures
from claimbook.charts.style import WIDTH
from claimbook.pages import LOOK_FOLDER, drawings
from claimbook.project import outputs as results

BOOK = sorted((BUILT / "source" / "notebooks").glob("[1-9]*.ipynb"))
NUMBER = re.compile(r": (?:over |under |about |[><~≈≥] ?)?(−?[\d,]+(?:\.\d+)?)( m| bn)?\b")
TIMES = {"": 1, " m": 1e6, " bn": 1e9}


# marks ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn_by_hand():
    """A chart with a line of 24 marks, and what is displayed of it."""
    frame = pd.DataFrame({"year": range(2000, 2024), "value": np.linspace(1, 9, 24), "name": "line"})
    figure, axes = charts.canvas("A title", "Subtitle", "Source: hand-made")
    seaborn.lineplot(frame, x="year", y="value", hue="name", ax=axes)
    charts.label_ends(axes, frame, x="year", y="value", hue="name")
    chart = charts.finish(figure, frame, "alt")
    return chart, figures.chart_bundle(chart, "fig-hand-made", "A caption.")


def test_marks_lie_where_their_values_are_and_say_them(drawn_by_hand):
    chart, bundle = drawn_by_hand
    marks = [mark.split(" ", 2) for mark in bundle[results.FIGURE_MIME]["marks"]]
    assert [says for _, _, says in marks][:2] == ["line, 2000: 1 (hand-made)", "line, 2001: 1.35 (hand-made)"]
    assert len(marks) == len(chart.data)
    x, y = chart.figure.axes[1].transData.transform((2023, 9))
    left, top, _ = marks[-1]
    assert (float(left), float(top)) == pytest.approx((x, 72 * chart.figure.get_size_inches()[1] - y), abs=0.06)


def test_the_page_has_the_drawing_with_the_words_of_its_marks(drawn_by_hand):
    _, bundle = drawn_by_hand
    [figure] = results.figures({"cells": [{"outputs": [{"data": bundle}]}]})
    page = drawings.on_page(figure)
    assert page.count("<svg ") == page.count("</svg>") == page.count("aria-label='A title. alt'") == 1
    assert page.count("<title>") == page.count("<circle ") == 24


# the book ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=BOOK, ids=lambda path: path.stem)
def charts_of(request):
    return list(results.figures(json.loads(request.param.read_text(encoding="utf-8"))))


@pytest.mark.book
def test_every_chart_serves_every_width_with_each_word_whole_clear_of_others_and_large_enough(charts_of):
    widths = {f["label"]: re.search(r" width='([\d.]+)pt'", f["svg"])[1] for f in charts_of}
    assert widths == dict.fromkeys(widths, f"{72 * WIDTH:g}")
    assert {f["label"]: wrong for f in charts_of if (wrong := list(untidy(f["svg"])))} == {}


@pytest.mark.book
def test_words_on_a_surface_that_stays_as_it_is_in_the_dark_stay_too(charts_of):
    style = (LOOK_FOLDER / "_static" / "figures.css").read_text(encoding="utf-8")
    follows = set(re.findall(r'\[fill="(#\w+)"\]', style))
    wrong = [
        f"{figure['label']}: {text.text}"
        for figure in charts_of
        for text, surface in surfaces(ElementTree.fromstring(figure["svg"]))
        if surface not in follows and text.get("fill", "#000000") in follows - {"#ffffff"}
    ]
    assert wrong == []


def surfaces(root):
    """Yield every text of a drawing that is on a rectangle, and the colour of the topmost rectangle."""
    painted = []
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        spots = np.array(re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d") or ""), dtype=float)
        if len(spots) in (4, 5) and path.get("fill", "none") != "none":
            painted.append((*spots.min(axis=0), *spots.max(axis=0), path.get("fill")))
    for text, (left, top, right, bottom) in boxes(root):
        x, y = (left + right) / 2, (top + bottom) / 2
        below = [fill for x0, y0, x1, y1, fill in painted if x0 < x < x1 and y0 < y < y1]
        if below:
            yield text, below[-1]


@pytest.mark.book
def test_a_chart_promises_no_list_and_shows_the_newest_value_of_its_claim(charts_of):
    """A drawing is on pages, in print and in files, so nothing is sure to be below it."""
    for figure in charts_of:
        words = " ".join(text.text or "" for text, _ in boxes(ElementTree.fromstring(figure["svg"])))
        assert not re.search(r"(listed|shown|table|see) below", words), figure["label"]
        rows = csv.DictReader(io.StringIO(figure["csv"]))
        later = [r for r in rows if r.get("match") == "same, later" and r["outcome"] != "not comparable"]
        newest = [r["period"] for r in later if r["period"][:4] == max(each["period"][:4] for each in later)]
        assert not newest or any(period in words for period in newest), figure["label"]


@pytest.mark.book
def test_every_figure_has_marks_and_they_say_values_of_its_data(charts_of):
    assert [f["label"] for f in charts_of if not f["marks"]] == []
    strangers = [
        f"{f['label']}: {mark}"
        for f in charts_of
        if "value" in (rows := list(csv.DictReader(io.StringIO(f["csv"]))))[0]
        for mark in f["marks"]
        if (output := NUMBER.search(mark)) and not among(output[1], TIMES[output[2] or ""], rows)
    ]
    assert strangers == []


def among(printed, times, rows):
    """Whether a printed number is a value of the data or an end of its range, as far as its digits go."""
    digits = len(printed.partition(".")[2])
    number = float(printed.replace(",", "").replace("−", "-"))
    values = (float(row[name]) for row in rows for name in ("value", "low", "high") if row.get(name))
    return any(abs(v / times - number) <= 0.5001 * 10**-digits for v in values)
