"""What pages with tables of data/ share: tables, links, folds, and text.

Text from data may contain any sign, so it is put into document nodes or templates and never into Markdown.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from docutils import nodes
from docutils.utils.smartquotes import educate_tokens

from claimbook.project.csv_tables import Row
from claimbook.say.verdict_table import answer_of
from claimbook.templates import filled

CellContent: TypeAlias = str | nodes.Node | Sequence[nodes.Node]

SMART, PLAIN_MARKS = "qDe", re.compile(r"""['"`]|--|\.\.\.""")  # marks that Sphinx would set, and how


def table_of(
    rows: Iterable[Row], columns: Mapping[str, str | Callable[[Row], CellContent]], right: Sequence[str] = ()
) -> nodes.table:
    """Return a table of rows of data. `columns` has the head of each, and what it shows: a column or a function."""
    cells = ([row[shown] if isinstance(shown, str) else shown(row) for shown in columns.values()] for row in rows)
    return unnumbered_table([*columns], cells, right=right)


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
        paragraph = nodes.paragraph()
        paragraph += nodes.Text(cell) if isinstance(cell, str) else cell
        row += nodes.entry("", paragraph, classes=["text-right"] if is_right else [])
    return row


def band_node(text: str, columns: int, anchor: str) -> nodes.row:
    """Return a row of one cell that heads the rows below it and can be linked to."""
    entry = nodes.entry("", nodes.paragraph("", text), morecols=columns - 1, classes=["band"])
    return nodes.row("", entry, ids=[anchor])


def link(text: str, address: str, **attributes: str) -> nodes.reference:
    return nodes.reference("", text, refuri=address, **attributes)


def verdict_node(verdict: str, text: str = "") -> nodes.inline:
    """Return the answer of a verdict, or another text, with the mark of the answer."""
    answer = answer_of(verdict)
    return nodes.inline("", text or answer.word, classes=["verdict", f"verdict-{answer.name}"])


def fold(look: str, summary: str, *content: nodes.Node, id: str = "", beside: str = "") -> list[nodes.Node]:
    """Return content that readers can unfold without a script. In print there is no summary."""
    opening = filled("fold.html", look=look, summary=summary, id=id, beside=beside)
    return [nodes.raw("", opening, format="html"), *content, nodes.raw("", "</details>", format="html")]


def smart(text: str) -> str:
    """Return text from data with typographic quotation marks and dashes, as elsewhere in the book."""
    return "".join(educate_tokens([("plain", text)], SMART)) if PLAIN_MARKS.search(text) else text
