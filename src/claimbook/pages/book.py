"""What a book is made from: its source tree, the edition and results in it, and directives that show tables of them.

While a page is read, these functions note each file that they read. When the file changes, the page is read again.
Text from data may contain any sign, so it is put into document nodes or templates and never into Markdown.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.smartquotes import educate_tokens
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from claimbook.citation import metadata
from claimbook.evidence.claims import Ledger, read_ledger
from claimbook.project import outputs
from claimbook.project.files import Row, figures_in, rows_in
from claimbook.project.parameters import of_notebook
from claimbook.results.models import ClaimRecord
from claimbook.templates import filled

Content = Iterable[str | nodes.Node]  # of a directive; a text becomes a paragraph


def add_directives(app: Sphinx, *contents: Callable[[Sphinx], Content]) -> None:
    """Add a directive for each function, under its name: `list_of_figures` is the content of `:::{list-of-figures}`."""
    for content in contents:
        _add_directive(app, content.__name__, content)


def add_views(app: Sphinx, templates: Iterable[str], tools: Iterable[Callable] = (), **values: Any) -> None:
    """Add a directive for each template: `not_seen` is the content of `:::{not-seen}`.

    A template reads the book by functions of this module, which it calls without `app`. It also has tools and values.
    """
    reads = (rows_of, figures_of, claims_ledger, claims_of, notebooks_of, work_of)
    gaps = {read.__name__: partial(read, app) for read in reads} | {tool.__name__: tool for tool in tools} | values
    for template in templates:
        _add_directive(app, template, partial(_filled_view, f"{template}.html", gaps))


def _filled_view(template: str, gaps: Mapping[str, Any], app: Sphinx) -> Content:
    return [raw_html(template, **gaps)]


def _add_directive(app: Sphinx, name: str, content: Callable[[Sphinx], Content]) -> None:
    app.add_directive(name.replace("_", "-"), type(name, (_Computed,), {"content_of": staticmethod(content)}))


class _Computed(SphinxDirective):
    """A directive without arguments, with the content that a function computes."""

    content_of: Callable[[Sphinx], Content]

    def run(self) -> list[nodes.Node]:
        parts = self.content_of(self.env.app)
        return [nodes.paragraph("", part) if isinstance(part, str) else part for part in parts]


def noted(app: Sphinx, name: str | Path) -> Path:
    """Return the path of a file in the source tree. If a page is being read, note that it depends on the file."""
    path, env = app.srcdir / name, getattr(app, "env", None)
    if env and "docname" in env.temp_data:
        env.note_dependency(str(path))
    return path


def rows_of(app: Sphinx, table: str) -> list[Row]:
    """Return the rows of a table in `data/`."""
    return rows_in(noted(app, f"data/{table}.csv"))


def figures_of(app: Sphinx) -> list[Row]:
    """Return the published figures of all topics."""
    for path in app.srcdir.glob("data/figures/*.csv"):
        noted(app, f"data/figures/{path.name}")
    return [row for _, row in figures_in(app.srcdir / "data")]


def claims_ledger(app: Sphinx) -> Ledger:
    """Return the ledger of claims."""
    return read_ledger(noted(app, "data/claims.yml"))


def notebooks_of(app: Sphinx) -> dict[str, metadata.ExecutedNotebook]:
    """Return the executed notebooks by document name, in the order of the book."""
    names = (f"notebooks/{name}" for name in outputs.executed_notebooks(app.srcdir))
    return {name: outputs.read_notebook(noted(app, f"{name}.ipynb")) for name in names}


def work_of(app: Sphinx) -> metadata.Work:
    """Return the edition that is being built."""
    noted(app, metadata.CITATION_FILE)
    notebooks_of(app)
    return _work(app)


@cache
def _work(app: Sphinx) -> metadata.Work:
    return metadata.read_work(app.srcdir)


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


# HTML and text of data/ ----------------------------------------------------------------------------------------

SMART, PLAIN_MARKS = "qDe", re.compile(r"""['"`]|--|\.\.\.""")  # marks that Sphinx would set, and how


def raw_html(template: str, **gaps: Any) -> nodes.raw:
    """Return a filled template as a node."""
    return nodes.raw("", filled(template, smart=smart, **gaps), format="html")


def smart(text: Any) -> Any:
    """Return text from data with typographic quotation marks and dashes, as elsewhere in the book; HTML as it is."""
    if hasattr(text, "__html__") or not PLAIN_MARKS.search(text):
        return text
    return "".join(educate_tokens([("plain", text)], SMART))
