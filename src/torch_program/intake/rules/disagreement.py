"""Sources that contradict each other: both stay, and say so; what new rows contradict is declared on both sides."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from torch_program.anchors import slug
from torch_program.csv_tables import Row
from torch_program.intake.cells import tried
from torch_program.intake.problems import Faults, Problem
from torch_program.intake.tables import CELL, Data, at, cell_of, line_of, place_of, repeated
from torch_program.intervals import Interval
from torch_program.periods import latest_day
from torch_program.provinces import NATIONAL
from torch_program.vintages import REVISED, line

UNDECLARED = "Sources that contradict each other both stay, but must be declared a conflict."
Pair = tuple[Row, Row]  # the stored value and the new one
Words = Mapping[tuple[str, str], str]  # of the column conflict, by file and line of a stored row


def once_or_in_conflict(data: Data) -> Faults:
    """One source gives one value; sources that contradict each other are declared, and nothing else is."""
    for row, first in repeated(data["figures"], *CELL, "source_id"):
        rule = "One source gives one value of a series, entity and period."
        yield at(row, "source_id", rule, f"Delete this row or {line_of(first)}.")
    pairs = list(contradictions(data))
    for one, other in undeclared_pairs(data, pairs):
        word = one["conflict"] or other["conflict"] or f"{one['series'].replace('_', '-')}-{one['period'].lower()}"
        both = f"in the column conflict of {line_of(one)} and of {line_of(other)}"
        fix = f'Write the same word, such as "{word}", {both}, or correct the value, bound or rounding.'
        yield at(other, "conflict", UNDECLARED, fix, against(data, one, other))
    contradicted = {place_of(row) for pair in pairs for row in pair}
    unknown = {cell for row in data.unread for cell in row.values()}  # the other side may be a row that is not read
    unknown |= {row["conflict"] for row in data["figures"] if data.interval(row) is None}
    for row in data["figures"]:
        if row["conflict"] and row["conflict"] not in unknown and place_of(row) not in contradicted:
            rule = "A declared conflict must be one: no row of this series, entity and period contradicts this one."
            yield at(row, "conflict", rule, "Empty the cell, or correct the value, bound or rounding.")


def contradictions(data: Data) -> Iterator[Pair]:
    """Values of two sources for one series, entity and period that cannot both be true, the stored one first."""
    groups: dict[tuple[str, ...], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in data["figures"]:
        if span := data.interval(row):
            groups[cell_of(row)].append((row, span))
    for ranges in groups.values():
        for (one, a), (other, b) in combinations(ranges, 2):
            if not a.meets(b) and one["source_id"] != other["source_id"]:
                yield one, other


def undeclared_pairs(data: Data, pairs: list[Pair]) -> list[Pair]:
    """Those of different words, or none; a later release takes the place of the earlier, and need not be declared."""
    different = (pair for pair in pairs if "" in (words := {row["conflict"] for row in pair}) or len(words) > 1)
    return [pair for pair in different if not _releases_of_one(data, pair)]


def against(data: Data, one: Row, other: Row) -> str:
    """A value against an earlier row of the same thing: in one unit, by how much, and when each was published."""
    unit, texts = one["unit"], [other["value"], one["value"]]
    spans = [span.middle for row in (other, one) if (span := data.interval(row))]
    if unit != other["unit"]:
        unit, texts = data.series[one["series"]]["unit"], [f"{span:.10g}" for span in spans]
    off = f" ({100 * (spans[0] / spans[1] - 1):+.3g} %)" if spans[1] else ""
    days = [source["published"] for row in (other, one) if (source := data.source_of_row(row))]
    when = f", published {days[0]} against {days[1]}" if len(days) == 2 else ""
    return f"{texts[0]} against {texts[1]} {unit}{off}{when}"


def revisions(data: Data) -> Faults:
    """Values that are called revised come from one producer, on different days."""
    cells: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in data["figures"]:
        if row["conflict"].startswith(REVISED):
            cells[*cell_of(row), row["conflict"]].append(row)
    for rows in cells.values():
        known = {(source["origin"], source["published"]) for row in rows if (source := data.source_of_row(row))}
        unknown = not all(map(data.source_of_row, rows))
        if not unknown and len({origin for origin, _ in known}) == len(known):
            rule = "A revision is by the same producer (origin), published on a later day."
            fix = f'A conflict of sources has a word that does not begin with "{REVISED}".'
            yield at(rows[-1], "conflict", rule, fix)


def _releases_of_one(data: Data, pair: Pair) -> bool:
    """Are two values of one line of releases, so that the later takes the place of the earlier?"""
    names = {line(row, source) if (source := data.source_of_row(row)) else "" for row in pair}
    return len(names) == 1 and names != {""}


# New rows -------------------------------------------------------------------------------------------------------


def declare(merged: Data, rows: list[Row], word: str, supersede: bool) -> tuple[Words, list[str], list[Problem]]:
    """Declare what new rows, which are among the merged data, contradict; the new rows get their words in place.

    Returns the words for stored rows, which carry them from now on too, what was declared, and what could not be.
    """
    own = {id(row) for row in rows}
    cells: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
    marked, said, problems = {}, [], []
    if word != (meant := slug(word)):
        rule, fix = "A word for a conflict has small letters, digits and hyphens.", f'Write "{meant or "gdp-2022"}".'
        problems.append(Problem("--conflict", None, "", word, rule, fix))
    new = [pair for pair in contradictions(merged) if id(pair[1]) in own]
    for one, other in undeclared_pairs(merged, new):
        if word or supersede and _is_revision(merged, one, other):
            cells[cell_of(other)].append((one, other))
        else:
            fix = _how_to_declare(merged, one, other, supersede)
            problems.append(at(other, "conflict", UNDECLARED, fix, against(merged, one, other)))
    for cell, pairs in sorted(cells.items()):
        revised = supersede and any(_is_revision(merged, *pair) for pair in pairs)
        had = next((one["conflict"] for one, _ in pairs if one["conflict"]), "")
        name = _word(cell, word, had, revised, len(cells) > 1)
        others = [row for row in merged["figures"] if cell_of(row) == cell and had == row["conflict"] != ""]
        for row in (*(row for pair in pairs for row in pair), *others):
            if id(row) in own:
                row["conflict"] = name
            else:
                marked[place_of(row)] = name
        more = f"; and {len(pairs) - 1} more" * (len(pairs) > 1)
        kind, told = "revision" if revised else "conflict", against(merged, *pairs[0])
        said.append(f"{kind} {name}: {', '.join(cell)}: {told}{more}")
    return marked, said, problems


def _word(cell: tuple[str, ...], word: str, had: str, revised: bool, several: bool) -> str:
    """The word of one cell: what it had, or the given one, with the name of the cell where there are several."""
    name = slug("-".join(part for part in cell if part not in NATIONAL))
    new = had or "-".join(filter(None, [word, name if several or not word else ""]))
    return REVISED + (had or name) if revised and not new.startswith(REVISED) else new


def _is_revision(data: Data, one: Row, other: Row) -> bool:
    """Did the producer of a value publish another one later?"""
    before, after = data.source_of_row(one), data.source_of_row(other)
    if before is None or after is None or before["origin"] != after["origin"]:
        return False
    days = [tried(latest_day, source["published"]) for source in (before, after)]
    return None not in days and days[0] < days[1]


def _how_to_declare(data: Data, one: Row, other: Row, supersede: bool) -> str:
    before, after = data.source_of_row(one), data.source_of_row(other)
    both = "Both stay: --conflict NAME marks both as a disagreement."
    if before is None or after is None:
        return both
    if _is_revision(data, one, other):
        return f"{after['origin']} revised its own value: --supersede keeps the old one as an earlier vintage."
    if before["origin"] == after["origin"]:
        days = f"{before['published']} there ({line_of(one)}), {after['published']} here"
        surely = "and this is no revision, since it is not surely the later"
        return f"Both are by {after['origin']}, {surely}: {days}. {both}"
    where = f"It is there by {before['origin']} ({line_of(one)}), here by {after['origin']}"
    return f"{where}{', so it is no revision' * supersede}. {both}"


def with_words(data: Data, marked: Words) -> Data:
    """The data with other words in the column conflict of stored rows."""
    figures = [row | {"conflict": marked.get(place_of(row), row["conflict"])} for row in data["figures"]]
    return replace(data, tables={**data.tables, "figures": figures})
