"""A finished chart: its drawing, words and data, and how a notebook displays it."""

import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import matplotlib
import pandas as pd
from IPython.display import display

from claimbook.charts import svg
from claimbook.charts.layout import Canvas
from claimbook.project.outputs import FIGURE_MIME, rounded
from claimbook.say.words import listed

FIGURE_LABEL = re.compile(r"fig-[a-z0-9-]+")
DRAWING_SETTINGS: Any = {  # settings that decide the bytes of a drawing, whatever a notebook has set
    "svg.hashsalt": "claimbook",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "text.hinting": "no_hinting",
}


class GlyphError(ValueError):
    """A chart contains a character that no bundled font can draw."""


@dataclass(frozen=True)
class Chart:
    """A finished drawing: `figure` contains its words, `data` its numbers, and `alt` describes it."""

    figure: Canvas
    data: pd.DataFrame
    alt: str

    def svg(self, name: str = "chart") -> str:
        """Return the drawing as SVG, with the same bytes in each run and ids that begin with `name`.

        Raises GlyphError for a character that no bundled font has.
        """
        stream = io.StringIO()
        with matplotlib.rc_context(DRAWING_SETTINGS), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
            drawing = svg.plain_svg(stream.getvalue(), name)
        if codes := {int(code) for w in warned for code in re.findall(r"^Glyph (\d+)", str(w.message))}:
            characters = ", ".join(f"{chr(code)!r} (U+{code:04X})" for code in sorted(codes))
            raise GlyphError(
                f"The chart “{self.figure.title}” needs {characters}, which no bundled font has. "
                "Reword it, or make the fonts again as book/make_fonts.py says."
            )
        return drawing

    def csv(self) -> str:
        """Return the numbers behind the drawing as CSV, with twelve significant digits."""
        numbers = self.data.drop(columns=["behind", "series_label", "row"], errors="ignore").map(rounded)
        return numbers.to_csv(index=False, lineterminator="\n")


def finish(figure: Canvas, data: pd.DataFrame, alt: str) -> Chart:
    """Turn a canvas that matplotlib or seaborn drew on into a Chart."""
    figure.settle()
    return Chart(figure, data.reset_index(drop=True), alt)


def display_chart(chart: Chart, label: str, caption: str, claim: str = "") -> None:
    """Display a chart: a drawing for every viewer, and its words and data for the book.

    With the id of a `claim`, the book shows the chart on the page of that claim only.
    """
    display(chart_bundle(chart, label, caption, claim), raw=True)


def chart_bundle(chart: Chart, label: str, caption: str, claim: str = "") -> dict:
    """Return the MIME bundle of a chart, which contains the drawing once; `results.figures` reads it.

    The drawing is HTML. As `image/svg+xml` it would have no alt text, and JupyterLab would not show it in
    untrusted notebooks. Raises ValueError for a malformed label or an empty alt text.
    """
    if not FIGURE_LABEL.fullmatch(label):
        raise ValueError(f"a figure label must look like fig-towns-by-size, not {label!r}")
    if not chart.alt.strip():
        raise ValueError(f"the chart {label} has no alt text. Give it one with alt=…")
    drawing = chart.svg(label)  # first, because drawing fixes the position of axes with equal scales
    credit = str(chart.figure.source).removeprefix("Source: ").partition(" n = ")[0].rstrip(".")
    marks = []  # position, words, and publisher of each mark; else the sources of the chart
    for x, y, words, origin in chart.figure.marks():
        by = f" ({origin or credit})" if origin or credit else ""
        # to a tenth of a point; rounded twice, so that the last digit cannot decide between two tenths
        marks.append(f"{round(x, 3):.1f} {round(y, 3):.1f} {words}{by}")
    content = {
        "label": label,
        "title": chart.figure.title,
        "credit": str(chart.figure.source),
        "sources": list(getattr(chart.figure.source, "sources", ())),
        "csv": chart.csv(),
        "alt": chart.alt,
        "caption": caption,
        "marks": marks,
    } | ({"claim": claim} if claim else {})
    return {"text/html": svg.as_image(drawing, chart.alt), FIGURE_MIME: content, "text/plain": chart.alt}


# words from data -----------------------------------------------------------------------------------------------


def describe_series(name: str, when: Iterable, values: Iterable[float], format_value=str) -> str:
    """Return the first, last, highest and lowest value of a series in words."""
    points = [(w, v) for w, v in zip(when, values, strict=True) if pd.notna(v)]
    if not points:
        return f"{name}: no values."
    (first, a), (last, b) = points[0], points[-1]
    if len(points) == 1:
        return f"{name}: {format_value(a)} in {first}."
    high, low = max(points, key=lambda p: p[1]), min(points, key=lambda p: p[1])
    return (
        f"{name}: {len(points)} values, from {format_value(a)} in {first} to {format_value(b)} in {last}; "
        f"highest {format_value(high[1])} in {high[0]}, lowest {format_value(low[1])} in {low[0]}."
    )


def describe_items(name: str, labels: Iterable[str], values: Iterable[float], format_value=str) -> str:
    """Return the three highest and the three lowest named values in words, or all of up to six."""
    items = sorted(((v, n) for n, v in zip(labels, values, strict=True) if pd.notna(v)), key=lambda p: (-p[0], p[1]))
    if not items:
        return f"{name}: no values."
    if len(items) <= 6:
        return f"{name}: {listed(f'{n} {format_value(v)}' for v, n in items)}."
    top, bottom = items[:3], items[-3:]
    return (
        f"{name}, {len(items)} values: highest {listed(f'{n} {format_value(v)}' for v, n in top)}; "
        f"lowest {listed(f'{n} {format_value(v)}' for v, n in reversed(bottom))}."
    )
