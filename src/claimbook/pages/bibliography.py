"""The list of all sources, and the sources of each section at its end.

Everything about a source is on this page. The page of evidence has the figures taken from it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.citation import parts
from claimbook.pages.data_tables import TableDirective, smart
from claimbook.project.csv_tables import Row, rows_in
from claimbook.say.anchors import BIBLIOGRAPHY, source_anchor
from claimbook.say.sources import title_of
from claimbook.templates import filled

BEFORE_CONTENTS = 400  # priority: Sphinx reads the headings of a page at 500
LANGUAGES = {"zh": "Chinese", "en": "English", "ja": "Japanese", "de": "German", "fr": "French", "gu": "Gujarati"}


def order(row: Row) -> tuple[str, str, str]:
    """Return the key for sorting by publisher, then by date."""
    return row["publisher"].casefold(), row["published"], row["source_id"]


def source_notes(row: Row) -> str:
    """Say what is known about a source: grade, how it was seen, terms, note."""
    about = [f"Grade {row['grade']}", f"seen: {row['seen']}", f"terms: {row['licence']}", row.get("note", "")]
    return "; ".join(part.rstrip(".") for part in about if part)


def section_number(notebook: str) -> str:
    """Return "2.1" for "2-1-what-it-is". Without a number return a name: "North Shore" for "north-shore"."""
    number = re.match(r"\d+(?:-\d+)?(?=-)", notebook)
    return number[0].replace("-", ".") if number else notebook.replace("-", " ").title()


def language_note(codes: str) -> str:
    """Return "In Chinese." for "zh"; "" for English."""
    names = [LANGUAGES.get(code, code) for code in codes.split("/") if code]
    return f"In {' and '.join(names)}." if names and names != ["English"] else ""


class Bibliography(TableDirective):
    """Every source in `data/sources.csv` by publisher, with a line of letters to jump to."""

    def run(self) -> list[nodes.Node]:
        used = {name: parts.sources(notebook) for name, notebook in self.notebooks().items()}
        rows = sorted(self.rows("sources.csv"), key=order)
        first: dict[str, Row] = {}
        for row in rows:
            first.setdefault(row["publisher"][:1].upper(), row)
        tools = {tool.__name__: tool for tool in (source_notes, language_note, section_number, smart)}
        html = filled("bibliography.html", rows=rows, first=first, used=used, place=source_anchor, **tools)
        return [nodes.raw("", html, format="html")]


def add_sources(app: Sphinx, doctree: nodes.document) -> None:
    """Add links to its sources at the end of a section."""
    source = Path(app.srcdir)
    path = source / f"{app.env.docname}.ipynb"
    if not (app.env.docname.startswith("notebooks/") and path.exists()):
        return
    rows = sorted(rows_in(source / "data" / "sources.csv"), key=order)
    used = parts.sources(json.loads(path.read_bytes()))
    app.env.note_dependency(str(source / "data" / "sources.csv"))
    chapter = next(iter(doctree.findall(nodes.section)), None)
    if chapter is not None and used:
        chapter += section_of_sources([row for row in rows if row["source_id"] in used])


def section_of_sources(rows: Iterable[Mapping[str, str]]) -> nodes.section:
    section = nodes.section("", nodes.title("", "Sources"), ids=["sources"], names=["sources"])
    line = nodes.paragraph("", classes=["sources"])
    for position, row in enumerate(rows):
        address = f"../{BIBLIOGRAPHY}.html#{source_anchor(row['source_id'])}"
        line += [nodes.Text("; ")] if position else []
        line += nodes.reference(
            "", short_source_name(row["publisher"], row["published"][:4]), refuri=address, reftitle=title_of(row)
        )
    line += nodes.Text(".")
    section += line
    return section


def short_source_name(publisher: str, year: str) -> str:
    """Return "Daily News 2011" for "Daily News (an agency)", without repeating a year that ends the name."""
    name = re.split(r", | \(", publisher)[0]
    return name if name.endswith(f" {year}") else f"{name} {year}"


def setup(app: Sphinx) -> None:
    app.add_directive("bibliography-of-data", Bibliography)
    app.connect("doctree-read", add_sources, priority=BEFORE_CONTENTS)
