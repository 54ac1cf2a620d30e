"""The print edition: Typst sets the finished HTML pages of all documents as tagged PDFs.

There are three: the report, the brief and, if it is wanted, the annex. They are made from the pages, so every number,
figure and table is the same as on the web.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pikepdf
import typst
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

from claimbook.citation import GENRE, Work, apa, report_reference
from claimbook.intake import languages
from claimbook.pages import MADE_SHEETS, look_file, print_pages
from claimbook.pages.book import charts_of, results_of, work_of
from claimbook.pages.claim_pages import other_minute
from claimbook.pages.drawings import OUR_FONTS
from claimbook.pages.print_pages import Page
from claimbook.pages.writing import FORK, PRINTS_EVENT, WrittenFiles
from claimbook.project import outputs
from claimbook.project.folders import FONTS, UserError, below, write_below
from claimbook.project.report import report_settings
from claimbook.say.words import day_in_words
from claimbook.templates import filled, words

TABLE_HEADS = "heads.json"  # file with the heads of all tables: rows in each, and whether its first column heads rows
# the style, and the files from which it reads colours
PRINT_STYLE = ("print.typ", "_static/tokens.css", "_static/badges.css")


class PrintFaulty(UserError, ValueError):
    """A PDF cannot be made: a link in it leads nowhere, or Typst refuses it. The message says where and why."""


def join_pages(pages: Sequence[Page], name: str) -> Sequence[Page]:
    """Return pages for one PDF, each with the places that something links to. Raises PrintFaulty."""
    places = frozenset(place for page in pages for place in page.ids())
    linked = {place for page in pages for place in page.links()}
    if dead := sorted(linked.difference(places, *(page.left_out for page in pages))):
        raise PrintFaulty(f"{name}: a link leads to {', '.join(dead)}, which none of its pages has. Correct the link.")
    for page in pages:
        page.places = places & linked
    return pages


def style(source: Path) -> dict[str, bytes]:
    """Return the files of the print style by their name in Typst."""
    files = {path.name: path.read_bytes() for path in (look_file(source, name) for name in PRINT_STYLE)}
    return files | {name: filled(name).encode() for name in MADE_SHEETS}


def report_pdf(app: Sphinx) -> WrittenFiles:
    """Typeset the report, and attach the evidence and results.json."""
    work, found = work_of(app), results_of(app)
    files = {name: path.read_bytes() for name, path in below(app.srcdir / "data", "data").items()}
    files["results.json"] = outputs.results_as_json(found)
    about = {"title": work.title, "cover": {"kind": GENRE, "subtitle": found["lead"]}}
    yield pages_as_pdf(app, outputs.PDF, print_pages.report_pages(app.srcdir, app.outdir), about, files)


def annex_pdf(app: Sphinx) -> WrittenFiles:
    """Typeset the annex, if it is wanted."""
    if not outputs.annex_is_wanted():
        return
    what = "The annex, for looking things up: all evidence, measures, searches and references."
    about = {"title": f"{work_of(app).title}: annex", "cover": {"kind": "Annex", "subtitle": what}}
    yield pages_as_pdf(app, outputs.ANNEX_PDF, print_pages.annex(app.srcdir, app.outdir), about, {})


def brief_pdf(app: Sphinx) -> WrittenFiles:
    """Typeset the brief, and the brief in the other language that report.yml names."""
    work, also = work_of(app), report_settings().also
    minute = print_pages.brief(app.srcdir, app.outdir, work.address)
    yield pages_as_pdf(app, outputs.BRIEF_PDF, minute, {"title": f"{work.title}: brief"}, {})
    if also:
        minute = print_pages.brief(app.srcdir, app.outdir, work.address, other_minute(app))
        about = {"title": words(also).report_title, "description": words(also).describes, "letters": ""}
        about |= {"language": also, "region": languages.KNOWN[also].region}
        yield pages_as_pdf(app, outputs.OTHER_BRIEF_PDF, minute, about, {})


def pages_as_pdf(
    app: Sphinx, name: str, pages: Sequence[Page], about: Mapping[str, Any], files: Mapping[str, bytes]
) -> tuple[str, bytes]:
    """Return name and content of one PDF. `about` has its title and the texts of its cover, `files` are attached."""
    drawings = {chart["label"]: chart["svg"] for _, chart in charts_of(app)}
    for page in join_pages(pages, name):
        page.drawings = drawings
    chapters = {page.part: page.anchor for page in reversed(pages)}  # the first of each part
    parts = [*reversed(chapters.items())]
    whole = {**about_work(work_of(app)), "cover": {}, "files": [*files], "parts": parts, **about}
    document = {**typst_files(pages, whole), **style(app.srcdir), **files}
    del pages, page  # a large book needs their memory for typesetting
    make = typeset_there if name == outputs.PDF else typeset
    names = json.dumps([*document]).encode()
    return name, outputs.stored_or_made(name, lambda: make(document), names, *document.values())


def about_work(work: Work) -> dict[str, Any]:
    """Return what a PDF says about the report on its cover and in its metadata."""
    settings, letters = report_settings(), languages.printed()
    return {
        "report": work.title,
        "author": work.author,
        "description": work.abstract,
        "keywords": work.keywords,
        "day": work.cutoff.timetuple()[:3],
        "edition": f"Edition {work.edition}: evidence published up to {day_in_words(work.cutoff)}",
        "cite": f"Cite as: {apa(report_reference(work))}",
        "licence": settings.licences.statement,
        "native": settings.native,
        "language": settings.language,
        "region": None,
        "letters": letters.tag and [letters.tag.partition("-")[0], letters.region],
    }


def typst_files(pages: Sequence[Page], about: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a document: pages, their pictures and heads of tables, and `about`, which describes it."""
    texts = {
        "main.typ": '#import "print.typ": edition\n#edition()',
        "pages.xml": f"<pages>{''.join(page.xml() for page in pages)}</pages>",
        "about.json": json.dumps(about, ensure_ascii=False),
        TABLE_HEADS: json.dumps([each for page in pages for each in page.heads]),
    }
    pictures = {name: content for page in pages for name, content in page.files.items()}
    return {name: in_our_fonts(text).encode() for name, text in texts.items()} | pictures


# by a process that knows the last report -----------------------------------------------------------------------

LAST = "typeset"  # folder of kept files: what the report was last typeset from


@cache
def typesetter() -> Connection:
    """Start the process that will typeset the report, once, before this one is full of pages. Returns how to ask it."""
    ours, theirs = FORK.Pipe()
    FORK.Process(target=wait_and_typeset, args=(theirs, ours), daemon=True).start()
    theirs.close()
    return ours


def wait_and_typeset(answer: Connection, asked: Connection) -> None:
    """Typeset the last report before the pages are made, then the new one: Typst remembers what stays the same."""
    asked.close()
    last = Path(os.environ[outputs.STORED_FILES_VARIABLE], LAST)
    with suppress(Exception):  # then Typst remembers nothing
        compiled({name: path.read_bytes() for name, path in below(last).items()})
    with suppress(EOFError, PrintFaulty):  # nobody asks for the same report again, and who asks finds the fault too
        document = answer.recv()
        answer.send(typeset(document))
        shutil.rmtree(last, ignore_errors=True)
        write_below(last, document)


def typeset_there(document: Mapping[str, bytes]) -> bytes:
    """Let the other process typeset a document or, if that fails there, this one. Raises PrintFaulty."""
    with suppress(EOFError, OSError):
        typesetter().send(document)
        return typesetter().recv()
    return typeset(document)


# by Typst ------------------------------------------------------------------------------------------------------

STANDARDS = ["a-3a", "ua-1"]
REPLACEMENT = "\N{DOUBLE QUESTION MARK}"  # our fonts have it


def compiled(document: Mapping[str, bytes]) -> bytes:
    """Return the PDF that Typst makes of a document. Raises PrintFaulty with one sentence."""
    settings = OUR_FONTS | {"pdf_standards": STANDARDS}
    try:
        return typst.compile(dict(document), **settings)  # type: ignore[call-overload]  # its types lack several files
    except typst.TypstError as error:
        place = ", ".join(re.findall(r"\S+\.typ:\d+", error.diagnostic)[:1])
        raise PrintFaulty(f"the PDF cannot be set: {error.message}, {place}") from None


def typeset(document: Mapping[str, bytes]) -> bytes:
    """Typeset a document, given as files by name, as a tagged PDF/A-3a and PDF/UA-1 file. Raises PrintFaulty."""
    with pikepdf.open(BytesIO(compiled(document))) as pdf:
        heads = json.loads(document[TABLE_HEADS])
        for table, (count, of_rows) in zip(elements(pdf.Root.StructTreeRoot, "/Table"), heads, strict=True):
            tag_heads(list(elements(table, "/TR"))[count:], of_rows)
        finished = BytesIO()
        packed = pikepdf.ObjectStreamMode.generate
        pdf.save(finished, object_stream_mode=packed, deterministic_id=True, fix_metadata_version=False)
    return finished.getvalue()


@cache
def letters_in_fonts() -> frozenset[str]:
    """Return every character that one of our fonts has. The standards forbid the boxes that stand for others."""
    known: set[int] = set()
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            known |= font.getBestCmap().keys()
    return frozenset(map(chr, known))


def in_our_fonts(text: str) -> str:
    """Return the text with a mark for each visible character that no font has."""
    unknown = {letter for letter in set(text) - letters_in_fonts() if letter.isprintable()}
    return text.translate(dict.fromkeys(map(ord, unknown), REPLACEMENT))


def elements(node: pikepdf.Object, *kinds: str) -> Iterator[pikepdf.Dictionary]:
    """Yield the outermost elements of some kinds in a part of the structure tree, in reading order."""
    inner = node.get("/K", pikepdf.Array()) if isinstance(node, pikepdf.Dictionary) else node
    for child in inner if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(child, pikepdf.Dictionary) and child.get("/S") in kinds:
            yield child
        elif isinstance(child, pikepdf.Dictionary | pikepdf.Array):
            yield from elements(child, *kinds)


def tag_heads(rows: Sequence[pikepdf.Dictionary], of_rows: bool) -> None:
    """Tag which cells in the rows below a table's head are heads, and add scopes that say what they head.

    Typst has a function for row heads, but its Python package has it switched off. A line across the table is
    set as a head, so that no page ends with it. It does not head a column, so here it becomes a plain cell.
    """
    cells = [list(elements(row, "/TD", "/TH")) for row in rows]
    if not of_rows and not any(cell.S == "/TH" for row in cells for cell in row):
        return
    for row in cells:
        for place, cell in enumerate(row):
            is_head = of_rows and place == 0
            cell.S = pikepdf.Name.TH if is_head else pikepdf.Name.TD
            spans = [each.ColSpan for each in cell.get("/A", []) if "/ColSpan" in each]
            about = {"/Scope": pikepdf.Name.Row} if is_head else {"/ColSpan": spans[0]} if spans else {}
            cell.A = pikepdf.Dictionary(about | {"/O": pikepdf.Name.Table})


def setup(app: Sphinx) -> None:
    app.connect("env-before-read-docs", lambda *_: typesetter())
    for files in (annex_pdf, report_pdf, brief_pdf):  # the annex takes as long as all else at the end of a build
        app.connect(PRINTS_EVENT, files)
