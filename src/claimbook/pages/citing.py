"""What pages say about the report, its editions and its numbers: how to cite, tags, colophon, what changed, cards.

The references come from CITATION.cff through `claimbook.citation.metadata`. If it has no address, no page has one.
The colophon depends only on the source tree of the book, not on a clock or a machine's paths. A run with other
parameters or data than its edition says so at the top of every page.

Each number has an address, and one JSON block per page has the texts of its cards. Without a script, a number is a link
to its evidence, with a title.

A feed next to the pages has an entry for each edition. Its ids come from the title of the report, so they do not
depend on the address.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from claimbook.changes import difference, record
from claimbook.changes.difference import Change, difference_between
from claimbook.citation import metadata
from claimbook.citation.metadata import HASH_DIGITS, Work
from claimbook.citation.references import FORMATS, Reference, claim_reference, page_reference, report_reference
from claimbook.pages import book
from claimbook.pages.figure_files import citable
from claimbook.pages.writing import PRINTS_EVENT, WrittenFiles
from claimbook.project import editions, folders, outputs
from claimbook.project.files import below, figures_in, folder_hash, sha256
from claimbook.project.outputs import PDF
from claimbook.project.parameters import CHANGED, base_of
from claimbook.project.report import report_settings
from claimbook.results import seals
from claimbook.say.numbers import BARE
from claimbook.say.periods import day_in_words, is_day
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import Place, counted, figure_anchor, sentence_case, source_anchor, title_of
from claimbook.templates import filled


def parts_of(work: Work, notebook: metadata.ExecutedNotebook, document: str) -> list[Reference]:
    """Return the reference to a section and to each of its claims."""
    claims = (claim_reference(work, claim, document) for claim in metadata.claims(notebook))
    return [page_reference(work, notebook, document), *claims]


# the head of pages -------------------------------------------------------------------------------------------


def tags(app: Sphinx, page: str, title: str, **of_page: Any) -> str:
    """Return the tags in the head of a page; `of_page` holds what only pages of its kind have."""
    work = book.work_of(app)
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
    sections = {name: metadata.title(notebook) for name, notebook in book.notebooks_of(app).items()} if front else {}
    settings = tags(app, document, app.env.titles[document].astext(), sections=sections)
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
    parts = ["make report", f"EDITION={base}", f'SET="{settings}"' if settings else ""]
    parts += ["DATA=path/to/the/data"] if OTHER_DATA in changes else []
    return " ".join(filter(None, parts))


def colophon(app: Sphinx) -> Iterator[nodes.Node]:
    """Yield edition, data, parameters, and the command. *How to cite* has the hash of the content."""
    for name in below(app.srcdir / "data", "data"):
        book.noted(app, name)
    work = book.work_of(app)
    if warning := notice(work.edition):
        yield nodes.warning("", nodes.paragraph("", warning))
    yield from book.view(
        "colophon.html",
        work=work,
        title=editions.read_edition(app.srcdir, base_of(work.edition)).title,
        digits=folder_hash(app.srcdir / "data")[:HASH_DIGITS],
        figures=book.figures_of(app),
        sources=book.rows_of(app, "sources"),
        fields=editions.Parameters.model_fields,
    )
    yield nodes.literal_block("", f"$ {command(work.edition)}", language="console")


def name_edition(app: Sphinx, config: Config) -> None:
    """Set the canonical address, if CITATION.cff names the site, and put the notice at the top of every page."""
    work = book.work_of(app)
    config.html_baseurl = work.address or config.html_baseurl
    if warning := notice(work.edition):
        announcement = config.html_theme_options.get("announcement", "")
        config.html_theme_options = config.html_theme_options | {"announcement": f"{warning} {announcement}".strip()}


# cards of numbers -------------------------------------------------------------------------------------------

NUMBER_ANCHOR = re.compile(r'<a class="stat" data-number="([^"]+)"')
MOST_PLACES = 5  # (source, series) on a card; the evidence page has all

RecordedNumber = Mapping[str, Any]
Table = Mapping[str, Mapping[str, str]]


def with_addresses(body: str, keys: Iterable[str]) -> str:
    """Return the page with the id `number-<key>` on the first occurrence of each number."""
    for key in keys:
        attributes = f'class="stat" data-number="{key}"'
        body = body.replace(f"<a {attributes}", f'<a id="number-{key}" {attributes}', 1)
    return body


@cache
def words_of(data: Path) -> Mapping[Place, str]:
    """Return the quoted words of sources by the place of their figure."""
    return {
        Place(row["source_id"], row["series"], row["locator"]): row["quote"]
        for _, row in figures_in(data)
        if row.get("quote")
    }


def cards(
    keys: list[str],
    statistics: Mapping[str, RecordedNumber],
    sources: Table,
    labels: Mapping[str, str],
    words: Mapping[Place, str],
) -> dict[str, Any]:
    """Return the texts of a page's cards: `numbers` by key, and the `sources` and `series` that they name."""
    numbers = {key: card(statistics[key], words) for key in keys if key in statistics}
    places = [place for number in numbers.values() for place in number["places"]]
    return {
        "numbers": numbers,
        "sources": {s: source_words(sources[s]) for s in sorted({p["source"] for p in places}) if s in sources},
        "series": {s: labels[s] for s in sorted({p["series"] for p in places}) if s in labels},
    }


def card(statistic: RecordedNumber, words: Mapping[Place, str]) -> dict[str, Any]:
    """Return the card of one number. Long lists of places are cut; `more` counts those left out."""
    places, unit, period = statistic.get("places", []), statistic.get("unit", ""), statistic.get("period", "")
    return {
        "value": value_on_card(statistic["value"], unit),
        "unit": "%" if unit == "percent" else "" if unit in BARE else unit,
        "period": day_in_words(date.fromisoformat(period)) if is_day(period) else period,
        "made": statistic.get("made", ""),
        "places": [place_on_card(place, words) for place in places[:MOST_PLACES]],
        "more": max(0, len(places) - MOST_PLACES),
    }


def place_on_card(place: Mapping[str, Any], words: Mapping[Place, str]) -> dict[str, Any]:
    """Return a place of a number: its anchor, where in its source it is, and the quoted words there."""
    source, series, locators = place["source"], place["series"], place["locators"]
    return {
        "source": source,
        "series": series,
        # a row of a list has no series, so it leads to its source
        "anchor": figure_anchor(source, series) if series else source_anchor(source),
        "where": "; ".join(locators) + (f" and {place['more']} more" if place["more"] else ""),
        "words": [words[at] for locator in locators if (at := Place(source, series, locator)) in words],
    }


def value_on_card(value: float, unit: str) -> str:
    """Return the value with more digits than the prose prints, and its unit: "14.3012 percent"."""
    if unit == "year":
        return f"{value:.0f}"
    digits = f"{value:,.4f}".rstrip("0").rstrip(".")
    return digits if unit in {"", "count"} else f"{digits} {unit}"


def source_words(source: Mapping[str, str]) -> dict[str, str]:
    """Return a source as a card names it."""
    return {
        "title": title_of(source),
        "by": source["origin"],
        "published": source["published"],
        "grade": source["grade"],
        "anchor": source_anchor(source["source_id"]),
    }


# Sphinx ------------------------------------------------------------------------------------------------------


def explain_page(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the numbers of a page their addresses and cards."""
    keys = list(dict.fromkeys(NUMBER_ANCHOR.findall(context.get("body", ""))))
    if not keys:
        return
    sources = {row["source_id"]: row for row in book.rows_of(app, "sources")}
    known = book.results_of(app)["statistics"], sources, book.series_labels(app), words_of(app.srcdir / "data")
    content = cards(keys, *known)
    work = citable(app)
    content |= {"report": work and f"{work.title}, {work.stand}", "place": work and work.place(page)}
    context["body"] = with_addresses(context["body"], keys) + filled("numbers.html", cards=content)
    app.add_css_file("numbers.css")
    app.add_js_file("numbers.js", loading_method="defer")


# what changed: from one edition to the next, and since an edition was sealed --------------------------------

OWN_PAGE = "book/changed"
CHANGES_SHOWN = 25  # rows shown of a table; `make diff` shows all
FOLDED = {  # tables, and their columns of numbers
    difference.STATISTICS: ("Then", "Now", "Change"),
    difference.REVISED_BLOCK: (),
    difference.ADDED: (),
}


def changes(app: Sphinx) -> book.DirectiveContent:
    """Yield what changed from each edition to the next, in the order of their cut-off. Store it for the feed."""
    current = own_record(app)
    stored = (record.stored_record_path(app.srcdir, name) for name in folders.edition_names(app.srcdir))
    own = record.stored_record_path(app.srcdir, current["edition"])
    older = [record.read_record(book.noted(app, path)) for path in stored if path.is_file() and path != own]
    if not older:
        yield (
            f"These pages are edition {current['edition']}. No record of another edition is stored to compare it with."
        )
        return
    labels = {s["source_id"]: f"{s['publisher']} ({s['published'][:4]})" for s in book.rows_of(app, "sources")}
    labels |= book.series_labels(app)
    labels |= difference.statistic_names(current, labels) | {c.id: c.called for c in book.claims_ledger(app).claims}
    ordered = sorted([current, *older], key=lambda r: (r["parameters"]["cutoff"], r["edition"]))
    feed = app.env.metadata[OWN_PAGE]["feed"] = list[dict[str, Any]]()
    for before, after in pairwise(ordered):
        then, now = (f"edition {side['edition']}" for side in (before, after))
        anchor, found = f"changed-{before['edition']}-{after['edition']}", difference_between(before, after)
        flipped = [change for change in found.flipped if new_answer(change)]
        yield from book.view(
            "changed.html",
            anchor=anchor,
            then=then,
            now=now,
            found=found,
            flipped=flipped,
            finer=[change for change in found.flipped if not new_answer(change)],
            data=[change.key for change in found.files if change.key.startswith("data/")],
            blocks=difference.blocks(found, labels),
            shown=CHANGES_SHOWN,
            numbers=FOLDED,
            labels=labels,
            wording=difference,
        )
        entry = {"edition": after["edition"], "cutoff": after["parameters"]["cutoff"], "anchor": anchor}
        entry["title"] = f"{sentence_case(now)}: {len(flipped)} of {counted(found.judged, 'answer')} changed"
        entry["sentences"] = [*difference.story(found, then, now, labels)]
        feed.insert(0, entry)


def own_record(app: Sphinx) -> dict[str, Any]:
    """Return the record of the pages being made, from the notebooks and data in the source tree."""
    data, executed = below(app.srcdir / "data", "data"), outputs.executed_notebooks(app.srcdir)
    files = {name: book.noted(app, path).read_bytes() for name, path in data.items() if name != "data/datapackage.json"}
    notebooks = {name: outputs.read_notebook(book.noted(app, path)) for name, path in executed.items()}
    return record.make_record(notebooks, files, book.results_of(app))


def new_answer(change: Change) -> bool:
    """Return whether a changed verdict is another answer for readers."""
    before, after = (answer_of(side["stands_as"]) for side in (change.before, change.after))
    return before is not after


def feed_file(app: Sphinx) -> WrittenFiles:
    """Yield the feed, if a page shows changes."""
    if entries := app.env.metadata[OWN_PAGE].get("feed"):
        work = book.work_of(app)
        ids = {"id": lambda part: uuid5(NAMESPACE_URL, work.title + part).urn}
        yield outputs.FEED, filled("feed.html", work=work, entries=entries, **ids).encode()


def announce_feed(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Link to the feed from the head of each page and from the page of changes.

    If the site has an address, the link leads to the feed of the whole site, which continues with later
    editions.
    """
    if app.env.metadata[OWN_PAGE].get("feed"):
        work = book.work_of(app)
        place = f"{work.site}/{outputs.FEED}" if work.address else context["pathto"](outputs.FEED, True)
        tag = f'<link rel="alternate" type="application/atom+xml" title="What changed" href="{place}" />'
        context["metatags"] = f"{context.get('metatags', '')}\n{tag}\n"
        sentence = f'</h1>\n<p><a href="{place}">A feed</a> reports when an edition changes verdicts.</p>'
        if page == OWN_PAGE:
            context["body"] = context["body"].replace("</h1>", sentence, 1)


# seals ---------------------------------------------------------------------------------------------------------


def changed_since(app: Sphinx) -> tuple[seals.Seal, dict[str, list[str]]] | None:
    """Return the seal of this edition and the changes since, by claim; None if the edition has no seal."""
    work, claims = book.work_of(app), book.claims_of(app)
    path = seals.seal_of(app.srcdir, base_of(work.edition))
    if not path.exists():
        return None
    seal = seals.read_seal(path)
    now = seals.make_seal(seal.edition, seal.sealed, book.claims_ledger(app), claims, dict(work.parameters))
    history = {claim.id: claim.on(seal.evidence) for claim in claims if claim.through_time}
    return seal, seals.changes_since(seal, now, history, book.rows_of(app, "changes_of_tests"))


def newest_seal(app: Sphinx) -> tuple[str, str, seals.Seal] | None:
    """Return name, SHA-256 and content of the newest seal, if an edition has been sealed."""
    if not (found := sorted(app.srcdir.glob("editions/*.seal.json"))):
        return None
    path = book.noted(app, found[-1])
    return path.name, sha256(path.read_bytes()), seals.read_seal(path)


def setup(app: Sphinx) -> None:
    book.add_directives(app, changes, colophon)
    reads = {read.__name__: partial(read, app) for read in (changed_since, newest_seal)}
    views = ("cite_parts", "cite_report", "makers", "sealed", "terms_of_use")
    tools = (report_reference, parts_of, metadata.title)
    book.add_views(app, views, tools, **reads, formats=FORMATS, recompute=seals.RECOMPUTE.name)
    app.connect("config-inited", name_edition)
    for listener in (announce_feed, add_tags, add_footer, explain_page):
        app.connect("html-page-context", listener)
    app.connect(PRINTS_EVENT, feed_file, priority=600)  # after the PDFs, which take longer
