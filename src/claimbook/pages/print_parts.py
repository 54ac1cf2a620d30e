"""Which pages are printed, and which parts of them: the brief, the report and its annex.

The report can be read in a day. The annex holds what people only look up: the register of the evidence, all
measures, all references, and every long list.
"""

from collections.abc import Sequence
from pathlib import Path

from lxml.html import HtmlElement
from lxml.html.builder import ARTICLE, H1, H2, SECTION

from claimbook.pages.print_pages import Page, classes, own_text, read_page
from claimbook.project.outputs import listed_documents
from claimbook.say.anchors import BIBLIOGRAPHY

WEB = "book/claims"  # an index of links; in print the contents replace it
ANNEX_CAPTION = "Annex"  # caption of that part in _toc.yml
MOST_ROWS = 40  # a longer register is a list to look things up in


def report_pages(source: Path, pages: Path) -> list[Page]:
    """Return the pages of the report: answers, sections, methods, gaps, and the sources that they cite."""
    printed = {document: part for part, document in listed_documents(source) if part != ANNEX_CAPTION}
    printed.pop(WEB, None)
    known = frozenset({*printed, BIBLIOGRAPHY})
    chapters = [read_page(pages, document, known, part) for document, part in printed.items()]
    for page in chapters:
        lists = [e.getparent() for e in page.article.iter("p") if "sources" in classes(e)]
        leave_out(page, [*looked_up(page.article), *lists])
    if BIBLIOGRAPHY not in printed and (pages / f"{BIBLIOGRAPHY}.html").exists():
        sources = read_page(pages, BIBLIOGRAPHY, known, chapters[-1].part)
        sources.article = list_of_sources(sources, {target for page in chapters for target in page.links()})
        chapters.append(sources)
    return chapters


def annex(source: Path, pages: Path) -> list[Page]:
    """Return the pages of the annex: those of that part, and what the report leaves out of its sections."""
    listed = listed_documents(source)
    known = frozenset(document for part, document in listed if part == ANNEX_CAPTION)
    read = [read_page(pages, document, known, part) for part, document in listed]
    annex_pages = [page for page in read if page.part == ANNEX_CAPTION]
    report = [page for page in read if page.part != ANNEX_CAPTION]
    sections = [page for page in report if page.document.startswith("notebooks/")]
    lists = [each for page in report if page not in sections for each in lists_of(page)]
    for name, title, parts in (
        ("measures", "Measures, criteria and findings", map(tables_of, sections)),
        ("lists", "Searches, and other lists", lists),
    ):
        body = [SECTION(H2(heading), *elements) for heading, elements in parts if elements]
        if body:
            annex_pages.append(Page(pages, f"notebooks/{name}", known, article(title, *body), ANNEX_CAPTION))
    return annex_pages


def brief(source: Path, pages: Path, site: str) -> list[Page]:
    """Return the report in a minute, on two pages.

    Links to anything else lead to the web, if the pages have an address, `site`.
    """
    root = next(document for _, document in listed_documents(source))
    page = read_page(pages, root, frozenset([root]))
    (minute,) = (e for e in page.article.iter("div") if "brief" in classes(e))
    page.article, page.site = ARTICLE(SECTION(next(page.article.iter("h1")), minute)), site
    return [page]


def article(title: str, *elements: HtmlElement) -> HtmlElement:
    return ARTICLE(SECTION(H1(title), *elements))


def leave_out(page: Page, elements: Sequence[HtmlElement]) -> None:
    """Remove elements from a printed page. The page remembers their places, because links may lead there."""
    page.left_out |= {page.place(e.get("id")) for element in elements for e in element.iter() if e.get("id")}
    for element in elements:
        element.drop_tree()


def looked_up(article: HtmlElement) -> list[HtmlElement]:
    """Return what only readers who check need: folded tables, searches, and long registers."""
    return [
        table
        for table in article.iter("table")
        if not {"searches", "reviewer"}.isdisjoint(classes(table))
        or ("register" in classes(table) and len(list(table.iter("tr"))) > MOST_ROWS)
    ]


def tables_of(page: Page) -> tuple[str, list[HtmlElement]]:
    """Return a page's title and the tables the report leaves out, without links to the rest of the page."""
    tables = looked_up(page.article)
    for link in [e for table in tables for e in table.iter("a") if e.get("href", "").startswith("#")]:
        link.drop_tag()
    return own_text(next(page.article.iter("h1"))), tables


def lists_of(page: Page) -> list[tuple[str, list[HtmlElement]]]:
    """Return the tables that the report leaves out of a page, each with the heading above it."""
    _, tables = tables_of(page)
    return [(own_text(next(table.iterancestors("section"))[0]), [table]) for table in tables]


def list_of_sources(page: Page, cited: set[str]) -> HtmlElement:
    """Return the bibliography with only the cited sources, and only what is needed to find each."""
    listed = (e for e in page.article.iter("p") if "reference" in classes(e))
    entries = [e for e in listed if page.place(e.get("id", "")) in cited]
    for known in [e for entry in entries for e in entry.iter("span") if "known" in classes(e)]:
        known.drop_tree()
    return article("Sources cited", SECTION({"class": "references"}, *entries))
