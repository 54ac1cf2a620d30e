"""How to cite the book: the page of references, and the tags in the head of each page.

All content comes from CITATION.cff through `claimbook.citation.metadata`. If it has no address, no page has
one.
"""

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from claimbook.citation import parts
from claimbook.citation.references import FORMATS, claim_reference, page_reference, report_reference
from claimbook.pages.book import Content, add_directives, notebooks_of, work_of
from claimbook.pages.data_tables import raw_html, table
from claimbook.project.outputs import PDF
from claimbook.project.report import report_settings
from claimbook.templates import filled

# the page of references --------------------------------------------------------------------------------------


def cite_report(app: Sphinx) -> Content:
    """Return the reference to the report, in every format."""
    return [raw_html("cite_report.html", reference=report_reference(work_of(app)), formats=FORMATS)]


def makers(app: Sphinx) -> Content:
    """Yield what CITATION.cff says about the makers, and in one sentence what it does not say."""
    work = work_of(app)
    rows = [
        ("Names", "; ".join(work.people)),
        ("Errors and questions", work.contact),
        ("Funding", work.funding),
        ("Interests", work.interests),
    ]
    if given := [row for row in rows if row[1]]:
        yield table(("About", "What is said"), given)
    if work.undeclared:
        yield work.undeclared


def terms_of_use(app: Sphinx) -> Content:
    """Return the licences of the report and its figures."""
    return [report_settings().licences.statement]


def cite_parts(app: Sphinx) -> Content:
    """Return the reference to every section and claim, folded under its title."""
    work, sections = work_of(app), []
    for document, notebook in notebooks_of(app).items():
        claims = (claim_reference(work, claim, document) for claim in parts.claims(notebook))
        sections.append((parts.title(notebook), [page_reference(work, notebook, document), *claims]))
    return [raw_html("cite_parts.html", sections=sections, formats=FORMATS)]


# the head of pages -------------------------------------------------------------------------------------------


def set_address(app: Sphinx, config: Config) -> None:
    """Set the canonical address, if CITATION.cff names the site."""
    if address := work_of(app).address:
        config.html_baseurl = address


def tags(app: Sphinx, page: str, title: str, **of_page: Any) -> str:
    """Return the tags in the head of a page; `of_page` holds what only pages of its kind have."""
    work = work_of(app)
    known = {"says": work.abstract, "picture": report_settings().picture, "sections": {}, "claim": {}, "text_date": ""}
    return filled("head.html", work=work, page=page, title=title, pdf=PDF, **known | of_page)


def add_footer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Add the licences to the end of every page, with links to more about them."""
    pages = {"licences": "book/cite", "contact": "book/cite", "corrections": "book/changed"}
    links = {at: context["pathto"](name).rstrip("#") for at, name in pages.items() if context["hasdoc"](name)}
    context["theme_extra_footer"] = filled("footer.html", links=links)


def add_tags(app: Sphinx, document: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if doctree is None:  # search, index, and pages with their own tags
        return
    front = document == app.config.root_doc
    sections = {name: parts.title(notebook) for name, notebook in notebooks_of(app).items()} if front else {}
    settings = tags(app, document, app.env.titles[document].astext(), sections=sections)
    context["metatags"] = f"{context.get('metatags', '')}\n{settings}\n"


def setup(app: Sphinx) -> None:
    add_directives(app, cite_report, cite_parts, makers, terms_of_use)
    app.connect("config-inited", set_address)
    app.connect("html-page-context", add_tags)
    app.connect("html-page-context", add_footer)
