"""The print edition: when the HTML pages are finished, they are joined and set as one tagged PDF by Typst.

The pages themselves are the source, so every number, figure and table is the one of the web edition.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

import torch_program
from torch_program import results
from torch_program.citation.metadata import Work, documents, read
from torch_program.citation.references import apa, report
from torch_program.periods import in_words
from torch_program.pipeline.files import write_whole
from torch_program.sphinx_ext.api import document
from torch_program.sphinx_ext.print_pages import Page, array, block, quoted, said

PDF_NAME = "torch-program.pdf"
STYLE = (
    "book/print/print.typ",
    "book/_static/tokens.css",
    "book/_static/badges.css",
)  # it reads colours from the others
FONTS = Path("book", "print", "fonts")
CHART_FONTS = Path(torch_program.__file__).parent / "fonts"  # also those of titles and tables

logger = logging.getLogger(__name__)


def assemble(source: Path, pages: Path) -> list[Page]:
    """The built pages of the book in `pages`, in the order of `_toc.yml` in `source`; they know what is linked to."""
    order = list(documents(source))
    known = frozenset(document for _, document in order)
    chapters = [Page(pages, document, known, part) for part, document in order]
    places = frozenset(place for page in chapters for place in page.ids())
    linked = {place for page in chapters for place in page.links()}
    for place in sorted(linked - places):
        logger.warning("%s: a link leads to %s, which no page of the book has", PDF_NAME, place)
    for page in chapters:
        page.places = places & linked
    return chapters


def print_document(work: Work, pages: Sequence[Page], names: Iterable[str], language: str) -> str:
    """The whole book in Typst; the files `names` are attached to it."""
    about = {
        "title": quoted(work.title),
        "author": quoted(work.author),
        "description": quoted(work.abstract),
        "keywords": array(map(quoted, work.keywords)),
        "day": array([str(work.cutoff.year), str(work.cutoff.month), str(work.cutoff.day)]),
        "language": quoted(language),
    }
    cover = {
        "kind": "Reproducible report · 火炬计划",
        "title": work.title,
        "subtitle": work.abstract,
        "author": work.author,
        "edition": f"Edition {work.edition}: evidence published up to {in_words(work.cutoff)}",
        "cite": f"Cite as: {apa(report(work))}",
        "licence": f"Licence: {work.licence}",
    }
    lines = [
        '#import "print.typ" as h',
        f"#show: h.book.with({named(about)})",
        *(f"#h.attach({quoted(name)})" for name in names),
        f"#h.cover({named({name: block(said(text)) for name, text in cover.items()})})",
        f"#h.contents({array(parts_of(pages))})",
        *(f"#{page.source()}" for page in pages),
    ]
    return "\n".join(lines)


def named(arguments: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in arguments.items())


def parts_of(pages: Sequence[Page]) -> list[str]:
    """Each part of the book with the place where it begins, and where the next one does."""
    opening = [
        page for before, page in zip([None, *pages], pages, strict=False) if not before or before.part != page.part
    ]
    begins = [f"label({quoted(page.anchor)})" for page in opening]
    return [
        array([quoted(page.part), *ends]) for page, *ends in zip(opening, begins, [*begins[1:], "none"], strict=True)
    ]


def attached(source: Path) -> dict[str, bytes]:
    """Files that go with the report, by name: the evidence, the claims, and what the notebooks found."""
    data = source / "data"
    files = {p.relative_to(source).as_posix(): p.read_bytes() for p in sorted(data.rglob("*")) if p.is_file()}
    return files | {"results.json": results.as_json(document(source))}


def style(source: Path) -> dict[str, bytes]:
    """The files of the print style, by the names that they have in Typst."""
    return {path.name: path.read_bytes() for path in (source / name for name in STYLE)}


def make_pdf(app: Sphinx, exception: Exception | None) -> None:
    """Make the print edition beside the pages, whole or not at all."""
    if exception is not None or app.builder.name != "html":
        return
    from torch_program.sphinx_ext.typesetting import (
        StyleFaulty,
        typeset,
    )  # what it needs is large, and a preview makes no PDF

    source, pages = Path(app.srcdir), Path(app.outdir)
    target = pages / PDF_NAME
    target.unlink(missing_ok=True)
    chapters, files = assemble(source, pages), attached(source)
    main = print_document(read(source), chapters, files, app.config.language)
    drawings = {name: content for page in chapters for name, content in page.files.items()}
    heads = [each for page in chapters for each in page.heads]
    document = {"main.typ": main.encode(), **style(source), **drawings, **files}
    try:
        content = typeset(document, [source / FONTS, CHART_FONTS], heads)
    except StyleFaulty as fault:
        logger.error("%s", fault)
        return
    write_whole(target, content)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("build-finished", make_pdf)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
