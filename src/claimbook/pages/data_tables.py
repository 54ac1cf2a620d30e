"""What pages with tables of data/ share: tables, links, and text.

Text from data may contain any sign, so it is put into document nodes or templates and never into Markdown.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from docutils import nodes
from docutils.utils.smartquotes import educate_tokens

from claimbook.project.csv_tables import Row
from claimbook.templates import Html, filled

SMART, PLAIN_MARKS = "qDe", re.compile(r"""['"`]|--|\.\.\.""")  # marks that Sphinx would set, and how


class Band(NamedTuple):
    """A row of one cell that heads the rows below it and can be linked to."""

    anchor: str
    text: str


Cells = Sequence[Any]  # of a row: texts, or objects that make their HTML, such as links and badges


def table_of(
    rows: Iterable[Row], columns: Mapping[str, str | Callable[[Row], Any]], right: Sequence[str] = ()
) -> nodes.raw:
    """Return a table of rows of data. `columns` has the head of each, and what it shows: a column or a function."""
    cells = ([row[shown] if isinstance(shown, str) else shown(row) for shown in columns.values()] for row in rows)
    return table([*columns], cells, right=right)


def table(
    head: Sequence[str], rows: Iterable[Band | Cells], kind: str = "register", right: Sequence[str] = ()
) -> nodes.raw:
    """Return a table without number. `kind` holds its classes; columns in `right` are right-aligned."""
    return raw_html("table.html", head=head, rows=rows, kind=kind, right=right)


def raw_html(template: str, **gaps: Any) -> nodes.raw:
    """Return a filled template as a node."""
    return nodes.raw("", filled(template, smart=smart, **gaps), format="html")


def link(text: str, address: str) -> Html:
    """Return a link for a cell of a table."""
    return Html(f'<a class="reference external" href="{escape(address)}">{escape(smart(text))}</a>')


def smart(text: Any) -> Any:
    """Return text from data with typographic quotation marks and dashes, as elsewhere in the book; HTML as it is."""
    if hasattr(text, "__html__") or not PLAIN_MARKS.search(text):
        return text
    return "".join(educate_tokens([("plain", text)], SMART))
