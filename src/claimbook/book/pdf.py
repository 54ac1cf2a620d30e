"""The print edition: when the HTML pages of all documents are written, they are joined and set as tagged PDFs by Typst.

There are three: the report, its annex and the brief. The pages themselves are the source, so every number, figure and
table is the one of the web edition.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from sphinx.application import Sphinx

from claimbook.book import api, beside, print_parts
from claimbook.book.citing import work_of
from claimbook.book.print_pages import Page, array, block, quoted, said
from claimbook.build.contents import notebooks
from claimbook.build.files import below, write_whole
from claimbook.build.publication import ANNEX, BRIEF, PDF, made_once
from claimbook.evidence.claims import read_ledger
from claimbook.fonts import FOLDER
from claimbook.publish.metadata import Work
from claimbook.publish.references import apa, report
from claimbook.results import brief
from claimbook.say import recorded as results
from claimbook.say.about import about
from claimbook.say.periods import in_words
from claimbook.say.project import Told
from claimbook.say.verdict_table import style_sheet

STYLE = (
    "book/print/print.typ",
    "book/_static/tokens.css",
    "book/_static/badges.css",
)  # it reads colours from the others


class DeadLink(Told, ValueError):
    """A link within the print edition leads nowhere; the message says in which file."""


def joined(pages: Sequence[Page], name: str) -> Sequence[Page]:
    """Pages that make one file, told what is linked to in it. Raises DeadLink."""
    places = frozenset(place for page in pages for place in page.ids())
    linked = {place for page in pages for place in page.links()}
    if dead := sorted(linked.difference(places, *(page.left_out for page in pages))):
        raise DeadLink(f"{name}: a link leads to {', '.join(dead)}, which no page of it has. Mend the link.")
    for page in pages:
        page.places = places & linked
    return pages


def print_document(work: Work, pages: Sequence[Page], opening: Iterable[str], language: str, title: str) -> str:
    """Pages in Typst behind the calls of `opening`; `title` is that of the file."""
    about = {
        "title": quoted(title),
        "author": quoted(work.author),
        "description": quoted(work.abstract),
        "keywords": array(map(quoted, work.keywords)),
        "day": array([str(work.cutoff.year), str(work.cutoff.month), str(work.cutoff.day)]),
        "language": quoted(language),
    }
    lines = [
        '#import "print.typ" as h',
        f"#show: h.book.with({named(about)})",
        *opening,
        *(f"#{page.source()}" for page in pages),
    ]
    return "\n".join(lines)


def cover(work: Work, subtitle: str, kind: str = "Reproducible report") -> str:
    """The first page: what this is, and what was found or what it holds."""
    says = {
        "kind": " · ".join(filter(None, (kind, about().native))),
        "title": work.title,
        "subtitle": subtitle,
        "author": work.author,
        "edition": f"Edition {work.edition}: evidence published up to {in_words(work.cutoff)}",
        "cite": f"Cite as: {apa(report(work))}",
        "licence": f"Licence: {work.licence}",
    }
    return f"#h.cover({named({name: block(said(text)) for name, text in says.items()})})"


def contents(pages: Sequence[Page]) -> str:
    """Each part of the book with the place where it begins, and where the next one does."""
    opening = [next(chapters) for _, chapters in groupby(pages, key=attrgetter("part"))]
    begins = [f"label({quoted(page.anchor)})" for page in opening]
    parts = zip(opening, begins, [*begins[1:], "none"], strict=True)
    return f"#h.contents({array(array([quoted(page.part), *ends]) for page, *ends in parts)})"


def named(arguments: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in arguments.items())


def style(source: Path) -> dict[str, bytes]:
    """The files of the print style, by the names that they have in Typst."""
    given = {path.name: path.read_bytes() for path in (source / name for name in STYLE)}
    return given | {"verdicts.css": style_sheet().encode()}


def make_report(app: Sphinx) -> None:
    """What is read, with the evidence and what the notebooks found attached."""
    source, work = Path(app.srcdir), work_of(app)
    pages = print_parts.report(source, Path(app.outdir))
    files = {name: path.read_bytes() for name, path in below(source / "data", "data").items()}
    files["results.json"] = results.as_json(api.document(source))
    called = {claim.id: claim.called for claim in read_ledger(source / "data" / "claims.yml").claims}
    finding = " ".join(map("".join, brief.lead(api.claims(source), lambda claim: called[claim.id])))
    opening = [*(f"#h.attach({quoted(name)})" for name in files), cover(work, finding), contents(pages)]
    set_pages(app, PDF, pages, opening, work.title, files)


def make_annex(app: Sphinx) -> None:
    """What is looked up."""
    source, work = Path(app.srcdir), work_of(app)
    pages = print_parts.annex(source, Path(app.outdir))
    what = "The annex: what is looked up and not read. All evidence, measures, searches and references."
    opening = [cover(work, what, "Annex"), contents(pages)]
    set_pages(app, ANNEX, pages, opening, f"{work.title}: annex", {})


def make_brief(app: Sphinx) -> None:
    """What is read in a minute."""
    work = work_of(app)
    minute = print_parts.brief(Path(app.srcdir), Path(app.outdir), work.address)
    set_pages(app, BRIEF, minute, [], f"{work.title}: brief", {})


def set_pages(
    app: Sphinx, name: str, pages: Sequence[Page], opening: Iterable[str], title: str, files: Mapping[str, bytes]
) -> None:
    """Set one file of PDF beside the pages; `files` are at hand to be attached."""
    from claimbook.book.typesetting import typeset  # what it needs is large, and a preview makes no PDF

    source = Path(app.srcdir)
    shown = [figure for notebook in notebooks(source).values() for figure in results.figures(notebook)]
    for page in joined(pages, name):
        page.drawings = {figure["label"]: figure["svg"] for figure in shown}
    main = print_document(work_of(app), pages, opening, app.config.language, title)
    drawings = {name: content for page in pages for name, content in page.files.items()}
    heads = [each for page in pages for each in page.heads]
    document = {"main.typ": main.encode(), **style(source), **drawings, **files}
    of = [part for name, content in document.items() for part in (name.encode(), content)]
    content = made_once(name, lambda: typeset(document, FOLDER, heads), str(heads).encode(), *of)
    write_whole(Path(app.outdir) / name, content)


def setup(app: Sphinx) -> None:
    for make in (make_report, make_annex, make_brief):
        app.connect(beside.PRINTS, make)
