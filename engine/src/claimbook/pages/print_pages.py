"""Which pages are printed, and each of them prepared for print: what paper can show, with links, drawings and tables.

The report can be read in a day. The annex holds what people only look up: the register of the evidence, all measures,
all references, and every long list. look/print.typ reads the pages as XML and decides how each element looks.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from lxml.html.builder import ARTICLE, H1, H2, SECTION

from claimbook.project.outputs import listed_documents
from claimbook.say.words import BIBLIOGRAPHY, EVIDENCE_DOCUMENT, slug

# elements that work only on a screen
SCREEN_TAGS = {"button", "details", "dialog", "form", "script", "style", "summary", "template"}
OPEN_IN_PRINT = "reviewer"  # a fold whose table is printed
SCREEN_CLASSES = {"copybtn", "footnote-list", "footnotes", "headerlink", "toctree-wrapper", "web-only", "cell_input"}
SVG_ELEMENTS = "http://www.w3.org/2000/svg"
PAGES = "https://pages.invalid/"  # stands for the folder of the pages in links that were relative to a page


@dataclass
class Page:
    """A page of the book on its way to print. Preparing it fills `files` and `heads`."""

    pages: Path  # folder of the finished pages
    document: str
    known: frozenset[str]  # documents that are printed together
    article: HtmlElement  # without its frame and what works only on a screen
    part: str = ""  # of the book
    notes: Mapping[str, HtmlElement] = field(default_factory=dict)  # footnotes by id
    site: str = ""  # address of the published pages, if links to unprinted pages lead there
    places: frozenset[str] = frozenset()  # link targets within the print
    drawings: Mapping[str, str] = field(default_factory=dict)  # of figures, by label
    files: dict[str, bytes] = field(default_factory=dict)  # pictures by name
    heads: list[tuple[int, bool]] = field(default_factory=list)  # of tables: rows in it, and whether rows have one
    left_out: frozenset[str] = frozenset()  # places of the page that are not printed
    level: int = 0  # level of the last heading
    other: bool = False  # whether it is in another language than English

    @property
    def anchor(self) -> str:
        return page_anchor(self.document)

    def ids(self) -> Iterator[str]:
        """Yield the places in the page."""
        yield self.anchor
        yield from (self.place(e.get("id")) for e in self.article.iter() if e.get("id"))

    def links(self) -> Iterator[str]:
        """Yield the places in the book that the page links to."""
        targets = (self.target(e.get("href", "")) for e in self.article.iter("a"))
        yield from (target[1:] for target in targets if target.startswith("#"))

    def place(self, fragment: str) -> str:
        return f"{self.anchor}--{fragment}"

    def target(self, address: str) -> str:
        """Return where a link leads in print: "#" and a place, an address, or "" for notes and other files."""
        if not address.startswith(PAGES):
            return address
        file, _, fragment = address.removeprefix(PAGES).partition("#")
        document = file.removesuffix(".html")
        if document == self.document and fragment in self.notes:
            return ""
        if document == EVIDENCE_DOCUMENT and document not in self.known:  # a number leads to its source in the list
            document, fragment = BIBLIOGRAPHY, fragment.partition("--")[0]
        if document in self.known:
            return f"#{page_anchor(document)}" + (f"--{fragment}" if fragment else "")
        return address.replace(PAGES, self.site, 1) if self.site else ""

    def xml(self) -> str:
        """Prepare the page, and return it as XML."""
        self.prepare(self.article)
        return etree.tostring(self.article, encoding="unicode", with_tail=False)

    def prepare(self, element: HtmlElement) -> None:
        """Prepare an element and everything in it. Only places that something links to keep an id."""
        if element.tag in PREPARATIONS:
            PREPARATIONS[element.tag](self, element)
        for child in element:
            self.prepare(child)
        name = self.place(element.attrib.pop("id", ""))
        if name in self.places:
            element.set("id", name)

    # elements -----------------------------------------------------------------------------------------------------

    def heading(self, element: HtmlElement) -> None:
        """Give a heading the place of its section. The first opens the chapter. PDF/UA allows no skipped level."""
        section = element.getparent()
        if not self.level:
            self.level = 1
            number, title = re.findall(r"^(?:(\d+(?:\.\d+)*)\.?\s+)?(.*)", own_text(element))[0]
            become(element, "chapter", title, name=self.anchor, number=number, part=self.part)
        else:
            self.level = max(2, min(int(element.tag[1]), self.level + 1))
            element.tag = "heading"
            element.set("level", str(self.level))
            element.set("class", " ".join([*section.classes, section.get("id", "")]))
        element.set("id", section.attrib.pop("id", ""))

    def link(self, element: HtmlElement) -> None:
        """Lead a link to its place in print, and put a footnote at its mark. Any other link becomes text."""
        address = element.attrib.pop("href", "")
        note = self.notes.get(address.partition("#")[2])
        if note is not None and "footnote-reference" in element.classes:
            become(element, "footnote")
            element.extend(deepcopy([p for p in note if p.tag == "p"]))
            return
        target = self.target(address)
        place = target[1:] if target.startswith("#") else ""
        if target and (not place or place in self.places):
            element.set("href", target)
        if place in self.places and place.split("--")[0] != self.anchor and [*element.iterancestors("td")]:
            element.set("page", "")  # in a table, a link to another chapter also gives the page number

    def figure(self, element: HtmlElement) -> None:
        """Keep the picture and the caption of a figure."""
        picture = next(element.iter("img"), None)
        if picture is None:  # a chart comes from the notebook, because HTML loses the capitals that SVG needs
            picture = next(element.iter("svg"))
            svg = self.drawings[element.get("id", "")]
            self.picture(picture, svg.encode(), ".svg", picture.get("aria-label", ""))
        element.text, element[:] = None, [picture, next(element.iter("figcaption"))]

    def image(self, element: HtmlElement) -> None:
        """Put a picture of the book into the print. One from elsewhere becomes its alternative text."""
        source, alt = element.get("src", ""), element.get("alt", "")
        if source.startswith(PAGES):
            path = self.pages / source.removeprefix(PAGES)
            self.picture(element, path.read_bytes(), path.suffix, alt)
        else:
            become(element, "span", alt)

    def drawing(self, element: HtmlElement) -> None:
        """Make a drawing that is part of the page a picture. An icon, which has no title, is left out."""
        title = element.findtext("title")
        if title:
            drawing = etree.tostring(element, encoding="unicode", with_tail=False).replace("viewbox=", "viewBox=")
            drawing = drawing.replace("<svg ", f'<svg xmlns="{SVG_ELEMENTS}" ', 1)
            self.picture(element, drawing.encode(), ".svg", title if self.other else f"Evidence drawn small: {title}")
            element.text = title  # a column is as wide as what it says
        else:
            become(element, "span")

    def picture(self, element: HtmlElement, content: bytes, suffix: str, alt: str) -> None:
        name = f"images/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self.files[name] = content
        become(element, "picture", src=name, alt=alt)

    def table(self, element: HtmlElement) -> None:
        """Note how many rows a table has in its head, and whether its rows have heads. Those of figures become text."""
        if "figures" not in element.classes:
            head, body = (element.xpath(f".//tr[{where}]") for where in ("parent::thead", "not(parent::thead)"))
            self.heads.append((len(head), any(row[0].tag == "th" for row in body)))


PREPARATIONS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Page.heading),
    "a": Page.link,
    "figure": Page.figure,
    "img": Page.image,
    "svg": Page.drawing,
    "table": Page.table,
}


def read_page(
    pages: Path, document: str, known: frozenset[str], part: str = "", other: HtmlElement | None = None
) -> Page:
    """Read the article of a finished page, or take the `other` one, and drop what works only on a screen.

    Raises ValueError if the page has no article.
    """
    article = next(iter(finished_page(pages, document).find_class("bd-article")), None) if other is None else other
    if article is None:
        raise ValueError(f"{document}.html has no article: the theme's page template has changed")
    notes = {note.get("id", ""): note for note in article.find_class("footnote")}
    for element in [e for e in article.iter() if on_screen_only(e)]:
        element.drop_tree()
    article.make_links_absolute(f"{PAGES}{document}.html", handle_failures="ignore")
    return Page(pages, document, known, article, part, notes)


def finished_page(pages: Path, document: str) -> HtmlElement:
    """Return a finished page, without comments."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True)
    return lxml.html.fromstring((pages / f"{document}.html").read_bytes(), parser=parser)


def page_anchor(document: str) -> str:
    """Return the name of a page within the whole book."""
    return f"page-{slug(document)}"


def on_screen_only(element: HtmlElement) -> bool:
    return (
        (element.tag in SCREEN_TAGS and OPEN_IN_PRINT not in element.classes)
        or element.get("hidden") is not None
        or not SCREEN_CLASSES.isdisjoint(element.classes)
    )


def own_text(element: HtmlElement) -> str:
    """Return the text of an element on one line."""
    return " ".join(element.text_content().split())


def become(element: HtmlElement, tag: str, text: str = "", **attributes: str) -> None:
    """Give an element another tag, only this text, and more attributes."""
    element.tag, element.text = tag, text
    element[:] = []
    element.attrib.update(attributes)


# which pages ---------------------------------------------------------------------------------------------------

WEB = "book/claims"  # an index of links; in print the contents replace it
ANNEX_CAPTION = "Annex"  # caption of that part in _toc.yml
MOST_ROWS = 40  # a longer register is a list to look things up in


def report_pages(source: Path, pages: Path) -> list[Page]:
    """Return the pages of the report: answers, sections, methods, gaps, and the sources that they cite."""
    listed = listed_documents(source)
    printed = {document: part for part, document in listed if part != ANNEX_CAPTION and document != WEB}
    known = frozenset({*printed, BIBLIOGRAPHY})
    chapters = [read_page(pages, document, known, part) for document, part in printed.items()]
    for page in chapters:
        lists = [e.getparent() for e in page.article.find_class("sources")]
        leave_out(page, [*looked_up(page.article), *lists])
    if BIBLIOGRAPHY not in printed and (pages / f"{BIBLIOGRAPHY}.html").exists():
        sources = read_page(pages, BIBLIOGRAPHY, known, chapters[-1].part)
        cited = {target for page in chapters for target in page.links()}
        entries = [e for e in sources.article.iter("p") if sources.place(e.get("id", "")) in cited]
        for about in [e for entry in entries for e in entry.find_class("known")]:  # not needed to find the source
            about.drop_tree()
        sources.article = article("Sources cited", SECTION({"class": "references"}, *entries))
        chapters.append(sources)
    return chapters


def annex(source: Path, pages: Path) -> list[Page]:
    """Return the pages of the annex: those of that part, and what the report leaves out of its sections."""
    listed = listed_documents(source)
    known = frozenset(document for part, document in listed if part == ANNEX_CAPTION)
    read = [read_page(pages, document, known, part) for part, document in listed]
    annex_pages = [page for page in read if page.part == ANNEX_CAPTION]
    for name, title, is_measures in (
        ("measures", "Measures, criteria and findings", True),
        ("lists", "Searches, and other lists", False),
    ):
        report = [p for p in read if p.part != ANNEX_CAPTION and p.document.startswith("notebooks/") is is_measures]
        if lists := [each for page in report for each in lists_of(page, under_title=is_measures)]:
            annex_pages.append(Page(pages, f"notebooks/{name}", known, article(title, *lists), ANNEX_CAPTION))
    return annex_pages


def brief(source: Path, pages: Path, site: str, other: str = "") -> list[Page]:
    """Return the report in a minute, or what `other` HTML says in another language.

    Links to other pages lead to the web, if the pages have an address, `site`.
    """
    root = next(document for _, document in listed_documents(source))
    instead = ARTICLE(*lxml.html.fragments_fromstring(other)) if other else None
    page = read_page(pages, root, frozenset([root]), other=instead)
    (minute,) = page.article.find_class("brief")
    page.article, page.site = ARTICLE(SECTION(next(page.article.iter("h1")), minute)), site
    page.other = bool(other)
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
        if not {"searches", "reviewer"}.isdisjoint(table.classes)
        or ("register" in table.classes and len(list(table.iter("tr"))) > MOST_ROWS)
    ]


def lists_of(page: Page, under_title: bool) -> list[HtmlElement]:
    """Return sections of tables that the report leaves out: all under the page's title, or each under its heading."""
    tables = looked_up(page.article)
    if under_title:
        return [SECTION(H2(own_text(next(page.article.iter("h1")))), *tables)] if tables else []
    return [SECTION(H2(own_text(next(table.iterancestors("section"))[0])), table) for table in tables]
