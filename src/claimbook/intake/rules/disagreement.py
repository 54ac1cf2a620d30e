"""Sources that contradict each other: both values stay, and both rows declare the conflict."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import REVISED_PREFIX, release_of
from claimbook.intake.cells import tried
from claimbook.intake.problems import Faults, Problem
from claimbook.intake.rules import sizes
from claimbook.intake.tables import CELL, Data, cell_of, fault_at, line_of, place_of, repeated
from claimbook.project.files import Row
from claimbook.project.report import report_settings
from claimbook.say.periods import latest_day
from claimbook.say.words import slug

UNDECLARED = "When two sources contradict each other, we keep both values and declare a conflict."
Pair = tuple[Row, Row]  # the stored value and the new one
ConflictWords = Mapping[tuple[str, str], str]  # for the column conflict, by file and line of a stored row


def once_or_in_conflict(data: Data) -> Faults:
    """Yield faults for repeated values of a source, undeclared contradictions, and false conflicts."""
    for row, first in repeated(data["figures"], *CELL, "source_id"):
        rule = "A source can give only one value for a series, entity and period."
        yield fault_at(row, "source_id", rule, f"Delete this row or {line_of(first)}.")
    pairs = list(contradictions(data))
    for one, other in undeclared_pairs(data, pairs):
        word = one["conflict"] or other["conflict"] or f"{one['series'].replace('_', '-')}-{one['period'].lower()}"
        both = f"in the column conflict of {line_of(one)} and of {line_of(other)}"
        fix = f'Write the same word, such as "{word}", {both}, or correct the value, bound or rounding.'
        fix = slip_between(data, one, other) + fix
        yield fault_at(other, "conflict", UNDECLARED, fix, against(data, one, other))
    contradicted = {place_of(row) for pair in pairs for row in pair}
    unknown = {cell for row in data.unread for cell in row.values()}  # the other side may be a skipped row
    unknown |= {row["conflict"] for row in data["figures"] if data.interval(row) is None}
    for row in data["figures"]:
        if row["conflict"] and row["conflict"] not in unknown and place_of(row) not in contradicted:
            rule = "The row declares a conflict, but no other row of its series, entity and period contradicts it."
            yield fault_at(row, "conflict", rule, "Empty the cell, or correct the value, bound or rounding.")


def contradictions(data: Data) -> Iterator[Pair]:
    """Yield pairs of sources' values for the same thing that cannot both be true, the stored one first."""
    groups: dict[tuple[str, ...], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in data["figures"]:
        if span := data.interval(row):
            groups[cell_of(row)].append((row, span))
    for (one, a), (other, b) in (pair for ranges in groups.values() for pair in combinations(ranges, 2)):
        if not a.meets(b) and one["source_id"] != other["source_id"]:
            yield one, other


def undeclared_pairs(data: Data, pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs without a common conflict word, except releases that replace each other."""
    return [
        (one, other)
        for one, other in pairs
        if not one["conflict"] == other["conflict"] != "" and not _releases_of_one(data, (one, other))
    ]


def against(data: Data, one: Row, other: Row) -> str:
    """Compare a value with an earlier row: both values, their difference, and the days of publication."""
    unit, texts = one["unit"], [other["value"], one["value"]]
    spans = [span.middle for row in (other, one) if (span := data.interval(row))]
    if unit != other["unit"]:
        unit, texts = data.series[one["series"]]["unit"], [f"{span:.10g}" for span in spans]
    off = f" ({100 * (spans[0] / spans[1] - 1):+.3g} %)" if spans[1] else ""
    days = [source["published"] for row in (other, one) if (source := data.source_of_row(row))]
    when = f", published {days[0]} against {days[1]}" if len(days) == 2 else ""
    return f"{texts[0]} against {texts[1]} {unit}{off}{when}"


def slip_between(data: Data, one: Row, other: Row) -> str:
    """Ask about a power of ten if a value is an earlier one with the decimal point elsewhere; "" otherwise."""
    before, after = (span.middle if (span := data.interval(row)) else 0.0 for row in (one, other))
    return sizes.by_power_of_ten(data, other, after / before, sizes.OF_SOURCES) if before else ""


def revisions(data: Data) -> Faults:
    """Yield faults for revised values that are not from one producer on different days."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in data["figures"]:
        if row["conflict"].startswith(REVISED_PREFIX):
            groups[*cell_of(row), row["conflict"]].append(row)
    for rows in groups.values():
        sources = [data.source_of_row(row) for row in rows]
        releases = {(source["origin"], source["published"]) for source in sources if source}
        if all(sources) and (len(releases) == 1 or len({origin for origin, _ in releases}) > 1):
            rule = "A revision must come from the same producer (origin), on a later day."
            fix = f'If two sources contradict each other, use a word that does not begin with "{REVISED_PREFIX}".'
            yield fault_at(rows[-1], "conflict", rule, fix)


def _releases_of_one(data: Data, pair: Pair) -> bool:
    """Return whether two values belong to one line of releases, so that the later replaces the earlier."""
    names = {release_of(row, source) if (source := data.source_of_row(row)) else "" for row in pair}
    return len(names) == 1 and names != {""}


# New rows -------------------------------------------------------------------------------------------------------


def declare(merged: Data, rows: list[Row]) -> tuple[ConflictWords, list[str], list[Problem]]:
    """Copy the conflict words of new rows to the stored rows that they contradict.

    `merged` are the data with the new rows. A new row without a word joins a conflict that is declared,
    unless its value looks like a slip.
    Returns the words for stored rows, what was declared, and undeclared contradictions.
    """
    new_places, remarks, problems = set(map(place_of, rows)), [], []
    marked: dict[tuple[str, str], str] = {}
    new = (pair for pair in contradictions(merged) if place_of(pair[1]) in new_places)
    for one, other in undeclared_pairs(merged, new):
        slip, compared = slip_between(merged, one, other), against(merged, one, other)
        word = other["conflict"] = other["conflict"] or one["conflict"] * (not slip)
        if not word or place_of(one) in new_places:
            fix = slip + _how_to_declare(merged, one, other)
            problems.append(fault_at(other, "conflict", UNDECLARED, fix, compared))
            continue
        same = [one, *(row for row in merged["figures"] if cell_of(row) == cell_of(one) and row["conflict"])]
        marked |= {place_of(row): word for row in same if place_of(row) not in new_places}
        remarks.append(f"{word}: {', '.join(cell_of(other))}: {compared}")
    return marked, remarks, problems


def _how_to_declare(data: Data, one: Row, other: Row) -> str:
    """Say which word to write, and whether this is a revision: by the same producer on a later day."""
    before, after = data.source_of_row(one), data.source_of_row(other)
    name = slug("-".join(part for part in cell_of(other) if part not in report_settings().geography.national))
    both = f'To keep both, write "{name}" in the column conflict of this row; the stored row is marked too.'
    if before is None or after is None:
        return both
    place, producer = line_of(one), after["origin"]
    if before["origin"] != producer:
        return f"The stored value is from {before['origin']} ({place}), the new one from {producer}. {both}"
    days = [tried(latest_day, source["published"]) for source in (before, after)]
    if None not in days and days[0] < days[1]:
        word = REVISED_PREFIX + name
        return f'{producer} revised its value. To keep both, write "{word}" in the column conflict.'
    same = f"Both are from {producer}, but this may not be the later one, so it is not a revision"
    published = f"the stored value was published {before['published']} ({place}), the new one {after['published']}"
    return f"{same}: {published}. {both}"


def with_words(data: Data, marked: ConflictWords) -> Data:
    """Return the data with new words in the column conflict of stored rows."""
    figures = [row | {"conflict": marked.get(place_of(row), row["conflict"])} for row in data["figures"]]
    return replace(data, tables={**data.tables, "figures": figures})
