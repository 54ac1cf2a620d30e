"""A finished chart: its drawing, words and data, and how a notebook displays it.

Matplotlib's SVG brings a style sheet that would affect the whole page, and ids that repeat in every drawing. Ours has
one element per line, words as text, and colours that a style sheet can change. Each text states its width, so that it
keeps its place in any font.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import matplotlib
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D

from claimbook.charts.labels import parts_of_stacks
from claimbook.charts.style import Canvas, dressed, set_tooltip, text_width
from claimbook.project.outputs import FIGURE_MIME, IMAGE, rounded
from claimbook.say.verdict_table import FONT_FAMILIES
from claimbook.say.words import listed, slug, with_minus

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
COORDINATE_DECIMALS = 2  # decimals of a coordinate in points
USUAL = {"opacity": "1", "text-anchor": "start", "font-weight": "400", "font-style": "normal"}
ID = re.compile(r'<(?!g )\w[^>]* id="([^"]+)"')  # of an element that others refer to
ID_OR_LINK = re.compile(r'(?<=[#"])[\w-]+(?=["\)])')
OF_ALL = {  # defaults of matplotlib's style sheet, and the fonts
    "font-family": ", ".join([*FONT_FAMILIES, "sans-serif"]),
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
}
ENCODED = {"%": "%25", "#": "%23", '"': "%22", "&": "%26"}  # characters with a meaning in an address or in HTML
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
            drawing = plain_svg(stream.getvalue(), name)
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
    return {"text/html": as_image(drawing, chart.alt), FIGURE_MIME: content, "text/plain": chart.alt}


# plain SVG ----------------------------------------------------------------------------------------------------


def plain_svg(drawn: str, name: str) -> str:
    """Return matplotlib's SVG in plain lines; ids in it begin with `name`."""
    ids = {old: f"{name}-{number}" for number, old in enumerate(ID.findall(drawn), start=1)}
    root = ElementTree.fromstring(ID_OR_LINK.sub(lambda found: ids.get(found[0], found[0]), drawn))
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG_NAMESPACE}}}")
    size = {key: root.attrib[key] for key in ("width", "height", "viewBox")}
    lines = [_tag("svg", {"xmlns": SVG_NAMESPACE} | size | OF_ALL, ">")]
    lines += (line for child in root for line in _lines(child))
    return "\n".join([*lines, "</svg>"])


def _lines(element: Element) -> Iterator[str]:
    """Yield an element and its children as lines, without empty elements and groups without attributes."""
    if element.tag in ("metadata", "style"):
        return
    children = [line for child in element for line in _lines(child)]
    attributes = _attributes(element)
    if element.tag == "text":
        yield _tag(
            "text", attributes | _measured(element.text or "", attributes), f">{escape(element.text or '')}</text>"
        )
    elif element.tag == "g" and not attributes or element.tag == "defs" and not children:
        yield from children
    elif children:
        yield from [_tag(element.tag, attributes, ">"), *children, f"</{element.tag}>"]
    elif element.tag != "g":
        yield _tag(element.tag, attributes, "/>")


def _tag(tag: str, attributes: dict[str, str], end: str) -> str:
    return " ".join([f"<{tag}", *(f"{key}='{escape(value)}'" for key, value in attributes.items())]) + end


def _attributes(element: Element) -> dict[str, str]:
    """Return attributes and styles of an element as attributes, because no style sheet overrides a style."""
    attributes = {key: value for key, value in element.attrib.items() if key not in ("style", "id", XLINK_HREF)}
    attributes |= dict(part.split(": ", 1) for part in element.get("style", "").split("; ") if part)
    attributes.pop("font-family", None)
    if element.tag != "g" and (own := element.get("id")):
        if element.tag == "path":  # a marker; the element that refers to it sets its look
            attributes = {"d": attributes["d"]}
        attributes["id"] = own
    if link := element.get(XLINK_HREF):
        attributes["href"] = "".join(link.split())
    if attributes.get("transform", "").startswith("rotate(-0 "):
        del attributes["transform"]
    attributes = dict(sorted(attributes.items(), key=lambda item: item[1].startswith("url(#")))  # clip paths come last
    return {key: _short_number(key, value) for key, value in attributes.items() if value != USUAL.get(key)}


def _short_number(key: str, value: str) -> str:
    """Return a value without needless digits and blanks."""
    if "#" in value or key in ("id", "href"):
        return value
    value = re.sub(
        r"-?\d+\.\d+", lambda found: f"{float(found[0]):.{COORDINATE_DECIMALS}f}".rstrip("0").rstrip("."), value
    )
    return re.sub(r"\s*([MLQCz])\s*", r"\1", value).strip() if key == "d" else value.removesuffix("px")


def _measured(text: str, look: Mapping[str, str]) -> dict[str, str]:
    """Return attributes with which a viewer without our fonts sets a text as wide as they do."""
    weight, slant = int(look.get("font-weight", 400)), look.get("font-style", "normal")
    wide = 72 * text_width(text, float(look["font-size"]), weight, slant)
    return {"textLength": f"{wide:.1f}", "lengthAdjust": "spacingAndGlyphs"} if wide else {}


def as_image(svg: str, alt: str) -> str:
    """Return a plain drawing as an HTML image with alt text, which every viewer of notebooks shows."""
    source = re.sub('[%#"&]', lambda found: ENCODED[found[0]], svg)
    described = escape(alt, {'"': "&quot;"})
    return f'<img alt="{described}" style="max-width: 100%" {IMAGE}{source}">'


# words from data -----------------------------------------------------------------------------------------------


def describe_series(name: str, when: Iterable, values: Iterable[float], format_value=str) -> str:
    """Return the first, last, highest and lowest value of a series in words."""
    points = pd.Series([*values], [*when]).dropna()
    words = [f"{format_value(value)} in {at}" for at, value in points.items()]
    if len(words) < 2:
        return f"{name}: {words[0] if words else 'no values'}."
    high, low = words[points.argmax()], words[points.argmin()]
    return f"{name}: {len(words)} values, from {words[0]} to {words[-1]}; highest {high}, lowest {low}."


def describe_items(name: str, labels: Iterable[str], values: Iterable[float], format_value=str) -> str:
    """Return the three highest and the three lowest named values in words, or all of up to six."""
    known = sorted(((v, n) for n, v in zip(labels, values, strict=True) if pd.notna(v)), key=lambda p: (-p[0], p[1]))
    items = [f"{n} {format_value(v)}" for v, n in known]
    if len(items) <= 6:
        return f"{name}: {listed(items) or 'no values'}."
    return f"{name}, {len(items)} values: highest {listed(items[:3])}; lowest {listed(items[:-4:-1])}."


# a chart of the author's own ------------------------------------------------------------------------------


def show(axes: Axes, title: str, subtitle: str, source: str, label: str = "", caption: str = "") -> None:
    """Show what `seaborn.barplot(…)` or any other call drew on these axes as a chart of the book.

    `source` is the line that `ev.credit(rows)` returns. Without `label`, the chart is called fig- plus its title.
    Lines, bars and dots provide the table, description and tooltips; other drawings have only their words.
    """
    places = pd.DataFrame(_points(axes), columns=["name", "across", "up"])
    across, up = _category_names(axes.xaxis, places["across"]), _category_names(axes.yaxis, places["up"])
    data = places.assign(across=across, up=up)
    heads = {"across": axes.get_xlabel() or "x", "up": axes.get_ylabel() or "y"}
    if axes.xaxis.units is None and len(places) and (places["across"] % 1 == 0).all():
        axes.locator_params(axis="x", integer=True)  # no fractions of years
    figure = dressed(axes, title, subtitle, source)
    several = places["name"].nunique() > 1
    values = across.map(_value_in_words).astype(str) + ": " + up.map(_value_in_words).astype(str)
    for place, value in zip(places.itertuples(), values, strict=True):
        set_tooltip(axes, place.across, place.up, f"{place.name}, " * several + value)
    groups = values.groupby(places["name"], sort=False)
    sentences = [f"{name}: " * several + "; ".join(lines) for name, lines in groups]
    alt = ". ".join(filter(None, [title, subtitle, *sentences]))
    table = (data if several else data.drop(columns="name")).rename(columns=heads)
    chart = finish(figure, table, alt)
    display_chart(chart, label or f"fig-{slug(title)}", caption or title)


def _points(axes: Axes) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, x and y of every value of lines, bars and dots; names come from the legend."""
    legend, usual = axes.get_legend(), axes.get_ylabel() or "value"
    entries = zip(legend.legend_handles, legend.get_texts(), strict=True) if legend else ()
    names = {_colour(sign): text.get_text() for sign, text in entries}
    for line in [] if axes.containers else axes.get_lines():  # with bars or boxes, lines are parts of them
        yield from ((names.get(_colour(line), usual), x, y) for x, y in np.asarray(line.get_xydata()))
    for part in parts_of_stacks(axes) if all(isinstance(one, BarContainer) for one in axes.containers) else ():
        yield from ((names.get(_colour(bar.patch), usual), *bar.spot(bar.end)) for bar in part)
    for dots in (dots for dots in axes.collections if isinstance(dots, PathCollection)):
        colours = [to_hex(colour) for colour in np.atleast_2d(dots.get_facecolor())] or [""]
        for n, (x, y) in enumerate(np.asarray(dots.get_offsets())):
            yield names.get(colours[n % len(colours)], usual), x, y


def _colour(sign: Any) -> str:
    if isinstance(sign, Line2D):
        colour: Callable[[], Any] = sign.get_markerfacecolor if sign.get_linestyle() == "None" else sign.get_color
        return to_hex(colour())
    return to_hex(np.atleast_2d(sign.get_facecolor())[0])


def _category_names(axis: Axis, places: pd.Series) -> pd.Series:
    """Return the names of the categories at these positions; on another axis, return the positions."""
    names = axis.get_major_formatter()
    return places.map(names) if isinstance(names, StrCategoryFormatter) else places


def _value_in_words(value: Any) -> str:
    return value if isinstance(value, str) else with_minus(f"{float(value):.10g}")
