"""A page for each claim: `claims/<id>.html`, with the same HTML for every claim.

All content comes from the claim's record in results.json. It is text and never markup. The theme frames these pages
like those of documents, but nothing is parsed for them.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from math import inf
from typing import Any

from sphinx.application import Sphinx

from claimbook.citation import metadata, references
from claimbook.citation.references import Reference, apa
from claimbook.evidence.claims import read_lookups
from claimbook.pages.book import claims_ledger, notebooks_of, rows_of, smart, work_of
from claimbook.pages.changes_page import changed_since
from claimbook.pages.citing import tags
from claimbook.pages.drawings import on_page
from claimbook.pages.evidence_pages import searches_by_claim, searches_of_claim
from claimbook.pages.small_charts import SINCE, in_the_texts_year, step_line
from claimbook.project import outputs as results
from claimbook.project.report import report_settings
from claimbook.results import seals, what_if
from claimbook.results.brief import quote, retests
from claimbook.results.models import AnyWitness, ClaimRecord, MeasureRecord, RobustnessRecord
from claimbook.rule.choices import agreement
from claimbook.rule.numbers import EMPTY
from claimbook.say.numbers import interval_in_words, number_in_words
from claimbook.say.verdict_table import SCORED, answer_of
from claimbook.say.words import listed, sentence_case, short_name
from claimbook.templates import filled

CLAIMS_FOLDER = "claims"
TEXT = f"{sentence_case(report_settings().kind)} on {report_settings().subject}"
MATCH_WORDS = {  # in the order of weight
    "exact": "exactly this, but a better figure decides",
    "reading": "another reading",
    "bound": "a bound",
    "same, later": "the same, for a later year",
    "same, earlier": "the same, for an earlier year",
    "near": "something related",
}
FACET_WORDS = {
    "quantity": "kind of quantity",
    "numerator": "what is counted",
    "base": "of what",
    "mode": "flow or stock",
}
OUTCOME_WORDS = {
    "pass": "as the text says",
    "close": "close to it",
    "low": "less than the text says",
    "high": "more than the text says",
    "undecided": "too imprecise to tell",
    "so": "it is so",
}


def conclusion(claim: ClaimRecord) -> str:
    """Return what was claimed and what was found, in sentences that need no context."""
    return f"{TEXT} says {claim.quoted} This {answer_of(claim.stands_as).one}. {claim.found}".strip()


def claim_html(claim: ClaimRecord, reference: Reference, text_date: str, **around: Any) -> str:
    """Return the article of the page.

    `around` has the title of its `section`, what it is `called`, `care` for what its words do not say, whether its test
    is as `sealed`, its `figure`, sentences on `searches` without result, `unseen` documents, the `retest` if its test
    was changed, rows of data/sources.csv by id as `sources`, and the names of the `documents` in the book.
    """
    until = reference.work.cutoff.isoformat()
    return filled(
        "claim.html",
        claim=claim,
        reference=reference,
        what_if=what_if,
        line=step_line(claim, text_date, until),
        levels=[answer.word for answer in SCORED],
        since=int(text_date[:4]) - SINCE,
        known=in_the_texts_year(claim, text_date),
        smart=smart,
        quoted=quote(around["called"], claim, lambda source: short_name(around["sources"][source])),
        **{tool.__name__: tool for tool in TOOLS},
        **around,
    )


def firmness_reasons(robust: RobustnessRecord) -> Iterator[str]:
    """Yield sentences on how firm a verdict is: the line, other choices, and the smallest that change it."""
    if robust.on_the_line:
        yield "A value is so close to its threshold that a small change would carry it across."
    if robust.choices and robust.choices.of:
        yield f"The verdict is {agreement(robust.choices.agree, robust.choices.of)}."
    for choice, _, verdict in (flip.rpartition(": ") for flip in robust.flips):
        yield f"It would be “{verdict}” {choice}."
    if filled := [cell for cell in robust.grid if cell["outcome"] != EMPTY]:
        right_size = sum(cell["outcome"] in {"pass", "close"} for cell in filled)
        yield f"It is right in size in {right_size} of {len(filled)} declared definitions and years that have figures."


def read_otherwise(claim: ClaimRecord) -> str:
    """Say which answer each other reading gives, or "" if all give the same answer as the claim."""
    by_word: dict[str, list[str]] = {}
    for reading, word in claim.read_as.items():
        by_word.setdefault(word, []).append(reading)
    differ = set(by_word) - {answer_of(claim.stands_as).word}
    return sentence_case("; ".join(f"{w} if read as {' or '.join(r)}" for w, r in by_word.items())) if differ else ""


def ranked(measures: Sequence[AnyWitness]) -> list[AnyWitness]:
    """Return the deciding evidence first, then near evidence by match; among equals, the latest first."""
    weights = {match: weight for weight, match in enumerate(MATCH_WORDS)}

    def rank(m: AnyWitness) -> tuple:
        kind = weights.get(m.match, 0)
        return not m.decides, isinstance(m, MeasureRecord) and not m.commensurable, kind, m.grade or "Z"

    return sorted(sorted(measures, key=lambda m: m.period, reverse=True), key=rank)


def how_it_counts(m: AnyWitness) -> str:
    """Say what a measure means for the claim and, unless it decides, how close its definition is."""
    outcome = OUTCOME_WORDS.get(m.outcome, m.outcome.removeprefix("so "))
    if not isinstance(m, MeasureRecord) or m.decides:
        return outcome
    facets = listed(FACET_WORDS.get(facet, facet) for facet in m.differs)
    differs = f" (differs in {facets})" if m.match in {"near", "bound"} else ""
    return f"{MATCH_WORDS[m.match]}{differs}: {outcome if m.commensurable else 'not comparable'}"


def value_with_range(m: AnyWitness) -> str:
    """Return a measure with the range that its digits allow, or a criterion with its threshold."""
    if m.value is None:
        return "no data"
    value = number_in_words(m.value, m.unit)
    if m.match == "criterion":
        return f"{value} (threshold: {m.op} {m.threshold:g})" if m.threshold is not None else value
    low, high = -inf if m.low is None else m.low, inf if m.high is None else m.high
    return f"{value} ({interval_in_words(low, high)})"


TOOLS = (agreement, apa, conclusion, firmness_reasons, how_it_counts, on_page, ranked, read_otherwise, value_with_range)


# into the book -------------------------------------------------------------------------------------------------


def claim_articles(app: Sphinx) -> Iterator[tuple[ClaimRecord, str, str]]:
    """Yield every judged claim in the order of the book, the HTML of its page, and the label of its drawing or ""."""
    work, ledger, since = work_of(app), claims_ledger(app), changed_since(app)
    sought, unseen = searches_by_claim(rows_of(app, "search_log")), read_lookups(app.srcdir / "data").not_seen
    sources = {row["source_id"]: row for row in rows_of(app, "sources")}
    changes = rows_of(app, "changes_of_tests")
    in_ledger = {claim.id: claim for claim in ledger.claims}
    for document, notebook in notebooks_of(app).items():
        figures = {figure["label"]: figure for figure in results.figures(notebook)}
        for claim_record in metadata.claims(notebook):
            claim = ClaimRecord.model_validate(claim_record)
            figure = figures.get(f"fig-{claim.id}")
            article = claim_html(
                claim,
                references.claim_reference(work, claim_record, document),
                ledger.text_date,
                section=metadata.title(notebook),
                care=in_ledger[claim.id].care,
                called=in_ledger[claim.id].called,
                sealed=seals.sealed_in_words(*since, claim.id) if since else "",
                figure=figure,
                searches=[*searches_of_claim(sought.get(claim.id, ()))],
                unseen=unseen.get(claim.id, ()),
                retest=next(iter(retests([claim], changes)), None),
                sources=sources,
                documents=app.env.found_docs,
            )
            yield claim, article, figure["label"] if figure else ""


def claim_page_contexts(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield name, context and template of every page."""
    text_date = claims_ledger(app).text_date
    for claim, article, label in claim_articles(app):
        name, picture = f"{CLAIMS_FOLDER}/{claim.id}", label or report_settings().picture
        details = {"says": conclusion(claim), "claim": claim, "text_date": text_date, "picture": picture}
        context = {
            "title": claim.quoted,
            "body": article,
            "metatags": tags(app, name, claim.quoted, **details),
            "what_if": bool(what_if.choice_table(claim)),
        }
        yield name, context, "page.html"


def add_claim_pages(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Add styles, the script for pages with choices, and the contents of the book.

    The contents are resolved only for the first page: all pages are in one folder, and none is in the
    contents.
    """
    if "what_if" in context:
        app.add_css_file("claim.css")
        if context["what_if"]:
            app.add_js_file("what_if.js", loading_method="defer")
        context["toctree"] = app.__dict__.setdefault("contents_of_claims", cache(context["toctree"]))


def setup(app: Sphinx) -> None:
    app.connect("html-collect-pages", claim_page_contexts)
    app.connect("html-page-context", add_claim_pages, priority=400)  # before the theme needs the contents
