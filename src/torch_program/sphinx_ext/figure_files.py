"""What a reader can take along of a figure: pictures, data with their description, the notebook, a reference.

Files have addresses that stay: `figures/<label>.svg`, `.png`, `.csv` and `.csv-metadata.json` (CSV on the Web, which
finds it by that name), `notebooks/<name>.ipynb`. Below each figure a line offers them; its folds work without a script.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from torch_program.citation import parts, references
from torch_program.citation.identity import figure_hash, for_spreadsheets
from torch_program.citation.metadata import FILE, Work
from torch_program.csv_tables import Row, rows_in
from torch_program.pipeline.files import write_whole
from torch_program.results import MYST_MIME, figures
from torch_program.sphinx_ext import beside, drawings
from torch_program.sphinx_ext.citation import notebooks_of, work_of

FOLDER = "figures"
MOST_ROWS = 40  # of a table on the page; the file has all
LONG = 40  # characters of a cell that is broken into lines
DIGITS = 6  # significant digits of a number in that table
KINDS = (  # datatypes of CSV on the Web and how their cells look
    ("integer", r"-?\d+"),
    ("number", r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"),
    ("boolean", r"True|False"),
)
MEANINGS = {  # of columns that many figures have
    "value": "The value that is drawn, in the canonical unit of its series",
    "low": "Lower end of what the printed digits, or sources that agree, admit",
    "high": "Upper end of what the printed digits, or sources that agree, admit",
    "unit": "Unit of value, low and high",
    "bound": "= as printed, ~ about, > over, < under",
    "printed": "Value and unit as the source prints them",
    "period": "Period or day that the value is of",
    "year": "Year that the value is drawn at",
    "status": "Empty if final, else preliminary or partial",
    "conflict": "Whether sources disagree",
    "grade": "How reliable the path of the value is, A to D",
    "origin": "Who produced the number",
    "source_id": "Sources, as data/sources.csv names them",
    "sources": "Sources, as data/sources.csv names them",
}
MEASURED = ("value", "low", "high")  # what a column of units speaks of

Figure = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of the data of a figure; `unit` is empty where it is not one and known."""

    name: str
    datatype: str
    unit: str

    @property
    def is_number(self) -> bool:
        return self.datatype in {"integer", "number"}


def table_of(figure: Figure) -> tuple[list[Column], list[list[str]]]:
    """Columns and rows of the data of a figure, every cell as text."""
    head, *rows = csv.reader(io.StringIO(figure["csv"]))
    cells = {name: [row[at] for row in rows if row[at]] for at, name in enumerate(head)}
    units = set(cells.get("unit", ()))
    unit = units.pop() if len(units) == 1 else ""
    return [Column(n, datatype(cells[n]), unit if n in MEASURED else "") for n in head], rows


def datatype(cells: Sequence[str]) -> str:
    """The narrowest type that all cells have; text if there is none."""
    return next((kind for kind, look in KINDS if cells and all(re.fullmatch(look, c) for c in cells)), "string")


# description of the data -------------------------------------------------------------------------------------


def description(figure: Figure, work: Work | None, document: str, sources: Mapping[str, Row]) -> dict[str, Any]:
    """The data of a figure in the words of CSV on the Web, with title, hash, sources and, if it can be cited, how."""
    words = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{figure['label']}.csv",
        "dc:title": figure.get("title") or figure["caption"],
        "dc:description": figure["alt"],
        "dc:identifier": f"sha256:{figure_hash(figure['csv'])}",
        "dc:provenance": figure.get("credit", ""),
        "dc:source": [source_words(sources[s]) for s in sorted(parts.figure_sources(figure)) if s in sources],
    }
    if work:
        words |= {
            "dc:isPartOf": f"{work.title}, {work.stand}",
            "dc:publisher": work.author,
            "dc:bibliographicCitation": references.apa(references.figure(work, figure, document)),
            "dc:relation": work.place(document, figure["label"]),
            "dc:license": {"@id": f"https://spdx.org/licenses/{work.licence}"},
            "dc:rights": "The licence is that of this table; published values keep the terms of their sources.",
        }
    return words | {"tableSchema": {"columns": [column_words(column) for column in table_of(figure)[0]]}}


def column_words(column: Column) -> dict[str, Any]:
    words: dict[str, Any] = {
        "name": re.sub(r"\W+", "_", column.name).strip("_") or "column",
        "titles": [column.name],
        "datatype": {"base": "boolean", "format": "True|False"} if column.datatype == "boolean" else column.datatype,
    }
    if meaning := MEANINGS.get(column.name):
        words["dc:description"] = meaning
    if column.unit:
        words["schema:unitText"] = column.unit
    return words


def source_words(source: Row) -> dict[str, str]:
    words = {
        "dc:identifier": source["source_id"],
        "dc:title": source["title"],
        "dc:publisher": source["publisher"],
        "dc:creator": source["origin"],
        "dc:date": source["published"],
        "dc:rights": source["licence"],
        "schema:url": source["address"] if source["address"].startswith("http") else "",
    }
    return {name: value for name, value in words.items() if value}


# the line below a figure -------------------------------------------------------------------------------------


def downloads(figure: Figure, document: str) -> str:
    """Downloads and the data of a figure as a table, as HTML for the page `document`."""
    label = figure["label"]
    up = "../" * document.count("/")
    notebook = document.rpartition("/")[2] + ".ipynb"
    links = " · ".join(
        [
            download(f"{up}{FOLDER}/{label}.svg", "SVG", f"{label}: drawing"),
            download(f"{up}{FOLDER}/{label}.png", "PNG", f"{label}: picture"),
            download(f"{up}{FOLDER}/{label}.csv", "CSV", f"{label}: data"),
            download(f"{up}{FOLDER}/{label}.csv-metadata.json", "Metadata", f"{label}: columns, sources and licence"),
            download(notebook, "Notebook", "The notebook that made the figure, without its outputs"),
        ]
    )
    return (
        f'<p class="downloads">{links}</p>'
        f'<details class="figure-data"><summary>Data as a table</summary>{data_table(figure)}</details>'
    )


def citation(figure: Figure, work: Work | None, document: str) -> str:
    """The reference of a figure to copy, and the way to the other formats; nothing in a book that nobody cites."""
    if work is None:
        return ""
    reference, label = references.figure(work, figure, document), figure["label"]
    formats = f"{'../' * document.count('/')}book/cite.html#cite-{reference.key}"
    return (
        f'<details class="figure-cite"><summary>Cite this figure</summary>'
        f'<div class="highlight"><pre>{escape(references.apa(reference))}</pre></div>'
        f'<p>Address: <a href="#{label}">{escape(work.place(document, label))}</a>. '
        f'<a href="{formats}">BibTeX, RIS and CSL-JSON</a></p></details>'
    )


def download(address: str, name: str, title: str) -> str:
    return f'<a href="{escape(address)}" download title="{escape(title)}">{name}</a>'


def data_table(figure: Figure) -> str:
    """The data as an HTML table that can be read without seeing the drawing; a long one is cut, and that is said."""
    columns, rows = table_of(figure)
    label = figure["label"]
    title = figure.get("title") or label
    cut = f"The first {MOST_ROWS} of {len(rows):,} rows; the CSV has all. " if len(rows) > MOST_ROWS else ""
    note = f"{cut}Numbers have {DIGITS} digits at most here, and all of theirs in the CSV."
    head = "".join(f'<th scope="col"{look(column)}>{escape(column.name)}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(cells(columns, row))}</tr>" for row in rows[:MOST_ROWS])
    return (
        f'<div class="pst-scrollable-table-container" role="region" tabindex="0" aria-label="Data of {label}">'
        f'<table class="data"><caption><span>{escape(title)}. {note}</span></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def cells(columns: Sequence[Column], row: Sequence[str]) -> Iterator[str]:
    """The cells of a row: the first heads it."""
    tag, scope = "th", ' scope="row"'
    for column, cell in zip(columns, row, strict=True):
        yield f"<{tag}{scope}{look(column, cell)}>{escape(readable(cell, column))}</{tag}>"
        tag, scope = "td", ""


def look(column: Column, cell: str = "") -> str:
    """Class of a cell: numbers stand to the right, long texts are broken into lines."""
    if column.is_number:
        return ' class="text-right"'
    return ' class="long"' if len(cell) > LONG else ""


def readable(cell: str, column: Column) -> str:
    """A cell as it stands; of a number no more than `DIGITS` digits, unless its whole part has more."""
    if column.datatype != "number" or not cell:
        return cell
    number = float(cell)
    if 0 < abs(number) < 10**-DIGITS:
        return f"{number:.{DIGITS}g}"
    whole = len(str(int(abs(number)))) if abs(number) >= 1 else 0
    rounded = f"{number:.{max(0, DIGITS - whole)}f}"
    return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded


# Sphinx ------------------------------------------------------------------------------------------------------


def citable(app: Sphinx) -> Work | None:
    """The edition, or None in a book that nobody cites, like that of the profiles."""
    return work_of(app) if (Path(app.srcdir) / FILE).exists() else None


def as_text(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook as it is run: its sources, the parameters of this edition, and of what it gave the text alone."""
    cells = [_text_alone(cell) if "outputs" in cell else cell for cell in notebook["cells"]]
    metadata = {
        name: notebook["metadata"][name] for name in ("kernelspec", "language_info") if name in notebook["metadata"]
    }
    return {**notebook, "cells": cells, "metadata": metadata}


def _text_alone(cell: Mapping[str, Any]) -> dict[str, Any]:
    text = [output for output in cell["outputs"] if MYST_MIME in output.get("data", {})]
    return {**cell, "outputs": text, "execution_count": cell["execution_count"] if text else None}


def as_json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def write_files(app: Sphinx) -> None:
    """Put the files of all figures, and the notebooks, beside the pages."""
    out, work = Path(app.outdir), citable(app)
    sources = {row["source_id"]: row for row in rows_in(Path(app.srcdir) / "data" / "sources.csv")}
    shown = {document: list(figures(notebook)) for document, notebook in notebooks_of(app).items()}
    faces = drawings.faces([figure["svg"] for some in shown.values() for figure in some])
    for document, notebook in notebooks_of(app).items():
        write_whole(out / f"{document}.ipynb", as_json(as_text(notebook)))
        for figure in shown[document]:
            base = out / FOLDER / figure["label"]
            drawing = drawings.described(drawings.with_fonts(figure["svg"], faces), figure["alt"])
            write_whole(base.with_suffix(".svg"), drawing.encode())
            write_whole(base.with_suffix(".png"), drawings.picture(figure["label"], figure["svg"]))
            write_whole(base.with_suffix(".csv"), for_spreadsheets(figure["csv"]).encode())
            told = description(figure, work, document, sources)
            write_whole(base.with_suffix(".csv-metadata.json"), as_json(told))


def setup(app: Sphinx) -> None:
    app.connect(beside.FILES, write_files)
    app.add_css_file("figures.css")
    app.add_js_file("figures.js", loading_method="defer")
