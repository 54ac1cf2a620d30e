"""The charts of the report: no word is cut off, covered or too small, and marks state the values of the data."""

import csv
import io
import itertools
import json
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import seaborn
from checkout import BUILT

from claimbook import charts
from claimbook.charts import figures
from claimbook.charts.style import INNER, WIDTH
from claimbook.pages import LOOK_FOLDER, drawings
from claimbook.project import outputs as results

PHONE, SIDES, READABLE = 360, 32, 9  # CSS pixels: a telephone, what its page leaves free at the sides, small type
BOOK = sorted((BUILT / "source" / "notebooks").glob("[1-9]*.ipynb"))
MOVES = re.compile(r"(translate|rotate)\(([^)]*)\)")
NUMBER = re.compile(r": (?:over |under |about |[><~≈≥] ?)?(−?[\d,]+(?:\.\d+)?)( m| bn)?\b")
TIMES = {"": 1, " m": 1e6, " bn": 1e9}


# words of a drawing --------------------------------------------------------------------------------------------


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
    """Return the faults of the words of a drawing, one line each, at the width that a phone shows."""
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


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ("<text x='90' y='30' font-size='10' textLength='20'>cut</text>", ["'cut' leaves the drawing"]),
        ("<text x='20' y='22' font-size='10' textLength='20'>over</text>", ["'words' and 'over' overlap"]),
        ("<text x='10' y='40' font-size='9.4' textLength='20'>tiny</text>", ["'tiny' has only 8.8 pixels"]),
        (
            "<g transform='translate(60 20) rotate(-90)'><text font-size='10' textLength='30'>u</text></g>",
            ["'u' leaves"],
        ),
    ],
)
def test_the_check_sees_what_is_cut_what_lies_on_other_words_and_what_is_tiny(more, wrong):
    words = "<text x='10' y='20' font-size='10' textLength='30'>words</text>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='100pt' height='50pt'>{words}{more}</svg>"
    found = list(untidy(svg))
    assert len(found) == len(wrong) and all(map(str.startswith, found, wrong))


# marks ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn_by_hand():
    """A chart with a line of 24 marks, and what is displayed of it."""
    frame = pd.DataFrame({"year": range(2000, 2024), "value": np.linspace(1, 9, 24), "name": "line"})
    figure, axes = charts.canvas("A title", "Subtitle", "Source: hand-made")
    seaborn.lineplot(frame, x="year", y="value", hue="name", ax=axes)
    charts.label_ends(axes, frame, x="year", y="value", hue="name")
    chart = charts.finish(figure, "A title", "Subtitle", "Source: hand-made", frame, "alt")
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
    assert page.count("<svg ") == page.count("</svg>") == page.count("aria-label='alt'") == 1
    assert page.count("<title>") == page.count("<circle ") == 24


# the book ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=BOOK, ids=lambda path: path.stem)
def drawn(request):
    return list(results.figures(json.loads(request.param.read_text(encoding="utf-8"))))


@pytest.mark.book
def test_every_chart_serves_every_width_with_each_word_whole_alone_and_large_enough(drawn):
    widths = {f["label"]: re.search(r" width='([\d.]+)pt'", f["svg"])[1] for f in drawn}
    assert widths == dict.fromkeys(widths, f"{72 * WIDTH:g}")
    assert {f["label"]: wrong for f in drawn if (wrong := list(untidy(f["svg"])))} == {}


@pytest.mark.book
def test_words_on_a_surface_that_stays_as_it_is_in_the_dark_stay_too(drawn):
    style = (LOOK_FOLDER / "_static" / "figures.css").read_text(encoding="utf-8")
    follows = set(re.findall(r'\[fill="(#\w+)"\]', style))
    wrong = [
        f"{figure['label']}: {text.text}"
        for figure in drawn
        for text, surface in surfaces(ElementTree.fromstring(figure["svg"]))
        if surface not in follows and text.get("fill", "#000000") in follows - {"#ffffff"}
    ]
    assert wrong == []


def surfaces(root):
    """Yield every text of a drawing that lies on a rectangle, and the colour of the topmost rectangle."""
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
def test_every_figure_has_marks_and_they_say_values_of_its_data(drawn):
    assert [f["label"] for f in drawn if not f["marks"]] == []
    strangers = [
        f"{f['label']}: {mark}"
        for f in drawn
        if "value" in (rows := list(csv.DictReader(io.StringIO(f["csv"]))))[0]
        for mark in f["marks"]
        if (output := NUMBER.search(mark)) and not among(output[1], TIMES[output[2] or ""], rows)
    ]
    assert strangers == []


def among(printed, times, rows):
    """Whether a printed number is a value of the data, as far as its digits go."""
    digits = len(printed.partition(".")[2])
    number = float(printed.replace(",", "").replace("−", "-"))
    values = (float(row["value"]) for row in rows if row["value"])
    return any(abs(v / times - number) <= 0.5001 * 10**-digits for v in values)
