"""Directives of the page Methods: audits of the rows, their words, and what was changed with what it came to."""

from collections.abc import Callable, Iterator
from math import sqrt
from operator import attrgetter
from statistics import NormalDist

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.book import api
from claimbook.book.evidence_pages import Data, Row, table
from claimbook.results.models import ClaimRecord
from claimbook.say.verdict_table import NOT_ASSESSED


class Audits(Data):
    """Samples of rows that were read again against their sources, with the range of the rate of faults."""

    def run(self) -> list[nodes.Node]:
        head = ("Drawn", "Sample", "Rows", "Value wrong", "Label wrong", "Note")
        numbers = ("Rows", "Value wrong", "Label wrong")
        return [table(head, map(audit_cells, self.rows("audits.csv")), right=numbers)]


def audit_cells(row: Row) -> tuple[str, ...]:
    """Cells of one audit: counts with their rates."""
    faults = (fault_rate(row[column], row["rows"]) for column in ("value_wrong", "label_wrong"))
    return (row["drawn"], row["sample"], row["rows"], *faults, row["note"])


def fault_rate(faults: str, rows: str) -> str:
    """Faults with their rate and its Wilson interval of 95 %: "0 (0 to 4.2 %)"; not counted stays empty."""
    if not faults:
        return "not counted"
    low, high = wilson(int(faults), int(rows))
    return f"{faults} ({100 * low:.1f} to {100 * high:.1f}\u202f%)"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The score interval of a share, of 95 %."""
    z = NormalDist().inv_cdf(0.975)
    middle, half = hits + z**2 / 2, z * sqrt(hits * (n - hits) / n + z**2 / 4)
    return max(0.0, (middle - half) / (n + z**2)), min(1.0, (middle + half) / (n + z**2))


class OfJudgedClaims(Data):
    """A table of `data/` on claims, beside what they come to now."""

    def changes(self, name: str, now: Callable[[ClaimRecord], str]) -> Iterator[tuple[Row, str, str, str]]:
        """Each row of a table, with its claim's statement, what the claim comes to `now`, and the reason."""
        self.notebooks()
        judged = {claim.id: claim for claim in api.claims(self.source)}
        statements = {c.id: c.statement for c in self.ledger().claims}
        for row in self.rows(name):
            yield (
                row,
                statements[row["claim_id"]],
                now(judged[row["claim_id"]]) or NOT_ASSESSED,
                f"{row['reason']} ({row['date']})",
            )


class ChangesOfTests(OfJudgedClaims):
    """Tests that were changed after the first version: what was tested, what is, why, and both verdicts."""

    def run(self) -> list[nodes.Node]:
        head = ("Claim", "Test before", "Test", "Reason", "Verdict before", "Test before, today", "Verdict")
        cells = (
            (statement, row["before"], row["after"], reason, row["verdict_before"], row["verdict_today"], verdict)
            for row, statement, verdict, reason in self.changes("changes_of_tests.csv", attrgetter("stands_as"))
        )
        return [table(head, cells)]


class ChangesOfLabels(OfJudgedClaims):
    """Labels of robustness that moved when their rule was changed: both labels, and why."""

    def run(self) -> list[nodes.Node]:
        head = ("Claim", "Label before", "Label now", "Reason")
        cells = (
            (statement, row["label_before"], label, reason)
            for row, statement, label, reason in self.changes("changes_of_labels.csv", attrgetter("robustness.label"))
        )
        return [table(head, cells)]


class WordsKept(Data):
    """How many of the values that decide verdicts, and of all rows, carry words of their source."""

    def run(self) -> list[nodes.Node]:
        self.notebooks()
        kept = [bool(m.words) for claim in api.claims(self.source) for m in claim.measures if m.decides]
        rows = self.figures()
        said = (
            f"Of {len(kept):,} values, criteria and documents that decide a verdict, {sum(kept):,} carry words of a "
            f"source; {len(kept) - sum(kept):,} do not, as they were read before words were kept, or stand in a table. "
            f"Of all {len(rows):,} figures {sum(bool(row.get('quote')) for row in rows):,} do."
        )
        return [nodes.paragraph("", said)]


def setup(app: Sphinx) -> None:
    app.add_directive("audits", Audits)
    app.add_directive("changes-of-tests", ChangesOfTests)
    app.add_directive("changes-of-labels", ChangesOfLabels)
    app.add_directive("words-kept", WordsKept)
