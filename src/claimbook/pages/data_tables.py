"""What pages with tables of data/ share: a directive that notes the files it reads, tables, folds, and text.

Text from data may contain any sign, so it is put into document nodes or templates and never into Markdown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from docutils import nodes
from docutils.utils.smartquotes import educate_tokens
from sphinx.util.docutils import SphinxDirective

from claimbook.citation import metadata, parts
from claimbook.evidence.claims import Ledger, read_ledger
from claimbook.project import contents
from claimbook.project.csv_tables import Row, figures_in, rows_in
from claimbook.templates import filled

CellContent = str | Sequence[nodes.Node]

SMART, PLAIN_MARKS = "qDe", re.compile(r"""['"`]|--|\.\.\.""")  # marks that Sphinx would set, and how


class TableDirective(SphinxDirective):
    """A directive that prints tables of `<source>/data` and is processed again if one of them changes."""

    @property
    def source(self) -> Path:
        """The folder of the source tree."""
        return Path(self.env.srcdir)

    def noted(self, path: Path) -> Path:
        """Note that the page depends on a file, and return the file."""
        self.env.note_dependency(str(path))
        return path

    def rows(self, name: str) -> list[Row]:
        return rows_in(self.noted(self.source / "data" / name))

    def notebooks(self) -> Mapping[str, parts.ExecutedNotebook]:
        """Return the executed notebooks of the book by name."""
        for path in contents.executed_notebooks(self.source).values():
            self.noted(path)
        return contents.notebooks(self.source)

    def note_report(self) -> None:
        """Note that the page depends on CITATION.cff and on every notebook."""
        self.noted(self.source / metadata.CITATION_FILE)
        self.notebooks()

    def ledger(self) -> Ledger:
        return read_ledger(self.noted(self.source / "data" / "claims.yml"))

    def figures(self) -> list[Row]:
        data = self.source / "data"
        for path in (data / "figures").glob("*.csv"):
            self.noted(path)
        return [row for _, row in figures_in(data)]


def unnumbered_table(
    head: Sequence[str],
    rows: Iterable[nodes.row | Sequence[CellContent]],
    kind: str = "register",
    right: Sequence[str] = (),
) -> nodes.table:
    """Return a table without number. `kind` holds its classes; columns in `right` are right-aligned.

    A row is a node or its cells. A cell is text or inline nodes.
    """
    aligned = [name in right for name in head]
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _table_row(head, aligned))
    group += nodes.tbody("", *(row if isinstance(row, nodes.row) else _table_row(row, aligned) for row in rows))
    return nodes.table("", group, classes=["data", *kind.split()])


def _table_row(cells: Sequence[CellContent], right: Sequence[bool]) -> nodes.row:
    row = nodes.row()
    for cell, is_right in zip(cells, right, strict=True):
        paragraph = nodes.paragraph("", cell) if isinstance(cell, str) else nodes.paragraph("", "", *cell)
        row += nodes.entry("", paragraph, classes=["text-right"] if is_right else [])
    return row


def fold(look: str, summary: str, *content: nodes.Node, id: str = "", beside: str = "") -> list[nodes.Node]:
    """Return content that readers can unfold without a script. In print there is no summary."""
    opening = filled("fold.html", look=look, summary=summary, id=id, beside=beside)
    return [nodes.raw("", opening, format="html"), *content, nodes.raw("", "</details>", format="html")]


def band_node(text: str, columns: int, anchor: str) -> nodes.row:
    """Return a row of one cell that heads the rows below it and can be linked to."""
    entry = nodes.entry("", nodes.paragraph("", text), morecols=columns - 1, classes=["band"])
    return nodes.row("", entry, ids=[anchor])


def smart(text: str) -> str:
    """Return text from data with typographic quotation marks and dashes, as elsewhere in the book."""
    return "".join(educate_tokens([("plain", text)], SMART)) if PLAIN_MARKS.search(text) else text
