"""Directives of the page Methods: bands, audits, codings, changed tests, how firm answers are."""

from math import inf, isclose, sqrt
from statistics import NormalDist
from typing import get_args

from sphinx.application import Sphinx

from claimbook.evidence.claims import Op, Test
from claimbook.pages.book import Content, add_directives, claims_of, figures_of, link, rows_of, table, table_of
from claimbook.results.brief import (
    checked,
    codings_in_words,
    firm_in_words,
    needed_sources,
    newest_retests_in_words,
    retests,
    retests_in_words,
)
from claimbook.rule.judgement import UNNAMED_PRODUCER
from claimbook.rule.verdicts import band
from claimbook.say.verdict_table import ANSWERS, VERDICTS, answer_of
from claimbook.say.words import counted


def audits(app: Sphinx) -> Content:
    """Yield the samples of rows that somebody compared with their sources again, with ranges of the error rate."""
    yield table_of(
        rows_of(app, "audits"),
        {
            "Drawn": "drawn",
            "Sample": "sample",
            "Rows": "rows",
            "Value wrong": lambda row: fault_rate(row["value_wrong"], row["rows"]),
            "Label wrong": lambda row: fault_rate(row["label_wrong"], row["rows"]),
            "Note": "note",
        },
        right=("Rows", "Value wrong", "Label wrong"),
    )


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


def codings(app: Sphinx) -> Content:
    """Return the blind codings of the claims: how far they agree with the report and with each other."""
    columns = {"Coding": "coding", "Compared with": "compared_with", "Claims": "claims", "Same word": "same"}
    columns |= {"In": "words", "Kappa": "kappa", "Note": "note"}
    return [table_of(rows_of(app, "codings"), columns, right=("Claims", "Same word"))]


def changes_of_tests(app: Sphinx) -> Content:
    """Yield the tests that changed after the first version: old and new test, and the reason."""
    says = {claim.id: claim.quoted for claim in claims_of(app)}
    yield table_of(
        rows_of(app, "changes_of_tests"),
        {
            "Claim": lambda row: says[row["claim_id"]],
            "Test before": "before",
            "Test": "after",
            "Reason": lambda row: f"{row['reason']} ({row['date']})",
        },
    )


def first_answers(app: Sphinx) -> Content:
    """Yield the claims whose tests changed: the first answer, that of each earlier test, and that of today."""
    rows = (
        (
            link(r.claim.quoted, f"../claims/{r.claim.id}.html"),
            r.first.word if r.first else "not known",
            ", then ".join(dict.fromkeys(e.word if e else "not known" for e in r.earlier)),
            r.answer.word,
            r.way,
        )
        for r in retests(claims_of(app), rows_of(app, "changes_of_tests"))
    )
    yield table(("Statement", "First", "Earlier tests, today", "Now", "New test"), rows)


def how_firm(app: Sphinx) -> Content:
    """Yield how firm the whole is: other choices, codings, and tests that were changed."""
    claims, changes = claims_of(app), rows_of(app, "changes_of_tests")
    sentences = (firm_in_words(claims), codings_in_words(rows_of(app, "codings")), retests_in_words(claims, changes))
    yield from filter(None, (*sentences, newest_retests_in_words(claims, changes)))


def one_source(app: Sphinx) -> Content:
    """Yield the answers that would be another without one source, with that source and that answer."""
    needing = [(claim, needed) for claim in checked(claims_of(app)) if (needed := needed_sources(claim))]
    yield f"{counted(len(needing), 'answer needs', 'answers need')} one source, or each of several:"
    rows = (
        (
            link(claim.quoted, f"../claims/{claim.id}.html"),
            answer_of(claim.stands_as).word,
            UNNAMED_PRODUCER.get(origin, origin),
            becomes,
        )
        for claim, needed in needing
        for origin, becomes in needed.items()
    )
    yield table(("Statement", "Answer", "Source", "Without it"), rows)


def answers(app: Sphinx) -> Content:
    """Return the five answers, and the verdicts that belong to each."""
    rows = ((a.word, ", ".join(word for word, comes_to in VERDICTS.items() if comes_to is a)) for a in ANSWERS)
    return [table(("Answer", "Verdicts of the rule"), rows)]


def bands(app: Sphinx) -> Content:
    """Give for each wording of a number *n* the values that pass and those that are close, as the rule has them."""
    return [table(("The text says", "passes", "is close"), map(bands_in_words, get_args(Op)))]


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


def firmness(app: Sphinx) -> Content:
    """Yield the answers that one near choice changes."""
    yield "These answers depend on one choice:"
    fragile = (c for c in claims_of(app) if c.firm and c.robustness.label == "fragile")
    rows = ((c.quoted, answer_of(c.stands_as).word, c.firm) for c in fragile)
    yield table(("Statement", "Answer", "How firm"), rows)


def words_kept(app: Sphinx) -> Content:
    """Say how many deciding values, and how many rows in all, have quoted words of their source."""
    quoted = [bool(m.words) for claim in claims_of(app) for m in claim.measures if m.decides]
    rows = figures_of(app)
    yield (
        f"Of {len(quoted):,} values, criteria and documents that decide a verdict, {sum(quoted):,} have a "
        f"quotation from a source. The other {len(quoted) - sum(quoted):,} do not, because they come from a table, "
        f"or because we read them before we kept quotations. Of all {len(rows):,} figures, "
        f"{sum(bool(row.get('quote')) for row in rows):,} have one."
    )


def setup(app: Sphinx) -> None:
    own = (answers, bands, firmness, audits, codings, changes_of_tests, first_answers, how_firm, one_source, words_kept)
    add_directives(app, *own)
