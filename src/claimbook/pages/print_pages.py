"""Turn a finished page into Typst: each HTML element becomes a call of a function in look/print.typ.

That file decides how elements look; this module decides what they contain. The output is code and not markup,
so no character of a text has a special meaning.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from pathlib import Path, PurePosixPath

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from claimbook.intake import languages
from claimbook.say.anchors import slug

# elements that work only on a screen
SCREEN_TAGS = {"button", "details", "dialog", "form", "script", "style", "summary", "template"}
OPEN_IN_PRINT = "reviewer"  # a fold whose table is printed
SCREEN_CLASSES = {"copybtn", "footnote-list", "footnotes", "headerlink", "toctree-wrapper", "web-only", "cell_input"}
EVIDENCE_PAGE_NAME, BIBLIOGRAPHY_PAGE = "book/evidence", "book/bibliography"
SVG_ELEMENTS = "http://www.w3.org/2000/svg"
LINE, SHORT = 120, 16  # letters: a line of a table, and the longest text of a column that is never broken
HAN_LETTERS = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+"


@dataclass
class Page:
    """A page of the book on its way to print.

    `pages` is the folder of finished pages, `known` the documents printed together, and `part` the part of
    the book. `given` replaces the content of the page's file. `site` is the address of the published pages,
    if links to unprinted pages lead there. `places` are link targets within the print, `drawings` those of
    figures by label. Writing the page fills `files`, its drawings by their name in Typst, and `heads`: for
    each table the number of rows in its head, and whether its first column holds heads of rows.
    """

    pages: Path
    document: str
    known: frozenset[str]
    part: str = ""
    given: HtmlElement | None = None
    site: str = ""
    places: frozenset[str] = frozenset()
    drawings: Mapping[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    heads: list[tuple[int, bool]] = field(default_factory=list)
    left_out: frozenset[str] = frozenset()  # places of the page that are not printed
    level: int = 0  # level of the last heading

    @cached_property
    def _content(self) -> tuple[HtmlElement, dict[str, HtmlElement]]:
        if self.given is not None:
            return self.given, {}
        article = article_in(self.pages / f"{self.document}.html")
        notes = {note.get("id", ""): note for note in article.iter("aside") if "footnote" in classes(note)}
        for element in [e for e in article.iter() if on_screen_only(e)]:
            element.drop_tree()
        return article, notes

    @property
    def article(self) -> HtmlElement:
        """The content of the page, without its frame and what works only on a screen."""
        return self._content[0]

    @property
    def notes(self) -> dict[str, HtmlElement]:
        """The footnotes of the page by id."""
        return self._content[1]

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

    def target(self, href: str) -> str:
        """Return where a link leads in print: "#" and a place, an address, or "" for other files."""
        if href.startswith("#"):
            return "" if href[1:] in self.notes else f"#{self.place(href[1:])}"
        if re.match(r"[a-z]+:", href):
            return href
        path, _, fragment = href.partition("#")
        document = PurePosixPath(self.beside(path)).with_suffix("").as_posix()
        if not href:
            return ""
        if document == EVIDENCE_PAGE_NAME and document not in self.known:  # a number leads to its source in the list
            document, fragment = BIBLIOGRAPHY_PAGE, fragment.partition("--")[0]
        if document in self.known:
            return f"#{page_anchor(document)}" + (f"--{fragment}" if fragment else "")
        return f"{self.site}{self.beside(path)}" + (f"#{fragment}" if fragment else "") if self.site else ""

    def beside(self, path: str) -> str:
        """Return a path relative to this page as a path from the folder of the pages."""
        return os.path.normpath(PurePosixPath(self.document).parent / path)

    # what elements hold -------------------------------------------------------------------------------------------

    def source(self) -> str:
        """Return the page as Typst."""
        return self.inside(self.article)

    def inside(self, element: HtmlElement, *before: str) -> str:
        """Return the content of an element as a block of code, after the pieces in `before`."""
        parts = [*before, *text_pieces(element.text)]
        for child in element:
            parts.append(WRITERS.get(child.tag, Page.inside)(self, child))
            parts += text_pieces(child.tail)
        return block(parts)

    def body(self, element: HtmlElement) -> str:
        """Return the content of a cell, item or caption, with its place and without its only paragraph."""
        only_paragraph = len(element) == 1 and element[0].tag == "p" and not (element.text or "").strip()
        return self.inside(element[0] if only_paragraph else element, *self.marks(element))

    def marks(self, element: HtmlElement) -> list[str]:
        """Return the place of an element, if something links to it."""
        name = self.place(element.get("id", ""))
        return [f"h.place({quoted(name)})"] if name in self.places else []

    def label(self, element: HtmlElement) -> str:
        """Return the place of an element as an argument, or "none"."""
        name = self.place(element.get("id", ""))
        return quoted(name) if name in self.places else "none"

    # elements -----------------------------------------------------------------------------------------------------

    def plain(self, element: HtmlElement) -> str:
        marks = [] if element.tag == "section" else self.marks(element)  # the heading marks its section
        return typst_call(element, self.inside(element, *marks))

    def code(self, element: HtmlElement) -> str:
        return typst_call(element, quoted(element.text_content().strip("\n")))

    def items(self, element: HtmlElement) -> str:
        items = [item for item in element if item.tag == "li"]
        return typst_call(element, *(f"({array(map(quoted, classes(item)))}, {self.body(item)})" for item in items))

    def terms(self, element: HtmlElement) -> str:
        items, term = [], "[]"
        for child in element:
            if child.tag == "dt":
                term = self.body(child)
            elif child.tag == "dd":
                items.append(f"({term}, {self.body(child)})")
        return typst_call(element, *items)

    def heading(self, element: HtmlElement) -> str:
        """Return a heading. The first opens the chapter. PDF/UA does not allow a level to be skipped."""
        section = element.getparent()
        if not self.level:
            self.level = 1
            number, title = re.findall(r"^(?:(\d+(?:\.\d+)*)\.?\s+)?(.*)", own_text(element))[0]
            chapter = (
                f"h.chapter({', '.join(map(quoted, (self.anchor, number, self.part)))}, {block(text_pieces(title))})"
            )
            return "\n".join([chapter, *self.marks(section)])
        self.level = max(2, min(int(element.tag[1]), self.level + 1))
        about = array(map(quoted, [*classes(section), section.get("id", "")]))
        return f"h.heading({about}, {self.level}, {self.inside(element)}, {self.label(section)})"

    def link(self, element: HtmlElement) -> str:
        note = self.notes.get(element.get("href", "")[1:])
        if note is not None and "footnote-reference" in classes(element):
            paragraphs = [self.inside(p) for p in note if p.tag == "p"]
            return f"footnote({block(paragraphs)})"
        target, body = self.target(element.get("href", "")), self.inside(element, *self.marks(element))
        if not target or (target.startswith("#") and target[1:] not in self.places):
            return body
        # in a table, a link to another chapter also gives the page number
        far = target.startswith("#") and target[1:].split("--")[0] != self.anchor
        in_cell = any(each.tag == "td" for each in element.iterancestors())
        where = f"label({quoted(target[1:])})" if target.startswith("#") else quoted(target)
        return typst_call(element, where, body, "true" if far and in_cell else "false")

    def figure(self, element: HtmlElement) -> str:
        image = next(element.iter("img"), None)
        picture = self.chart(element) if image is None else self.image(image)
        return typst_call(element, picture, self.body(next(element.iter("figcaption"))), self.label(element))

    def chart(self, element: HtmlElement) -> str:
        """Return the chart of a figure from the notebook, because HTML loses the capitals that SVG needs."""
        alt, svg = next(element.iter("svg")).get("aria-label", ""), self.drawings[element.get("id", "")]
        return self.picture(element, svg.encode(), ".svg", alt)

    def image(self, element: HtmlElement) -> str:
        """Return a picture of the book. For one from elsewhere, return its alternative text."""
        source = element.get("src", "")
        if re.match(r"[a-z]+:", source):
            return block(text_pieces(element.get("alt", "")))
        path = self.pages / self.beside(source)
        return self.picture(element, path.read_bytes(), path.suffix, element.get("alt", ""))

    def drawing(self, element: HtmlElement) -> str:
        """Return a drawing that is part of the page, or nothing for an icon, which has no title."""
        title = element.findtext("title")
        if not title:
            return "[]"
        drawing = etree.tostring(element, encoding="unicode", with_tail=False).replace("viewbox=", "viewBox=")
        drawing = drawing.replace("<svg ", f'<svg xmlns="{SVG_ELEMENTS}" ', 1)
        return self.picture(element, drawing.encode(), ".svg", f"Evidence drawn small: {title}")

    def picture(self, element: HtmlElement, content: bytes, suffix: str, alt: str) -> str:
        name = f"/images/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        self.files[name[1:]] = content
        return f"h.picture({array(map(quoted, classes(element)))}, {quoted(name)}, {quoted(alt)})"

    def table(self, element: HtmlElement) -> str:
        if "figures" in classes(element):
            return self.figures_as_text(element)
        rows = list(element.iter("tr"))
        head = [row for row in rows if row.getparent().tag == "thead"]
        body = [row for row in rows if row.getparent().tag != "thead"]
        self.heads.append((len(head), any(row[0].tag == "th" for row in body)))
        captions = [self.inside(caption) for caption in element.iter("caption")]
        count = max(sum(int(cell.get("colspan", 1)) for cell in row) for row in rows)
        columns = array(column_widths([[*map(own_text, row)] for row in rows if len(row) == count], count))
        written = [array(array(self.cell(row, cell) for cell in row) for row in some) for some in (head, body)]
        return typst_call(element, columns, *written, captions[0] if captions else "none", self.label(element))

    def cell(self, row: HtmlElement, cell: HtmlElement) -> str:
        marks = self.marks(row) if cell is row[0] else []
        body = block([*marks, self.body(cell)])
        size = f"across: {cell.get('colspan', 1)}, down: {cell.get('rowspan', 1)}"
        head = "true" if cell.tag == "th" else "false"
        return f"(classes: {array(map(quoted, classes(cell)))}, {size}, head: {head}, body: {body})"

    def figures_as_text(self, table: HtmlElement) -> str:
        """Return the figures of a source as a paragraph per series: tables would fill a second volume."""
        lines: list[list[str]] = []
        entity = ""
        for row in table.iter("tr"):
            cells = [own_text(cell) for cell in row if cell.tag == "td"]
            if row.get("id") and cells:
                lines.append([*self.marks(row), f"h.strong((), {block(text_pieces(cells[0]))})"])
                entity = ""
            elif cells:
                who, when, value, unit, where, note = cells
                amount = value if unit == "count" else f"{value} {unit}"
                aside = "; ".join(part for part in (where, note) if part)
                text = ("; " if entity else ". ") + (f"{who} " if who != entity else "") + f"{when}: {amount}"
                lines[-1] += text_pieces(text + (f" ({aside})" if aside else ""))
                entity = who
        return f"h.figures({', '.join(map(block, lines))})"


def column_widths(rows: Sequence[Sequence[str]], count: int) -> list[str]:
    """Return the width of each of `count` columns in Typst, for rows of as many texts.

    Columns are as wide as their texts. If these do not fit on a line, long texts share what short ones
    leave: the more text a column has, the wider it is, and no column is narrower than its longest word.
    """
    columns = [*zip(*rows, strict=True)]
    longest = [max(map(wide, column)) for column in columns]
    if sum(longest) <= LINE or max(longest) <= SHORT:
        return ["auto"] * count
    parts = [sqrt(sum(map(wide, column))) * (most > SHORT) for column, most in zip(columns, longest, strict=True)]
    letters = (LINE - sum(most for most in longest if most <= SHORT)) / sum(parts)  # for each part
    shares = [max(letters * part, longest_word(column)) for column, part in zip(columns, parts, strict=True)]
    return [f"{share:.0f}fr" if part else "auto" for share, part in zip(shares, parts, strict=True)]


WRITERS = {
    **dict.fromkeys(("blockquote", "div", "em", "p", "section", "span", "strong", "sub", "sup"), Page.plain),
    **dict.fromkeys(("code", "pre"), Page.code),
    **dict.fromkeys(("ol", "ul"), Page.items),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Page.heading),
    "a": Page.link,
    "br": lambda page, element: "linebreak()",
    "dl": Page.terms,
    "figure": Page.figure,
    "img": Page.image,
    "svg": Page.drawing,
    "table": Page.table,
}


def article_in(page: Path) -> HtmlElement:
    """Return the article in a file of the finished pages. Raises ValueError if there is none."""
    tree = lxml.html.fromstring(page.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8", remove_comments=True))
    article = next((e for e in tree.iter("article") if "bd-article" in classes(e)), None)
    if article is None:
        raise ValueError(f"{page.name} has no article: the theme's page template has changed")
    return article


def page_anchor(document: str) -> str:
    """Return the name of a page within the whole book."""
    return f"page-{slug(document)}"


def classes(element: HtmlElement) -> list[str]:
    return [*element.get("class", "").split(), *filter(None, [element.get("data-group")])]


def on_screen_only(element: HtmlElement) -> bool:
    return (
        (element.tag in SCREEN_TAGS and OPEN_IN_PRINT not in classes(element))
        or element.get("hidden") is not None
        or not SCREEN_CLASSES.isdisjoint(classes(element))
    )


def wide(text: str) -> int:
    """Return the width of a text in letters. A Chinese character is as wide as two."""
    return len(text) + len("".join(re.findall(HAN_LETTERS, text)))


def longest_word(texts: Iterable[str]) -> int:
    """Return the letters of the longest word, and two between columns. A word longer than SHORT may be broken."""
    words = (len(word) for text in texts for word in re.sub(HAN_LETTERS, " ", text).split())
    return min(SHORT, max(words, default=0)) + 2


def own_text(element: HtmlElement) -> str:
    """Return the text of an element on one line."""
    return " ".join(element.text_content().split())


# Typst ------------------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """Return a Typst string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def text_pieces(text: str | None) -> list[str]:
    """Return a text in pieces: strings, calls for Chinese, and blanks at the ends, which Typst may drop."""
    pieces = re.split(f"({HAN_LETTERS}|^ | $)", re.sub(r"[ \t\r\n]+", " ", text or ""))
    return [typst_text(piece) for piece in pieces if piece]


def typst_text(piece: str) -> str:
    if piece == " ":
        return "[ ]"
    known = languages.printed()
    if not (known.tag and re.match(HAN_LETTERS, piece)):
        return quoted(piece)
    return f"h.marked({quoted(piece)}, {quoted(known.tag.partition('-')[0])}, {quoted(known.region)})"


def block(parts: Iterable[str]) -> str:
    """Join pieces into a block."""
    return "{" + "\n".join(parts) + "}"


def array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def typst_call(element: HtmlElement, *arguments: str) -> str:
    """Return a call of the function named after the element. Its first argument is the element's classes."""
    return f"h.{element.tag}({', '.join([array(map(quoted, classes(element))), *arguments])})"
