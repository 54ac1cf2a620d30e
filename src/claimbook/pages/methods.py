"""Directives of the page Methods: bands, audits, codings, changed tests, how firm answers are."""

from math import inf, isclose, sqrt
from statistics import NormalDist
from typing import get_args

from sphinx.application import Sphinx

from claimbook.evidence.claims import Op, Test
from claimbook.pages.book import add_views
from claimbook.results.brief import (
    codings_in_words,
    firm_in_words,
    needing_a_source,
    newest_retests_in_words,
    retests,
    retests_in_words,
)
from claimbook.rule.judgement import UNNAMED_PRODUCER
from claimbook.rule.verdicts import band
from claimbook.say.verdict_table import ANSWERS, VERDICTS


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


def setup(app: Sphinx) -> None:
    views = ("answers", "audits", "bands", "changes_of_tests", "codings", "firmness", "first_answers", "how_firm")
    tools = (bands_in_words, fault_rate, firm_in_words, codings_in_words, retests_in_words, newest_retests_in_words)
    known = {"answers": ANSWERS, "verdicts": VERDICTS, "wordings": get_args(Op), "unnamed": UNNAMED_PRODUCER}
    add_views(app, (*views, "one_source", "words_kept"), (*tools, needing_a_source, retests), **known)
