"""The list of all sources, and the sources of each section at its end.

Everything about a source is on this page. The page of evidence has the figures taken from it.
"""

import re
from collections.abc import Iterable

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.citation import parts
from claimbook.pages.book import add_directives, notebooks_of, rows_of
from claimbook.pages.data_tables import raw_html
from claimbook.project.contents import read_notebook
from claimbook.project.csv_tables import Row
from claimbook.say.anchors import BIBLIOGRAPHY, source_anchor
from claimbook.say.words import short_name, title_of

BEFORE_CONTENTS = 400  # priority: Sphinx reads the headings of a page at 500
LANGUAGES = {"zh": "Chinese", "en": "English", "ja": "Japanese", "de": "German", "fr": "French", "gu": "Gujarati"}


def order(row: Row) -> tuple[str, str, str]:
    """Return the key for sorting by publisher, then by date."""
    return row["publisher"].casefold(), row["published"], row["source_id"]


def source_notes(row: Row) -> str:
    """Say what is known about a source: grade, how it was seen, terms, note."""
    about = [f"Grade {row['grade']}", f"seen: {row['seen']}", f"terms: {row['licence']}", row.get("note", "")]
    return "; ".join(part.rstrip(".") for part in about if part)


def section_number(document: str) -> str:
    """Return "2.1" for "notebooks/2-1-what-it-is", and for a name without a number the name: "North Shore"."""
    name = document.rpartition("/")[2]
    number = re.match(r"\d+(?:-\d+)?(?=-)", name)
    return number[0].replace("-", ".") if number else name.replace("-", " ").title()


def language_note(codes: str) -> str:
    """Return "In Chinese." for "zh"; "" for English."""
    names = [LANGUAGES.get(code, code) for code in codes.split("/") if code]
    return f"In {' and '.join(names)}." if names and names != ["English"] else ""


def bibliography_of_data(app: Sphinx) -> list[nodes.Node]:
    """Return every source in `data/sources.csv` by publisher, with a line of letters to jump to."""
    used = {document: parts.sources(notebook) for document, notebook in notebooks_of(app).items()}
    rows = sorted(rows_of(app, "sources"), key=order)
    tools = {tool.__name__: tool for tool in (source_notes, language_note, section_number)}
    return [raw_html("bibliography.html", rows=rows, used=used, **tools)]


def add_sources(app: Sphinx, doctree: nodes.document) -> None:
    """Add links to its sources at the end of a section."""
    path, chapter = app.srcdir / f"{app.env.docname}.ipynb", doctree.next_node(nodes.section)
    if path.exists() and chapter is not None and (used := parts.sources(read_notebook(path))):
        rows = sorted(rows_of(app, "sources"), key=order)
        chapter += section_of_sources([row for row in rows if row["source_id"] in used])


def section_of_sources(rows: Iterable[Row]) -> nodes.section:
    line: list[nodes.Node] = []
    for row in rows:
        address = f"../{BIBLIOGRAPHY}.html#{source_anchor(row['source_id'])}"
        line += [nodes.Text("; "), nodes.reference("", short_name(row), refuri=address, reftitle=title_of(row))]
    paragraph = nodes.paragraph("", "", *line[1:], nodes.Text("."), classes=["sources"])
    return nodes.section("", nodes.title("", "Sources"), paragraph, ids=["sources"], names=["sources"])


def setup(app: Sphinx) -> None:
    add_directives(app, bibliography_of_data)
    app.connect("doctree-read", add_sources, priority=BEFORE_CONTENTS)
