"""What a book is made from: its source tree, the edition and results in it, and directives that show tables of them.

While a page is read, these functions note each file that they read. When the file changes, the page is read again.
Text from data may contain any sign, so it is put into document nodes or templates and never into Markdown.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.smartquotes import educate_tokens
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from claimbook import citation
from claimbook.evidence.claims import Ledger, read_ledger
from claimbook.intake import languages
from claimbook.project import outputs
from claimbook.project.folders import Row, renewed, rows_in, times_of
from claimbook.project.parameters import INJECTED, TAG, of_notebook
from claimbook.project.report import report_settings
from claimbook.results.models import ClaimRecord
from claimbook.templates import filled, words

SHARED_TYPES = {outputs.RESULTS_MIME, outputs.FIGURE_MIME}  # what notebooks display for other pages, too
Context = dict[str, Any]  # what the template of a page gets, by name


def add_directive(app: Sphinx, name: str, content: Callable[[Sphinx], Iterable[nodes.Node]]) -> None:
    """Let pages show what a function computes, by a directive without arguments."""

    class Computed(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            return [*content(app)]

    app.add_directive(name, Computed)


def add_views(
    app: Sphinx, templates: Iterable[str], tools: Iterable[Callable] = (), reads: Iterable[Callable] = (), **values: Any
) -> None:
    """Add a directive for each template: `:::{not-seen}` shows `not_seen.html`. Templates use `tools` and `values`."""
    gaps = {tool.__name__: tool for tool in tools} | values
    for name in templates:
        add_directive(app, name.replace("_", "-"), partial(view, template=f"{name}.html", reads=reads, **gaps))


def on_each_page(app: Sphinx, change: Callable[[Sphinx, str, Context], None]) -> None:
    """Call a function for each page, with its name and what its template gets. The function may change that."""
    app.connect("html-page-context", lambda app, page, _, context, __: change(app, page, context))


def noted(app: Sphinx, name: str | Path) -> Path:
    """Return the path of a file in the source tree. If a page is being read, note that it depends on the file.

    A table that a report lacks is not noted, because for Sphinx a missing file has always changed.
    """
    path, env = app.srcdir / name, getattr(app, "env", None)
    if env and "docname" in env.temp_data and path.exists():
        env.note_dependency(str(path))
    return path


def read_noted(app: Sphinx, name: str | Path, read: Callable[[Path], Any]) -> Any:
    """Read a file with `read`, and again only when it has changed. Sphinx notes that this page depends on it."""
    return _read(path := noted(app, name), times_of([path]), read)


_read = cache(lambda path, times, read: read(path))


def rows_of(app: Sphinx, table: str, folder: str = "data") -> list[Row]:
    """Return the rows of a table. All pages share these rows, so nobody may change them."""
    return read_noted(app, f"{folder}/{table}.csv", rows_in)


def sources_of(app: Sphinx) -> dict[str, Row]:
    """Return the rows of all sources by their id."""
    return {row["source_id"]: row for row in rows_of(app, "sources")}


def series_labels(app: Sphinx) -> dict[str, str]:
    """Return the labels of all series."""
    return {row["series"]: row["label"] for row in rows_of(app, "series")}


def figures_of(app: Sphinx) -> list[Row]:
    """Return the published figures of all topics, in the alphabetical order of the topics."""
    return [row for path in sorted(app.srcdir.glob("data/figures/*.csv")) for row in read_noted(app, path, rows_in)]


def claims_ledger(app: Sphinx) -> Ledger:
    """Return the ledger of claims."""
    return read_noted(app, "data/claims.yml", read_ledger)


def claim_names(app: Sphinx) -> dict[str, str]:
    """Return what each claim is called in lists, by its id."""
    return {claim.id: claim.called for claim in claims_ledger(app).claims}


def notebooks_of(app: Sphinx) -> dict[str, outputs.Notebook]:
    """Return what the executed notebooks say to other pages, by document name, in the order of the book."""
    names = (f"notebooks/{name}" for name in outputs.executed_notebooks(app.srcdir))
    return {name: read_noted(app, shared_folder(app) / f"{name}.json", outputs.read_notebook) for name in names}


def charts_of(app: Sphinx) -> Iterator[tuple[str, outputs.Document]]:
    """Yield each chart of the notebooks with the name of its document, in the order of the book."""
    return ((name, chart) for name, notebook in notebooks_of(app).items() for chart in outputs.figures(notebook))


def shared_folder(app: Sphinx) -> Path:
    """Return the folder of what notebooks say to other pages."""
    return Path(app.doctreedir, "shared").absolute()


def share_notebooks(app: Sphinx, *_: Config) -> None:
    """Write what each notebook says to other pages: its title, record and figures.

    Its prose is not in it. So a changed word makes Sphinx read the page of the notebook again, and no other.
    """
    for name, path in outputs.executed_notebooks(app.srcdir).items():
        renewed(shared_folder(app) / f"notebooks/{name}.json", _read(path, times_of([path]), without_prose))


def without_prose(path: Path) -> bytes:
    """Return an executed notebook with only its title, parameters, record and figures."""
    notebook = outputs.read_notebook(path)
    cells: list[dict[str, Any]] = [{"source": f"# {citation.title(notebook)}", "metadata": {}}]
    for cell in notebook["cells"]:
        sets = not {TAG, INJECTED}.isdisjoint(cell["metadata"].get("tags", ()))
        shown = [output for output in cell.get("outputs", ()) if not SHARED_TYPES.isdisjoint(output.get("data", ()))]
        if sets or shown:
            cells.append({"source": cell["source"] if sets else "", "metadata": cell["metadata"], "outputs": shown})
    return json.dumps({"cells": cells}, ensure_ascii=False).encode()


def work_of(app: Sphinx) -> citation.Work:
    """Return the edition that is being built."""
    noted(app, citation.CITATION_FILE)
    notebooks_of(app)
    return _work(app)


@cache
def _work(app: Sphinx) -> citation.Work:
    notebooks = {name.rpartition("/")[2]: notebook for name, notebook in notebooks_of(app).items()}
    return citation.read_work(app.srcdir, notebooks)


def results_of(app: Sphinx) -> Mapping[str, Any]:
    """Return the content of results.json. Callers must not modify it."""
    notebooks_of(app), claims_ledger(app)
    return _results(app)


@cache
def _results(app: Sphinx) -> Mapping[str, Any]:
    notebooks = [*notebooks_of(app).values()]
    records = map(outputs.read_section_record, notebooks)
    return outputs.collect_results(records, claims_ledger(app).claims, of_notebook(notebooks[0]))


def claims_of(app: Sphinx) -> tuple[ClaimRecord, ...]:
    """Return all claims of the edition in the order of the ledger."""
    return tuple(map(ClaimRecord.model_validate, results_of(app)["claims"]))


# the page in the other language that report.yml names ---------------------------------------------------------------


def other_tag() -> str:
    """Return the tag of the language, by which pages and print mark its text; "" without one."""
    return languages.KNOWN[report_settings().also].tag if report_settings().also else ""


def other_page(app: Sphinx) -> str:
    """Return the document name of the front page in that language."""
    return f"{app.config.root_doc}.{report_settings().also}"


def twins(app: Sphinx, document: str) -> str:
    """Return what the heads of the two front pages say of each other; "" without another language."""
    pages = {report_settings().language: app.config.root_doc, other_tag(): other_page(app)}
    return filled("twins.html", pages=pages, here=document, words=words) if report_settings().also else ""


# HTML and text of data/ ----------------------------------------------------------------------------------------

SMART, PLAIN_MARKS = "qDe", re.compile(r"""['"`]|--|\.\.\.""")  # marks that Sphinx would set, and how


SECTION_TAG = re.compile(r'<section id="([^"]*)"(?: class="([^"]*)")?><h\d>(.*?)</h\d>\n|</section>\n?', re.S)


READS: tuple[Callable, ...] = (rows_of, series_labels, figures_of, claims_ledger, claims_of, notebooks_of, work_of)


def view(app: Sphinx, template: str, reads: Iterable[Callable] = (), **gaps: Any) -> list[nodes.Node]:
    """Fill a template and return it as nodes. The contents of the page list the headings of its sections.

    The template reads the book: it calls the functions in `READS` and `reads` without their `app`.
    """
    bound = {read.__name__: partial(read, app) for read in (*READS, *reads)}
    html, opened, end = filled(template, **{"smart": smart, **bound, **gaps}), [nodes.Element()], 0
    for found in SECTION_TAG.finditer(html):
        opened[-1] += as_html(html[end : found.start()])
        end, (anchor, classes, title) = found.end(), found.groups("")
        if title:
            opened.append(nodes.section("", nodes.title("", unescape(title)), ids=[anchor], classes=classes.split()))
            opened[-2] += opened[-1]
        else:
            opened.pop()
    opened[0] += as_html(html[end:])
    return opened[0].children


def as_html(text: str) -> list[nodes.raw]:
    """Return HTML as a node, or nothing if it is blank."""
    return [nodes.raw("", text, format="html")] if text.strip() else []


def smart(text: Any) -> Any:
    """Return text from data with typographic quotation marks and dashes, as elsewhere in the book; HTML as it is."""
    if hasattr(text, "__html__") or not PLAIN_MARKS.search(text):
        return text
    return "".join(educate_tokens([("plain", text)], SMART))
