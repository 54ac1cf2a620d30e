"""The numbers of the text as claimed and found, for a drawing from zero to twice the claim."""

from typing import Any

from claimbook.evidence.claims import Test
from claimbook.results.models import ClaimRecord
from claimbook.rule.verdicts import band
from claimbook.say.numbers import number_in_words
from claimbook.say.tones import OUTCOMES
from claimbook.say.verdict_table import AGED, answer_of
from claimbook.say.words import listed

CONTEXT = frozenset({"reading", "same, earlier", "same, later"})  # same unit and kind, not near
LEFT, REACH = 2.0, 2.0  # place of zero in per cent of the width; the width holds so many times the claim
MIDDLE = 24  # pixels from the top to the marks


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
    """Return the drawing of one number: values that pass, and the deciding value or, without one, others."""
    low, high, _, _ = band(test)
    left, right = across(low / test.value), across(high / test.value)
    deciding = [m for m in claim.measures if m.decides and m.value is not None]
    values = sorted(m.value for m in deciding if m.value is not None)
    texts = list(dict.fromkeys(number_in_words(value, test.unit) for value in values))
    found = listed(texts) if len(texts) < 3 else f"{texts[0]} to {texts[-1]}"
    claimed = test.in_words()
    drawn = {
        "claim": claim,
        "claimed": claimed,
        "found": found,
        "described": f"claimed {claimed}, {found or 'no figure decides'}",
        "left": left,
        "wide": max(right - left, 0.6),
    }
    if values:
        ends = [end for m in deciding for end in (m.low, m.high) if end is not None] or values[:1]
        value = (min(ends) + max(ends)) / 2 / test.value
        outcomes = {m.outcome for m in deciding}
        outcome = outcomes.pop() if len(outcomes) == 1 else "undecided"
        answer = answer_of(claim.stands_as)
        kind = f"outcome-{'close' if answer is AGED else outcome}"
        path = OUTLINES[">" if value > REACH else OUTCOMES[outcome].marker]
        return drawn | {"value": value, "mark": {"color": answer.color, "kind": kind, "path": path}, "rings": []}
    others = sorted({m.value for m in claim.measures if m.match in CONTEXT and m.value is not None})
    rings = dict.fromkeys(number_in_words(value, test.unit) for value in others[:1] + others[-1:])
    return drawn | {"mark": None, "rings": [value / test.value for value in others], "ends": " to ".join(rings)}
