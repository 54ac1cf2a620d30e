"""The rule: a verdict is a pure function of a claim and its cells. Nobody types one."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from torch_program.claims import Criterion, FactClaim, NumberClaim, Part, Test
from torch_program.intervals import Interval
from torch_program.measures import DECIDING_GRADES, FIRST_TIER, Cell, Measure
from torch_program.numbers import OUT_OF_DATE
from torch_program.periods import latest_day, parse

CONSERVATIVE = 1.25  # "over N" is called conservative when every value exceeds N by a quarter
OUTDATED_YEARS = 5
STOCK_WINDOW = 3  # years within which a stock or a structural share still speaks for another year
ON_THE_LINE = 0.05  # a value this near its mark, relative to the mark, is said to lie on the line


def band(test: Test) -> tuple[float, float, float, float]:
    """Values that pass (from, to) and values that are close (from, to)."""
    n, half, t = test.value, test.digit / 2, test.tolerance
    return {
        "over": (n, math.inf, (1 - t) * n, math.inf),
        "nearly": ((1 - t) * n, n, (1 - 2 * t) * n, (1 + t) * n),
        "about": ((1 - t) * n, (1 + t) * n, (1 - 2 * t) * n, (1 + 2 * t) * n),
        "equals": (n - half, n + half, (1 - t) * n, (1 + t) * n),
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


def deciding_cells(claim: NumberClaim, cells: Iterable[Cell]) -> list[Cell]:
    """Cells that decide: the exact ones or, where there is none, bounds that rule the claim out.

    A publication that was not found is not ruled out by what others printed.
    """
    cells = list(cells)
    exact = [c for c in cells if c.match == "exact"]
    if exact or claim.attributed_to:
        return exact
    return [c for c in cells if c.match == "bound" and outcome(c.interval, claim.test) in {"low", "high"}]


def number_verdict(claim: NumberClaim, cells: list[Cell]) -> str:
    """Verdict of a number claim."""
    deciding = deciding_cells(claim, cells)
    if deciding:
        return str(decide(deciding, claim.test)) if deciding[0].match == "exact" else "contradicted"
    if claim.attributed_to:
        return "source not found"
    side = lean(leaning_cells(claim, cells), claim.test)
    return "unverified, no evidence" if side == "none" else f"unverified, evidence {side}"


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


def standing(verdict: str, said: Iterable[str]) -> str:
    """How a verdict is counted and drawn: as itself, but for a size that time alone has overtaken."""
    overtaken = verdict in {"understated", "overstated"} and any(q.startswith("outdated") for q in said)
    return OUT_OF_DATE if overtaken else verdict


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
    """A documented thing that bears on a part of a fact or on a cause: an event, a rule, a count, a study.

    `began` and `ended` are the days on which a rule came into force and ceased to hold, or empty; `value` is a date or
    number for parts with a test. `reading` names the definition or the wider reading under which it counts, empty for
    every one. `opposes` marks a document that says the opposite.
    """

    says: str
    date: str
    grade: str
    origins: tuple[str, ...]
    sources: tuple[str, ...]
    published: str
    began: str = ""
    ended: str = ""
    value: float | None = None
    reading: str = ""
    opposes: bool = False
    anchor: str = ""

    @property
    def period(self) -> str:
        return self.date


# facts -----------------------------------------------------------------------------------------------------------

SHOWN, ENDED, FAILS, NOT_SHOWN = "shown", "ended", "fails", "not shown"


def came_later(finding: Finding, day: str) -> bool:
    """Whether a rule came into force after a day."""
    return bool(finding.began) and parse(finding.began).first_day.isoformat() > day


def had_ended(finding: Finding, day: str) -> bool:
    """Whether a rule had ceased to hold before a day; an end known to the month counts from its last day."""
    return bool(finding.ended) and latest_day(finding.ended).isoformat() < day


def usable(findings: Iterable[Finding], day: str) -> list[Finding]:
    """Findings that may count on a day: good enough, and not of a rule that came later."""
    return [f for f in findings if f.grade in DECIDING_GRADES and not came_later(f, day)]


def part_result(part: Part, findings: Iterable[Finding], day: str) -> str:
    """What a part of a fact comes to on a day: shown, ended, fails or not shown.

    Rivals that say the opposite of each other count by their grade; of one tier they show nothing. A part with a test
    is held against its number.
    """
    counted = usable(findings, day)
    tier = [f for f in counted if f.grade in FIRST_TIER] or counted
    if part.test is not None:
        results = {outcome(Interval(f.value, f.value), part.test) for f in tier if f.value is not None}
        if not results:
            return NOT_SHOWN
        return SHOWN if results == {"pass"} else FAILS if "pass" not in results else NOT_SHOWN
    sides = {f.opposes for f in tier}
    if sides == {True}:
        return FAILS
    if sides != {False}:
        return NOT_SHOWN
    # a rule still in force counts whatever its grade: one that had ended is no rival of it
    return ENDED if all(had_ended(f, day) for f in counted if not f.opposes) else SHOWN


def of_reading(findings: Iterable[Finding], reading: str) -> list[Finding]:
    """Findings that count under a reading: its own, and those that count under every one."""
    return [f for f in findings if f.reading in {"", reading}]


def read_as(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], day: str, reading: str = "") -> dict[str, str]:
    """Result of each part under one reading (or definition), the literal one by default."""
    return {p.id: part_result(p, of_reading(findings.get(p.id, ()), reading), day) for p in claim.parts}


def joined_parts(results: Iterable[str]) -> str:
    """Verdict of the parts of a fact: every one counts the same."""
    got = list(results)
    if got and all(r == SHOWN for r in got):
        return "confirmed"
    if SHOWN in got:
        return "partly"
    if FAILS in got:
        return "contradicted"
    return "outdated" if ENDED in got else "unverified"


def fact_verdict(
    claim: FactClaim,
    findings: Mapping[str, Iterable[Finding]],
    text_date: str,
    compared_with: Mapping[str, Iterable[Finding]] | None = None,
) -> str:
    """Verdict of a fact from what was found for each of its declared parts, on the date of the text.

    Where less evidence is `compared_with` more, parts that merely lost theirs are left out: they do not fail.
    """
    more = findings if compared_with is None else compared_with
    verdicts = set()
    for definition in claim.definitions or ("",):
        known = read_as(claim, more, text_date, definition)
        results = read_as(claim, findings, text_date, definition)
        verdicts.add(joined_parts(r for p, r in results.items() if r != NOT_SHOWN or known[p] == NOT_SHOWN))
    verdict = verdicts.pop() if len(verdicts) == 1 else "depends on the definition"
    return "source not found" if verdict == "unverified" and claim.attributed_to else verdict


def fact_qualifiers(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], text_date: str) -> list[str]:
    """Each part where they differ, the verdict under other readings, and the standing of the evidence."""
    if claim.definitions:
        said = [
            f"{joined_parts(read_as(claim, findings, text_date, d).values())} if read as {d}" for d in claim.definitions
        ]
    else:
        results = read_as(claim, findings, text_date)
        said = [f"{PART_WORDS[results[p.id]]}: {p.says}" for p in claim.parts] if len(set(results.values())) > 1 else []
        literal = joined_parts(results.values())
        others = {r: joined_parts(read_as(claim, findings, text_date, r).values()) for r in claim.readings}
        said += [f"{other} if read as {r}" for r, other in others.items() if other not in {literal, "unverified"}]
    used = [
        f for p in claim.parts for f in usable(findings.get(p.id, ()), text_date) if f.reading not in claim.readings
    ]
    if used and all(f.grade not in FIRST_TIER for f in used):
        said.append("secondary evidence")
    if used and set.intersection(*(set(f.origins) for f in used)):
        said.append("one origin")
    return said


PART_WORDS = {SHOWN: "shown", ENDED: "had ended", FAILS: "fails", NOT_SHOWN: "no evidence"}


# comparisons -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CriterionResult:
    """One criterion in the light of the evidence: the range of its value, or None for no data.

    `found` says whether a document that a criterion asks for says so, or the opposite. `year` is that of the newest
    figure in the value, 0 where there is none. `otherwise` names what the range would be by another release or line.
    """

    criterion: Criterion
    interval: Interval | None
    value_text: str
    origins: tuple[str, ...]
    grade: str
    sources: tuple[str, ...] = ()
    found: bool = True
    year: int = 0
    otherwise: tuple[tuple[str, Interval], ...] = ()

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
    def value(self) -> float | None:
        return None if self.interval is None else self.interval.middle

    @cached_property
    def met(self) -> bool | None:
        """Met, not met, or None for no data and for a range that lies across the mark."""
        if self.interval is None:
            return None
        if self.criterion.op == "documented":
            return self.found
        if self.interval.low >= self.criterion.mark:
            return self.criterion.op == "at least"
        return self.criterion.op == "below" if self.interval.high < self.criterion.mark else None

    @property
    def word(self) -> str:
        """The result as readers see it: met, not met, on the line or no data."""
        if self.met is None:
            return "no data" if self.value is None else "on the line"
        return "met" if self.met else "not met"

    @property
    def on_the_line(self) -> bool:
        """Whether the value lies so near its mark that little would carry it over."""
        if self.value is None or not self.threshold:
            return self.word == "on the line"
        return self.met is None or abs(self.value / self.threshold - 1) <= ON_THE_LINE

    def varied(self, factor: float, other: str = "") -> "CriterionResult":
        """The same against another mark, a multiple of the declared one, or with the value named by `other`."""
        interval = dict(self.otherwise)[other] if other else self.interval
        return replace(self, criterion=self.criterion.moved(factor), interval=interval)


class Witness(Protocol):
    """What stands behind a value and says when, after whom and how well it is known: a measure or a quantity."""

    @property
    def period(self) -> str: ...
    @property
    def origins(self) -> tuple[str, ...]: ...
    @property
    def grade(self) -> str: ...
    @property
    def sources(self) -> tuple[str, ...]: ...


def judge_criterion(
    criterion: Criterion,
    interval: Interval | None,
    value_text: str,
    measures: Iterable[Witness] = (),
    found: bool = True,
    otherwise: Mapping[str, Interval] | None = None,
) -> CriterionResult:
    """Hold a value against one criterion; no interval is no data, one across the mark decides nothing.

    A criterion that asks for a document is met where `found`; with `found=False` what was read says the opposite.
    `otherwise` has the value by other choices that were open, such as another release, each by its name.
    """
    used = list(measures)
    return CriterionResult(
        criterion=criterion,
        interval=interval,
        value_text=value_text,
        origins=tuple(sorted({o for m in used for o in m.origins})),
        grade=max((m.grade for m in used), default=""),
        sources=tuple(dict.fromkeys(s for m in used for s in m.sources)),
        found=found,
        year=max((parse(m.period).year for m in used if m.period), default=0),
        otherwise=tuple((otherwise or {}).items()),
    )


def rests_on(result: CriterionResult, origin: str) -> bool:
    """Whether a criterion has no data without an origin: a value needs all its inputs, a document any one witness."""
    if result.criterion.op == "documented":
        return set(result.origins) == {origin}
    return origin in result.origins


def comparison_verdict(results: Iterable[CriterionResult], join: str = "all") -> str:
    """Verdict of declared criteria, alike for both sides: met and failed weigh the same, and empty weighs nothing.

    With `join` "any" one met criterion carries a fully tested claim. Where some are empty and one side alone was
    tested, at least two and half of the criteria, and every essential one, must be tested to say more than a leaning.
    """
    results = list(results)
    met, failed = sum(r.met is True for r in results), sum(r.met is False for r in results)
    tested = met + failed
    if not tested:
        return "undecided" if any(r.value is not None for r in results) else "unverified, no evidence"
    if tested == len(results):
        if not failed or (met and join == "any"):
            return "supported"
        return "partly" if met else "not supported"
    if met and failed:
        return "partly"
    enough = tested >= 2 and 2 * tested >= len(results)
    if enough and not any(r.criterion.essential for r in results if r.met is None):
        return f"{'supported' if met else 'not supported'} as far as tested"
    return f"unverified, evidence {'for' if met else 'against'}"


def comparison_qualifiers(results: list[CriterionResult]) -> list[str]:
    """How many criteria were tested and met, how many have no data, and which lie near their mark."""
    met, tested = sum(r.met is True for r in results), sum(r.met is not None for r in results)
    across = sum(r.word == "on the line" for r in results)
    empty = len(results) - tested - across
    said = []
    if tested == len(results) > 1:
        said.append(f"{met} of {tested} criteria met")
    elif tested and len(results) > 1:
        said.append(f"{tested} of {len(results)} criteria tested, {met} met")
    said += [f"{empty} without data"] if empty and (tested or across) else []
    near = [r for r in results if r.on_the_line]
    return said + ([f"{len(near)} on the line"] if near else [])


# causes ----------------------------------------------------------------------------------------------------------


def causal_verdict(studies: Iterable[Finding]) -> str:
    """What published estimates say of a cause; prints of one study are one, since its authors are its origin."""
    sides: dict[tuple[str, ...], bool] = {s.origins: s.opposes for s in studies if s.grade in DECIDING_GRADES}
    if not sides:
        return "not tested"
    if len(set(sides.values())) > 1:
        return "studies disagree"
    against = all(sides.values())
    if len(sides) == 1:
        return "one study contradicts" if against else "one study agrees"
    return "studies contradict" if against else "studies agree"
