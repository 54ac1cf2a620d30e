"""How much a verdict hangs on single choices: the grid of definitions, one producer of numbers, grades, distance."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from torch_program.claims import FactClaim, NumberClaim
from torch_program.measures import (
    DECIDING_GRADES,
    FIRST_TIER,
    Measure,
    cells,
    is_complete,
    resolve_period,
    without_origin,
    year,
)
from torch_program.periods import latest_day
from torch_program.verdicts import (
    CriterionResult,
    Finding,
    band,
    causal_verdict,
    comparison_verdict,
    fact_verdict,
    number_verdict,
    outcome,
    sole_origin,
)

EMPTY = "empty"


@dataclass(frozen=True)
class GridCell:
    """One admissible combination of definitions, and what the evidence in it says."""

    choice: tuple[tuple[str, str], ...]
    outcome: str  # pass, close, low, high, undecided or empty
    literal: bool


@dataclass(frozen=True)
class Robustness:
    """Label with its reasons: which changes of the evidence flip the verdict, and the grid of definitions."""

    label: str  # stable | one origin | fragile | no evidence
    grid: tuple[GridCell, ...] = ()
    flips: tuple[str, ...] = ()
    break_even: float | None = None  # relative change of the nearest deciding value that would change the outcome

    def grid_in_words(self) -> str:
        """Counts of the grid: where the claim holds, of how many cells with evidence, and how many are empty."""
        filled = [c for c in self.grid if c.outcome != EMPTY]
        holds = sum(c.outcome in {"pass", "close"} for c in filled)
        return (
            f"right in size in {holds} of {len(filled)} cells with evidence; "
            f"{len(self.grid) - len(filled)} of {len(self.grid)} cells are empty"
        )


def grid(claim: NumberClaim, measures: Iterable[Measure], period: str) -> tuple[GridCell, ...]:
    """Outcome in every declared combination of facets, the literal one first; what is not measured stays empty."""
    pool = [m for m in measures if m.grade in DECIDING_GRADES and not m.holds and is_complete(m)]
    result = []
    for choice in claim.grid_cells():
        facets = claim.facets.override(**{"period": period} | {k: v for k, v in choice.items() if k != "made"})
        here = [
            m
            for m in pool
            if not facets.differing(m.facets.override(period=str(year(m))))
            and (choice.get("made", m.made) == m.made or (choice.get("made") == "recomputed" and m.made != "published"))
        ]
        said = EMPTY
        if here:
            said = outcome(cells(claim, period, here)[0].interval, claim.test)
        is_literal = all(v == (period if k == "period" else claim.grid[k][0]) for k, v in choice.items())
        result.append(GridCell(tuple(choice.items()), said, is_literal))
    return tuple(result)


def number_robustness(
    claim: NumberClaim,
    measures: list[Measure],
    text_date: str,
    other_cutoffs: dict[str, str],
    other_text_dates: Iterable[str] = (),
) -> Robustness:
    """Leave one origin out, keep grades A and B only, move cut-off and text, and measure the distance to a flip.

    Origins and grades are left out within the deciding year: an older year is no second witness for this one.
    """

    def judged(kept: list[Measure], when: str) -> tuple[str, list[Measure]]:
        found = cells(claim, when, kept)
        return number_verdict(claim, found), [m for c in found if c.match == "exact" for m in c.measures]

    period = resolve_period(claim, measures, text_date)
    verdict, deciding = judged(measures, period)
    squares = grid(claim, measures, period)
    if not deciding:
        return Robustness("no evidence", squares)
    flips = []
    for origin in sorted({o for m in deciding for o in m.origins}):
        other, still = judged(without_origin(measures, origin), period)
        if still and other != verdict:
            flips.append(f"without {origin}: {other}")
    other, still = judged([m for m in measures if m.grade in FIRST_TIER], period)
    if still and other != verdict:
        flips.append(f"grades A and B only: {other}")
    for edition, day in sorted(other_cutoffs.items()):
        known = [m for m in measures if m.published_day <= day]
        other, still = judged(known, resolve_period(claim, known, text_date))  # less was known, so the year may differ
        if still and other != verdict:
            flips.append(f"evidence up to {edition}: {other}")
    for day in other_text_dates:
        other, still = judged(measures, resolve_period(claim, measures, day))
        if still and other != verdict:
            flips.append(written_on(day, other))
    away = break_even(claim, deciding)
    if claim.revision and away < claim.revision:
        flips.append(f"a revision of {away:.1%} would do, and {claim.revision:.1%} is known".replace("%", " %"))
    label = "fragile" if flips else "one origin" if sole_origin(deciding) else "stable"
    return Robustness(label, squares, tuple(flips), away)


def written_on(day: str, verdict: str) -> str:
    """The verdict, had the text been written on another day of its year."""
    return f"if written on {day}: {verdict}"


def break_even(claim: NumberClaim, deciding: list[Measure]) -> float:
    """Smallest relative change that would carry a deciding value over an edge of the bands."""
    edges = [e for e in band(claim.test) if not math.isinf(e)]
    ends = [e for m in deciding for e in (m.interval.low, m.interval.high) if not math.isinf(e) and e]
    return min(abs(edge / end - 1) for edge in edges for end in ends)


def fact_robustness(
    claim: FactClaim,
    findings: dict[str, list[Finding]],
    text_date: str,
    other_cutoffs: dict[str, str],
    other_text_dates: Iterable[str] = (),
) -> Robustness:
    """The same for facts, on what was found for their parts."""
    verdict = fact_verdict(claim, findings, text_date)
    literal = {part: [f for f in found if f.reading not in claim.readings] for part, found in findings.items()}
    used = [f for found in literal.values() for f in found if f.grade in DECIDING_GRADES]
    if not used:
        return Robustness("no evidence")

    def judged(keep: Callable[[Finding], bool]) -> str | None:
        kept = {part: [f for f in found if keep(f)] for part, found in findings.items()}
        return flipped(fact_verdict(claim, kept, text_date, compared_with=findings))

    def flipped(other: str) -> str | None:
        return None if other in {verdict, "unverified", "source not found"} else other

    flips = []
    for origin in sorted({o for f in used for o in f.origins}):
        if other := judged(lambda f, origin=origin: origin not in f.origins):
            flips.append(f"without {origin}: {other}")
    if other := judged(lambda f: f.grade in FIRST_TIER):
        flips.append(f"grades A and B only: {other}")
    for edition, day in sorted(other_cutoffs.items()):
        if other := judged(lambda f, day=day: latest_day(f.published).isoformat() <= day):
            flips.append(f"evidence up to {edition}: {other}")
    for day in other_text_dates:
        if other := flipped(fact_verdict(claim, findings, day)):
            flips.append(written_on(day, other))
    alone = any(
        set.intersection(*(set(f.origins) for f in counted))
        for found in literal.values()
        if (counted := [f for f in found if f.grade in DECIDING_GRADES])
    )
    return Robustness("fragile" if flips else "one origin" if alone else "stable", flips=tuple(flips))


def rests_on(result: CriterionResult, origin: str) -> bool:
    """Whether a criterion has no data without an origin: a value needs all its inputs, a document any one witness."""
    if result.criterion.op == "documented":
        return set(result.origins) == {origin}
    return origin in result.origins


def comparison_robustness(results: list[CriterionResult], join: str = "all") -> Robustness:
    """The same for comparisons, over the criteria that have data: a criterion is gone with its origin.

    A value near its mark is also turned to the other side, to see whether the verdict hangs on it.
    """
    with_data = [r for r in results if r.met is not None]
    if not with_data:
        return Robustness("no evidence")
    verdict = comparison_verdict(with_data, join)

    def judged(kept: list[CriterionResult]) -> str | None:
        other = comparison_verdict(kept, join) if kept else verdict
        return other if other != verdict else None

    flips = []
    for origin in sorted({o for r in with_data for o in r.origins}):
        if other := judged([r for r in with_data if not rests_on(r, origin)]):
            flips.append(f"without {origin}: {other}")
    if other := judged([r for r in with_data if r.grade in FIRST_TIER]):
        flips.append(f"grades A and B only: {other}")
    for near in (r for r in with_data if r.on_the_line):
        if other := judged([r.turned() if r is near else r for r in with_data]):
            flips.append(f"{near.says} lies on the line; on its other side: {other}")
    shared = set.intersection(*(set(r.origins) for r in with_data))
    return Robustness("fragile" if flips else "one origin" if shared else "stable", flips=tuple(flips))


def causal_robustness(studies: list[Finding]) -> Robustness:
    """A cause shown by one study hangs on its authors; leaving one of several out may turn the verdict."""
    counted = [s for s in studies if s.grade in DECIDING_GRADES]
    verdict = causal_verdict(counted)
    origins = sorted({s.origins for s in counted})
    if not origins:
        return Robustness("no evidence")
    if len(origins) == 1:
        return Robustness("one origin")
    others = {o: causal_verdict(s for s in counted if s.origins != o) for o in origins}
    agreeing = {"one study agrees": "studies agree", "one study contradicts": "studies contradict"}
    flips = [f"without {'; '.join(o)}: {other}" for o, other in others.items() if agreeing.get(other, other) != verdict]
    return Robustness("fragile" if flips else "stable", flips=tuple(flips))
