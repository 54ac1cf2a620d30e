"""Directives of the page Methods: audits of the rows, and tests that were changed, with what their claims came to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from torch_program import results
from torch_program.citation import metadata
from torch_program.sphinx_ext.evidence import Data, Row, row_node, table
from torch_program.standing import stands_as


class Audits(Data):
    """Samples of rows that were read again against their sources, with the range of the rate of faults."""

    def run(self) -> list[nodes.Node]:
        head = ("Drawn", "Sample", "Rows", "Value wrong", "Label wrong", "Note")
        numbers = ("Rows", "Value wrong", "Label wrong")
        rows = [row_node(audit_cells(row), [name in numbers for name in head]) for row in self.rows("audits.csv")]
        return [table(head, rows, "register", right=numbers)]


def audit_cells(row: Row) -> tuple[str, ...]:
    """Cells of one audit: counts with their rates."""
    faults = (fault_rate(row[column], row["rows"]) for column in ("value_wrong", "label_wrong"))
    return (row["drawn"], row["sample"], row["rows"], *faults, row["note"])


def fault_rate(faults: str, rows: str) -> str:
    """Faults with their rate and its Wilson interval of 95 %: "0 (0 to 4.2 %)"; not counted stays empty."""
    if not faults:
        return "not counted"
    from scipy.stats import binomtest  # takes a second to load, and one page alone needs it

    rate = binomtest(int(faults), int(rows)).proportion_ci(method="wilson")
    return f"{faults} ({100 * rate.low:.1f} to {100 * rate.high:.1f}\u202f%)"


class ChangesOfTests(Data):
    """Tests that were changed after the first version: what was tested, what is, why, and both verdicts."""

    def run(self) -> list[nodes.Node]:
        head = ("Claim", "Tested before", "Tested now", "Reason", "Verdict before", "Verdict now")
        statements = {c.id: c.statement for c in self.ledger().claims}
        now = self.verdicts()
        cells = (
            (
                statements[row["claim_id"]],
                row["before"],
                row["after"],
                f"{row['reason']} ({row['date']})",
                row["verdict_before"],
                stands_as(now[row["claim_id"]]) if row["claim_id"] in now else results.NOT_ASSESSED,
            )
            for row in self.rows("changes_of_tests.csv")
        )
        return [table(head, [row_node(c, [False] * len(head)) for c in cells], "register")]

    def verdicts(self) -> Mapping[str, Any]:
        """Claims as the executed notebooks judge them, by id."""
        notebooks = metadata.executed(Path(self.env.srcdir))
        for path in notebooks.values():
            self.env.note_dependency(str(path))
        return {c["id"]: c for path in notebooks.values() for c in results.read_file(path)["claims"]}


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("audits", Audits)
    app.add_directive("changes-of-tests", ChangesOfTests)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
