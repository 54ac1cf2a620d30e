"""The print edition: when the HTML pages are finished, they are joined and set as one tagged PDF by WeasyPrint.

The pages themselves are the source, so every number, figure and table is the one of the web edition.
"""

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from io import BytesIO
from itertools import starmap
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from typing import Any

from bs4 import BeautifulSoup, Tag
from PIL import ImageFont
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.parallel import parallel_available

from torch_program import results
from torch_program.citation.metadata import Work, documents, executed, parameters, read
from torch_program.citation.references import apa, report
from torch_program.claims import read_ledger
from torch_program.sphinx_ext import print_figures

PDF_NAME = "torch-program.pdf"
STYLE = Path("book", "print", "print.css")
PDFUA = Path(__file__).with_name("pdfua.xmp")
WHOLE_ROWS = 10  # a table with no more rows is kept on one page with its caption
LINE = 52.0  # em of a table that stand beside each other on a page
GAP = 0.9  # em between columns
BADGES = ["verdict", "robustness"]  # words that a shape stands before
EM_OF_PIXEL = 0.75 / 8.6
RULER = 100  # size of the font that text is measured with
FIRST_IDEOGRAPH = 0x2E80  # from here on a character is as wide as it is high
WEB_ONLY = (  # what works only on a screen, or says what the cover says
    "a.headerlink, .copybtn, hr.footnotes, details, .cell_input, script, style, template, dialog, form, button, "
    ".toctree-wrapper, p.downloads, .web-only, [hidden], .scorecard > .edition, .scorecard > .cite"
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heading:
    """A line of the contents; `level` 1 is a chapter, 2 a section."""

    level: int
    number: str
    title: str
    anchor: str


@dataclass(frozen=True)
class Chapter:
    """A page of the book, ready to be joined with others."""

    anchor: str
    body: str
    headings: tuple[Heading, ...] = field(default=())


def day(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"


# one page ----------------------------------------------------------------------------------------------------


def page_anchor(document: str) -> str:
    """Anchor of a page; it begins with a letter, as ids of style sheets must."""
    return "page-" + re.sub(r"[^A-Za-z0-9]+", "-", document).strip("-").lower()


def print_page(pages: Path, document: str, known: frozenset[str], part: str) -> Chapter:
    """Turn a built page into a chapter: what only works on screen is dropped, ids and links are unique in the book."""
    html = (pages / f"{document}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(html, "html.parser")
    article = soup.select_one("article.bd-article")
    if article is None:
        raise ValueError(f"{document}.html has no article: the theme's page template has changed")
    for element in article.select(WEB_ONLY):
        element.decompose()
    anchor = page_anchor(document)
    prefix_ids(article, anchor)
    relink(article, document, known)
    place_images(article, document, pages)
    place_drawings(article, soup)
    place_footnotes(article, soup)
    for each in article.select("table.figures"):
        each.replace_with(figures_as_text(each, soup))
    for each in article.find_all("table"):
        prepare_table(each, soup)
    for element in article.select(".pst-scrollable-table-container, div.cell, div.cell_output"):
        element.unwrap()
    headings = tuple(read_headings(article, anchor))
    open_chapter(article, soup, headings[0], part)
    return Chapter(anchor, article.decode_contents(), headings)


def prefix_ids(article: Tag, anchor: str) -> None:
    for element in article.find_all(id=True):
        element["id"] = f"{anchor}--{element['id']}"


def relink(article: Tag, document: str, known: frozenset[str]) -> None:
    """Point links inside the book to places in the file; drop links to files that stand beside the pages."""
    for link in article.find_all("a", href=True):
        if not link.find("img"):
            link.string = link.get_text()  # a box inside a link would become an annotation outside it (PDF/UA 7.18.5)
        href = link["href"]
        if href.startswith("#"):
            link["href"] = f"#{page_anchor(document)}--{href[1:]}"
        elif not re.match(r"[a-z]+:", href):
            target = document_of(href, document)
            if target in known:
                fragment = href.partition("#")[2]
                link["href"] = f"#{page_anchor(target)}" + (f"--{fragment}" if fragment else "")
            else:
                link.unwrap()


def document_of(href: str, document: str) -> str:
    """Document name that a relative link of a page leads to."""
    joined = os.path.normpath(PurePosixPath(document).parent / href.partition("#")[0])
    return PurePosixPath(joined).with_suffix("").as_posix()


def place_images(article: Tag, document: str, pages: Path) -> None:
    """Put each chart in place of its address, with its words as text."""
    for image in article.find_all("img", src=True):
        if not re.match(r"[a-z]+:", image["src"]):
            path = pages / os.path.normpath(PurePosixPath(document).parent / image["src"])
            if path.suffix == ".svg":
                image["src"] = print_figures.as_address(print_figures.set_words(path.read_text(encoding="utf-8")))
            else:
                image["src"] = path.relative_to(pages).as_posix()


def place_drawings(article: Tag, soup: BeautifulSoup) -> None:
    """Turn each drawing that is part of a page into a picture, which has a description in the file; drop icons."""
    for drawing in article.find_all("svg"):
        if drawing.title is None:
            drawing.decompose()
            continue
        image = soup.new_tag("img", attrs={n: drawing[n] for n in ("width", "height", "class") if n in drawing.attrs})
        image["alt"] = f"Evidence drawn small: {drawing.title.get_text()}"
        drawing["xmlns"] = print_figures.NAMESPACE
        image["src"] = print_figures.as_address(str(drawing))
        drawing.replace_with(image)


def place_footnotes(article: Tag, soup: BeautifulSoup) -> None:
    """Move the text of each footnote to its mark; the style sheet floats it to the foot of the page."""
    notes = {note["id"]: note for note in article.select("aside.footnote[id]")}
    for mark in article.select("a.footnote-reference"):
        note = notes.get(mark["href"][1:])
        if note is not None:
            text = soup.new_tag("span", attrs={"class": "footnote-text"})
            text.extend([child.extract() for p in note.find_all("p", recursive=False) for child in list(p.contents)])
            mark.replace_with(text)
    for element in article.select("aside.footnote-list"):
        element.decompose()


def figures_as_text(table: Tag, soup: BeautifulSoup) -> Tag:
    """Figures of a source as a paragraph a series: tables of hundreds of sources would fill a second volume."""
    box = soup.new_tag("div", attrs={"class": "figures"})
    entity = ""
    for row in table.select("tbody tr"):
        cells = [" ".join(cell.get_text().split()) for cell in row.find_all("td")]
        if row.get("id"):
            line = soup.new_tag("p", attrs={"id": row["id"]})
            label = soup.new_tag("strong")
            label.string = cells[0]
            line.append(label)
            box.append(line)
            entity = ""
            continue
        who, when, value, unit, where, note = cells
        amount = value if unit == "count" else f"{value} {unit}"
        aside = "; ".join(part for part in (where, note) if part)
        line.append(("; " if entity else ". ") + (f"{who} " if who != entity else "") + f"{when}: {amount}")
        line.append(f" ({aside})" if aside else "")
        entity = who
    return box


def prepare_table(table: Tag, soup: BeautifulSoup) -> None:
    """Scopes for the heads, plain cells, widths of the columns, and a box that keeps a short table whole."""
    for column_widths in table.find_all("colgroup"):
        column_widths.decompose()
    rows = table.find_all("tr")
    for head in table.find_all("th"):
        head["scope"] = "col" if head.find_parent("thead") else "row"
    if table.thead and table.tbody and all(row.find(["td", "th"]).name == "th" for row in table.tbody.find_all("tr")):
        table.thead.th.name = "td"  # it heads only heads, and no cell would refer to it (PDF/UA 7.5)
    for cell in table.find_all(["td", "th"]):
        paragraphs = cell.find_all("p", recursive=False)
        if len(paragraphs) == 1:
            paragraphs[0].unwrap()
    widths = column_widths_of([row.find_all(["td", "th"], recursive=False) for row in rows])
    columns = soup.new_tag("colgroup")
    columns.extend([soup.new_tag("col", attrs={"style": f"width:{width:.1f}%"}) for width in widths])
    (table.caption.insert_after if table.caption else lambda node: table.insert(0, node))(columns)
    if len(rows) <= WHOLE_ROWS:
        table.wrap(soup.new_tag("div", attrs={"class": "keep"}))


def column_widths_of(rows: Sequence[Sequence[Tag]]) -> list[float]:
    """Widths of the columns of a table in per cent: no word is broken, and long texts take few lines.

    A column is at least as wide as its longest word or text that is kept on one line, and at most as its longest cell;
    in between the widths grow with the square root of the average cell.
    """
    cells = [row for row in rows if not any(cell.get("colspan") for cell in row)]
    columns = list(zip(*cells, strict=False))
    least = [max(map(unbroken, column)) + GAP for column in columns]
    lengths = [[wide(cell.get_text(" ", strip=True)) for cell in column] for column in columns]
    most = [max(low, max(column) + GAP) for low, column in zip(least, lengths, strict=True)]
    weights = [(sum(column) / len(column)) ** 0.5 for column in lengths]

    def grown(by: float) -> list[float]:
        return [min(max(low, by * weight), high) for low, weight, high in zip(least, weights, most, strict=True)]

    low, high = 0.0, LINE
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(grown(middle)) < LINE else (low, middle)
    widths = grown(low)
    return [100 * width / sum(widths) for width in widths]


def unbroken(cell: Tag) -> float:
    """Width of the longest piece of a cell that stays on one line, in em."""
    text = cell.get_text(" ", strip=True)
    if cell.name == "td" and "text-right" in cell.get("class", []):
        return wide(text)
    badges = [wide(word) + 1.5 for badge in cell.find_all(class_=BADGES) for word in badge.get_text().split()]
    pictures = [int(image["width"]) * EM_OF_PIXEL for image in cell.find_all("img", width=True)]
    return max(badges + pictures + [wide(word) for word in re.split(r"(?<=[–-])(?=[^\W\d])|[ \n]+", text)])


@cache
def wide(text: str) -> float:
    """Width of a text in em of the font of the tables; as if it were semibold, which is the widest."""
    latin = "".join(character for character in text if ord(character) < FIRST_IDEOGRAPH)
    return ruler().getlength(latin) / RULER + len(text) - len(latin)


@cache
def ruler() -> Any:
    return ImageFont.truetype(str(print_figures.FONTS / "SourceSans3-Semibold.ttf"), RULER)


def read_headings(article: Tag, anchor: str) -> Iterator[Heading]:
    """Chapter and sections of a page; a number that leads the title of the chapter is set apart."""
    h1 = article.find("h1")
    number, title = split_number(h1.get_text())
    yield Heading(1, number, title, anchor)
    for h2 in article.find_all("h2"):
        if h2.parent["id"] != f"{anchor}--sources":  # every section ends in its sources
            yield Heading(2, "", " ".join(h2.get_text().split()), h2.parent["id"])


def split_number(title: str) -> tuple[str, str]:
    """("2.1", "The Torch Program") of "2.1 The Torch Program"; no number gives ""."""
    found = re.match(r"\s*(\d+(?:\.\d+)*)\.?\s+(.*)", " ".join(title.split()))
    return (found[1], found[2]) if found else ("", " ".join(title.split()))


def open_chapter(article: Tag, soup: BeautifulSoup, heading: Heading, part: str) -> None:
    """The head of a chapter: its number or its part above the title."""
    h1 = article.find("h1")
    h1.string = heading.title
    h1["data-head"] = f"{heading.number} {heading.title}".strip()
    eyebrow = soup.new_tag("p", attrs={"class": "eyebrow"})
    eyebrow.string = f"Section {heading.number}" if heading.number else part
    if eyebrow.string:
        h1.insert_before(eyebrow)


# the whole ---------------------------------------------------------------------------------------------------


def contents(chapters: list[tuple[str, Chapter]]) -> str:
    """The list of contents; page numbers are set by the style sheet."""
    lines, last = [], ""
    for part, chapter in chapters:
        if part != last:
            lines.append(f'<li class="part">{escape(part)}</li>')
            last = part
        for h in chapter.headings:
            number = f'<span class="number">{h.number}</span>'
            lines.append(f'<li class="level-{h.level}">{number}<a href="#{h.anchor}">{escape(h.title)}</a></li>')
    return f'<nav id="contents"><h1 data-head="Contents">Contents</h1><ul>{"".join(lines)}</ul></nav>'


def cover_page(work: Work) -> str:
    """The cover: title, what it is, edition, how to cite."""
    return f"""<section id="cover"><p class="kind">Reproducible report · 火炬计划</p>
<p class="title">{escape(work.title)}</p><p class="subtitle">{escape(work.abstract)}</p>
<div class="foot"><p><strong>{escape(work.author)}</strong></p>
<p>Edition {escape(work.edition)}: evidence published up to {day(work.cutoff)}</p>
<p class="cite">Cite as: {escape(apa(report(work)))}</p>
<p class="licence">Licence: {escape(work.licence)}</p></div></section>"""


def print_document(work: Work, chapters: list[tuple[str, Chapter]], language: str) -> str:
    """The whole book as one HTML document."""
    stamp = f"{work.cutoff}T00:00:00Z"
    body = "".join(f'<section class="chapter" id="{c.anchor}">{c.body}</section>' for _, c in chapters)
    return f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(work.title)}</title>
<meta name="author" content="{escape(work.author)}"><meta name="description" content="{escape(work.abstract)}">
<meta name="keywords" content="{escape(", ".join(work.keywords))}">
<meta name="dcterms.created" content="{stamp}"><meta name="dcterms.modified" content="{stamp}"></head>
<body>{cover_page(work)}{contents(chapters)}<main>{body}</main></body></html>"""


def assemble(source: Path, pages: Path, language: str, jobs: int = 1) -> str:
    """Join the built pages of the book in `pages` in the order of `_toc.yml` in `source`; `jobs` work on them."""
    order = list(documents(source))
    known = frozenset(document for _, document in order)
    each = [(pages, document, known, part) for part, document in order]
    if jobs > 1 and parallel_available:
        with get_context("fork").Pool(jobs) as pool:
            chapters = pool.starmap(print_page, each, chunksize=1)
    else:
        chapters = list(starmap(print_page, each))
    return print_document(read(source), [(part, c) for (part, _), c in zip(order, chapters, strict=True)], language)


def dangling(document: str) -> list[str]:
    """Places that the document links to and does not have."""
    linked, places = (set(re.findall(pattern, document)) for pattern in (r'\bhref="#([^"]+)"', r'\bid="([^"]+)"'))
    return sorted(linked - places)


def attached(source: Path) -> dict[str, bytes]:
    """Files that go with the report, by name: the evidence, the claims, and what the notebooks found."""
    data = source / "data"
    files = {p.relative_to(source).as_posix(): p.read_bytes() for p in sorted(data.rglob("*")) if p.is_file()}
    notebooks = [json.loads(path.read_bytes()) for path in executed(source).values()]
    found = results.collect(
        map(results.read, notebooks), read_ledger(data / "claims.yml").claims, parameters(notebooks[0])
    )
    return files | {"results.json": results.as_json(found)}


def typeset(document: str, pages: Path, style: Path, target: Path, files: Mapping[str, bytes], day: dt.date) -> int:
    """Set the document as a tagged file of PDF/A-3a and PDF/UA-1, written whole or not at all.

    `files` are attached as data, dated by `day`. Returns the number of pages.
    """
    from weasyprint import CSS, HTML, Attachment  # needs Pango, which is found when it is imported
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    sheets = [
        CSS(string=print_figures.font_faces(), base_url="/", font_config=fonts),
        CSS(filename=str(style), font_config=fonts),
    ]
    html = HTML(string=document, base_url=f"{pages}/", media_type="print")
    rendered = html.render(stylesheets=sheets, font_config=fonts)
    moment = dt.datetime.combine(day, dt.time(), dt.UTC)
    rendered.metadata.attachments = [
        Attachment(
            file_obj=BytesIO(content),
            name=name,
            description=f"Data of the report: {name}",
            created=moment,
            modified=moment,
            relationship="Data",
        )
        for name, content in files.items()
    ]
    claim_accessibility(rendered.metadata)
    new = target.with_name(f".{target.name}.{os.getpid()}")
    identifier = hashlib.sha256(document.encode()).digest()[:16]
    with print_figures.texts_whole():
        rendered.write_pdf(new, pdf_variant="pdf/a-3a", pdf_tags=True, pdf_identifier=identifier)
    os.replace(new, target)
    return len(rendered.pages)


def claim_accessibility(metadata: Any) -> None:
    """Let the metadata of a PDF/A file say that it also follows PDF/UA-1, as that standard wants it said."""
    plain, also = metadata.generate_rdf_metadata, PDFUA.read_bytes()
    metadata.generate_rdf_metadata = lambda *variant: plain(*variant).replace(b"</rdf:RDF>", also + b"</rdf:RDF>")


def pango_missing() -> str:
    """Why WeasyPrint cannot work here, or "" if it can."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        return str(error).splitlines()[0]
    return ""


def make_pdf(app: Sphinx, exception: Exception | None) -> None:
    """Make the print edition beside the pages; without Pango there is none, and that is said."""
    if exception is not None or app.builder.name != "html":
        return
    target = Path(app.outdir) / PDF_NAME
    target.unlink(missing_ok=True)
    if reason := pango_missing():
        logger.info("The pages are finished. %s was not made, because Pango is missing (%s).", PDF_NAME, reason)
        return
    source, pages = Path(app.srcdir), Path(app.outdir)
    document = assemble(source, pages, app.config.language, app.parallel)
    for place in dangling(document):
        logger.warning("%s: a link leads to %s, which no page of the book has", PDF_NAME, place)
    count = typeset(document, pages, source / STYLE, target, attached(source), read(source).cutoff)
    logger.info("%s: %s pages", PDF_NAME, count)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", make_pdf)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
