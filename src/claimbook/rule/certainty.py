"""How good the evidence behind a verdict is: one word, with its reasons.

Less evidence never gives a better word. Agreement within the evidence does not count here: otherwise, leaving
out a contradiction would make a claim look more certain. The verdict and its robustness show disagreement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from claimbook.evidence.claims import CausalClaim, ComparisonClaim, FactClaim, NumberClaim
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER, Measure
from claimbook.rule import comparisons
from claimbook.rule.causes import sound
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.facts import usable_by_part
from claimbook.rule.matching import match, resolve_period
from claimbook.rule.verdicts import OUTDATED_YEARS, on_the_line, outcome, sole_origin
from claimbook.say.periods import parse

NONE, LOW, MODERATE, HIGH = LEVELS = ("none", "low", "moderate", "high")
DIRECTNESS, ORIGINS, PRECISION, RECENCY = ("directness", "origins", "precision", "recency")
# Only directness may allow less than "moderate". Losing evidence can remove a weakness of another aspect, but the
# loss of directness, or of recency if an older year decides, always outweighs that. So the word never rises.


@dataclass(frozen=True)
class Reason:
    """One aspect of the evidence: the best word that it allows, and why."""

    aspect: str
    allows: str
    says: str


@dataclass(frozen=True)
class Certainty:
    """The reasons for a certainty. Its word is the best that all aspects allow."""

    reasons: tuple[Reason, ...]

    @property
    def word(self) -> str:
        return min((r.allows for r in self.reasons), key=LEVELS.index, default="")


def number_certainty(claim: NumberClaim, measures: Sequence[Measure], text_date: str) -> Certainty:
    """Return the certainty of a number from the exact measures for the year that decides it."""
    period = resolve_period(claim, measures, text_date)
    usable_ones = [m for m in measures if m.grade in DECIDING_GRADES]
    exact = [m for m in usable_ones if match(claim, period, m)[0] == "exact"]
    if not exact:
        near = any(speaks(claim, period, m) for m in usable_ones)
        why = "no figure for exactly this, only for something close to it" if near else "no figure bears on the claim"
        return Certainty((Reason(DIRECTNESS, LOW if near else NONE, why),))
    clear = any(not on_the_line(claim, m.interval) for m in exact)
    claimed, decided = int(claim.period), int(period)
    recent = f"figures for {decided}" + ("" if decided == claimed else f", while the text says {claimed}")
    return Certainty(
        (
            _directness("published figures measure exactly this", [m.grade for m in exact]),
            _origins(bool(sole_origin(exact)), {o for m in exact for o in m.origins}),
            Reason(
                PRECISION,
                *((HIGH, "a value is clear of every limit") if clear else (MODERATE, "every value is on the line")),
            ),
            Reason(RECENCY, HIGH if decided == claimed else MODERATE, recent),
        )
    )


def speaks(claim: NumberClaim, period: str, m: Measure) -> bool:
    """Return whether a measure of something else gives the claim a leaning or a bound."""
    kind, _, _ = match(claim, period, m)
    leans = m.dimension == claim.facets.quantity and abs(m.year - int(period)) <= claim.window
    return (kind == "bound" or (kind == "near" and leans)) and outcome(m.limits, claim.test) != "undecided"


def fact_certainty(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], text_date: str) -> Certainty:
    """Return the certainty of a fact from the findings for its parts in their literal sense."""
    parts = usable_by_part(claim, findings, text_date)
    found = [part for part in parts if part]
    if not found:
        return Certainty((Reason(DIRECTNESS, NONE, "no document was found"),))
    shared = set.intersection(*(set.intersection(*(set(f.origins) for f in p)) for p in found))
    return Certainty(
        (
            _tested(len(found), len(parts), "part", [min(f.grade for f in part) for part in found]),
            _origins(bool(shared), {o for p in found for f in p for o in f.origins}),
            _recency([part for p, part in zip(claim.parts, parts, strict=True) if part and not p.test], text_date),
        )
    )


def _recency(parts: Iterable[Iterable[Finding]], text_date: str) -> Reason:
    """Return the recency of findings for parts that can change with time. The date of the event counts.

    A part with a test is about a past date or number, which does not become outdated.
    """
    lasts = [max((parse(f.date).year for f in part if f.date), default=0) for part in parts]
    if not lasts:
        return Reason(RECENCY, HIGH, "past events do not go out of date")
    if not min(lasts):
        return Reason(RECENCY, MODERATE, "a document has no date")
    old = min(lasts) < int(text_date[:4]) - OUTDATED_YEARS
    return Reason(RECENCY, MODERATE if old else HIGH, f"events up to {min(lasts)}")


def comparison_certainty(claim: ComparisonClaim, results: Sequence[CriterionResult], text_date: str) -> Certainty:
    """Return the certainty of a comparison from the results of its criteria."""
    found = [r for r in results if r.interval is not None]
    if not found:
        return Certainty((Reason(DIRECTNESS, NONE, "no criterion has data"),))
    near = [r for r in found if r.on_the_line]
    last = min(r.year for r in found)
    old = last < int(text_date[:4]) - OUTDATED_YEARS
    missing_essential = any(r.criterion.essential for r in results if r.interval is None)
    return Certainty(
        (
            _tested(len(found), len(claim.criteria), "criterion", [r.grade for r in found], missing_essential),
            _origins(bool(comparisons.sole_origin_of_criteria(found)), {o for r in found for o in r.origins}),
            Reason(
                PRECISION, *((MODERATE, f"{len(near)} on the line") if near else (HIGH, "no criterion is on the line"))
            ),
            Reason(RECENCY, MODERATE if old else HIGH, f"figures from {last} or later"),
        )
    )


def causal_certainty(claim: CausalClaim, estimates: Sequence[Estimate]) -> Certainty:
    """Return the certainty of a causal claim from the studies that count for its outcomes."""
    by_outcome = [sound(estimates, outcome.group) for outcome in claim.outcomes]
    found = [counting for counting in by_outcome if counting]
    if not found:
        near = any(e.group == outcome.group for e in estimates for outcome in claim.outcomes)
        why = "no study counts, only related ones exist" if near else "no estimate was found"
        return Certainty((Reason(DIRECTNESS, LOW if near else NONE, why),))
    single = [counting for counting in found if len({e.study for e in counting}) == 1]
    return Certainty(
        (
            _tested(len(found), len(by_outcome), "outcome", [min(e.grade for e in counting) for counting in found]),
            _origins(bool(single), {e.study for counting in (single or found) for e in counting}),
            Reason(PRECISION, MODERATE, "the studies test the direction, not the size"),
        )
    )


def _directness(why: str, grades: Iterable[str]) -> Reason:
    """Return the directness of evidence that measures exactly what is claimed. The best grade counts."""
    first_hand = min(grades) in FIRST_TIER
    return Reason(DIRECTNESS, HIGH if first_hand else MODERATE, why + ("" if first_hand else ", at second hand"))


def _tested(n: int, of: int, noun: str, grades: Sequence[str], missing_essential: bool = False) -> Reason:
    """Return the directness of a claim with several parts: how many have evidence, and of which grade."""
    second_hand = sum(g not in FIRST_TIER for g in grades)
    plural = {"part": "parts", "criterion": "criteria", "outcome": "outcomes"}[noun]
    why = f"evidence for {n} of {of} {plural}" if of > 1 else f"evidence for its only {noun}"
    if second_hand:
        why += f", {second_hand} at second hand" if of > 1 else ", at second hand"
    allows = HIGH if n == of and not second_hand else MODERATE
    return Reason(DIRECTNESS, LOW if 2 * n < of or missing_essential else allows, why)


def _origins(single: bool, origins: Iterable[str]) -> Reason:
    n = len(set(origins))
    return Reason(ORIGINS, MODERATE, "all from one origin") if single else Reason(ORIGINS, HIGH, f"{n} origins")
