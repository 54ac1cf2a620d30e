"""The report in a minute: what its drawing of the numbers shows, of nought to twice what is claimed."""

from typing import Any

from claimbook.book.small_plots import CONTEXT, Mark, described, middle
from claimbook.evidence.claims import Test
from claimbook.results.models import ClaimRecord
from claimbook.rule.scores import score_row
from claimbook.say.numbers import number_in_words
from claimbook.say.tones import OUTCOMES
from claimbook.say.verdict_table import OUT_OF_DATE, verdict_of

LEFT, REACH = 2.0, 2.0  # where nought lies in per cent of the width, and how many times the claim fits in
MIDDLE = 24  # pixels of the marks from above


def across(multiple: float) -> float:
    """Per cent of the width at which a multiple of the claim lies; what lies beyond stops at the edge."""
    share = min(max(multiple, 0), REACH) / REACH
    return round(LEFT + share * (100 - 2 * LEFT), 1)


def at(multiple: float) -> str:
    """That place, as SVG has it."""
    return f"{across(multiple):.1f}%"


def plot(claim: ClaimRecord, test: Test) -> dict[str, Any]:
    """What is drawn of one number: values that pass, and the value that decides, or else other years and readings."""
    row = score_row(claim)
    left, right = (across(m) for m in row.passes or (1, 1))
    drawn = {
        "claim": claim,
        "row": row,
        "described": described(claim, row),
        "left": left,
        "wide": max(right - left, 0.6),
    }
    if row.low is not None or row.high is not None:
        kind = f"outcome-{'close' if row.verdict == OUT_OF_DATE else row.outcome}"
        value, colour = middle(row), verdict_of(row.verdict).color
        marker = ">" if value > REACH else OUTCOMES[row.outcome].marker
        return drawn | {"value": value, "mark": Mark(0, colour, marker, True, kind, MIDDLE), "rings": []}
    others = sorted({m.value for m in claim.measures if m.match in CONTEXT and m.value is not None})
    ends = dict.fromkeys(number_in_words(value, test.unit) for value in others[:1] + others[-1:])
    return drawn | {"mark": None, "rings": [value / test.value for value in others], "ends": " to ".join(ends)}
