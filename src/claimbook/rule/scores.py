"""How a claim stands at one look: what was claimed, how far the evidence lies from it, and how its verdict is shown."""

import math
from dataclasses import dataclass
from typing import Any

from claimbook.rule.verdicts import band
from claimbook.say.numbers import number_in_words
from claimbook.say.verdict_table import TONES
from claimbook.say.words import listed

REACH = 0.5  # the small plots reach from half the claim to one and a half

MET = {"met": (TONES["agree"], "o", True), "not met": (TONES["disagree"], "X", True)}


@dataclass(frozen=True)
class ScoreRow:
    """One claim. `low`, `high` and `passes` are multiples of the claimed value, None where no number decides."""

    verdict: str
    robustness: str
    claimed: str = ""
    found: str = ""
    low: float | None = None
    high: float | None = None
    passes: tuple[float, float] | None = None
    outcome: str = ""
    criteria: tuple[str, ...] = ()


def score_row(record: Any) -> ScoreRow:
    """The record of a claim as a row."""
    row = {
        "verdict": record.stands_as,
        "robustness": record.robustness.label if record.stands_as != "not scored" else "",
    }
    criteria = tuple(m.outcome for m in record.measures if m.match == "criterion")
    test = record.test
    if not test:
        return ScoreRow(**row, criteria=criteria)
    low, high, _, _ = band(test)
    deciding = [m for m in record.measures if m.decides]
    row |= {"claimed": test.in_words(), "passes": (low / test.value, high / test.value)}
    if deciding:
        found = list(
            dict.fromkeys(number_in_words(m.value, test.unit) for m in sorted(deciding, key=lambda m: m.value))
        )
        row["found"] = listed(found) if len(found) < 3 else f"{found[0]} to {found[-1]}"
        row["low"] = min(-math.inf if m.low is None else m.low for m in deciding) / test.value
        row["high"] = max(math.inf if m.high is None else m.high for m in deciding) / test.value
        results = {m.outcome for m in deciding}
        row["outcome"] = results.pop() if len(results) == 1 else "undecided"
    return ScoreRow(**row)
