"""A chart with its words and data, and how it leaves a notebook: drawing, numbers and description together."""

import base64
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import matplotlib
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from torch_program import svg
from torch_program.results import FIGURE_MIME

LABEL = re.compile(r"fig-[a-z0-9-]+")
DPI = 160
FIXED = {  # what decides the bytes of a drawing, whatever a notebook has set
    "svg.hashsalt": "torch-program",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "text.hinting": "no_hinting",
}


class GlyphError(ValueError):
    """A chart has a character that no bundled font can draw."""


@dataclass(frozen=True)
class Chart:
    """A finished drawing: its words are in the figure, its numbers in `data`, what it shows in `alt`."""

    figure: Figure
    title: str
    subtitle: str
    source: str
    alt: str
    data: pd.DataFrame

    def svg(self) -> str:
        """The drawing as SVG, the same bytes in each run."""
        return svg.compact(self._saved("svg", metadata={"Date": None, "Creator": None}).decode())

    def png(self) -> bytes:
        """The drawing as PNG, about 1,000 pixels wide, in 256 colours: a third of the bytes, and no eye sees it."""
        at_once = {"compress_level": 0}  # it is packed below
        full = Image.open(io.BytesIO(self._saved("png", dpi=DPI, pil_kwargs=at_once))).convert("RGB")
        stream = io.BytesIO()
        few = full.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(stream, format="png")  # packing harder saves two bytes in a hundred and takes four times as long
        return stream.getvalue()

    def csv(self) -> str:
        """The numbers behind the drawing."""
        return self.data.drop(columns=["behind", "series_label"], errors="ignore").to_csv(
            index=False, lineterminator="\n"
        )

    def _saved(self, kind: str, **more) -> bytes:
        stream = io.BytesIO()
        with matplotlib.rc_context(FIXED), warnings.catch_warnings(record=True) as said:
            warnings.filterwarnings("always", message="Glyph ")
            self.figure.savefig(stream, format=kind, **more)
        missing = sorted({m.group(1) for w in said if (m := re.match(r"Glyph (\d+)", str(w.message)))}, key=int)
        if missing:
            characters = ", ".join(f"{chr(int(n))!r} (U+{int(n):04X})" for n in missing)
            raise GlyphError(
                f"The chart “{self.title}” needs {characters}, which no bundled font has. "
                "Reword it, or add the character to PROJECT in fonts/make_fonts.py and run that script."
            )
        return stream.getvalue()


def show(chart: Chart, label: str, caption: str) -> None:
    """Display a chart once: the drawing for JupyterLab and nbconvert; drawing, data and alt text for the book."""
    display(bundle(chart, label, caption), raw=True)


def bundle(chart: Chart, label: str, caption: str) -> dict:
    """The MIME bundle of a chart."""
    if not LABEL.fullmatch(label):
        raise ValueError(f"a figure label looks like fig-zones-by-province, not {label!r}")
    if not chart.alt.strip():
        raise ValueError(f"the chart {label} has no alt text")
    drawing = chart.svg()
    content = {
        "label": label,
        "title": chart.title,
        "credit": str(chart.source),
        "sources": list(getattr(chart.source, "sources", ())),
        "svg": drawing,
        "png": base64.b64encode(chart.png()).decode(),
        "csv": chart.csv(),
        "alt": chart.alt,
        "caption": caption,
    }
    return {"text/html": picture(drawing, chart.alt), FIGURE_MIME: content, "text/plain": chart.alt}


def picture(svg: str, alt: str) -> str:
    """A drawing as HTML.

    As `image/svg+xml` it would have no alt text, and JupyterLab shows that only to those who have run the notebook.
    """
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return f'<img src="{source}" alt="{escape(alt)}" style="max-width: 100%">'


# words from data -----------------------------------------------------------------------------------------------


def listed(items: Iterable[str]) -> str:
    """ "a, b and c"."""
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def describe_series(name: str, when: Iterable, values: Iterable[float], say=str) -> str:
    """First, last, highest and lowest value of a series, in words."""
    points = [(w, v) for w, v in zip(when, values, strict=True) if pd.notna(v)]
    if not points:
        return f"{name}: no values."
    (first, a), (last, b) = points[0], points[-1]
    if len(points) == 1:
        return f"{name}: {say(a)} in {first}."
    high, low = max(points, key=lambda p: p[1]), min(points, key=lambda p: p[1])
    return (
        f"{name}: {len(points)} values, from {say(a)} in {first} to {say(b)} in {last}; "
        f"highest {say(high[1])} in {high[0]}, lowest {say(low[1])} in {low[0]}."
    )


def describe_items(name: str, labels: Iterable[str], values: Iterable[float], say=str, most: int = 3) -> str:
    """The highest and the lowest of named values, in words."""
    items = sorted(((v, n) for n, v in zip(labels, values, strict=True) if pd.notna(v)), key=lambda p: (-p[0], p[1]))
    if not items:
        return f"{name}: no values."
    if len(items) <= 2 * most:
        return f"{name}: {listed(f'{n} {say(v)}' for v, n in items)}."
    top, bottom = items[:most], items[-most:]
    return (
        f"{name}, {len(items)} values: highest {listed(f'{n} {say(v)}' for v, n in top)}; "
        f"lowest {listed(f'{n} {say(v)}' for v, n in reversed(bottom))}."
    )
