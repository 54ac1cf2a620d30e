"""What the front page says about all claims together."""

from collections.abc import Mapping, Sequence

from claimbook.results.models import ClaimRecord
from claimbook.say.verdict_table import RIGHT, VERDICTS, Answer, answer_of
from claimbook.say.words import counted

JUDGEMENTS = ("comparison", "causal")


def of_answer(claims: Sequence[ClaimRecord], answer: Answer) -> list[ClaimRecord]:
    """Return the claims with an answer. Numbers come first, because readers ask for them."""
    return sorted((c for c in claims if answer_of(c.stands_as) is answer), key=lambda c: c.kind != "number")


def retested(claims: Sequence[ClaimRecord], changes: Sequence[Mapping[str, str]]) -> str:
    """Say how many judgements rated right would not be right under an earlier test; "" if no test changed.

    `changes` are the rows of changes_of_tests.csv.
    """
    if not changes:
        return ""
    before = {r["claim_id"]: r["verdict_today"] for r in changes if r["verdict_today"].startswith((*VERDICTS,))}
    right = [c.id for c in of_answer(claims, RIGHT) if c.kind in JUDGEMENTS]
    less = sum(name in before and answer_of(before[name]) is not RIGHT for name in right)
    return (
        "We changed some tests after seeing the evidence. Under the earlier tests, "
        f"{less} of the {counted(len(right), 'judgement')} rated right would not be right."
    )
