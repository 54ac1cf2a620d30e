"""The front page: the report in a minute, then the scorecard with every claim and its evidence as a small drawing.

It is plain HTML that needs no script; book/_static/scorecard.js adds filters and orders.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from claimbook.book import api
from claimbook.book import brief_page as brief
from claimbook.book.brief_page import badge
from claimbook.book.evidence_pages import Data
from claimbook.book.small_plots import found_in_words, small_plot
from claimbook.build.publication import ANNEX, BRIEF, PDF
from claimbook.evidence.claims import Ledger
from claimbook.publish import metadata, references
from claimbook.results.standing import GROUPS, KINDS_TOLD, group_of, stands_as
from claimbook.rule.scores import VERDICTS, score_row, short_verdict
from claimbook.say.csv_tables import Row, rows_in
from claimbook.say.numbers import badge_class
from claimbook.say.periods import in_words
from claimbook.say.words import counted, sentence_case

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

    claims: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    documents: Mapping[str, str]
    edition: str
    cutoff: dt.date
    text_date: dt.date  # assumed, because the text has none
    changes: tuple[Row, ...]
    clauses: tuple[Row, ...]
    prints: bool  # whether there are files of the print edition beside the pages

    def name(self, claim: Mapping[str, Any]) -> str:
        """What a claim is about, in a few words."""
        return self.names[claim["id"]]

    def place(self, claim: Mapping[str, Any], link: "Link") -> str:
        """The address of a claim in its section, or "" where that is not there."""
        document = self.documents.get(claim["section"])
        return link(document, references.claim_anchor(claim["id"])) if document else ""


def read_card(source: Path, ledger: Ledger, prints: bool) -> Card:
    """The card of the executed notebooks in a source tree."""
    work = metadata.read(source)
    return Card(
        claims=tuple(api.document(source)["claims"]),
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
    to = partial(card.place, link=link)
    return f"""<div class="brief">
{brief.answers(card.claims, card.name, to)}
{brief.retested(card.claims, card.changes, link("book/methods", "changes-of-tests"))}
{brief.chart(card.claims, to)}
<p class="edition">Edition {escape(card.edition)}: evidence published up to {in_words(card.cutoff)}. \
The text is undated and \
<a href="{link("book/methods", "the-day-of-the-text")}">assumed to be of {in_words(card.text_date)}</a>.</p>
{downloads(card, link)}
</div>"""


def downloads(card: Card, link: Link) -> str:
    """Where this goes on: the files, and how to cite and check."""
    files = {"this page on two sheets (PDF)": BRIEF, "print edition (PDF)": PDF, "annex (PDF)": ANNEX}
    named = [f'<a href="{link("", name)}">{says}</a>' for says, name in files.items() if card.prints]
    pages = {"how to cite": "book/cite", "how verdicts are made": "book/methods"}
    named += [f'<a href="{link(page, "")}">{says}</a>' for says, page in pages.items()]
    return f'<p class="downloads web-only">{" · ".join(named)}</p>'


def render(card: Card, link: Link, title: Callable[[str], str]) -> str:
    """The scorecard as HTML. `link(document, anchor)` gives an address, `title(document)` the title of a page."""
    shown, folded = (
        [(n, c) for n, c in enumerate(card.claims) if (c["kind"] in FOLDED) is fold] for fold in (False, True)
    )
    facts = sum(c["kind"] == "fact" for _, c in folded)
    apart = f"{counted(facts, *KINDS_TOLD[2][0])} and {counted(len(folded) - facts, 'opinion')}"
    return f"""<div class="scorecard" data-claims="{len(card.claims)}">
{summary(card.claims)}
{controls(card, title)}
<p class="key">{KEY}</p>
{table(card, shown, "Numbers and judgements of the text, what was found, and the verdict on each", link)}
<details class="folded reviewer"><summary>{apart}</summary>
{table(card, folded, "Plain facts and opinions of the text, what was found, and the verdict on each", link)}
</details>
<p class="none" hidden>No claim fits this choice.</p>
</div>"""


def table(card: Card, placed: Sequence[tuple[int, Mapping[str, Any]]], caption: str, link: Link) -> str:
    """Claims with their places in the text, one in a row."""
    if not placed:
        return ""
    return f"""<table class="claims">
<caption>{caption}</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Claimed</th><th scope="col">Evidence</th>\
<th scope="col">Verdict</th><th scope="col">Robustness</th></tr></thead>
<tbody>
{"".join(table_rows(card, placed, link))}</tbody>
</table>"""


KEY = (
    "<strong>Numbers:</strong> the band holds the values that pass, the line is the claim, a filled mark decides, "
    "rings are other years and readings. <strong>Comparisons:</strong> "
    f"{badge('supported', 'verdict', '')}met, {badge('not supported', 'verdict', '')}not met, "
    f"{badge('unverified', 'verdict', '')}no data. <strong>Facts:</strong> the dates of what documents them."
)


def summary(claims: Sequence[Mapping[str, Any]]) -> str:
    """How many claims each group has, plain facts apart, with a shape for every claim."""
    items = []
    for group in GROUPS:
        own = [c for c in claims if group_of(c) == group]
        facts = sum(c["kind"] == "fact" for c in own)
        shapes = "".join(
            badge(v, "verdict", "")
            for v in sorted((short_verdict(stands_as(c)) for c in own), key=list(VERDICTS).index)
        )
        beside = f' <span class="facts">and {counted(facts, *KINDS_TOLD[2][0])}</span>' if facts else ""
        items.append(
            f'<li data-group="{group.id}"><div class="choice"><span class="count">{len(own) - facts}</span> '
            f'<span class="says">{group.says}{beside}</span>'
            f'<span class="shapes" aria-hidden="true">{shapes}</span></div></li>'
        )
    return f'<ul class="verdicts" aria-label="Verdicts">{"".join(items)}</ul>'


def controls(card: Card, title: Callable[[str], str]) -> str:
    """What a script fills with life; without one it stays hidden."""
    sections = dict.fromkeys(c["section"] for c in card.claims)
    names = {s: title(card.documents[s]) if s in card.documents else f"Section {s}" for s in sections}
    options = "".join(f'<option value="{escape(s)}">{escape(name)}</option>' for s, name in names.items())
    return (
        '<form class="controls web-only" hidden>'
        f'<label>Section <select name="section"><option value="">all</option>{options}</select></label>'
        '<label>Order <select name="order"><option value="kind">numbers first</option>'
        '<option value="place">as in the text</option><option value="verdict">by verdict</option>'
        '<option value="firmness">by robustness</option></select></label>'
        '<button type="reset">Show all</button>'
        '<output aria-live="polite"></output></form>'
    )


def table_rows(card: Card, placed: Sequence[tuple[int, Mapping[str, Any]]], link: Link) -> Iterator[str]:
    """A row for each claim, numbers first; ranks for the other orders stand in attributes."""
    verdicts = list(VERDICTS)
    for position, claim in sorted(placed, key=lambda p: (KINDS.index(p[1]["kind"]), p[0])):
        row = score_row(claim)
        ranks = {
            "group": group_of(claim).id,
            "section": claim["section"],
            "kind": KINDS.index(claim["kind"]),
            "place": position,
            "verdict": verdicts.index(short_verdict(stands_as(claim))),
            "firmness": FIRMNESS.index(row.robustness) if row.robustness in FIRMNESS else len(FIRMNESS),
        }
        attributes = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in ranks.items())
        statement = brief.linked(escape(claim["statement"].rstrip(".")), card.place(claim, link))
        found = found_in_words(claim, row)
        robust = badge(row.robustness, "robustness") if row.robustness else ""
        plot = small_plot(claim, row, card.cutoff.year)
        yield (
            f'<tr {attributes}><th scope="row">{statement} <span class="where">{escape(claim["section"])}</span></th>'
            f'<td class="says">{escape(row.claimed or claim["kind"])}</td>'
            f'<td class="evidence">{plot}<span class="found">{escape(found)}</span></td>'
            f'<td class="verdict-of">{badge(stands_as(claim), "verdict")}</td><td class="firm">{robust}</td></tr>\n'
        )


def render_index(card: Card, link: Link, title: Callable[[str], str]) -> str:
    """Every claim by name with its mark: the numbers first, then all by section."""

    def listed(claims: Sequence[Mapping[str, Any]]) -> str:
        lines = []
        for claim in claims:
            document = card.documents.get(claim["section"])
            name = escape(sentence_case(card.name(claim)))
            to = link("", f"claims/{claim['id']}.html") if document else ""
            lines.append(f"<li>{brief.shape(claim)} {brief.linked(name, to)} {badge(stands_as(claim), 'found')}</li>")
        return f'<ul class="points">{"".join(lines)}</ul>'

    parts = [f"<h2>Numbers</h2>{listed([c for c in card.claims if c['kind'] == 'number'])}"]
    for section, document in card.documents.items():
        own = [c for c in card.claims if c["section"] == section]
        parts += [f"<h2>{escape(title(document))}</h2>{listed(own)}"] if own else []
    return f'<div class="claims-index">{"".join(f"<div>{part}</div>" for part in parts)}</div>'


def render_text(card: Card, link: Link) -> str:
    """Every clause of the text with a line in the colour of its verdict, its claims, or why it has none."""
    by_id = {claim["id"]: claim for claim in card.claims}

    def clause(row: Row) -> str:
        claims = [by_id[name] for name in row["claim_ids"].split(";") if name in by_id]
        edge = badge_class(stands_as(claims[0])) if claims else "none"
        to = {c["id"]: link("", f"claims/{c['id']}.html") for c in claims}
        named = [f"{brief.shape(c)} {brief.linked(escape(card.name(c)), to[c['id']])}" for c in claims]
        says = f'<span class="clause judgement-{edge}">{escape(sentence_case(row["says"]))}.</span>'
        return f"<li>{says} <small>{', '.join(named) or escape(row['why_none'])}</small></li>"

    sentences = (
        f'<li id="sentence-{escape(number)}"><b>{escape(number)}</b><ul>{"".join(map(clause, own))}</ul></li>'
        for number, own in groupby(card.clauses, key=itemgetter("sentence"))
    )
    return f'<ol class="the-text">{"".join(sentences)}</ol>'


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
