"""Published values that disagree, and which of them count by the rule on the methods page."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from claimbook.evidence.intervals import Interval, printed_interval, reconcile
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER, with_superseded
from claimbook.rule.matching import current

ConflictRow = dict[str, str]


@dataclass(frozen=True)
class Side:
    """One printed value of a conflict: its row, its source, and its value in the canonical unit."""

    row: ConflictRow
    source: ConflictRow
    value: Decimal
    interval: Interval

    @property
    def grade(self) -> str:
        return self.source["grade"]

    @property
    def status(self) -> str:
        return self.row["status"]


@dataclass(frozen=True)
class Conflict:
    """All values for one series, entity and period, if at least two of them were declared to disagree."""

    slug: str
    series: str
    entity: str
    period: str
    sides: tuple[Side, ...]

    @property
    def kept(self) -> list[Side]:
        """The sides that count: those of the best tier and, if that tier has final values, only those."""
        return current(self.sides)

    @property
    def is_open(self) -> bool:
        """Whether the values that count still contradict each other. The report then prints their range."""
        return len(self.kept) > 1 and reconcile([side.interval for side in self.kept])[1]

    @property
    def ends(self) -> tuple[Side, Side]:
        """The sides with the lowest and the highest value in the canonical unit."""
        return min(self.sides, key=lambda s: s.value), max(self.sides, key=lambda s: s.value)

    @property
    def difference(self) -> Decimal:
        """The highest value minus the lowest, in the canonical unit."""
        low, high = self.ends
        return high.value - low.value

    def role(self, side: Side) -> str:
        """Return whether a side contradicts others that count, counts itself, or does not count and why."""
        if side in self.kept:
            return "stands" if self.is_open else "counts"
        if side.grade not in DECIDING_GRADES:
            return f"never decides: grade {side.grade}"
        if side.grade not in FIRST_TIER and any(s.grade in FIRST_TIER for s in self.sides):
            return "gives way: secondary"
        return f"gives way: {side.status}"


def declared_conflicts(
    figures: Iterable[ConflictRow],
    sources: Iterable[ConflictRow],
    series: Iterable[ConflictRow],
    units: Iterable[ConflictRow],
) -> list[Conflict]:
    """Return every declared conflict, in the order of series, entity and period.

    A conflict also includes the undisputed values for its series, entity and period, because the rule uses them too.
    """
    known = {s["source_id"]: s for s in sources}
    canonical = {s["series"]: s["unit"] for s in series}
    factors = {(u["unit"], u["canonical"]): u["factor"] for u in units}
    cells: dict[tuple[str, str, str], list[ConflictRow]] = {}
    for row in figures:
        cells.setdefault((row["series"], row["entity"], row["period"]), []).append(row)
    found = []
    for (name, entity, period), rows in sorted(cells.items()):
        sides = []
        for row in with_superseded(rows, known):
            same = row["unit"] == canonical[name]
            factor = Decimal("1" if same else factors[row["unit"], canonical[name]])
            interval = printed_interval(row["value"], row["unit"], row["bound"], row["rounding"]).scaled(float(factor))
            sides.append(Side(row, known[row["source_id"]], Decimal(row["value"]) * factor, interval))
        sides.sort(key=lambda s: (s.source["published"], s.source["source_id"]))
        slugs = dict.fromkeys(row["conflict"] for row in rows if row["conflict"])
        found += [Conflict(slug, name, entity, period, tuple(sides)) for slug in slugs]
    return found
