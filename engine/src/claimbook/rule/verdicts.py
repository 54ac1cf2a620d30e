"""The rule for numbers: the verdict is a pure function of a claim and its cells. Nobody types a verdict."""

import math
from collections.abc import Iterable
from decimal import Decimal

from claimbook.evidence.claims import NumberClaim, Test
from claimbook.evidence.intervals import Interval
from claimbook.rule.judgement import OUTDATED_YEARS, Qualifier, if_read_as, weaknesses
from claimbook.rule.matching import Cell
from claimbook.say.verdict_table import (
    BY_DEFINITION,
    CONTRADICTED,
    NO_EVIDENCE,
    NO_SOURCE,
    OUT_OF_DATE,
    OUTDATED,
    OVERSTATED,
    SUPPORTED,
    UNDERSTATED,
    UNVERIFIED,
)
from claimbook.say.words import in_ranges

CONSERVATIVE = Decimal("1.25")  # "over N" is called conservative when every value exceeds N by more than a quarter
STOCK_WINDOW = 3  # years for which a stock or a structural share can stand in for another year
ON_THE_LINE = 0.05  # a value this close to its threshold, relative to it, is "on the line"


def band(test: Test) -> tuple[float, float, float, float]:
    """Return the range of values that pass and the range that is close: (low, high, close_low, close_high).

    An end is inside its range, except for "over". Decimals keep the ends exact: 0.9 × 13 is 11.7, and floats
    give a little more.
    """
    n, digit, t = (Decimal(str(part)) for part in (test.value, test.digit, test.tolerance))
    edges: dict[str, tuple[Decimal | float, ...]] = {
        "over": (n, math.inf, (1 - t) * n, math.inf),
        "nearly": ((1 - t) * n, n, (1 - 2 * t) * n, (1 + t) * n),
        "about": ((1 - t) * n, (1 + t) * n, (1 - 2 * t) * n, (1 + 2 * t) * n),
        "equals": (n - digit / 2, n + digit / 2, (1 - t) * n, (1 + t) * n),
    }
    low, high, close_low, close_high = map(float, edges[test.op])
    return low, high, close_low, close_high


def outcome(interval: Interval, test: Test) -> str:
    """Return the outcome of an interval: pass, close, low, high or undecided.

    Low means that the true value is below the claim. An interval that touches the close range from outside is
    undecided, because the true value could be at that end.
    """
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


def on_the_line(claim: NumberClaim, interval: Interval) -> bool:
    """Return whether a change of five per cent, or within rounding, would carry a value across a limit.

    The limits are the ends of both ranges. An exact count is never on the line.
    """
    if interval.low == interval.high:
        return False
    slack = 1 + ON_THE_LINE
    return any(interval.low < edge * slack and edge < interval.high * slack for edge in band(claim.test))


def decide(cells: Iterable[Cell], test: Test) -> str | None:
    """Return the verdict from cells that measure exactly what the claim says, or None if there are none."""
    got = {outcome(c.interval, test) for c in cells}
    if not got:
        return None
    if got == {"pass"}:
        return SUPPORTED
    if got <= {"pass", "close"}:
        return "close"
    if got <= {"low", "close"}:
        return OVERSTATED
    if got <= {"high", "close"}:
        return UNDERSTATED
    if len(got & {"pass", "low", "high"}) > 1:
        return BY_DEFINITION
    return "undecided"


def lean(near: Iterable[Cell], test: Test) -> str:
    """Say which way near evidence points. Each origin with a decided number has one vote."""
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
    """Return the near cells that a leaning may use: in the claim's dimension and its window of years."""
    return [c for c in cells if c.match == "near" and c.commensurable and abs(c.offset) <= claim.window]


def deciding_cells(claim: NumberClaim, cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells that decide: the exact ones or, if there are none, bounds that rule the claim out.

    A claim attributed to a publication that was not found is never ruled out by bounds from others.
    """
    cells = list(cells)
    exact = [c for c in cells if c.match == "exact"]
    if exact or claim.attributed_to:
        return exact
    return [c for c in cells if c.match == "bound" and outcome(c.interval, claim.test) in {"low", "high"}]


def number_verdict(claim: NumberClaim, cells: list[Cell]) -> str:
    """Return the verdict of a number claim."""
    deciding = deciding_cells(claim, cells)
    if deciding:
        return str(decide(deciding, claim.test)) if deciding[0].match == "exact" else CONTRADICTED
    if claim.attributed_to:
        return NO_SOURCE
    side = lean(leaning_cells(claim, cells), claim.test)
    return NO_EVIDENCE if side == "none" else f"{UNVERIFIED}, evidence {side}"


def reading_cells(claim: NumberClaim, name: str, cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells that decide a declared reading: those of the nearest year within the window.

    The year may be earlier or later. A stock changes slowly. So a reading as a stock has the window of
    stocks, even if the claim is about a flow.
    """

    def window(cell: Cell) -> int:
        return max(claim.window, STOCK_WINDOW if cell.facets.mode == "stock" else 0)

    candidates = [c for c in cells if c.reading == name and abs(c.offset) <= window(c)]
    nearest = min((abs(c.offset) for c in candidates), default=0)
    return [c for c in candidates if abs(c.offset) == nearest]


def qualifiers(claim: NumberClaim, verdict: str, cells: list[Cell], period: str) -> list[Qualifier]:
    """Return the qualifiers of a verdict: size of the miss, age, other readings, weak evidence."""
    exact = [c for c in cells if c.match == "exact"]
    notes: list[Qualifier] = []
    if verdict in {UNDERSTATED, OVERSTATED}:
        notes.append(gap(claim, exact))
        notes += outdated(claim, cells, period)
    if verdict == SUPPORTED and claim.test.op == "over":
        if all(c.interval.low > float(CONSERVATIVE * Decimal(str(claim.test.value))) for c in exact):
            notes.append(Qualifier("conservative"))
    read = {r.name: decide(reading_cells(claim, r.name, cells), claim.test) for r in claim.readings}
    notes += [if_read_as(name, other) for name, other in read.items() if other]
    notes += weaknesses(m for c in exact for m in c.measures)
    if any(c.conflict for c in exact):
        notes.append(Qualifier("sources conflict"))
    return notes


def gap(claim: NumberClaim, exact: list[Cell]) -> Qualifier:
    """Return the size of a miss, relative to the claim and in its unit."""
    value = sum(c.interval.middle for c in exact) / len(exact)
    relative = value / claim.test.value - 1
    points = (
        f"{abs(value - claim.test.value):.1f} points"
        if claim.test.unit == "percent"
        else f"{abs(value - claim.test.value):,.3g}"
    )
    return Qualifier(f"by {abs(relative):.0%} ({points})".replace("%", " %"))


def outdated(claim: NumberClaim, cells: list[Cell], period: str) -> list[Qualifier]:
    """Name the years, up to five earlier, in which a number by the same definition was right in size."""
    years = sorted(
        int(period) + c.offset
        for c in cells
        if c.match == "same, earlier"
        and -OUTDATED_YEARS <= c.offset < 0
        and outcome(c.interval, claim.test) in {"pass", "close"}
    )
    when = in_ranges(years)
    return [Qualifier(f"outdated (right in size {when})", OUTDATED, when)] if years else []


def standing(verdict: str, notes: Iterable[Qualifier]) -> str:
    """Return the verdict as counted and drawn: "out of date" if the number was right a few years earlier."""
    overtaken = verdict in {UNDERSTATED, OVERSTATED} and any(q.kind == OUTDATED for q in notes)
    return OUT_OF_DATE if overtaken else verdict
