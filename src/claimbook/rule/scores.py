"""How a claim stands at one look: what was claimed, how far the evidence lies from it, and how its verdict is shown."""

import math
from dataclasses import dataclass
from typing import Any

from claimbook.rule.verdicts import band
from claimbook.say.numbers import OUT_OF_DATE, number_in_words
from claimbook.say.recorded import NOT_ASSESSED
from claimbook.say.words import listed

REACH = 0.5  # the small plots reach from half the claim to one and a half

# colour, marker, filled: verdicts that say the same of a claim share a colour, never a shape
AGREE, BETWEEN, OVER, DISAGREE, OPEN = "#00695c", "#855c00", "#1a4f9c", "#a3200f", "#555b66"
VERDICTS = {
    "supported": (AGREE, "o", True),
    "supported as far as tested": (AGREE, "^", False),
    "studies agree": (AGREE, "*", True),
    "one study agrees": (AGREE, "*", False),
    "confirmed": (AGREE, "p", True),
    "close": (BETWEEN, "D", True),
    OUT_OF_DATE: (BETWEEN, ">", False),
    "partly": (BETWEEN, "D", False),
    "outdated": (BETWEEN, "h", False),
    "depends on the definition": (BETWEEN, "P", True),
    "studies disagree": (BETWEEN, "P", False),
    "overstated": (OVER, "<", True),
    "understated": (DISAGREE, ">", True),
    "not supported": (DISAGREE, "X", True),
    "not supported as far as tested": (DISAGREE, "v", False),
    "contradicted": (DISAGREE, "s", True),
    "studies contradict": (DISAGREE, "8", True),
    "one study contradicts": (DISAGREE, "8", False),
    "undecided": (OPEN, "d", False),
    "source not found": (OPEN, "o", False),
    "unverified": (OPEN, "s", False),
    "not tested": (OPEN, "_", False),
    "not scored": (OPEN, "|", False),
    NOT_ASSESSED: (OPEN, ".", False),
}
MET = {"met": (AGREE, "o", True), "not met": (DISAGREE, "X", True)}


@dataclass(frozen=True)
class ScoreRow:
    """One claim. `low`, `high` and `passes` are multiples of the claimed value, None where no number decides."""

    section: str
    id: str
    says: str
    verdict: str
    robustness: str
    claimed: str = ""
    found: str = ""
    low: float | None = None
    high: float | None = None
    passes: tuple[float, float] | None = None
    outcome: str = ""
    criteria: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What a number claim says and what was found: "claimed over 170, found 178"."""
        said = (("claimed", self.claimed), ("found", self.found))
        return ", ".join(f"{word} {value}" for word, value in said if value)


def score_row(record: Any) -> ScoreRow:
    """The record of a claim as a row."""
    row = {
        "section": record.section,
        "id": record.id,
        "says": record.statement,
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


def short_verdict(verdict: str) -> str:
    """The class of a verdict, without what is added to it."""
    return next((v for v in VERDICTS if verdict == v or verdict.startswith(v + ",")), verdict)
