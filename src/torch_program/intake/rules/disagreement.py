"""Sources that contradict each other: both stay, and say so."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from torch_program.csv_tables import Row
from torch_program.intake.problems import Told
from torch_program.intake.tables import Data, at, cell_of, line_of, place_of
from torch_program.intervals import Interval
from torch_program.vintages import REVISED, line

UNDECLARED = "Sources that contradict each other both stay, but must be declared a conflict."


def once_or_in_conflict(data: Data) -> Told:
    """One source gives one value; sources that contradict each other are declared, and nothing else is."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in data.figures:
        first = seen.setdefault((*cell_of(row), row["source_id"]), row)
        if first is not row:
            rule = "One source gives one value of a series, entity and period."
            yield at(row, "source_id", rule, f"Delete this row or {line_of(first)}.")
    contradicted: set[tuple[str, str]] = set()
    for one, other in contradictions(data):
        contradicted |= {place_of(one), place_of(other)}
        if releases_of_one(data, one, other):
            continue  # a revision; it may be declared, but need not be
        if not one["conflict"] or one["conflict"] != other["conflict"]:
            yield at(other, "conflict", UNDECLARED, _declare(one, other), against(data, one, other))
    unknown = {cell for row in data.unread for cell in row.values()}  # the other side may be a row that is not read
    unknown |= {row["conflict"] for row in data.figures if data.interval(row) is None}
    for row in data.figures:
        if row["conflict"] and row["conflict"] not in unknown and place_of(row) not in contradicted:
            rule = "A declared conflict must be one: no row of this series, entity and period contradicts this one."
            yield at(row, "conflict", rule, "Empty the cell, or correct the value, bound or rounding.")


def contradictions(data: Data) -> Iterator[tuple[Row, Row]]:
    """Values of two sources for one series, entity and period that cannot both be true, the stored one first."""
    groups: dict[tuple[str, ...], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in data.figures:
        if span := data.interval(row):
            groups[cell_of(row)].append((row, span))
    for ranges in groups.values():
        for (one, a), (other, b) in combinations(ranges, 2):
            if not a.meets(b) and one["source_id"] != other["source_id"]:
                yield one, other


def against(data: Data, one: Row, other: Row) -> str:
    """A value against an earlier row of the same thing: in one unit, by how much, and when each was published."""
    unit = one["unit"]
    texts = [other["value"], one["value"]]
    spans = [span.middle for row in (other, one) if (span := data.interval(row))]
    if unit != other["unit"]:
        unit = data.series[one["series"]]["unit"]
        texts = [f"{span:.10g}" for span in spans]
    off = f" ({100 * (spans[0] / spans[1] - 1):+.3g} %)" if spans[1] else ""
    days = [source["published"] for row in (other, one) if (source := data.source_of_row(row))]
    when = f", published {days[0]} against {days[1]}" if len(days) == 2 else ""
    return f"{texts[0]} against {texts[1]} {unit}{off}{when}"


def revisions(data: Data) -> Told:
    """Values that are called revised come from one producer, on different days."""
    cells: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in data.figures:
        if row["conflict"].startswith(REVISED):
            cells[*cell_of(row), row["conflict"]].append(row)
    for rows in cells.values():
        known = [source for row in rows if (source := data.source_of_row(row))]
        days: dict[str, set[str]] = defaultdict(set)
        for source in known:
            days[source["origin"]].add(source["published"])
        if len(known) == len(rows) and not any(len(found) > 1 for found in days.values()):
            rule = "A revision is by the same producer (origin), published on a later day."
            fix = f'A conflict of sources has a word that does not begin with "{REVISED}".'
            yield at(rows[-1], "conflict", rule, fix)


def releases_of_one(data: Data, one: Row, other: Row) -> bool:
    """Are two values of one line of releases, so that the later takes the place of the earlier?"""
    sources = data.source_of_row(one), data.source_of_row(other)
    names = {line(row, source) for row, source in zip((one, other), sources, strict=True) if source}
    return all(sources) and len(names) == 1 and names != {""}


def _declare(one: Row, other: Row) -> str:
    slug = one["conflict"] or other["conflict"] or f"{one['series'].replace('_', '-')}-{one['period'].lower()}"
    return (
        f'Write the same word, such as "{slug}", in the column conflict of {line_of(one)} and of {line_of(other)}, '
        "or correct the value, bound or rounding."
    )
