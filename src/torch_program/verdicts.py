"""The rule: a verdict is a pure function of a claim and its cells. Nobody types one."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from torch_program.claims import ComparisonClaim, Criterion, FactClaim, NumberClaim, Part, Test
from torch_program.intervals import Interval
from torch_program.measures import Cell, Measure
from torch_program.periods import latest_day

CONSERVATIVE = 1.25  # "over N" is called conservative when every value exceeds N by a quarter
OUTDATED_YEARS = 5
STOCK_WINDOW = 3  # years within which a stock or a structural share still speaks for another year


def band(test: Test) -> tuple[float, float, float, float]:
    """Values that pass (from, to) and values that are close (from, to)."""
    n, half = test.value, test.digit / 2
    return {
        "over": (n, math.inf, 0.95 * n, math.inf),
        "nearly": (0.95 * n, n, 0.90 * n, 1.05 * n),
        "about": (0.95 * n, 1.05 * n, 0.90 * n, 1.10 * n),
        "equals": (n - half, n + half, 0.95 * n, 1.05 * n),
    }[test.op]


def outcome(interval: Interval, test: Test) -> str:
    """Where an interval lies against a test: pass, close, low (the truth is below the claim), high or undecided."""
    low, high, close_low, close_high = band(test)
    above = interval.low > low if test.op == "over" else interval.low >= low
    if above and interval.high <= high:
        return "pass"
    if interval.low >= close_low and interval.high <= close_high:
        return "close"
    if interval.high < close_low:
        return "low"
    if interval.low > close_high:
        return "high"
    return "undecided"


def decide(cells: Iterable[Cell], test: Test) -> str | None:
    """Verdict of cells that mean what the claim says; None where there is no such cell."""
    got = {outcome(c.interval, test) for c in cells}
    if not got:
        return None
    if got == {"pass"}:
        return "supported"
    if got <= {"pass", "close"}:
        return "close"
    if got <= {"low", "close"}:
        return "overstated"
    if got <= {"high", "close"}:
        return "understated"
    if len(got & {"pass", "low", "high"}) > 1:
        return "depends on the definition"
    return "undecided"


def lean(near: Iterable[Cell], test: Test) -> str:
    """Which way near evidence points, one vote for each origin that produced a decided number."""
    votes: dict[str, set[bool]] = {}
    for cell in near:
        result = outcome(cell.interval, test)
        if result != "undecided":
            for origin in cell.origins:
                votes.setdefault(origin, set()).add(result in {"pass", "close"})
    if not votes:
        return "none"
    sides = set().union(*votes.values())
    side = "mixed" if len(sides) > 1 else "for" if sides == {True} else "against"
    return f"{side} (one origin)" if len(votes) == 1 and side != "mixed" else side


def leaning_cells(claim: NumberClaim, cells: Iterable[Cell]) -> list[Cell]:
    """Near cells that may lean a verdict: of the claim's dimension and inside its window of years."""
    return [c for c in cells if c.match == "near" and c.commensurable and abs(c.offset) <= claim.window]


def number_verdict(claim: NumberClaim, cells: list[Cell]) -> str:
    """Verdict of a number claim."""
    verdict = decide([c for c in cells if c.match == "exact"], claim.test)
    if verdict is None and claim.attributed_to:
        verdict = "source not found"
    if verdict is None and any(
        decide([c], claim.test) in {"overstated", "understated"} for c in cells if c.match == "bound"
    ):
        verdict = "contradicted"
    if verdict is None:
        side = lean(leaning_cells(claim, cells), claim.test)
        verdict = "unverified, no evidence" if side == "none" else f"unverified, evidence {side}"
    return verdict


def reading_cells(claim: NumberClaim, name: str, cells: Iterable[Cell]) -> list[Cell]:
    """Cells of a declared reading that decide it: those of its latest year inside the window, none from the future.

    A stock moves slowly, so a reading as a stock has the window of stocks even where the claim is about a flow.
    """

    def window(cell: Cell) -> int:
        return max(claim.window, STOCK_WINDOW if cell.facets.mode == "stock" else 0)

    own = [c for c in cells if c.reading == name and -window(c) <= c.offset <= 0]
    latest = max((c.offset for c in own), default=0)
    return [c for c in own if c.offset == latest]


def reading_verdicts(claim: NumberClaim, cells: list[Cell]) -> dict[str, str]:
    """Verdict under each other reading for which there is evidence."""
    found = {r.name: decide(reading_cells(claim, r.name, cells), claim.test) for r in claim.readings}
    return {name: verdict for name, verdict in found.items() if verdict}


def qualifiers(claim: NumberClaim, verdict: str, cells: list[Cell], period: str) -> list[str]:
    """What stands beside a verdict: size, age, other readings and the standing of the evidence."""
    exact = [c for c in cells if c.match == "exact"]
    said = []
    if verdict in {"understated", "overstated"}:
        said.append(gap(claim, exact))
        said += outdated(claim, cells, period)
    if verdict == "supported" and claim.test.op == "over":
        if all(c.interval.low > CONSERVATIVE * claim.test.value for c in exact):
            said.append("conservative")
    for name, other in reading_verdicts(claim, cells).items():
        said.append(f"{other} if read as {name}")
    if exact:
        if all(c.tier == "C" for c in exact):
            said.append("secondary evidence")
        if sole_origin([m for c in exact for m in c.measures]):
            said.append("one origin")
        if any(c.conflict for c in exact):
            said.append("sources conflict")
    return said


def gap(claim: NumberClaim, exact: list[Cell]) -> str:
    """Size of a miss, relative to the claim and in its unit."""
    value = sum(c.interval.middle for c in exact) / len(exact)
    relative = value / claim.test.value - 1
    points = (
        f"{abs(value - claim.test.value):.1f} points"
        if claim.test.unit == "percent"
        else f"{abs(value - claim.test.value):,.3g}"
    )
    return f"by {abs(relative):.0%} ({points})".replace("%", " %")


def outdated(claim: NumberClaim, cells: list[Cell], period: str) -> list[str]:
    """Names the years, within the five before, in which the same specification was right in size."""
    years = sorted(
        int(period) + c.offset
        for c in cells
        if c.match == "same, earlier"
        and -OUTDATED_YEARS <= c.offset < 0
        and outcome(c.interval, claim.test) in {"pass", "close"}
    )
    return [f"outdated (right in size {in_ranges(years)})"] if years else []


def in_ranges(years: list[int]) -> str:
    """[2018, 2019, 2021] becomes "2018–2019, 2021"."""
    runs: list[list[int]] = []
    for y in years:
        if runs and y == runs[-1][-1] + 1:
            runs[-1].append(y)
        else:
            runs.append([y])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def sole_origin(measures: list[Measure]) -> str:
    """Origin on which every deciding measure rests, or an empty string."""
    shared = set.intersection(*(set(m.origins) for m in measures)) if measures else set()
    return min(shared) if shared else ""


@dataclass(frozen=True)
class Finding:
    """A documented thing that bears on a part of a fact: a dated event, a rule, a counted instrument.

    `ended` is the day on which it ceased to hold, or empty; `value` is a date or number for parts with a test.
    """

    says: str
    date: str
    grade: str
    origins: tuple[str, ...]
    sources: tuple[str, ...]
    published: str
    ended: str = ""
    value: float | None = None
    anchor: str = ""


@dataclass(frozen=True)
class CriterionResult:
    """One criterion in the light of the evidence: met, not met, or None for no data (or a value on the line)."""

    criterion: Criterion
    met: bool | None
    value: float | None
    value_text: str
    origins: tuple[str, ...]
    grade: str
    sources: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.criterion.id

    @property
    def says(self) -> str:
        return self.criterion.says

    @property
    def threshold(self) -> float | None:
        return self.criterion.threshold

    @property
    def word(self) -> str:
        """The result as readers see it: met, not met, on the line or no data."""
        return {True: "met", False: "not met"}.get(self.met, "no data" if self.value is None else "on the line")


def part_met(part: Part, findings: Iterable[Finding]) -> bool | None:
    """Whether a part of a fact is shown: documented by a usable finding and, with a test, equal to its number."""
    usable = [f for f in findings if f.grade in "ABC"]
    if part.test is None:
        return True if usable else None
    values = [f.value for f in usable if f.value is not None]
    if not values:
        return None
    results = {outcome(Interval(v, v), part.test) for v in values}
    return True if results == {"pass"} else False if "pass" not in results else None


def ended_by(findings: Iterable[Finding], day: str) -> bool:
    """Whether everything found had ceased to hold by a day (an end known to the month counts from its last day)."""
    found = list(findings)
    return bool(found) and all(f.ended and latest_day(f.ended).isoformat() < day for f in found)


def fact_verdict(claim: FactClaim, findings: dict[str, list[Finding]], text_date: str) -> str:
    """Verdict of a fact from what was found for each of its declared parts."""
    met = {p.id: part_met(p, findings.get(p.id, [])) for p in claim.parts}
    if all(met.values()):
        return "outdated" if ended_by([f for p in claim.parts for f in findings[p.id]], text_date) else "confirmed"
    if claim.attributed_to and not any(met.values()):
        return "source not found"
    if any(v is False for v in met.values()):
        return "partly" if any(met.values()) else "contradicted"
    return "unverified"


def fact_qualifiers(claim: FactClaim, findings: dict[str, list[Finding]]) -> list[str]:
    """Parts that are shown where the whole is not, and the standing of the evidence."""
    met = {p: part_met(p, findings.get(p.id, [])) for p in claim.parts}
    said = []
    if any(met.values()) and not all(met.values()):
        said += [f"shown: {p.says}" for p, m in met.items() if m]
        said += [f"no evidence: {p.says}" for p, m in met.items() if m is None]
        said += [f"fails: {p.says}" for p, m in met.items() if m is False]
    used = [f for p, m in met.items() if m is not None for f in findings.get(p.id, []) if f.grade in "ABC"]
    if used and all(f.grade == "C" for f in used):
        said.append("secondary evidence")
    if used and set.intersection(*(set(f.origins) for f in used)):
        said.append("one origin")
    return said


def judge_criterion(
    criterion: Criterion, interval: Interval | None, value_text: str, measures: Iterable[Measure] = ()
) -> CriterionResult:
    """Hold a value against one criterion; no interval is no data, one across the line decides nothing."""
    used = list(measures)
    met = None
    if interval is not None:
        if criterion.op == "documented":
            met = True
        elif interval.low >= criterion.threshold:
            met = criterion.op == "at least"
        elif interval.high < criterion.threshold:
            met = criterion.op == "below"
    return CriterionResult(
        criterion=criterion,
        met=met,
        value=None if interval is None else interval.middle,
        value_text=value_text,
        origins=tuple(sorted({o for m in used for o in m.origins})),
        grade=max((m.grade for m in used), default=""),
        sources=tuple(dict.fromkeys(s for m in used for s in m.sources)),
    )


def comparison_verdict(results: Iterable[CriterionResult]) -> str:
    """Supported if all criteria are met, not supported if none, else partly; unverified where nothing was measured."""
    met = [r.met for r in results]
    if all(m is None for m in met):
        return "unverified"
    if all(met):
        return "supported"
    return "partly" if any(met) else "not supported"


def comparison_qualifiers(claim: ComparisonClaim, results: list[CriterionResult]) -> list[str]:
    """How many criteria are met, of how many, and how many have no data."""
    if all(r.met is None for r in results):
        return []
    empty = sum(r.value is None and r.met is None for r in results)
    on_the_line = sum(r.value is not None and r.met is None for r in results)
    said = [f"{sum(bool(r.met) for r in results)} of {len(claim.criteria)} criteria met"]
    said += [f"{empty} without data"] if empty else []
    return said + ([f"{on_the_line} on the line"] if on_the_line else [])
