"""A page for each claim: `claims/<id>.html`.

The theme frames these pages like those of documents, but nothing is parsed for them.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sphinx.application import Sphinx

from claimbook.citation import parts, references
from claimbook.evidence.lookups import read_lookups
from claimbook.pages import searches
from claimbook.pages.book import claims_ledger, notebooks_of, rows_of, work_of
from claimbook.pages.citing import tags
from claimbook.pages.claim_page import Account, conclusion, page
from claimbook.pages.drawings import on_page
from claimbook.pages.sealed_page import changed_since
from claimbook.project import outputs as results
from claimbook.project.report import report_settings
from claimbook.results import seals, what_if
from claimbook.results.models import ClaimRecord

CLAIMS_FOLDER = "claims"
MAY_LACK = ("claims", "methods", "gaps", "cite")  # pages to which the page of a claim links, if they exist


def accounts(app: Sphinx) -> Iterator[Account]:
    """Yield every judged claim with the content of its page, in the order of the book."""
    work, ledger, unseen = work_of(app), claims_ledger(app), read_lookups(app.srcdir / "data").not_seen
    sought = searches.by_claim(rows_of(app, "search_log"))
    sources = {row["source_id"]: row for row in rows_of(app, "sources")}
    since = changed_since(app)
    left_out = frozenset(name for name in MAY_LACK if f"book/{name}" not in app.env.found_docs)
    care = {claim.id: claim.care for claim in ledger.claims}
    for document, notebook in notebooks_of(app).items():
        figures = {figure["label"]: figure for figure in results.figures(notebook)}
        for claim_record in parts.claims(notebook):
            claim = ClaimRecord.model_validate(claim_record)
            figure = figures.get(f"fig-{claim.id}")
            yield Account(
                claim=claim,
                section=f"../{document}.html",
                section_title=parts.title(notebook),
                sealed=seals.sealed_in_words(*since, claim.id) if since else "",
                text_date=ledger.text_date,
                until=work.cutoff.isoformat(),
                reference=references.claim_reference(work, claim_record, document),
                searches=[*searches.of_claim(sought.get(claim.id, ()))],
                unseen=unseen.get(claim.id, ()),
                left_out=left_out,
                care=care.get(claim.id, ""),
                sources=sources,
                chart=on_page(figure) if figure else "",
                figure=figure["label"] if figure else "",
            )


# into the book -------------------------------------------------------------------------------------------------


def claim_page_contexts(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield name, context and template of every page."""
    for account in accounts(app):
        name, verdict = f"{CLAIMS_FOLDER}/{account.id}", conclusion(account.claim)
        picture = account.figure or report_settings().picture
        details = {"says": verdict, "claim": account.claim, "text_date": account.text_date, "picture": picture}
        context = {
            "title": account.claim.statement,
            "body": page(account),
            "metatags": tags(app, name, account.claim.statement, **details),
            "what_if": bool(what_if.choice_table(account.claim)),
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
