"""The pages of evidence: directives for sources with figures, series, searches, unread documents and conflicts."""

import re
from collections import defaultdict
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from claimbook.evidence.lookups import ids_of_claims
from claimbook.pages import searches
from claimbook.pages.book import Content, add_directives, claims_ledger, figures_of, rows_of
from claimbook.pages.conflict_tables import conflicts
from claimbook.pages.data_tables import Band, Cells, link, table, table_of
from claimbook.pages.source_tables import evidence
from claimbook.project.csv_tables import Row
from claimbook.say.anchors import searches_anchor


def series_register(app: Sphinx) -> Content:
    """Return the register of series: what each counts, its unit and its breaks."""

    def label(series: Row) -> str:
        """Return the label of a series, with a link to its file of figures in a book that has such files."""
        address = f"../series/{series['series']}.csv"
        return link(series["label"], address) if "series_files" in app.config.book_parts else series["label"]

    columns = {"What is counted": "counts", "Unit": "unit", "Flow or stock": "mode", "Breaks": "breaks"}
    return [table_of(rows_of(app, "series"), {"Series": label, **columns})]


def search_log(app: Sphinx) -> Content:
    """Return what we looked for and did not find, by claim, with the words that we used."""
    head = ("What we looked for", "Words used")
    found, rows = searches.by_claim(rows_of(app, "search_log")), list[Band | Cells]()
    for claim in claims_ledger(app).claims:
        if claim.id in found:
            rows.append(Band(searches_anchor(claim.id), claim.quoted))
        for same in found.get(claim.id, ()):
            words = "; ".join(dict.fromkeys(row["words"] for row in same))
            rows.append((searches.search_in_words(same), words))
    return [table(head, rows, "register searches")]


def not_seen(app: Sphinx) -> Content:
    """Yield documents that exist but that we could not read, with number, issuer and date as far as known."""
    says = {claim.id: claim.quoted for claim in claims_ledger(app).claims}
    yield table_of(
        rows_of(app, "not_seen"),
        {
            "Document": lambda row: ", ".join(filter(None, map(row.get, ("title", "number", "issuer", "date")))),
            "Claims": lambda row: " ".join(says[claim] for claim in ids_of_claims(row)),
            "What was seen": "what_was_seen",
            "What it would show": "what_it_would_give",
        },
    )


def evidence_coverage(app: Sphinx) -> Content:
    """Yield the number of sources of each grade, by how we saw them. All verdicts depend on this selection."""
    sources = rows_of(app, "sources")
    yield f"{len(figures_of(app)):,} published figures, and dated facts, come from {len(sources):,} sources."
    grades = defaultdict[str, list[str]](list)
    for source in sources:
        grades[source["seen"]].append(source["grade"])
    ways = sorted(grades.items(), key=lambda group: (-len(group[1]), group[0]))
    ways.append(("All sources", [source["grade"] for source in sources]))
    head = ("How the source was seen", *(f"Grade {grade}" for grade in "ABCD"), "All")
    rows = ((way, *(f"{found.count(grade):,}" for grade in "ABCD"), f"{len(found):,}") for way, found in ways)
    yield table(head, rows, "coverage", right=head[1:])


class EvidenceLinks(SphinxPostTransform):
    """Keeps Markdown links to built pages, "../book/evidence.html#…", because MyST only looks for sources.

    The anchors are made from data, so tests check these links on the built pages.
    """

    default_priority = 8  # before MyST resolves its references, at 9

    def run(self, **kwargs: Any) -> None:
        for found in list(self.document.findall(addnodes.pending_xref)):
            if found["reftype"] == "myst" and re.match(r"\.\./[\w/-]+\.html(#|$)", found["reftarget"]):
                found.replace_self(nodes.reference("", "", *found[0].children, refuri=found["reftarget"]))


def setup(app: Sphinx) -> None:
    add_directives(app, evidence, evidence_coverage, series_register, search_log, not_seen, conflicts)
    app.add_post_transform(EvidenceLinks)
