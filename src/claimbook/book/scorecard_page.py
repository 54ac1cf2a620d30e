"""The front page: the report in a minute, then the scorecard with every claim and its evidence as a small drawing.

It is plain HTML that needs no script; book/_static/scorecard.js adds filters and orders.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from claimbook.book import api
from claimbook.book.brief_page import at, plot
from claimbook.book.evidence_pages import Data
from claimbook.book.small_plots import found_in_words, small_plot
from claimbook.build.publication import ANNEX, BRIEF, PDF
from claimbook.evidence.claims import Ledger
from claimbook.publish import metadata, references
from claimbook.results import brief
from claimbook.results.models import ClaimRecord
from claimbook.rule.scores import score_row
from claimbook.say.csv_tables import Row, rows_in
from claimbook.say.periods import in_words
from claimbook.say.verdict_table import GROUPS, KINDS_TOLD, VERDICTS, Group, verdict_of
from claimbook.templates import filled

CHANGES, CLAUSES = "changes_of_tests.csv", "text.csv"
KINDS = ("number", "comparison", "causal", "fact", "opinion")  # from what figures settle best to what they cannot
FOLDED = frozenset({"fact", "opinion"})  # what a reader in a hurry can do without
OF_CODE = re.compile(r"clipboard|copybutton|pygments|mystnb")  # scripts and style sheets for listings
FIRMNESS = ("stable", "one origin", "fragile", "no evidence", "")


@dataclass(frozen=True)
class Card:
    """Everything the front page shows. `claims` are in the order of the text, `documents` by section, `names` by id.

    `changes` are the tests that were changed, `clauses` all that the text says.
    """

    claims: tuple[ClaimRecord, ...]
    names: Mapping[str, str]
    documents: Mapping[str, str]
    edition: str
    cutoff: dt.date
    text_date: dt.date  # assumed, because the text has none
    changes: tuple[Row, ...]
    clauses: tuple[Row, ...]
    prints: bool  # whether there are files of the print edition beside the pages

    def name(self, claim: ClaimRecord) -> str:
        """What a claim is about, in a few words."""
        return self.names[claim.id]

    def place(self, claim: ClaimRecord, link: "Link") -> str:
        """The address of a claim in its section, or "" where that is not there."""
        document = self.documents.get(claim.section)
        return link(document, references.claim_anchor(claim.id)) if document else ""


def read_card(source: Path, ledger: Ledger, prints: bool) -> Card:
    """The card of the executed notebooks in a source tree."""
    work = metadata.read(source)
    return Card(
        claims=api.claims(source),
        names={claim.id: claim.called for claim in ledger.claims},
        documents=api.documents_of(source),
        edition=work.edition,
        cutoff=work.cutoff,
        text_date=dt.date.fromisoformat(ledger.text_date),
        changes=tuple(rows_in(source / "data" / CHANGES)),
        clauses=tuple(rows_in(source / "data" / CLAUSES)),
        prints=prints,
    )


# page --------------------------------------------------------------------------------------------------------


Link = Callable[[str, str], str]  # address of a place in a document, or of a file beside the pages for ""


def render_brief(card: Card, link: Link) -> str:
    """The report in a minute as HTML: answers, their firmness, and the numbers as claimed and found."""
    return filled(
        "brief.html",
        card=card,
        link=link,
        place=partial(card.place, link=link),
        lead=brief.lead(card.claims, card.name),
        answers=brief.answers(card.claims),
        firmness=brief.firmness(card.claims),
        retested=brief.retested(card.claims, card.changes),
        numbers=[plot(c, c.test) for c in card.claims if c.kind == "number" and c.test],
        files={"this page on two sheets (PDF)": BRIEF, "print edition (PDF)": PDF, "annex (PDF)": ANNEX},
        **{tool.__name__: tool for tool in (at, in_words)},
    )


def render(card: Card, link: Link, title: Callable[[str], str]) -> str:
    """The scorecard as HTML. `link(document, anchor)` gives an address, `title(document)` the title of a page."""
    placed = sorted(enumerate(card.claims), key=lambda p: (KINDS.index(p[1].kind), p[0]))
    documents = {c.section: card.documents.get(c.section) for c in card.claims}
    return filled(
        "scorecard.html",
        card=card,
        groups=[summary(group, card.claims) for group in GROUPS],
        plain=KINDS_TOLD[2][0],
        sections={s: title(document) if document else f"Section {s}" for s, document in documents.items()},
        rows=[table_row(card, position, claim, link) for position, claim in placed],
    )


def summary(group: Group, claims: Sequence[ClaimRecord]) -> tuple[Group, int, int, list[str]]:
    """How many claims a group has, plain facts apart, and the verdict of each for its shape."""
    own = [c for c in claims if verdict_of(c.stands_as).group == group]
    facts = sum(c.kind == "fact" for c in own)
    return group, len(own) - facts, facts, sorted((verdict_of(c.stands_as).word for c in own), key=[*VERDICTS].index)


def table_row(card: Card, position: int, claim: ClaimRecord, link: Link) -> dict[str, Any]:
    """What the row of a claim shows, and its ranks in the other orders."""
    row = score_row(claim)
    ranks = {
        "group": verdict_of(claim.stands_as).group.id,
        "section": claim.section,
        "kind": KINDS.index(claim.kind),
        "place": position,
        "verdict": [*VERDICTS].index(verdict_of(row.verdict).word),
        "firmness": FIRMNESS.index(row.robustness) if row.robustness in FIRMNESS else len(FIRMNESS),
    }
    return {
        "claim": claim,
        "row": row,
        "ranks": ranks,
        "folded": claim.kind in FOLDED,
        "place": card.place(claim, link),
        "plot": small_plot(claim, row, card.cutoff.year),
        "found": found_in_words(claim, row),
    }


def render_index(card: Card, link: Link, title: Callable[[str], str]) -> str:
    """Every claim by name with its mark."""
    parts = [("Numbers", [c for c in card.claims if c.kind == "number"])]
    for section, document in card.documents.items():
        parts.append((title(document), [c for c in card.claims if c.section == section]))
    return filled("claims_index.html", card=card, link=link, parts=parts)


def render_text(card: Card, link: Link) -> str:
    """Every clause of the text with a line in the colour of its verdict, its claims, or why it has none."""
    by_id = {claim.id: claim for claim in card.claims}

    def claims_of(row: Row) -> list[ClaimRecord]:
        return [by_id[name] for name in row["claim_ids"].split(";") if name in by_id]

    sentences = groupby(card.clauses, key=itemgetter("sentence"))
    return filled("text.html", card=card, link=link, claims_of=claims_of, sentences=sentences)


class front(nodes.General, nodes.Element):  # noqa: N801  (nodes of docutils are lower case)
    """Holds a Card and which part of it is meant until the pages are written and links are known."""


class FrontPage(Data):
    """`:::{brief}`, `:::{scorecard}`, `:::{claims-index}` and `:::{text-index}`: what became of claims and text."""

    def run(self) -> list[nodes.Node]:
        self.note_report()
        for name in (CHANGES, CLAUSES):
            self.noted(self.source / "data" / name)
        prints = "pdf" in self.config.book_parts
        return [front(card=read_card(self.source, self.ledger(), prints), part=self.name)]


def visit_html(self: HTML5Translator, node: front) -> None:
    here, builder = self.builder.current_docname, self.builder

    def link(document: str, anchor: str) -> str:
        if not document:
            return builder.get_relative_uri(here, "index").removesuffix("index.html") + anchor
        return builder.get_relative_uri(here, document) + (f"#{anchor}" if anchor else "")

    def title(document: str) -> str:
        return builder.env.titles[document].astext()

    card = node["card"]
    parts = {
        "brief": lambda: render_brief(card, link),
        "scorecard": lambda: render(card, link, title),
        "claims-index": lambda: render_index(card, link, title),
        "text-index": lambda: render_text(card, link),
    }
    self.body.append(parts[node["part"]]())
    raise nodes.SkipNode


def load(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Style and script of the front page, on the page that has them."""
    if doctree is not None and next(doctree.findall(front), None) is not None:
        app.add_css_file("scorecard.css")
        app.add_js_file("scorecard.js", loading_method="defer")
        for files in ("script_files", "css_files"):  # it has no code to colour and to copy
            context[files] = [
                file for file in context[files] if not OF_CODE.search(str(getattr(file, "filename", file)))
            ]


def setup(app: Sphinx) -> None:
    app.add_node(front, html=(visit_html, None))
    app.add_directive("brief", FrontPage)
    app.add_directive("scorecard", FrontPage)
    app.add_directive("claims-index", FrontPage)
    app.add_directive("text-index", FrontPage)
    app.connect("html-page-context", load)
