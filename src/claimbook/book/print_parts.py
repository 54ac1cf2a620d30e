"""Which of the finished pages are printed, and what of them: the brief, the report and its annex.

A day is enough for the report. What is looked up and not read is in the annex: the register of the evidence, all
measures, all references.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path

from lxml.html import HtmlElement
from lxml.html.builder import ARTICLE, H1, H2, SECTION

from claimbook.book.print_pages import BIBLIOGRAPHY, Page, classes
from claimbook.build.contents import documents

WEB = "book/claims"  # finds its way by links, as the contents do on paper
ANNEX = "Annex"  # caption of that part in _toc.yml
ALL_CHOICES = "tbl-matrix"  # every claim under every other choice: a register


def report(source: Path, pages: Path) -> list[Page]:
    """What is read: the answers, the sections, methods, gaps and the sources that these cite."""
    order = [(part, document) for part, document in documents(source) if part != ANNEX and document != WEB]
    known = frozenset([document for _, document in order] + [BIBLIOGRAPHY])
    chapters = [Page(pages, document, known, part) for part, document in order]
    for page in chapters:
        leave_out(page, [*looked_up(page.article), *repeated(page.article)])
    cited = {target for page in chapters for target in page.links()}
    if (pages / f"{BIBLIOGRAPHY}.html").exists():
        listed = list_of_sources(Page(pages, BIBLIOGRAPHY, known), cited)
        chapters.append(Page(pages, BIBLIOGRAPHY, known, chapters[-1].part, listed))
    return chapters


def annex(source: Path, pages: Path) -> list[Page]:
    """What is looked up: the pages of that part, and what the report leaves out of its sections."""
    order = [(part, document) for part, document in documents(source) if part == ANNEX]
    known = frozenset(document for _, document in order)
    sections = [Page(pages, document, known) for _, document in documents(source) if document.startswith("notebooks/")]
    made = [Page(pages, document, known, ANNEX) for _, document in order]
    for name, title, parts in (
        ("measures", "Measures, criteria and findings", measures_of(sections)),
        ("searches", "Searches", searches(source, pages)),
    ):
        body = [SECTION(H2(heading), *elements) for heading, elements in parts if elements]
        if body:
            made.append(Page(pages, f"notebooks/{name}", known, ANNEX, article(title, *body)))
    return made


def brief(source: Path, pages: Path, site: str) -> list[Page]:
    """The report in a minute on two pages; the whole front page where it has no such part.

    What is not on them is linked to on the web, if there is an address of the published pages, `site`.
    """
    root = next(document for _, document in documents(source))
    whole = Page(pages, root, frozenset()).article
    parts = [deepcopy(e) for e in whole.iter("div") if "brief" in classes(e)][:1]
    title = deepcopy(next(whole.iter("h1")))
    return [Page(pages, root, frozenset([root]), "", article("", title, *parts) if parts else None, site)]


def article(title: str, *elements: HtmlElement) -> HtmlElement:
    return ARTICLE(SECTION(*([H1(title)] if title else []), *elements))


def remove(elements: Iterable[HtmlElement]) -> None:
    for element in list(elements):
        if element.getparent() is not None:
            element.drop_tree()


def leave_out(page: Page, elements: Iterable[HtmlElement]) -> None:
    """Take elements from a page that is printed, which keeps in mind where links to them led."""
    gone = list(elements)
    names = {page.place(e.get("id")) for element in gone for e in element.iter() if e.get("id")}
    page.left_out = page.left_out | names
    remove(gone)


def looked_up(article: HtmlElement) -> Iterator[HtmlElement]:
    """Tables that are folded on the web, since only who checks needs them, and tables of searches and choices."""
    for table in article.iter("table"):
        if not {"searches", "reviewer"}.isdisjoint(classes(table)) or table.get("id") == ALL_CHOICES:
            yield table


def repeated(article: HtmlElement) -> Iterator[HtmlElement]:
    """What the report says twice: sources of a section, which it lists at its end."""
    yield from (e.getparent() for e in article.iter("p") if "sources" in classes(e))


def measures_of(sections: Iterable[Page]) -> Iterator[tuple[str, list[HtmlElement]]]:
    """The tables that the report leaves out, by section; what they link to in their own section is not there."""
    for page in sections:
        tables = [deepcopy(table) for table in looked_up(page.article)]
        for link in [e for table in tables for e in table.iter("a") if e.get("href", "").startswith("#")]:
            link.drop_tag()
        yield " ".join((next(page.article.iter("h1")).text or "").split()), tables


def searches(source: Path, pages: Path) -> Iterator[tuple[str, list[HtmlElement]]]:
    """What was looked for and not found."""
    for _, document in documents(source):
        if not document.startswith("notebooks/"):
            tables = [
                deepcopy(e)
                for e in Page(pages, document, frozenset()).article.iter("table")
                if "searches" in classes(e)
            ]
            yield "Looked for and not found", tables


def list_of_sources(page: Page, cited: set[str]) -> HtmlElement:
    """The bibliography with those sources alone that are cited, and of each only what tells where it is."""
    whole = page.article
    entries = [e for e in whole.iter("p") if "reference" in classes(e) and page.place(e.get("id", "")) in cited]
    remove(e for entry in entries for e in entry.iter("span") if "known" in classes(e))
    return article("Sources cited", SECTION({"class": "references"}, *entries))
