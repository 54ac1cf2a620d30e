"""What changed: from one edition to the next, and since an edition was sealed.

A feed next to the pages has an entry for each edition. Its ids come from the title of the report, so they do not
depend on the address.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.changes import difference, record
from claimbook.changes.difference import Change, Difference, difference_between
from claimbook.pages import book
from claimbook.pages.writing import PRINTS_EVENT, Files
from claimbook.project import folders
from claimbook.project.files import below, rows_in, sha256
from claimbook.project.outputs import FEED
from claimbook.project.parameters import base_of
from claimbook.results import seals
from claimbook.say.periods import day_in_words, latest_day
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted, sentence_case
from claimbook.templates import filled

OWN_PAGE = "book/changed"
CORRECTIONS = "book/corrections.csv"
CHANGES_SHOWN = 25  # rows shown of a table; `make diff` shows all
FOLDED = {
    difference.STATISTICS: ("Then", "Now", "Change"),
    difference.REVISED_BLOCK: (),
    difference.ADDED: (),
}  # columns of numbers
ORDER = (
    "Statistics are sorted by how much they changed: the difference of both values divided by the sum of their sizes. "
    "“Change” is the difference, and its share of the first value."
)


def changes(app: Sphinx) -> book.Content:
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
    labels = {row["series"]: row["label"] for row in book.rows_of(app, "series")}
    labels |= {s["source_id"]: f"{s['publisher']} ({s['published'][:4]})" for s in book.rows_of(app, "sources")}
    labels |= difference.statistic_names(current, labels) | {c.id: c.called for c in book.claims_ledger(app).claims}
    ordered = sorted([current, *older], key=lambda r: (r["parameters"]["cutoff"], r["edition"]))
    feed = app.env.metadata[OWN_PAGE]["feed"] = list[dict[str, Any]]()
    for before, after in pairwise(ordered):
        then, now = (f"edition {side['edition']}" for side in (before, after))
        anchor, found = f"changed-{before['edition']}-{after['edition']}", difference_between(before, after)
        yield changed_section(anchor, found, then, now, labels)
        entry = {"edition": after["edition"], "cutoff": after["parameters"]["cutoff"], "anchor": anchor}
        answers = sum(map(new_answer, found.flipped))
        entry["title"] = f"{sentence_case(now)}: {answers} of {counted(found.judged, 'answer')} changed"
        entry["sentences"] = [*difference.story(found, then, now, labels)]
        feed.insert(0, entry)


def own_record(app: Sphinx) -> dict[str, Any]:
    """Return the record of the pages being made, from the notebooks and data in the source tree."""
    notebooks, data = book.notebooks_of(app), below(app.srcdir / "data", "data")
    files = {name: book.noted(app, path).read_bytes() for name, path in data.items() if name != "data/datapackage.json"}
    by_name = {document.rpartition("/")[2]: notebook for document, notebook in notebooks.items()}
    return record.make_record(by_name, files, book.results_of(app))


def new_answer(change: Change) -> bool:
    """Return whether a changed verdict is another answer for readers."""
    before, after = (answer_of(side["stands_as"]) for side in (change.before, change.after))
    return before is not after


def changed_section(anchor: str, found: Difference, then: str, now: str, labels: Mapping[str, str]) -> nodes.section:
    """Return the section about two consecutive editions."""
    blocks = {block.name: block for block in difference.blocks(found, labels)}
    section = nodes.section("", nodes.title("", f"From {then} to {now}"), ids=[anchor])
    section += book.raw_html(
        "changed.html",
        then=then,
        now=now,
        flipped=[change for change in found.flipped if new_answer(change)],
        finer=[change for change in found.flipped if not new_answer(change)],
        answers=counted(found.judged, "answer"),
        data=[change.key for change in found.files if change.key.startswith("data/")],
        labels=labels,
        wording=difference,
    )
    if difference.LOST in blocks:
        section += block_node(blocks[difference.LOST], anchor)
    if folded := [block_node(blocks[name], anchor, numbers) for name, numbers in FOLDED.items() if name in blocks]:
        summary = difference.summary_of_difference(found, then, now, blocks.values())
        section += [book.raw_html("fold.html", summary=summary), nodes.paragraph("", ORDER), *folded]
        section += nodes.raw("", "</details>", format="html")
    return section


def block_node(block: difference.Block, anchor: str, numbers: tuple[str, ...] = ()) -> nodes.section:
    """Return the heading and first rows of one block."""
    section = nodes.section("", nodes.title("", block.title), ids=[f"{anchor}-{block.name}"])
    section["classes"] += [f"changed-{block.name}"]
    section += book.raw_html("changed_rows.html", block=block, shown=CHANGES_SHOWN, numbers=numbers)
    return section


def feed_file(app: Sphinx) -> Files:
    """Yield the feed, if a page shows changes."""
    if entries := app.env.metadata[OWN_PAGE].get("feed"):
        work = book.work_of(app)
        ids = {"id": lambda part: uuid5(NAMESPACE_URL, work.title + part).urn}
        yield FEED, filled("feed.html", work=work, entries=entries, **ids).encode()


def announce_feed(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Link to the feed from the head of each page and from the page of changes.

    If the site has an address, the link leads to the feed of the whole site, which continues with later
    editions.
    """
    if app.env.metadata[OWN_PAGE].get("feed"):
        work = book.work_of(app)
        place = f"{work.site}/{FEED}" if work.address else context["pathto"](FEED, True)
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


def sealed(app: Sphinx) -> book.Content:
    """Yield the newest seal: its day and digest, the digest of the rule, and what changed since."""
    found = sorted(path.name for path in app.srcdir.glob("editions/*.seal.json"))
    if not found:
        yield "No edition has been sealed."
        return
    path = book.noted(app, f"editions/{found[-1]}")
    content, seal = path.read_bytes(), seals.read_seal(path)
    yield (
        f"Edition {seal.edition} was sealed on {day_in_words(latest_day(seal.sealed))}, with evidence up to "
        f"{day_in_words(latest_day(seal.evidence))}. The seal is published as {path.name} next to "
        f"these pages. Its SHA-256 is {sha256(content)}. It has {counted(len(seal.claims), 'claim')}. The rule is "
        f"{seals.RECOMPUTE.name} with the SHA-256 {seal.rule}."
    )
    if since := changed_since(app):
        moved = sum(bool(changes) for claim, changes in since[1].items() if claim)
        for_all = "; ".join(since[1][""]) or "nothing"
        yield f"Claims that changed since: {moved}. Changes that concern all claims: {for_all}."


def setup(app: Sphinx) -> None:
    book.add_directives(app, changes, sealed)
    book.add_views(app, ["corrections"], corrected=lambda: rows_in(book.noted(app, CORRECTIONS)))
    app.connect("html-page-context", announce_feed)
    app.connect(PRINTS_EVENT, feed_file, priority=600)  # after the PDFs, which take longer
