"""Claims on pages: drawn small, the front page with the report in a minute, the indexes, and a page for each claim.

All content comes from the claim's record in results.json. It is text and never markup. The theme frames the pages of
claims like those of documents, but nothing is parsed for them."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter
from pathlib import PurePath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from claimbook import citation
from claimbook.evidence.claims import Test, read_lookups
from claimbook.pages import book
from claimbook.pages.changes_page import changed_since
from claimbook.pages.citing import tags
from claimbook.pages.drawings import on_page
from claimbook.pages.evidence_pages import how_often, places, searches_by_claim
from claimbook.pages.figure_files import tools
from claimbook.pages.writing import HAN, pages_stay, stays
from claimbook.project import outputs
from claimbook.project.folders import Row, edition_names
from claimbook.project.report import report_settings
from claimbook.results import seals, what_if
from claimbook.results.brief import of_answer, quote, retests, trust_lines
from claimbook.results.models import AnyWitness, ClaimRecord, MeasureRecord
from claimbook.rule.choices import agreement
from claimbook.rule.numbers import EMPTY
from claimbook.rule.verdicts import band
from claimbook.say.verdict_table import ANSWERS, NOTHING_YET, OPINION, RIGHT, SCORED, answer_of
from claimbook.say.words import BARE, counted, listed, number_in_words, sentence_case, short_name, values_in_words
from claimbook.templates import filled, words

TEXT = f"{sentence_case(report_settings().kind)} on {report_settings().subject}"
WEIGHTS = ("exact", "reading", "bound", "same, later", "same, earlier", "near")  # matches of near evidence


# drawn small: numbers as claimed and found, and verdicts through time -------------------------------------------

CONTEXT = frozenset({"reading", "same, earlier", "same, later"})  # same unit and kind, not near
LEFT, REACH = 2.0, 2.0  # place of zero in per cent of the width; the width holds so many times the claim


def across(multiple: float) -> float:
    """Return where to draw a number so many times the claimed one, in per cent of the width, at most at the edge."""
    share = min(max(multiple, 0), REACH) / REACH
    return round(LEFT + share * (100 - 2 * LEFT), 1)


def plot(claim: ClaimRecord, test: Test) -> dict[str, Any]:
    """Return what the drawing of one number shows: the values that pass, and those that decide, or else near ones."""
    low, high, _, _ = band(test)
    left, right = across(low / test.value), across(high / test.value)
    deciding = sorted((m for m in claim.measures if m.decides and m.value is not None), key=attrgetter("value"))
    values = list(dict.fromkeys(number_in_words(m.value or 0, test.unit) for m in deciding))
    others = sorted({m.value for m in claim.measures if m.match in CONTEXT and m.value is not None})
    return {
        "claim": claim,
        "unit": "" if test.unit in BARE else test.unit,
        "claimed": test.in_words(),
        "found": listed(values) if len(values) < 3 else f"{values[0]} to {values[-1]}",
        "left": left,
        "wide": max(right - left, 0.6),
        "deciding": deciding,
        "rings": [] if deciding else [value / test.value for value in others],
        "ends": values_in_words(others, test.unit) if others else "",
    }


LINE_WIDTH, TALL, EDGE = 260, 40, 4  # CSS pixels
SINCE = 20  # a line begins so many years before the text
LATEST = "9999-12-31"


def step_line(claim: ClaimRecord, text_date: str, until: str) -> str:
    """Return an SVG of how the verdict changed up to the day `until`; "" if the claim has no history."""
    if not claim.through_time:
        return ""
    year = text_date[:4]
    first, last = int(year) - SINCE, int(until[:4]) + 1

    def across(day: str) -> float:
        moment = int(day[:4]) + int(day[5:7]) / 12 if day else first
        return round(EDGE + (max(moment, first) - first) / (last - first) * (LINE_WIDTH - 2 * EDGE), 1)

    size = {"wide": LINE_WIDTH, "tall": TALL, "edge": EDGE}
    return filled("step_line.html", across=across, year=year, turns=claim.through_time, **size)


def all_in_words(claims: Sequence[ClaimRecord], year: str) -> str:
    """Return sentences on how many answers changed: ever, and in the year of the text."""

    def changed(begin: str, end: str) -> int:
        return sum(answer_of(c.on(begin).stands_as) is not answer_of(c.on(end).stands_as) for c in claims)

    ever = sum(len({answer_of(turn.stands_as) for turn in claim.through_time}) > 1 for claim in claims)
    return (
        f"Levels from top to bottom: {', '.join(answer.word for answer in SCORED)}. "
        f"Of {len(claims)} claims, {ever} had another answer at some time. "
        f"{counted(changed(f'{year}-01-01', f'{year}-12-31'), 'answer')} changed between the beginning and the end of "
        f"{year}, and {changed(f'{year}-12-31', LATEST)} between then and today."
    )


# the page of a claim -------------------------------------------------------------------------------------------


def conclusion(claim: ClaimRecord) -> str:
    """Return what was claimed and what was found, in sentences that need no context."""
    return f"{TEXT} says {claim.quoted} This {answer_of(claim.stands_as).one}. {claim.found}".strip()


def claim_html(claim: ClaimRecord, reference: citation.Reference, text_date: str, **around: Any) -> str:
    """Return the article of the page.

    `around` has the title of its `section`, what it is `called`, `care` for what its words do not say, whether its test
    is as `sealed`, its `figure`, lists of `searches` without result, `unseen` documents, the
    `retest` if its test was changed, rows of data/sources.csv by id as `sources`, and the `documents` of the book.
    """
    return filled(
        "claim.html",
        claim=claim,
        reference=reference,
        what_if=what_if,
        text_date=text_date,
        since=SINCE,
        EMPTY=EMPTY,
        smart=book.smart,
        quoted=quote(around["called"], claim, lambda source: short_name(around["sources"][source])),
        **{tool.__name__: tool for tool in CLAIM_TOOLS},
        **around,
    )


def ranked(measures: Sequence[AnyWitness]) -> list[AnyWitness]:
    """Return the deciding evidence first, then near evidence by match; among equals, the latest first."""

    def rank(m: AnyWitness) -> tuple:
        kind = WEIGHTS.index(m.match) if m.match in WEIGHTS else 0
        return not m.decides, isinstance(m, MeasureRecord) and not m.commensurable, kind, m.grade or "Z"

    return sorted(sorted(measures, key=lambda m: m.period, reverse=True), key=rank)


CLAIM_TOOLS = (agreement, citation.apa, conclusion, how_often, on_page, places, ranked, step_line, tools)


# into the book -------------------------------------------------------------------------------------------------


@cache
def claim_contexts(app: Sphinx) -> list[tuple[ClaimRecord, book.Context]]:
    """Return every judged claim with the context of its page, in the order of the book."""
    found = []
    work, ledger, since = book.work_of(app), book.claims_ledger(app), changed_since(app)
    sought, unseen = searches_by_claim(book.rows_of(app, "search_log")), read_lookups(app.srcdir / "data").not_seen
    sources, changes = book.sources_of(app), book.rows_of(app, "changes_of_tests")
    in_ledger = {claim.id: claim for claim in ledger.claims}
    charts = {chart["label"]: chart for _, chart in book.charts_of(app)}
    for document, notebook in book.notebooks_of(app).items():
        for claim_record in citation.claims(notebook):
            claim = ClaimRecord.model_validate(claim_record)
            figure = charts.get(f"fig-{claim.id}")
            article = claim_html(
                claim,
                citation.claim_reference(work, claim_record, document),
                ledger.text_date,
                section=citation.title(notebook),
                care=in_ledger[claim.id].care,
                called=in_ledger[claim.id].called,
                sealed=seals.sealed_in_words(*since, claim.id) if since else "",
                figure=figure,
                searches=sought.get(claim.id, ()),
                unseen=unseen.get(claim.id, ()),
                retest=next(iter(retests([claim], changes)), None),
                sources=sources,
                documents=app.env.found_docs,
            )
            details = {"says": conclusion(claim), "claim": claim, "text_date": ledger.text_date}
            details |= {"picture": figure["label"]} if figure else {}
            head = tags(app, claim_page(claim), claim.quoted, **details)
            found.append((claim, {"title": claim.quoted, "body": article, "metatags": head}))
    return found


def claim_page(claim: ClaimRecord) -> str:
    """Return the name of the page of a claim."""
    return f"claims/{claim.id}"


def computed_pages(app: Sphinx) -> Iterator[tuple[str, book.Context, str]]:
    """Yield name, context and template of each page of a claim, and of the front page in the other language.

    It leaves out pages that show the same as before, and removes those of claims that are gone.
    """
    if pages_stay(app):
        return
    pages = {claim_page(claim): context for claim, context in claim_contexts(app)}
    for path in app.outdir.glob("claims/[!.]*"):
        if f"claims/{path.stem}" not in pages:
            path.unlink()
    if report_settings().also:
        pages[book.other_page(app)] = other_front_page(app)
    for name, context in pages.items():
        if not stays(app, name, *map(str, context.values())):
            yield name, context, "page.html"


# the front page, and the indexes ----------------------------------------------------------------------------

SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z“])|(?<=[。！？])(?=.)")
WIDE_BLANK = re.compile(rf"(?<=[，。；：、？！）”])((?:<[^>]*>)*)\s+|(</span>)\s+(?={HAN})")  # around a wide sign
LINK_AWAY = re.compile(r"<a(?=[^>]* href=[^#>]*\.html)(?![^>]* hreflang=)")  # to a page, which is in English
OF_CODE = re.compile(r"clipboard|copybutton|pygments|mystnb")  # scripts and style sheets for code


# what only one of these pages has in its HTML, and the style sheet of that page
STYLES = {
    '<div class="brief">': "front.css",
    '<div class="claims-index">': "claims-index.css",
    '<ol class="the-text">': "claims-index.css",
}


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
        return self.link(document, citation.claim_anchor(claim.id)) if document else ""

    def claims_in(self, clause: Row) -> list[ClaimRecord]:
        """Return the claims that a clause of the text makes."""
        by_id = {claim.id: claim for claim in self.claims}
        return [by_id[name] for name in clause["claim_ids"].split(";") if name in by_id]


def brief(app: Sphinx) -> list[nodes.raw]:
    """Return the report in a minute: the lead, the numbers as a drawing, the claims with findings."""
    return book.as_html(minute(app, card_of(app), book.results_of(app)["lead_sentences"]))


def minute(app: Sphinx, card: Card, lead: Sequence[Mapping[str, Any]], language: str = "en") -> str:
    """Return the report in a minute in a language, with a link to the page in the other one, if there is one."""
    twin, tag = (book.other_page(app), book.other_tag()) if language == "en" else (app.config.root_doc, "en")
    own = outputs.BRIEF_PDF if language == "en" else outputs.OTHER_BRIEF_PDF
    prints = {"minute": own, "report": outputs.PDF}
    if outputs.annex_is_wanted():
        prints["annex"] = outputs.ANNEX_PDF
    return front_html(
        card,
        {name: book.rows_of(app, name) for name in ("sources", "codings", "changes_of_tests")},
        book.work_of(app),
        language,
        text_date=dt.date.fromisoformat(book.claims_ledger(app).text_date),
        lead=lead,
        prints=prints if "pdf" in app.config.book_parts else {},
        editions=[name for name in edition_names(app.srcdir) if name != book.work_of(app).edition],
        twin={"address": f"{PurePath(twin).name}.html", "language": tag} if report_settings().also else None,
    )


def in_brief(claim: ClaimRecord) -> tuple[str, str]:
    """Return the part of a finding that the brief prints, and the part that only the page has."""
    answer = answer_of(claim.stands_as)
    if answer not in (RIGHT, OPINION):
        return claim.found, ""
    first, *others = SENTENCE_END.split(claim.found) if answer is RIGHT else ("", claim.found)
    return first, " ".join(others)


def front_html(
    card: Card, tables: Mapping[str, Sequence[Row]], work: citation.Work, language: str = "en", **about: Any
) -> str:
    """Return the front page. `tables` are those of data/ that `trust_lines` reads, `about` is for the template."""
    say = words(language)
    return filled(
        "front.html",
        card=card,
        answers=[(a, group) for a in (*ANSWERS, NOTHING_YET) if (group := of_answer(card.claims, a))],
        trust=trust_lines(card.claims, tables, say.made(work).strip(), say),
        work=work,
        numbers=[plot(c, c.test) | {"name": card.names[c.id]} for c in card.claims if c.kind == "number" and c.test],
        in_brief=in_brief,
        smart=book.smart,
        across=across,
        say=say,
        **about,
    )


# the same in the other language that report.yml names ------------------------------------------------------------


def other_minute(app: Sphinx) -> str:
    """Return the title and the report in a minute in the other language, without blanks around its wide signs.

    How firm an answer is remains on the pages of the claims.
    """
    language = report_settings().also
    also = [outputs.read_section_record(notebook)["also"] for notebook in book.notebooks_of(app).values()]
    found = {claim_id: says for of_section in also for claim_id, says in of_section["findings"].items()}
    told = {claim.id: claim.also for claim in book.claims_ledger(app).claims if claim.also}
    here = replace(
        card_of(app, app.config.root_doc),
        claims=tuple(
            claim.model_copy(
                update={"statement": told[claim.id].statement, "found": found.get(claim.id, ""), "firm": ""}
            )
            for claim in book.claims_of(app)
        ),
        names={claim_id: its.called for claim_id, its in told.items()},
    )
    says = (sentence for of_section in also for sentence in of_section["lead"])
    lead = [each | {"says": said} for each, said in zip(book.results_of(app)["lead_sentences"], says, strict=True)]
    html = f"<h1>{words(language).title}</h1>\n{minute(app, here, lead, language)}"
    return LINK_AWAY.sub(rf'<a hreflang="{report_settings().language}"', WIDE_BLANK.sub(r"\1\2", html))


def other_front_page(app: Sphinx) -> book.Context:
    """Return what the template gets for the front page in the other language."""
    name, say = book.other_page(app), words(report_settings().also)
    return {
        "title": say.title,
        "docstitle": say.report_title,
        "language": book.other_tag(),
        "body": f"<section>{other_minute(app)}</section>",
        "metatags": tags(app, name, say.title, says=say.describes, language=book.other_tag()) + book.twins(app, name),
    }


def card_of(app: Sphinx, document: str = "") -> Card:
    """Return what the page that is being read, or another document, shows."""
    builder, here = app.builder, document or app.env.docname

    def link(document: str, anchor: str) -> str:
        if not document:
            return builder.get_relative_uri(here, "index").removesuffix("index.html") + anchor
        if document not in app.env.found_docs:
            return ""
        return builder.get_relative_uri(here, document) + (f"#{anchor}" if anchor else "")

    notebooks = book.notebooks_of(app).items()
    sections = {outputs.read_section_record(notebook)["section"]: document for document, notebook in notebooks}
    return Card(book.claims_of(app), book.claim_names(app), sections, link)


def add_files_of_pages(app: Sphinx, page: str, context: book.Context) -> None:
    """Add style sheets that only some pages need, and the script for pages of claims on which readers can choose.

    The front page and the indexes have no code to colour or copy, so they lose the files for that.
    """
    body = context.get("body", "")
    if page.startswith("claims/"):
        app.add_css_file("claim.css")
        if '<form class="what-if' in body:
            app.add_js_file("what_if.js", loading_method="defer")
    for mark, style in STYLES.items():
        if mark in body:
            app.add_css_file(style)
            for kind in ("script_files", "css_files"):
                context[kind] = [file for file in context[kind] if not OF_CODE.search(str(file.filename))]


def setup(app: Sphinx) -> None:
    views = ("through_time", "claims_index", "text_index")
    book.add_views(app, views, (step_line, all_in_words, citation.title), [card_of])
    app.connect("html-collect-pages", computed_pages)
    book.add_directive(app, "brief", brief)
    book.on_each_page(app, add_files_of_pages)
