"""Cases for the rule: what might be published for a claim, and the verdict that the rule would give.

Cases are not evidence. They lie on every threshold and close to it on both sides. If somebody moves a
threshold or reverses a comparison, some case gets another answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations_with_replacement, product
from math import isfinite
from typing import Any

from claimbook.evidence.claims import (
    CausalClaim,
    Claim,
    ComparisonClaim,
    Criterion,
    FactClaim,
    NumberClaim,
    Outcome,
    Part,
)
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES, Estimate, Finding
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import Measure
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.judgement import bare_verdict
from claimbook.rule.verdicts import band

Case = tuple[str, Any]  # what is published: in words, and as the function of a claim would return it
HAIR = 0.001  # distance of the values next to a threshold, relative to it
STATES = "sen."  # states of a part of a fact: shown, had ended, not so, nothing
BOTH = "b"  # evidence on both sides, under one definition
SIGNS_MEANING = (
    "+ is met or for, - is not met or against, s is shown, e had ended, n is not so, b is both, . is without data"
)


def answers(claim: Claim, text_date: str) -> dict[str, str]:
    """Return the cases of a claim by the verdict of the rule, joined by commas; none for an opinion."""
    by_kind: dict[str, Any] = {"number": of_number, "fact": of_fact, "comparison": of_comparison, "causal": of_cause}
    found = by_kind[claim.kind](claim) if claim.kind in by_kind else ()
    return by_answer((says, bare_verdict(claim, evidence, text_date)[0]) for says, evidence in found)


def by_answer(answers_by_case: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for case, answer in answers_by_case:
        found.setdefault(answer, []).append(case)
    return {answer: ", ".join(cases) for answer, cases in found.items()}


def by_case(found: Mapping[str, str]) -> dict[str, str]:
    """Return the answer to each case."""
    return {case: answer for answer, cases in found.items() for case in cases.split(", ")}


# numbers ---------------------------------------------------------------------------------------------------------


def of_number(claim: NumberClaim) -> Iterator[Case]:
    """Yield values and intervals on each end of both ranges and next to it, and no value at all."""
    for low, high in ranges(edge for edge in band(claim.test) if isfinite(edge)):
        yield range_in_words(low, high), [measure(claim, low, high)]
    yield "nothing", []


def ranges(edges: Iterable[float]) -> Iterator[tuple[float, float]]:
    for edge in sorted(set(edges)):
        below, above = edge - abs(edge) * HAIR, edge + abs(edge) * HAIR
        yield from [(below, below), (edge, edge), (above, above), (below, edge), (edge, above), (below, above)]


def range_in_words(low: float, high: float) -> str:
    return f"{low:.8g}" if low == high else f"{low:.8g} to {high:.8g}"


def measure(claim: NumberClaim, low: float, high: float, years: int = 0, origin: str = "", **other: Any) -> Measure:
    """Return a measure of exactly what is claimed, `years` away; `facets` replace some of the claim's."""
    period = str(int(claim.period) + years)
    facets = claim.facets.override(period=period, **other.pop("facets", {}))
    exact = Measure(
        "", (low + high) / 2, Interval(low, high), claim.test.unit, facets, "A", (origin,) if origin else (), (), period
    )
    return replace(exact, **other)


# facts and causes ------------------------------------------------------------------------------------------------


def finding(**fields: Any) -> Finding:
    return Finding(
        **{"says": "", "date": "", "grade": "A", "origins": ("one",), "sources": (), "published": ""} | fields
    )


def of_fact(claim: FactClaim) -> Iterator[Case]:
    """Yield all combinations of states of the parts, and of the definitions."""
    for states in combinations_with_replacement(STATES, len(claim.parts)):
        yield "".join(states), {p.id: state_of(p, state) for p, state in zip(claim.parts, states, strict=True)}
    for states in combinations_with_replacement(STATES + BOTH, len(claim.definitions)) if claim.definitions else ():
        pairs = list(zip(claim.definitions, states, strict=True))
        findings = {p.id: [f for d, state in pairs for f in state_of(p, state, d)] for p in claim.parts}
        yield f"by definition {''.join(states)}", findings


def state_of(part: Part, state: str, reading: str = "") -> list[Finding]:
    """Return findings that put a part in a state: shown, ended before the text, contradicted, both, or no evidence."""
    if state == ".":
        return []
    if state == BOTH:
        return [*state_of(part, "s", reading), *state_of(part, "n", reading)]
    if part.test is None:
        return [finding(ended="1900" * (state == "e"), opposes=state == "n", reading=reading)]
    value = part.test.value * (1 if state == "s" else 3)
    return [finding(value=value, unit=part.test.unit, reading=reading)]


def of_cause(claim: CausalClaim) -> Iterator[Case]:
    """Yield all combinations of study results: as claimed, opposite, no effect, contradictory, no study."""
    for found in product(("+", "-", "0", "+-", ""), repeat=len(claim.outcomes)):
        estimates = [e for o, signs in zip(claim.outcomes, found, strict=True) for e in studies(o, signs)]
        yield " ".join(signs or "." for signs in found), estimates


def studies(outcome: Outcome, signs: str, **fields: Any) -> list[Estimate]:
    """Return a study for each sign: + finds what the sentence says, - the opposite, 0 no effect, ~ both."""
    other = LOWERS if outcome.way == RAISES else RAISES
    ways = {"+": outcome.way, "-": other, "0": NO_EFFECT, "~": MIXED}
    about: dict[str, Any] = {"group": outcome.group, "says": "", "date": "", "grade": "A"}
    about |= {"sources": (), "published": "", **fields}
    return [
        Estimate(**({"study": f"{n}", "origins": (f"{n}",)} | about), direction=ways[sign])
        for n, sign in enumerate(signs)
    ]


# comparisons -----------------------------------------------------------------------------------------------------


def of_comparison(claim: ComparisonClaim) -> Iterator[Case]:
    """Yield all numbers of met and failed criteria; the others have no data.

    The first criteria in the list get the results. If some are essential, repeat this from the end of the
    list.
    """
    many = len(claim.criteria)
    for met in range(many + 1):
        for failed in range(many + 1 - met):
            states = [True] * met + [False] * failed + [None] * (many - met - failed)
            for order, criteria in (("", claim.criteria), (" of the last", claim.criteria[::-1])):
                if not order or any(c.essential for c in criteria):  # otherwise all weigh the same
                    yield f"{met}+{failed}-{order}", [result(c, s) for c, s in zip(criteria, states, strict=True)]


def result(criterion: Criterion, met: bool | None) -> CriterionResult:
    """Return the result of a criterion that is met, is not met, or has no data (None)."""
    at = (criterion.threshold or 0.0) - (met is (criterion.op == "below"))
    return CriterionResult(criterion, None if met is None else Interval(at, at), "", (), "A", found=bool(met))
