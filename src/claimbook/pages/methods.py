"""Directives of the page Methods: bands, audits, codings, changed tests, how firm answers are."""

import re
from math import inf, isclose, sqrt
from statistics import NormalDist
from typing import get_args

from docutils import nodes
from sphinx.application import Sphinx

from claimbook.evidence.claims import Op, Test
from claimbook.pages import api
from claimbook.pages.data_tables import CellContent, TableDirective, unnumbered_table
from claimbook.rule.verdicts import band
from claimbook.say.verdict_table import ANSWERS, VERDICTS, answer_of


class Audits(TableDirective):
    """Samples of rows that somebody compared with their sources again, with the range of the error rate."""

    def run(self) -> list[nodes.Node]:
        head = ("Drawn", "Sample", "Rows", "Value wrong", "Label wrong", "Note")
        rows = []
        for row in self.rows("audits.csv"):
            faults = (fault_rate(row[column], row["rows"]) for column in ("value_wrong", "label_wrong"))
            rows.append((row["drawn"], row["sample"], row["rows"], *faults, row["note"]))
        return [unnumbered_table(head, rows, right=head[2:5])]


def fault_rate(faults: str, rows: str) -> str:
    """Return "0 (0.0 to 4.2 %)": faults, and the Wilson interval of their rate at 95 %; or "not counted"."""
    if not faults:
        return "not counted"
    low, high = wilson(int(faults), int(rows))
    return f"{faults} ({100 * low:.1f} to {100 * high:.1f}\u202f%)"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the Wilson score interval of a share at 95 %, as shares from 0 to 1."""
    z = NormalDist().inv_cdf(0.975)
    middle, half = hits + z**2 / 2, z * sqrt(hits * (n - hits) / n + z**2 / 4)
    return max(0.0, (middle - half) / (n + z**2)), min(1.0, (middle + half) / (n + z**2))


class Codings(TableDirective):
    """Blind codings of the claims: how far they agree with the report and with each other."""

    def run(self) -> list[nodes.Node]:
        head = ("Coding", "Compared with", "Claims", "Same word", "In", "Kappa", "Note")
        columns = ("coding", "compared_with", "claims", "same", "words", "kappa", "note")
        return [
            unnumbered_table(head, ([row[c] for c in columns] for row in self.rows("codings.csv")), right=head[2:4])
        ]


class ChangesOfTests(TableDirective):
    """Tests that changed after the first version: the old and new test, the reason, and both verdicts."""

    def run(self) -> list[nodes.Node]:
        self.notebooks()
        self.ledger()  # names the claims that no notebook judges
        judged = {claim.id: claim for claim in api.claims_in_source(self.source)}
        head = ("Claim", "Test before", "Test", "Reason", "Verdict before", "Test before, today", "Verdict")
        cells = (
            (
                *(judged[row["claim_id"]].statement, row["before"], row["after"], f"{row['reason']} ({row['date']})"),
                *(row["verdict_before"], row["verdict_today"], judged[row["claim_id"]].stands_as),
            )
            for row in self.rows("changes_of_tests.csv")
        )
        return [unnumbered_table(head, cells)]


class Answers(TableDirective):
    """The five answers, and the verdicts that belong to each."""

    def run(self) -> list[nodes.Node]:
        rows = ((a.word, ", ".join(word for word, comes_to in VERDICTS.items() if comes_to is a)) for a in ANSWERS)
        return [unnumbered_table(("Answer", "Verdicts of the rule"), rows)]


class Bands(TableDirective):
    """For each wording of a number *n*, the values that pass and those that are close, as the rule has them."""

    def run(self) -> list[nodes.Node]:
        rows = [[with_n(text) for text in bands_in_words(op)] for op in get_args(Op)]
        return [unnumbered_table(("The text says", "passes", "is close"), rows)]


def bands_in_words(op: Op) -> tuple[str, str, str]:
    """Return a wording, the values that pass under it and those that are close, all in terms of "n"."""
    low, high, *close = band(Test(op=op, value=1, unit="count"))
    passes = {"over": "above n", "equals": "rounds to n"}.get(op) or in_terms_of_n(low, high)
    return "n" if op == "equals" else f"{op} n", passes, in_terms_of_n(*close)


def in_terms_of_n(low: float, high: float) -> str:
    """Return a range of multiples of n in words: "within 5 % of n" or "from 0.95 n to n"."""
    if isclose(1 - low, high - 1):
        return f"within {100 * (high - 1):.0f} % of n"
    ends = ["n" if end == 1 else f"{end:.2f} n" for end in (low, high) if end != inf]
    return f"from {' to '.join(ends)}"


def with_n(text: str) -> CellContent:
    """Return text in which each "n" that is a word is emphasised."""
    pieces = re.split(r"\b(n)\b", text)
    return [nodes.emphasis("", piece) if piece == "n" else nodes.Text(piece) for piece in pieces if piece]


class Firmness(TableDirective):
    """How many answers are the same under every other choice, and which answers one near choice changes."""

    def run(self) -> list[nodes.Node]:
        self.notebooks()
        claims = [c for c in api.claims_in_source(self.source) if c.firm and c.robustness.choices]
        varied = [c.robustness.choices for c in claims if c.kind in {"number", "comparison"} and c.robustness.choices]
        same = sum(choices.agree == choices.of for choices in varied)
        fragile = [c for c in claims if c.robustness.label == "fragile"]
        known = f"Of {len(varied)} numbers and comparisons that could be checked"
        intro = f"{known}, {same} have the same answer under every other choice. These answers depend on one choice:"
        rows = ((c.statement, answer_of(c.stands_as).word, c.firm) for c in fragile)
        return [nodes.paragraph("", intro), unnumbered_table(("Statement", "Answer", "How firm"), rows)]


class WordsKept(TableDirective):
    """How many deciding values, and how many rows in all, have quoted words of their source."""

    def run(self) -> list[nodes.Node]:
        self.notebooks()
        quoted = [bool(m.words) for claim in api.claims_in_source(self.source) for m in claim.measures if m.decides]
        rows = self.figures()
        sentence = (
            f"Of {len(quoted):,} values, criteria and documents that decide a verdict, {sum(quoted):,} have a "
            f"quotation from a source. The other {len(quoted) - sum(quoted):,} do not, because they come from a table, "
            f"or because we read them before we kept quotations. Of all {len(rows):,} figures, "
            f"{sum(bool(row.get('quote')) for row in rows):,} have one."
        )
        return [nodes.paragraph("", sentence)]


def setup(app: Sphinx) -> None:
    app.add_directive("answers", Answers)
    app.add_directive("bands", Bands)
    app.add_directive("firmness", Firmness)
    app.add_directive("audits", Audits)
    app.add_directive("codings", Codings)
    app.add_directive("changes-of-tests", ChangesOfTests)
    app.add_directive("words-kept", WordsKept)
