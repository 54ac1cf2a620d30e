"""The evidence of a claim as a small drawing, in SVG that a style sheet gives the reader's colours."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from claimbook.results.models import AnyWitness, ClaimRecord
from claimbook.rule.scores import MET, REACH, ScoreRow
from claimbook.say.tones import MUTED, OUTCOMES
from claimbook.say.verdict_table import NOT_ASSESSED
from claimbook.templates import filled

CONTEXT = frozenset({"reading", "same, earlier", "same, later"})  # same unit and kind; near evidence is not drawn here
SHOWN = {True: MET["met"], False: (MUTED, "s", False)}  # a finding that decides, and one too weak to
WIDE, TALL = 150, 22  # CSS pixels
EDGE = 7  # room for a mark at either end
FIRST_YEAR = 1985  # just before the programme began


class Mark(NamedTuple):
    """One of the shapes of the charts, at half the height of a small drawing unless another place is said."""

    x: float
    color: str
    marker: str
    filled: bool
    kind: str
    y: float = TALL / 2

    @property
    def path(self) -> str:
        """The outline, as SVG has it."""
        x, y, r = self.x, self.y, 4.2
        return {
            "o": f"M{x - r:.1f} {y:g}a{r} {r} 0 1 0 {2 * r:g} 0a{r} {r} 0 1 0 {-2 * r:g} 0z",
            "s": f"M{x - r + 0.6:.1f} {y - r + 0.6:.1f}h{2 * r - 1.2:.1f}v{2 * r - 1.2:.1f}h{1.2 - 2 * r:.1f}z",
            "D": f"M{x:.1f} {y - r:.1f}l{r} {r} {-r} {r} {-r} {-r}z",
            "<": f"M{x - r:.1f} {y:g}l{2 * r:g} {-r}v{2 * r:g}z",
            ">": f"M{x + r:.1f} {y:g}l{-2 * r:g} {-r}v{2 * r:g}z",
            "X": f"M{x - 3.2:.1f} {y - 3.2:.1f}l6.4 6.4M{x + 3.2:.1f} {y - 3.2:.1f}l-6.4 6.4",
        }[self.marker]


def small_plot(claim: ClaimRecord, row: ScoreRow, last_year: int) -> str:
    """The evidence of a claim as SVG, or "" where there is nothing to draw."""
    if row.passes and claim.test:
        drawn = number_plot(claim.measures, claim.test.value, row)
    elif row.criteria:
        drawn = {"marks": criteria_marks(row.criteria)}
    elif claim.kind == "fact" and claim.measures:
        drawn = {"marks": dates_marks(claim.measures, last_year), "years": (EDGE, WIDE - EDGE)}
    else:
        return ""
    return filled("small_plot.html", described=described(claim, row), wide=WIDE, tall=TALL, **drawn)


def described(claim: ClaimRecord, row: ScoreRow) -> str:
    """What a small drawing shows."""
    found = found_in_words(claim, row)
    return f"claimed {row.claimed}, {found}" if row.claimed else found


def number_plot(measures: Sequence[AnyWitness], claimed: float, row: ScoreRow) -> dict[str, Any]:
    """Values that pass as a band, the claim as a line, other years and readings open, what decides filled."""
    low, high = (place(m) for m in row.passes or (1, 1))
    others = sorted({m.value / claimed for m in measures if m.match in CONTEXT and m.value is not None})
    drawn = {
        "passes": (low, max(high - low, 1)),
        "claimed": place(1),
        "others": dict.fromkeys(round(place(other), 1) for other in others),
        "marks": (),
    }
    if row.low is None or row.high is None:
        return drawn
    look, kind, centre = OUTCOMES[row.outcome], f"outcome-{row.outcome}", middle(row)
    marker = ">" if centre > 1 + REACH else "<" if centre < 1 - REACH else look.marker
    marks = [Mark(place(centre), look.color, marker, True, kind)]
    return drawn | {"marks": marks, "found": (place(row.low), place(row.high))}


def middle(row: ScoreRow) -> float:
    """The multiple of the claim at which what decides has its mark: between its ends, or at the one that it has."""
    ends = [m for m in (row.low, row.high) if m is not None and math.isfinite(m)]
    return sum(ends) / len(ends)


def place(multiple: float) -> float:
    """Pixels of a multiple of the claim, held inside the drawing: its middle is the claim."""
    share = (min(max(multiple, 1 - REACH), 1 + REACH) - 1) / REACH
    return WIDE / 2 + share * (WIDE / 2 - EDGE)


def criteria_marks(criteria: Sequence[str]) -> Iterator[Mark]:
    """Criteria as signs: met, not met, or without data."""
    order = [*MET]
    ranked = sorted(criteria, key=lambda c: order.index(c) if c in order else len(order))
    for position, word in enumerate(ranked):
        yield Mark(EDGE + 12 * position, *MET.get(word, (MUTED, "s", False)), f"criterion-{word.replace(' ', '-')}")


def dates_marks(measures: Sequence[AnyWitness], last_year: int) -> Iterator[Mark]:
    """Dated documents and counts on a line of years that is the same for all facts."""
    span = last_year + 1 - FIRST_YEAR
    for decides, period in sorted({(m.decides, m.period) for m in measures if m.period}):
        year = int(period[:4]) + (int(period[5:7]) / 12 if period[4:5] == "-" and len(period) != 9 else 0.5)
        x = EDGE + (max(year, FIRST_YEAR) - FIRST_YEAR) / span * (WIDE - 2 * EDGE)
        yield Mark(x, *SHOWN[decides], f"criterion-{'met' if decides else 'no-data'}")


# words -------------------------------------------------------------------------------------------------------


def found_in_words(claim: ClaimRecord, row: ScoreRow) -> str:
    """What was found, in a few words."""
    if claim.kind == "opinion" or claim.verdict == NOT_ASSESSED:
        return ""
    if row.criteria:
        return criteria_in_words(row.criteria)
    if claim.kind == "causal":
        studies = [m for m in claim.measures if m.match == "part" and m.decides]
        sides = Counter(opposes for opposes, *_ in {(m.opposes, *m.origins) for m in studies})
        parts = ((sides[False], "agrees", "agree"), (sides[True], "disagrees", "disagree"))
        return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in parts if n) or "no published estimate"
    if claim.kind == "number":
        return row.found or "no figure decides"
    dates = sorted(m.period[:4] for m in claim.measures if m.decides and m.period)
    if not dates:
        return "no document decides" if claim.measures else "no document found"
    return f"documented {dates[0]}" + (f"–{dates[-1]}" if dates[-1] != dates[0] else "")


def criteria_in_words(criteria: Sequence[str]) -> str:
    """What the criteria came to: "2 of 3 criteria met", "1 met, 2 without data", "no data"."""
    counts = Counter(criteria)
    met, failed, across = counts["met"], counts["not met"], counts["on the line"]
    if met + failed == len(criteria):
        return f"{met} of {len(criteria)} criteria met"
    empty = len(criteria) - met - failed - across
    if empty == len(criteria):
        return "no data"
    parts = ((met, "met"), (failed, "not met"), (across, "on the line"), (empty, "without data"))
    return ", ".join(f"{n} {word}" for n, word in parts if n)
