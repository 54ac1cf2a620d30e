"""What changed: from one edition to the next, and since an edition was sealed.

A feed next to the pages has an entry for each edition. Its ids come from the title of the report, so they do not
depend on the address.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.changes import difference, record
from claimbook.pages import book
from claimbook.project import outputs
from claimbook.project.folders import below, edition_names, sha256, write_whole
from claimbook.project.parameters import base_of
from claimbook.results import seals
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted, sentence_case
from claimbook.templates import filled

OWN_PAGE = "book/changed"
CHANGES_SHOWN = 25  # rows shown of a table; `make diff` shows all
FOLDED = {  # tables, and their columns of numbers
    difference.STATISTICS: ("Then", "Now", "Change"),
    difference.REVISED_BLOCK: (),
    difference.ADDED: (),
}


def changes(app: Sphinx) -> Iterator[nodes.Node]:
    """Yield what changed from each edition to the next, in the order of their cut-off. Store it for the feed."""
    current = own_record(app)
    stored = (record.stored_record_path(app.srcdir, name) for name in edition_names(app.srcdir))
    own = record.stored_record_path(app.srcdir, current["edition"])
    older = [record.read_record(book.noted(app, path)) for path in stored if path.is_file() and path != own]
    if not older:
        alone = "No record of another edition is stored to compare it with."
        yield nodes.paragraph("", f"These pages are edition {current['edition']}. {alone}")
        return
    labels = {s["source_id"]: f"{s['publisher']} ({s['published'][:4]})" for s in book.rows_of(app, "sources")}
    labels |= book.series_labels(app)
    labels |= difference.statistic_names(current, labels) | book.claim_names(app)
    ordered = sorted([current, *older], key=lambda r: (r["parameters"]["cutoff"], r["edition"]))
    feed = app.env.metadata[OWN_PAGE]["feed"] = list[dict[str, Any]]()
    for before, after in pairwise(ordered):
        then, now = (f"edition {side['edition']}" for side in (before, after))
        anchor, found = f"changed-{before['edition']}-{after['edition']}", difference.difference_between(before, after)
        flipped = [change for change in found.flipped if new_answer(change)]
        yield from book.view(
            app,
            "changed.html",
            anchor=anchor,
            then=then,
            now=now,
            found=found,
            flipped=flipped,
            finer=[change for change in found.flipped if not new_answer(change)],
            data=[change.key for change in found.files if change.key.startswith("data/")],
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
    """Return the record of these pages without their prose, so that a changed word does not change this page."""
    data, results = below(app.srcdir / "data", "data"), book.results_of(app)
    files = {name: book.noted(app, path).read_bytes() for name, path in data.items() if name != "data/datapackage.json"}
    known = record.known_figures(files, results["parameters"]["cutoff"])
    charts = {
        chart["label"]: {"notebook": document.rpartition("/")[2], "csv": chart["csv"]}
        for document, chart in book.charts_of(app)
    }
    return {**results, "charts": charts, "evidence": known, "files": record.digests({}, files)}


def new_answer(change: difference.Change) -> bool:
    """Return whether a changed verdict is another answer for readers."""
    before, after = (answer_of(side["stands_as"]) for side in change[1:])
    return before is not after


def write_feed(app: Sphinx) -> list[None]:
    """Write the feed of what changed, unless no page shows changes."""
    if entries := app.env.metadata[OWN_PAGE].get("feed"):
        work = book.work_of(app)
        feed = filled("feed.html", work=work, entries=entries, id=lambda part: uuid5(NAMESPACE_URL, work.title + part))
        write_whole(app.outdir / outputs.FEED, feed.encode())
    return []


def announce_feed(app: Sphinx, page: str, context: book.Context) -> None:
    """Link to the feed from the head of each page and from the page of changes.

    If the site has an address, the link leads to the feed of the whole site, which continues with later editions.
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
    book.add_directive(app, "changes", changes)
    book.add_views(app, ["sealed"], reads=(changed_since, newest_seal), recompute=seals.RECOMPUTE.name)
    book.on_each_page(app, announce_feed)
    app.connect("html-collect-pages", write_feed)
