"""The numbers of the text as claimed and found, for a drawing from zero to twice the claim."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from claimbook.evidence.claims import Test
from claimbook.results.models import AnyWitness, ClaimRecord
from claimbook.rule.verdicts import band
from claimbook.say.numbers import BARE, number_in_words
from claimbook.say.tones import OUTCOMES
from claimbook.say.verdict_table import AGED, Answer, answer_of
from claimbook.say.words import listed

CONTEXT = frozenset({"reading", "same, earlier", "same, later"})  # same unit and kind, not near
LEFT, REACH = 2.0, 2.0  # place of zero in per cent of the width; the width holds so many times the claim
MIDDLE = 21.5  # pixels from the top to the marks


OUTLINES = {  # SVG paths for the shapes in charts
    "o": f"M-4.2 {MIDDLE}a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0z",
    "s": f"M-3.6 {MIDDLE - 3.6:.1f}h7.2v7.2h-7.2z",
    "D": f"M0 {MIDDLE - 4.2:.1f}l4.2 4.2 -4.2 4.2 -4.2 -4.2z",
    "<": f"M-4.2 {MIDDLE}l8.4 -4.2v8.4z",
    ">": f"M4.2 {MIDDLE}l-8.4 -4.2v8.4z",
}


def across(multiple: float) -> float:
    """Return the place of a multiple of the claim in per cent of the width, at most the edge."""
    share = min(max(multiple, 0), REACH) / REACH
    return round(LEFT + share * (100 - 2 * LEFT), 1)


def svg_place(multiple: float) -> str:
    """Return the place of a multiple of the claim as an SVG coordinate, such as "41.2%"."""
    return f"{across(multiple):.1f}%"


def plot(claim: ClaimRecord, test: Test) -> dict[str, Any]:
    """Return the drawing of one number: values that pass, and the deciding values or, without one, others."""
    low, high, _, _ = band(test)
    left, right = across(low / test.value), across(high / test.value)
    deciding = sorted((m for m in claim.measures if m.decides and m.value is not None), key=attrgetter("value"))
    values = list(dict.fromkeys(number_in_words(m.value or 0, test.unit) for m in deciding))
    others = sorted({m.value for m in claim.measures if m.match in CONTEXT and m.value is not None})
    ends = dict.fromkeys(number_in_words(value, test.unit) for value in others[:1] + others[-1:])
    return {
        "claim": claim,
        "unit": "" if test.unit in BARE else test.unit,
        "claimed": test.in_words(),
        "found": listed(values) if len(values) < 3 else f"{values[0]} to {values[-1]}",
        "left": left,
        "wide": max(right - left, 0.6),
        "mark": mark_of(deciding, answer_of(claim.stands_as), test.value) if deciding else None,
        "rings": [] if deciding else [value / test.value for value in others],
        "ends": " to ".join(ends),
    }


def mark_of(deciding: Sequence[AnyWitness], answer: Answer, claimed: float) -> dict[str, Any]:
    """Return the mark in the middle of the deciding values: how many times the claim, colour, class and SVG path."""
    ends = [end for m in deciding for end in (m.low, m.high) if end is not None] or [deciding[0].value or 0]
    value, outcomes = (min(ends) + max(ends)) / 2 / claimed, {m.outcome for m in deciding}
    outcome = outcomes.pop() if len(outcomes) == 1 else "undecided"
    path = OUTLINES[">" if value > REACH else OUTCOMES[outcome].marker]
    kind = "close" if answer is AGED else outcome
    return {"value": value, "color": answer.color, "kind": f"outcome-{kind}", "path": path}
