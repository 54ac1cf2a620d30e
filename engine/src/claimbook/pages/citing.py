"""What the book says about itself: how to cite it, the tags in the head of each page, and the colophon.

The references come from CITATION.cff through `claimbook.citation`. If it has no address, no page has one.
The colophon depends only on the source tree of the book, not on a clock or a machine's paths. A run with other
parameters or data than its edition says so at the top of every page.
"""

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from claimbook import citation
from claimbook.pages import book
from claimbook.project import editions
from claimbook.project.folders import below, folder_hash
from claimbook.project.outputs import PDF, Notebook
from claimbook.project.parameters import CHANGED, base_of
from claimbook.templates import filled


def parts_of(work: citation.Work, notebook: Notebook, document: str) -> list[citation.Reference]:
    """Return the reference to a section and to each of its claims."""
    claims = (citation.claim_reference(work, claim, document) for claim in citation.claims(notebook))
    return [citation.page_reference(work, notebook, document), *claims]


# the head of pages -------------------------------------------------------------------------------------------


def tags(app: Sphinx, page: str, title: str, **of_page: Any) -> str:
    """Return the tags in the head of a page; `of_page` holds what only pages of its kind have."""
    return filled("head.html", work=book.work_of(app), page=page, title=title, pdf=PDF, **of_page)


def add_tags(app: Sphinx, document: str, context: book.Context) -> None:
    if document not in app.env.found_docs:  # search, index, and pages with their own tags
        return
    front = document == app.config.root_doc
    sections = {name: citation.title(notebook) for name, notebook in book.notebooks_of(app).items()} if front else {}
    settings = tags(app, document, app.env.titles[document].astext(), sections=sections)
    settings += book.twins(app, document) if front else ""
    context["metatags"] = f"{context.get('metatags', '')}\n{settings}\n"


# the colophon ------------------------------------------------------------------------------------------------

OTHER_DATA = "other-data"


def notice(edition: str) -> str:
    """Return a sentence if this run is not simply the edition; otherwise ""."""
    base, *changes = edition.split(CHANGED)
    parts = [
        "data that are not those of the project" if change == OTHER_DATA else change.replace("=", " = ")
        for change in changes
    ]
    return f"Not edition {base} as published, but a run of it with {' and '.join(parts)}." if parts else ""


def command(edition: str) -> str:
    """Return the command that repeats this run."""
    base, *changes = edition.split(CHANGED)
    settings = " ".join(change for change in changes if change != OTHER_DATA)
    parts = [f'SET="{settings}"' * bool(settings), "DATA=path/to/the/data" * (OTHER_DATA in changes)]
    return " ".join(["make report", f"EDITION={base}", *filter(None, parts)])


def colophon(app: Sphinx) -> Iterator[nodes.Node]:
    """Yield edition, data, parameters, and the command. *How to cite* has the hash of the content."""
    for name in below(app.srcdir / "data", "data"):
        book.noted(app, name)
    edition = book.work_of(app).edition
    if warning := notice(edition):
        yield nodes.warning("", nodes.paragraph("", warning))
    yield from book.view(
        app,
        "colophon.html",
        title=editions.read_edition(app.srcdir, base_of(edition)).title,
        digits=folder_hash(app.srcdir / "data")[: citation.HASH_DIGITS],
        fields=editions.Parameters.model_fields,
    )
    yield nodes.literal_block("", f"$ {command(edition)}", language="console")


def name_edition(app: Sphinx, config: Config) -> None:
    """Set authors and, if CITATION.cff names the site, the canonical address. Put the notice on top of every page."""
    work = book.work_of(app)
    config.author = work.author
    config.html_baseurl = work.address or config.html_baseurl
    if warning := notice(work.edition):
        announcement = config.html_theme_options.get("announcement", "")
        config.html_theme_options = config.html_theme_options | {"announcement": f"{warning} {announcement}".strip()}


def setup(app: Sphinx) -> None:
    book.add_directive(app, "colophon", colophon)
    views = ("cite_parts", "cite_report", "makers", "terms_of_use")
    book.add_views(app, views, (citation.report_reference, parts_of, citation.title), formats=citation.FORMATS)
    app.connect("config-inited", name_edition)
    book.on_each_page(app, add_tags)
