"""The front page (the report in a minute, in plain HTML), and the indexes of claims and of the text."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from claimbook.citation import references
from claimbook.citation.metadata import Work
from claimbook.pages import api
from claimbook.pages.citing import notebooks_of, work_of
from claimbook.pages.data_tables import TableDirective
from claimbook.pages.found_chart import plot, svg_place
from claimbook.project.csv_tables import Row
from claimbook.project.outputs import read_section_record
from claimbook.project.products import ANNEX_PDF, BRIEF_PDF, PDF
from claimbook.results import brief
from claimbook.results.models import ClaimRecord
from claimbook.say.periods import day_in_words
from claimbook.say.verdict_table import ANSWERS, NOTHING_YET, SCORED
from claimbook.say.words import listed
from claimbook.templates import filled

OF_CODE = re.compile(r"clipboard|copybutton|pygments|mystnb")  # scripts and style sheets for code


@dataclass(frozen=True)
class Card:
    """Everything that the front page shows.

    `claims` are in the order of the text, `names` by id, and `documents` by section. `changes` are changed
    tests, `clauses` all clauses of the text.
    """

    claims: tuple[ClaimRecord, ...]
    names: Mapping[str, str]
    documents: Mapping[str, str]
    work: Work
    text_date: dt.date  # day of the text, assumed if it has none
    lead: str  # the lead that a notebook wrote
    changes: Sequence[Row]
    clauses: Sequence[Row]
    prints: bool  # whether there is a print edition next to the pages

    @property
    def cutoff(self) -> dt.date:
        return self.work.cutoff

    def name(self, claim: ClaimRecord) -> str:
        """Return what a claim is about, in a few words."""
        return self.names[claim.id]

    def place(self, claim: ClaimRecord, link: "Link") -> str:
        """Return the address of a claim in its section, or "" if the book lacks the section."""
        document = self.documents.get(claim.section)
        return link(document, references.claim_anchor(claim.id)) if document else ""


# page --------------------------------------------------------------------------------------------------------


Link = Callable[[str, str], str]  # from document ("": a file next to the pages) and anchor to address; "" if left out


def render_front(card: Card, link: Link) -> str:
    """Return the report in a minute as HTML: the lead, the numbers as a drawing, the claims with findings."""
    return filled(
        "front.html",
        card=card,
        link=link,
        place=partial(card.place, link=link),
        answers=[(a, group) for a in (*ANSWERS, NOTHING_YET) if (group := brief.of_answer(card.claims, a))],
        retested=brief.retested(card.claims, card.changes),
        numbers=[plot(c, c.test) for c in card.claims if c.kind == "number" and c.test],
        scored=listed(answer.word for answer in SCORED),
        ways=ways(card, link),
        **{tool.__name__: tool for tool in (svg_place, day_in_words)},
    )


def ways(card: Card, link: Link) -> dict[str, str]:
    """Return the links at the end of the front page: words and address."""
    prints = {"this page on two sheets (PDF)": BRIEF_PDF, "print edition (PDF)": PDF, "annex (PDF)": ANNEX_PDF}
    files = {words: link("", name) for words, name in prints.items() if card.prints}
    pages = {"how to cite": link("book/cite", ""), "how verdicts are reached": link("book/methods", "")}
    return files | {words: place for words, place in pages.items() if place}


def render_index(card: Card, link: Link, title: Callable[[str], str]) -> str:
    """Return every claim by name with its mark, as HTML."""
    parts = [("Numbers", [c for c in card.claims if c.kind == "number"])]
    for section, document in card.documents.items():
        parts.append((title(document), [c for c in card.claims if c.section == section]))
    return filled("claims_index.html", card=card, link=link, parts=parts)


def render_text(card: Card, link: Link) -> str:
    """Return every clause of the text in the colour of its verdict, with its claims, or why it has none."""
    by_id = {claim.id: claim for claim in card.claims}

    def claims_of(row: Row) -> list[ClaimRecord]:
        return [by_id[name] for name in row["claim_ids"].split(";") if name in by_id]

    sentences = groupby(card.clauses, key=itemgetter("sentence"))
    return filled("text.html", card=card, link=link, claims_of=claims_of, sentences=sentences)


class front(nodes.General, nodes.Element):  # noqa: N801  (nodes of docutils are lower case)
    """Holds a Card, and which part of it to show, until the pages are written and links are known."""


class FrontPage(TableDirective):
    """`:::{brief}`, `:::{claims-index}` and `:::{text-index}`: the answers to the claims and to the text."""

    def run(self) -> list[nodes.Node]:
        self.note_report()
        ledger, document = self.ledger(), api.document(self.source)
        card = Card(
            claims=api.claims_in_document(document),
            lead=document["lead"],
            names={claim.id: claim.called for claim in ledger.claims},
            documents={
                read_section_record(notebook)["section"]: name for name, notebook in notebooks_of(self.env.app).items()
            },
            work=work_of(self.env.app),
            text_date=dt.date.fromisoformat(ledger.text_date),
            changes=self.rows("changes_of_tests.csv"),
            clauses=self.rows("text.csv"),
            prints="pdf" in self.config.book_parts,
        )
        return [front(card=card, part=self.name)]


def visit_html(self: HTML5Translator, node: front) -> None:
    here, builder = self.builder.current_docname, self.builder

    def link(document: str, anchor: str) -> str:
        if not document:
            return builder.get_relative_uri(here, "index").removesuffix("index.html") + anchor
        if document not in builder.env.found_docs:
            return ""
        return builder.get_relative_uri(here, document) + (f"#{anchor}" if anchor else "")

    def title(document: str) -> str:
        return builder.env.titles[document].astext()

    card = node["card"]
    parts = {
        "brief": lambda: render_front(card, link),
        "claims-index": lambda: render_index(card, link, title),
        "text-index": lambda: render_text(card, link),
    }
    self.body.append(parts[node["part"]]())
    raise nodes.SkipNode


def add_front_page_style(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the style of the front page or of an index to the page that has it."""
    part = next((node["part"] for node in doctree.findall(front)), "") if doctree is not None else ""
    if part:
        app.add_css_file("front.css" if part == "brief" else "claims-index.css")
        for files in ("script_files", "css_files"):  # it has no code to colour or copy
            context[files] = [
                file for file in context[files] if not OF_CODE.search(str(getattr(file, "filename", file)))
            ]


def setup(app: Sphinx) -> None:
    app.add_node(front, html=(visit_html, None))
    app.add_directive("brief", FrontPage)
    app.add_directive("claims-index", FrontPage)
    app.add_directive("text-index", FrontPage)
    app.connect("html-page-context", add_front_page_style)
