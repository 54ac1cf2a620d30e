"""What readers can download for each figure: pictures, data, the notebook, and a reference.

Addresses do not change: `figures/<label>.svg`, `.png` and `.csv`, `notebooks/<name>.ipynb`. `figures/index.json`
describes all figures. A line below each figure links to its files; its folds work without a script.
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from claimbook import citation
from claimbook.pages import drawings
from claimbook.pages.book import Context, add_directive, charts_of, on_each_page, work_of
from claimbook.pages.writing import FILES_EVENT, WrittenFiles, mark_text
from claimbook.project.folders import sha256, write_whole
from claimbook.project.outputs import MYST_MIME, read_notebook, results_as_json, stored_or_made
from claimbook.templates import filled

FIGURES_FOLDER = "figures"
FIGURE_ROWS_SHOWN = 40  # in a table on the page; the file has all
PRINTED_DIGITS = 6  # significant digits of a number in that table
PLAIN_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")

FigureRecord = Mapping[str, Any]


def tools(figure: FigureRecord, notebook: str) -> str:
    """Return the line below a figure as HTML. `notebook` is its address from the page, without ending."""
    head, *rows = csv.reader(io.StringIO(figure["csv"]))
    columns = [[row[at] for row in rows if row[at]] for at in range(len(head))]
    return filled(
        "figure_tools.html",
        figure=figure,
        notebook=notebook,
        head=head,
        rows=rows,
        numeric=[bool(cells) and all(map(PLAIN_NUMBER.fullmatch, cells)) for cells in columns],
        readable=readable,
        shown=FIGURE_ROWS_SHOWN,
        digits=PRINTED_DIGITS,
    )


def how_to_cite(figure: FigureRecord, work: citation.Work | None, document: str) -> str:
    """Return the reference to a figure as HTML; "" in a book without references."""
    reference = work and citation.figure(work, figure, document)
    return filled("figure_cite.html", reference=reference, cite=citation.apa(reference)) if reference else ""


def readable(number: str) -> str:
    """Return a number with at most `PRINTED_DIGITS` digits, but with all digits before the point."""
    if not set(number) & set(".eE"):
        return number
    return f"{float(number):.{max(PRINTED_DIGITS, len(str(int(abs(float(number))))))}g}"


def list_of_figures(app: Sphinx) -> list[nodes.Node]:
    """Return every chart of the sections, with its number, its title and a link."""
    items = nodes.bullet_list(classes=["simple"])
    for figure in (chart for _, chart in charts_of(app) if not chart.get("claim")):
        number = {"refdomain": "std", "reftype": "numref", "reftarget": figure["label"], "refdoc": app.env.docname}
        link = addnodes.pending_xref("", nodes.inline("", "%s"), refexplicit=False, refwarn=True, **number)
        items += nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(f" {figure['title']}")))
    return [items]


# Sphinx ------------------------------------------------------------------------------------------------------


def citable(app: Sphinx) -> citation.Work | None:
    """Return the edition, or None for a book without references, like that of the profiles."""
    return work_of(app) if (app.srcdir / citation.CITATION_FILE).exists() else None


def notebook_as_text(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook for readers: its sources, this edition's parameters, and only the text of its outputs."""
    cells, kept = [dict(cell) for cell in notebook["cells"]], ("kernelspec", "language_info")
    for cell in (cell for cell in cells if "outputs" in cell):
        cell["outputs"] = [output for output in cell["outputs"] if MYST_MIME in output.get("data", {})]
        cell["execution_count"] = cell["execution_count"] if cell["outputs"] else None
    return {**notebook, "cells": cells, "metadata": {k: v for k, v in notebook["metadata"].items() if k in kept}}


def figure_entry(figure: FigureRecord, document: str) -> dict[str, Any]:
    """Return a figure's entry in the index. Sources are ids. The label gives the names of its files."""
    data = citation.for_spreadsheets(figure["csv"])
    head, *rows = csv.reader(io.StringIO(data))
    texts = {name: figure.get(name, "") for name in ("label", "title", "caption", "alt")}
    page = f"claims/{claim}.html" if (claim := figure.get("claim")) else f"{document}.html#{figure['label']}"
    about = {"page": page, "columns": head, "rows": len(rows)}
    return texts | about | {"sources": sorted(citation.sources_of(figure)), "sha256_of_csv": sha256(data.encode())}


def add_notebook(app: Sphinx, page: str, context: Context) -> None:
    """Write the notebook of a page next to it."""
    if (path := app.srcdir / f"{page}.ipynb").exists():
        bare = json.dumps(notebook_as_text(read_notebook(path)), ensure_ascii=False, indent=1, allow_nan=False)
        write_whole(app.outdir / f"{page}.ipynb", f"{bare}\n".encode())


def figure_files(app: Sphinx) -> WrittenFiles:
    """Yield the files of all figures."""
    work, listed = citable(app), []
    for document, figure in charts_of(app):
        base = f"{FIGURES_FOLDER}/{figure['label']}"
        svg, picture = figure["svg"], f"{figure['label']}.png"
        yield f"{base}.svg", mark_text(drawings.with_alternative_text(svg, figure["alt"])).encode()
        yield f"{base}.png", stored_or_made(picture, partial(drawings.png, svg), svg.encode())
        yield f"{base}.csv", citation.for_spreadsheets(figure["csv"]).encode()
        listed.append(figure_entry(figure, document))
    index = {**(work.named if work else {}), "figures": listed}
    yield f"{FIGURES_FOLDER}/index.json", results_as_json(index)


def setup(app: Sphinx) -> None:
    add_directive(app, "list-of-figures", list_of_figures)
    app.connect(FILES_EVENT, figure_files)
    on_each_page(app, add_notebook)
    app.add_css_file("figures.css")
    for script in ("figures.js", "copy.js"):
        app.add_js_file(script, loading_method="defer")
