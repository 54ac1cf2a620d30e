"""What changed between editions: `:::{changes}` compares these pages with the stored records of others.

A feed next to the pages has the same, with one entry for each edition. Its ids come from the title of the
report, so they do not depend on the address.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.changes import record, wording
from claimbook.changes.compare import Change, difference_between
from claimbook.pages.citing import work_of
from claimbook.pages.data_tables import TableDirective, fold, unnumbered_table
from claimbook.project import editions
from claimbook.project.csv_tables import Row, rows_in
from claimbook.project.files import below, write_whole
from claimbook.project.outputs import ResultsError
from claimbook.project.parameters import of_notebook
from claimbook.project.products import FEED
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted, sentence_case
from claimbook.templates import filled

OWN_PAGE = "book/changed"
CORRECTIONS = "book/corrections.csv"
CHANGES_SHOWN = 25  # rows shown of a table; `make diff` shows all
FOLDED = {
    wording.STATISTICS: ("Then", "Now", "Change"),
    wording.REVISED_BLOCK: (),
    wording.ADDED: (),
}  # columns of numbers
ORDER = (
    "Statistics are sorted by how much they changed: the difference of both values divided by the sum of their sizes. "
    "“Change” is the difference, and its share of the first value."
)


class Changes(TableDirective):
    """Editions in the order of their cut-off, each with the changes since the one before."""

    def run(self) -> list[nodes.Node]:
        current = self.own()
        names = [name for name in editions.edition_names(self.source) if name != current["edition"]]
        stored = [path for name in names if (path := record.stored_record_path(self.source, name)).is_file()]
        older = [record.read_record(self.noted(path)) for path in stored]
        if not older:
            edition = f"These pages are edition {current['edition']}."
            return [nodes.paragraph("", f"{edition} No record of another edition is stored to compare it with.")]
        ordered = sorted([current, *older], key=lambda r: (r["parameters"]["cutoff"], r["edition"]))
        labels = {row["series"]: row["label"] for row in self.rows("series.csv")}
        labels |= {s["source_id"]: f"{s['publisher']} ({s['published'][:4]})" for s in self.rows("sources.csv")}
        labels |= wording.statistic_names(current, labels) | {c.id: c.called for c in self.ledger().claims}
        parts = [between(*pair, labels) for pair in pairwise(ordered)]
        self.env.feed = [entry for _, entry in reversed(parts)]  # type: ignore[attr-defined]  # stored
        return [section for section, _ in parts]

    def own(self) -> dict[str, Any]:
        """Return the record of the pages being made, from the notebooks and data in the source tree."""
        notebooks, data = self.notebooks(), below(self.source / "data", "data")
        files = {n: self.noted(path).read_bytes() for n, path in data.items() if n != "data/datapackage.json"}
        try:
            return record.make_record(
                notebooks, files, self.ledger().claims, of_notebook(next(iter(notebooks.values())))
            )
        except ResultsError as error:
            sentence = f"notebooks without stored outputs cannot be compared: {error}. Run `make report`."
            raise self.error(sentence) from None


class Corrections(TableDirective):
    """Corrected errors: the day and edition of the correction, what was wrong, and what is right."""

    def run(self) -> list[nodes.Node]:
        statements = {claim.id: claim.statement for claim in self.ledger().claims}
        return [corrected(rows_in(self.noted(self.source / CORRECTIONS)), statements)]


def corrected(rows: Sequence[Row], statements: Mapping[str, str]) -> nodes.Element:
    """Return the table of corrections, newest first, with links to the claims that they concern."""
    if not rows:
        return nodes.paragraph("", "There are no corrections so far.")
    cells = []
    for row in sorted(rows, key=itemgetter("date"), reverse=True):
        name = row["claim_id"]
        link = [nodes.reference("", statements[name], refuri=f"../claims/{name}.html")] if name else ""
        cells.append((row["date"], row["edition"], link, row["was"], row["is"]))
    return unnumbered_table(("Day", "Edition", "Claim", "It said", "It says now"), cells)


def between(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]
) -> tuple[nodes.section, tuple[Any, ...]]:
    """Return the section about two consecutive editions, and the entry of the feed for the later one.

    The entry has the edition's name and cut-off, the anchor of the section, a title, and sentences.
    """
    found, (then, now) = difference_between(before, after), (f"edition {side['edition']}" for side in (before, after))
    blocks = {block.name: block for block in wording.blocks(found, labels)}
    anchor = f"changed-{before['edition']}-{after['edition']}"
    flipped = f"{len(found.flipped)} of {counted(found.judged, 'verdict')}"
    feed = (f"{sentence_case(now)}: {flipped} changed", [*wording.story(found, then, now, labels)])
    section = nodes.section("", nodes.title("", f"From {then} to {now}"), ids=[anchor])
    if not found.flipped:
        section += nodes.paragraph("", f"{sentence_case(now)} gives the same answers as {then}.")
    else:
        section += nodes.paragraph("", f"New evidence between {then} and {now} changed {flipped}.")
        flips = [flip_node(change, labels) for change in found.flipped]
        section += nodes.bullet_list("", *flips, classes=["flips"])
    if data := [c.key for c in found.files if c.key.startswith("data/")]:
        section += nodes.paragraph("", f"Some of this comes from other data, not from the edition: {', '.join(data)}.")
    if wording.LOST in blocks:
        section += block_node(blocks[wording.LOST], anchor)
    if folded := [block_node(blocks[name], anchor, numbers) for name, numbers in FOLDED.items() if name in blocks]:
        summary = wording.summary_of_difference(found, then, now, blocks.values())
        section += fold("fold", summary, nodes.paragraph("", ORDER), *folded)
    return section, (after["edition"], after["parameters"]["cutoff"], anchor, *feed)


def flip_node(change: Change, labels: Mapping[str, str]) -> nodes.list_item:
    """Return a claim with its earlier and later answer, and the reason."""
    line = nodes.paragraph(
        "", "", nodes.strong("", sentence_case(labels.get(change.key, change.key))), nodes.Text(": ")
    )
    for joint, word, side in zip(("", ", now "), wording.old_and_new_answer(change), change[1:], strict=True):
        look = f"verdict-{answer_of(side['stands_as']).name}"
        line += [nodes.Text(joint), nodes.inline("", word, classes=["verdict", look])]
    line += nodes.Text(f". {wording.why_changed(change, labels)}".rstrip())
    return nodes.list_item("", line)


def block_node(block: wording.Block, anchor: str, numbers: tuple[str, ...] = ()) -> nodes.section:
    """Return the heading and first rows of one block."""
    section = nodes.section("", nodes.title("", block.title), ids=[f"{anchor}-{block.name}"])
    section["classes"] += [f"changed-{block.name}"]
    section += unnumbered_table(block.head, block.rows[:CHANGES_SHOWN], "changes", right=numbers)
    if (more := len(block.rows) - CHANGES_SHOWN) > 0:
        section += nodes.paragraph("", f"{more:,} further rows are not shown here.")
    return section


def write_feed(app: Sphinx, exception: Exception | None) -> None:
    """Write the feed next to the pages, if a page shows changes."""
    if exception or app.builder.name != "html" or not hasattr(app.env, "feed"):
        return
    work = work_of(app)
    ids = {"id": lambda part: uuid5(NAMESPACE_URL, work.title + part).urn}
    text = filled("feed.html", work=work, entries=app.env.feed, **ids)
    write_whole(Path(app.outdir) / FEED, text.encode())


def announce_feed(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Link to the feed from the head of each page and from the page of changes.

    If the site has an address, the link leads to the feed of the whole site, which continues with later
    editions.
    """
    if hasattr(app.env, "feed"):
        work = work_of(app)
        place = f"{work.site}/{FEED}" if work.address else context["pathto"](FEED, True)
        link = f'<link rel="alternate" type="application/atom+xml" title="What changed" href="{place}" />'
        context["metatags"] = f"{context.get('metatags', '')}\n{link}\n"
        sentence = f'</h1>\n<p><a href="{place}">A feed</a> reports when an edition changes verdicts.</p>'
        if page == OWN_PAGE:
            context["body"] = context["body"].replace("</h1>", sentence, 1)


def setup(app: Sphinx) -> None:
    app.add_directive("changes", Changes)
    app.add_directive("corrections", Corrections)
    app.connect("html-page-context", announce_feed)
    app.connect("build-finished", write_feed)
