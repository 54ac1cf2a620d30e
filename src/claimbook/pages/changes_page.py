"""What changed between editions: `:::{changes}` compares these pages with the stored records of others.

A feed next to the pages has the same, with one entry for each edition. Its ids come from the title of the
report, so they do not depend on the address.
"""

from collections.abc import Mapping
from itertools import pairwise
from operator import itemgetter
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.changes import difference, record
from claimbook.changes.difference import Change, Difference, difference_between
from claimbook.pages import file_writers
from claimbook.pages.book import (
    Content,
    add_directives,
    claims_ledger,
    notebooks_of,
    noted,
    results_of,
    rows_of,
    work_of,
)
from claimbook.pages.data_tables import link, raw_html, table, table_of
from claimbook.pages.file_writers import Files
from claimbook.project import folders
from claimbook.project.csv_tables import Row, rows_in
from claimbook.project.files import below
from claimbook.project.products import FEED
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


def changes(app: Sphinx) -> Content:
    """Yield what changed from each edition to the next, in the order of their cut-off. Store it for the feed."""
    current = own_record(app)
    stored = (record.stored_record_path(app.srcdir, name) for name in folders.edition_names(app.srcdir))
    own = record.stored_record_path(app.srcdir, current["edition"])
    older = [record.read_record(noted(app, path)) for path in stored if path.is_file() and path != own]
    if not older:
        yield (
            f"These pages are edition {current['edition']}. No record of another edition is stored to compare it with."
        )
        return
    labels = {row["series"]: row["label"] for row in rows_of(app, "series")}
    labels |= {s["source_id"]: f"{s['publisher']} ({s['published'][:4]})" for s in rows_of(app, "sources")}
    labels |= difference.statistic_names(current, labels) | {c.id: c.called for c in claims_ledger(app).claims}
    ordered = sorted([current, *older], key=lambda r: (r["parameters"]["cutoff"], r["edition"]))
    feed = app.env.metadata[OWN_PAGE]["feed"] = list[dict[str, Any]]()
    for before, after in pairwise(ordered):
        then, now = (f"edition {side['edition']}" for side in (before, after))
        anchor, found = f"changed-{before['edition']}-{after['edition']}", difference_between(before, after)
        yield changed_section(anchor, found, then, now, labels)
        entry = {"edition": after["edition"], "cutoff": after["parameters"]["cutoff"], "anchor": anchor}
        entry["title"] = f"{sentence_case(now)}: {flipped_of(found)} changed"
        entry["sentences"] = [*difference.story(found, then, now, labels)]
        feed.insert(0, entry)


def own_record(app: Sphinx) -> dict[str, Any]:
    """Return the record of the pages being made, from the notebooks and data in the source tree."""
    notebooks, data = notebooks_of(app), below(app.srcdir / "data", "data")
    files = {name: noted(app, path).read_bytes() for name, path in data.items() if name != "data/datapackage.json"}
    by_name = {document.rpartition("/")[2]: notebook for document, notebook in notebooks.items()}
    return record.make_record(by_name, files, results_of(app))


def corrections(app: Sphinx) -> Content:
    """Return the corrected errors, newest first: day and edition, the claim, what was wrong, and what is right."""
    rows = sorted(rows_in(noted(app, CORRECTIONS)), key=itemgetter("date"), reverse=True)
    says = {claim.id: claim.statement for claim in claims_ledger(app).claims}
    columns = {"It said": "was", "It says now": "is"}

    def claim(row: Row) -> str:
        name = row["claim_id"]
        return link(says[name], f"../claims/{name}.html") if name else ""

    listed = table_of(rows, {"Day": "date", "Edition": "edition", "Claim": claim, **columns})
    return [listed if rows else "There are no corrections so far."]


def flipped_of(found: Difference) -> str:
    """Return how many answers changed, and how many verdicts besides: "2 of 70 answers, and 1 finer verdict"."""
    answers = sum(map(new_answer, found.flipped))
    finer = len(found.flipped) - answers
    return f"{answers} of {counted(found.judged, 'answer')}" + (
        f", and {counted(finer, 'finer verdict')}" if finer else ""
    )


def new_answer(change: Change) -> bool:
    """Return whether a changed verdict is another answer for readers."""
    before, after = (answer_of(side["stands_as"]) for side in (change.before, change.after))
    return before is not after


def changed_section(anchor: str, found: Difference, then: str, now: str, labels: Mapping[str, str]) -> nodes.section:
    """Return the section about two consecutive editions."""
    blocks = {block.name: block for block in difference.blocks(found, labels)}
    section = nodes.section("", nodes.title("", f"From {then} to {now}"), ids=[anchor])
    section += raw_html(
        "changed.html",
        then=then,
        now=now,
        flipped=sorted(found.flipped, key=new_answer, reverse=True),
        how_many=flipped_of(found),
        data=[change.key for change in found.files if change.key.startswith("data/")],
        labels=labels,
        wording=difference,
    )
    if difference.LOST in blocks:
        section += block_node(blocks[difference.LOST], anchor)
    if folded := [block_node(blocks[name], anchor, numbers) for name, numbers in FOLDED.items() if name in blocks]:
        summary = difference.summary_of_difference(found, then, now, blocks.values())
        section += [raw_html("fold.html", summary=summary), nodes.paragraph("", ORDER), *folded]
        section += nodes.raw("", "</details>", format="html")
    return section


def block_node(block: difference.Block, anchor: str, numbers: tuple[str, ...] = ()) -> nodes.section:
    """Return the heading and first rows of one block."""
    section = nodes.section("", nodes.title("", block.title), ids=[f"{anchor}-{block.name}"])
    section["classes"] += [f"changed-{block.name}"]
    section += table(block.head, block.rows[:CHANGES_SHOWN], "changes", right=numbers)
    if (more := len(block.rows) - CHANGES_SHOWN) > 0:
        section += nodes.paragraph("", f"{more:,} further rows are not shown here.")
    return section


def feed_file(app: Sphinx) -> Files:
    """Yield the feed, if a page shows changes."""
    if entries := app.env.metadata[OWN_PAGE].get("feed"):
        work = work_of(app)
        ids = {"id": lambda part: uuid5(NAMESPACE_URL, work.title + part).urn}
        yield FEED, filled("feed.html", work=work, entries=entries, **ids).encode()


def announce_feed(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Link to the feed from the head of each page and from the page of changes.

    If the site has an address, the link leads to the feed of the whole site, which continues with later
    editions.
    """
    if app.env.metadata[OWN_PAGE].get("feed"):
        work = work_of(app)
        place = f"{work.site}/{FEED}" if work.address else context["pathto"](FEED, True)
        tag = f'<link rel="alternate" type="application/atom+xml" title="What changed" href="{place}" />'
        context["metatags"] = f"{context.get('metatags', '')}\n{tag}\n"
        sentence = f'</h1>\n<p><a href="{place}">A feed</a> reports when an edition changes verdicts.</p>'
        if page == OWN_PAGE:
            context["body"] = context["body"].replace("</h1>", sentence, 1)


def setup(app: Sphinx) -> None:
    add_directives(app, changes, corrections)
    app.connect("html-page-context", announce_feed)
    app.connect(file_writers.PRINTS_EVENT, feed_file, priority=600)  # after the PDFs, which take longer
