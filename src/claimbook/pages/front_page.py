"""The front page (the report in a minute, in plain HTML), and the indexes of claims and of the text."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.citation import metadata
from claimbook.citation.metadata import Work
from claimbook.citation.references import claim_anchor
from claimbook.pages.book import (
    add_directives,
    claims_ledger,
    claims_of,
    notebooks_of,
    results_of,
    rows_of,
    smart,
    work_of,
)
from claimbook.pages.small_charts import plot, svg_place
from claimbook.project.files import Row
from claimbook.project.folders import edition_names
from claimbook.project.outputs import ANNEX_PDF, BRIEF_PDF, PDF, annex_is_wanted, read_section_record
from claimbook.results.brief import of_answer, trust_lines
from claimbook.results.models import ClaimRecord
from claimbook.say.verdict_table import ANSWERS, NOTHING_YET, OPINION, RIGHT, SCORED, answer_of
from claimbook.say.words import listed
from claimbook.templates import filled

# ways on from the front page: words, document and anchor
PRINTED = (
    ("this page on two sheets (PDF)", "", BRIEF_PDF),
    ("print edition (PDF)", "", PDF),
    ("annex (PDF)", "", ANNEX_PDF),  # only if it is made
)
PAGES = (("how to cite", "book/cite", ""), ("how verdicts are reached", "book/methods", ""))
SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z“])")
OF_CODE = re.compile(r"clipboard|copybutton|pygments|mystnb")  # scripts and style sheets for code


@dataclass(frozen=True)
class Card:
    """What the front page and the indexes show: claims in the order of the text, names by id, documents by section.

    `link` returns the address of a document and anchor, or "" if the book lacks the document. The document "" is the
    folder of the pages.
    """

    claims: tuple[ClaimRecord, ...]
    names: Mapping[str, str]
    documents: Mapping[str, str]
    link: Callable[[str, str], str]

    def place(self, claim: ClaimRecord) -> str:
        """Return the address of a claim in its section, or "" if the book lacks the section."""
        document = self.documents.get(claim.section)
        return self.link(document, claim_anchor(claim.id)) if document else ""


def brief(app: Sphinx) -> list[nodes.Node]:
    """Return the report in a minute: the lead, the numbers as a drawing, the claims with findings."""
    printed = [way for way in PRINTED if way[2] != ANNEX_PDF or annex_is_wanted()]
    html = front_html(
        card_of(app),
        {name: rows_of(app, name) for name in ("sources", "codings", "changes_of_tests")},
        work=work_of(app),
        text_date=dt.date.fromisoformat(claims_ledger(app).text_date),
        lead=results_of(app)["lead_sentences"],
        ways=[*(printed if "pdf" in app.config.book_parts else ()), *PAGES],
        editions=[name for name in edition_names(app.srcdir) if name != work_of(app).edition],
    )
    return styled(app, html, "front.css")


def in_brief(claim: ClaimRecord) -> tuple[str, str]:
    """Return the part of a finding that the brief prints, and the part that only the page has."""
    answer = answer_of(claim.stands_as)
    if answer not in (RIGHT, OPINION):
        return claim.found, ""
    first, *others = SENTENCE_END.split(claim.found) if answer is RIGHT else ("", claim.found)
    return first, " ".join(others)


def front_html(card: Card, tables: Mapping[str, Sequence[Row]], work: Work, **about: Any) -> str:
    """Return the front page. `tables` are those of data/ that `trust_lines` reads, `about` is for the template."""
    return filled(
        "front.html",
        card=card,
        answers=[(a, group) for a in (*ANSWERS, NOTHING_YET) if (group := of_answer(card.claims, a))],
        trust=trust_lines(card.claims, tables, f"Made by {work.author}. {work.undeclared}".strip()),
        work=work,
        numbers=[plot(c, c.test) | {"name": card.names[c.id]} for c in card.claims if c.kind == "number" and c.test],
        listed=listed,
        in_brief=in_brief,
        scored=listed(answer.word for answer in SCORED),
        smart=smart,
        svg_place=svg_place,
        **about,
    )


def claims_index(app: Sphinx) -> list[nodes.Node]:
    """Return every claim by name with its mark: first the numbers, then all by section."""
    titles = {document: metadata.title(notebook) for document, notebook in notebooks_of(app).items()}
    return styled(app, filled("claims_index.html", card=card_of(app), titles=titles), "claims-index.css")


def text_index(app: Sphinx) -> list[nodes.Node]:
    """Return every clause of the text in the colour of its verdict, with its claims, or why it has none."""
    card = card_of(app)
    by_id = {claim.id: claim for claim in card.claims}

    def claims_in(row: Row) -> list[ClaimRecord]:
        return [by_id[name] for name in row["claim_ids"].split(";") if name in by_id]

    sentences = groupby(rows_of(app, "text"), key=itemgetter("sentence"))
    html = filled("text.html", card=card, claims_in=claims_in, sentences=sentences)
    return styled(app, html, "claims-index.css")


def card_of(app: Sphinx) -> Card:
    """Return what the page that is being read shows."""
    builder, here = app.builder, app.env.docname

    def link(document: str, anchor: str) -> str:
        if not document:
            return builder.get_relative_uri(here, "index").removesuffix("index.html") + anchor
        if document not in app.env.found_docs:
            return ""
        return builder.get_relative_uri(here, document) + (f"#{anchor}" if anchor else "")

    names = {claim.id: claim.called for claim in claims_ledger(app).claims}
    sections = {read_section_record(notebook)["section"]: name for name, notebook in notebooks_of(app).items()}
    return Card(claims_of(app), names, sections, link)


def styled(app: Sphinx, html: str, style: str) -> list[nodes.Node]:
    """Return HTML as a node, and give the page that is being read its style sheet."""
    app.env.metadata[app.env.docname]["style"] = style
    return [nodes.raw("", html, format="html")]


def add_front_page_style(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Add the style sheet of the front page and of the indexes, which have no code to colour or copy."""
    if style := app.env.metadata.get(page, {}).get("style"):
        app.add_css_file(style)
        for files in ("script_files", "css_files"):
            context[files] = [
                file for file in context[files] if not OF_CODE.search(str(getattr(file, "filename", file)))
            ]


def setup(app: Sphinx) -> None:
    add_directives(app, brief, claims_index, text_index)
    app.connect("html-page-context", add_front_page_style)
