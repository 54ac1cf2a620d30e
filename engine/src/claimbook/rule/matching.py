"""How measures match a claim: their unit, the period that decides, and which form one cell of the comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from claimbook.evidence.claims import Facets, NumberClaim
from claimbook.evidence.intervals import Interval, reconcile
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER, REPLACED, Measure

Graded = TypeVar("Graded", bound=Any)  # a value with a `grade` and a `status`


@dataclass(frozen=True, kw_only=True)
class Match:
    """How a measure matches a claim: the kind of match, the reading that it fits, and what of it differs."""

    match: str
    reading: str = ""
    differs: tuple[str, ...] = ()

    @property
    def commensurable(self) -> bool:
        """Whether the measure has the quantity of the claim."""
        return "quantity" not in self.differs

    def cell_of(self, measure: Measure) -> str:
        """Return the name of the cell that a measure belongs to, for readers and for results.json."""
        literal = self.match in {"exact", "same, earlier", "same, later"}
        what = " ".join(measure.facets.named) or measure.dimension
        return " · ".join([self.reading or ("literal" if literal else self.match), what, measure.time])


@dataclass(frozen=True, kw_only=True)
class Cell(Match):
    """Measures with the same facets and period, reconciled into one interval, `offset` years after the deciding one."""

    measures: tuple[Measure, ...]
    interval: Interval
    conflict: bool
    offset: int

    @property
    def facets(self) -> Facets:
        return self.measures[0].facets

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(sorted({o for m in self.measures for o in m.origins}))

    @property
    def key(self) -> str:
        return self.cell_of(self.measures[0])


@dataclass(frozen=True, kw_only=True)
class Assessed(Match):
    """One measure compared with one claim."""

    measure: Measure
    outcome: str
    decides: bool

    @property
    def cell(self) -> str:
        return self.cell_of(self.measure)


def resolve_period(claim: NumberClaim, measures: Iterable[Measure], text_date: str) -> str:
    """Return the year that decides the claim.

    "In Y" is only Y. "As of Y" is Y or, if Y has no complete value, the latest earlier year with a complete
    value whose original was published by the date of the text.
    """
    if claim.in_period:
        return claim.in_period
    usable = (m for m in measures if m.grade in DECIDING_GRADES and m.is_complete)
    literal = [m for m in usable if m.facets == claim.facets]
    claimed = int(claim.as_of)
    if any(m.year == claimed for m in literal):
        return claim.as_of
    earlier = [m.year for m in literal if m.year < claimed and m.published_day <= text_date]
    return str(max(earlier)) if earlier else claim.as_of


def match(claim: NumberClaim, period: str, measure: Measure) -> Match:
    """Return how a measure matches a claim whose `period` decides."""
    other_facets = claim.facets.differing(measure.facets)
    differs = other_facets + ("period",) * (measure.time != period)
    if not differs:
        return Match(match="exact")
    if not other_facets and measure.is_complete:
        return Match(match="same, earlier" if measure.year < int(period) else "same, later", differs=differs)
    for reading in claim.readings:
        if claim.facets.override(**reading.facets) == measure.facets and measure.is_complete:
            return Match(match="reading", reading=reading.name, differs=tuple(sorted(other_facets)))
    bounds = measure.holds and not {"base", "place", "period"} & set(differs)
    return Match(match="bound" if bounds else "near", differs=differs)


def current(measures: Iterable[Graded]) -> list[Graded]:
    """Return the values that count: those of the best tier, without preliminary or superseded ones."""
    usable = [m for m in measures if m.grade in DECIDING_GRADES]
    tier = [m for m in usable if m.grade in FIRST_TIER] or usable
    return [m for m in tier if m.status not in REPLACED] or tier


def cells(claim: NumberClaim, period: str, measures: Iterable[Measure]) -> list[Cell]:
    """Group measures by facets and period, drop replaced values, and reconcile each group."""
    groups: dict[tuple, list[Measure]] = {}
    for m in measures:
        groups.setdefault((m.facets, m.time, m.holds), []).append(m)
    result = []
    for group in groups.values():
        members = current(group)
        if not members:
            continue
        interval, conflict = reconcile([m.limits for m in members])
        result.append(
            Cell(
                measures=tuple(sorted(members, key=lambda m: (m.published_day, m.label))),
                interval=interval,
                conflict=conflict,
                offset=members[0].year - int(period),
                **vars(match(claim, period, members[0])),
            )
        )
    return sorted(result, key=lambda c: (c.key, c.measures[0].label))
