"""The pages of evidence: directives for sources with figures, series, searches, unread documents and conflicts."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from claimbook.evidence.lookups import ids_of_claims
from claimbook.pages import searches
from claimbook.pages.conflict_tables import Conflicts
from claimbook.pages.data_tables import CellContent, TableDirective, band_node, unnumbered_table
from claimbook.pages.source_tables import Sources
from claimbook.project.csv_tables import Row
from claimbook.say.anchors import searches_anchor


class Series(TableDirective):
    """The register of series: what each counts, its unit and its breaks."""

    def run(self) -> list[nodes.Node]:
        head = ("Series", "What is counted", "Unit", "Flow or stock", "Breaks")
        cells = ((self.label(s), s["counts"], s["unit"], s["mode"], s["breaks"]) for s in self.rows("series.csv"))
        return [unnumbered_table(head, cells)]

    def label(self, series: Row) -> CellContent:
        """Return the label of a series, with a link to its file of figures in a book that has such files."""
        if "series_files" not in self.config.book_parts:
            return series["label"]
        return [nodes.reference("", series["label"], refuri=f"../series/{series['series']}.csv")]


class Searches(TableDirective):
    """What we looked for and did not find, by claim, with the words that we used."""

    def run(self) -> list[nodes.Node]:
        head = ("What we looked for", "Words used")
        found, rows = searches.by_claim(self.rows("search_log.csv")), list[nodes.row | Sequence[CellContent]]()
        for claim in self.ledger().claims:
            if claim.id in found:
                rows.append(band_node(claim.statement, len(head), searches_anchor(claim.id)))
            for same in found.get(claim.id, ()):
                words = "; ".join(dict.fromkeys(row["words"] for row in same))
                rows.append((searches.search_in_words(same), words))
        return [unnumbered_table(head, rows, "register searches")]


class NotSeen(TableDirective):
    """Documents that exist but that we could not read, with number, issuer and date as far as known."""

    def run(self) -> list[nodes.Node]:
        head = ("Document", "Claims", "What was seen", "What it would show")
        says = {claim.id: claim.statement for claim in self.ledger().claims}
        rows = []
        for row in self.rows("not_seen.csv"):
            document = ", ".join(filter(None, (row[part] for part in ("title", "number", "issuer", "date"))))
            claims = " ".join(says[claim] for claim in ids_of_claims(row))
            rows.append((document, claims, row["what_was_seen"], row["what_it_would_give"]))
        return [unnumbered_table(head, rows)]


class Coverage(TableDirective):
    """The number of sources of each grade, by how we saw them. All verdicts depend on this selection."""

    def run(self) -> list[nodes.Node]:
        sources = self.rows("sources.csv")
        counts = Counter((s["seen"], s["grade"]) for s in sources)
        ways = sorted({s["seen"] for s in sources}, key=lambda way: -sum(counts[way, g] for g in "ABCD"))
        head = ("How the source was seen", *(f"Grade {g}" for g in "ABCD"), "All")
        numbers = {way: [counts[way, grade] for grade in "ABCD"] for way in ways}
        numbers["All sources"] = [sum(column) for column in zip(*numbers.values(), strict=True)]
        rows = [(way, *map(str, n), str(sum(n))) for way, n in numbers.items()]
        sentence = f"{len(self.figures()):,} published figures, and dated facts, come from {len(sources):,} sources."
        return [nodes.paragraph("", sentence), unnumbered_table(head, rows, "coverage", right=head[1:])]


class EvidenceLinks(SphinxPostTransform):
    """Keeps Markdown links to built pages, "../book/evidence.html#…", because MyST only looks for sources.

    The anchors are made from data, so tests check these links on the built pages.
    """

    default_priority = 8  # before MyST resolves its references, at 9

    def run(self, **kwargs: Any) -> None:
        for link in list(self.document.findall(addnodes.pending_xref)):
            if link["reftype"] == "myst" and re.match(r"\.\./[\w/-]+\.html(#|$)", link["reftarget"]):
                text = [child.deepcopy() for child in link[0].children]
                link.replace_self(nodes.reference("", "", *text, refuri=link["reftarget"]))


def setup(app: Sphinx) -> None:
    app.add_directive("evidence", Sources)
    app.add_directive("evidence-coverage", Coverage)
    app.add_directive("series-register", Series)
    app.add_directive("search-log", Searches)
    app.add_directive("not-seen", NotSeen)
    app.add_directive("conflicts", Conflicts)
    app.add_post_transform(EvidenceLinks)
