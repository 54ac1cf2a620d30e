"""New values that contradict stored ones: declared a disagreement or a revision, with words on both sides."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from torch_program.anchors import slug
from torch_program.csv_tables import Row
from torch_program.intake.cells import tried
from torch_program.intake.problems import Problem
from torch_program.intake.rules.disagreement import UNDECLARED, Pair, against, contradictions, undeclared_pairs
from torch_program.intake.tables import Data, at, cell_of, line_of, place_of
from torch_program.periods import latest_day
from torch_program.provinces import NATIONAL
from torch_program.vintages import REVISED

Words = Mapping[tuple[str, str], str]  # of the column conflict, by file and line of a stored row


@dataclass
class Declared:
    """Words for stored rows, which carry them from now on too, what was declared, and what could not be."""

    marked: dict[tuple[str, str], str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def declare(merged: Data, rows: list[Row], word: str, supersede: bool) -> Declared:
    """Declare what new rows, which are among the merged data, contradict; the new rows get their words in place."""
    own = {id(row) for row in rows}
    cells: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
    declared = Declared()
    if word != (meant := slug(word)):
        rule, fix = "A word for a conflict has small letters, digits and hyphens.", f'Write "{meant or "gdp-2022"}".'
        declared.problems.append(Problem("--conflict", None, "", word, rule, fix))
    new = [pair for pair in contradictions(merged) if id(pair[1]) in own]
    for one, other in undeclared_pairs(merged, new):
        if word or supersede and _is_revision(merged, one, other):
            cells[cell_of(other)].append((one, other))
        else:
            fix = _how_to_declare(merged, one, other, supersede)
            declared.problems.append(at(other, "conflict", UNDECLARED, fix, against(merged, one, other)))
    for cell, pairs in sorted(cells.items()):
        revised = supersede and any(_is_revision(merged, *pair) for pair in pairs)
        had = next((one["conflict"] for one, _ in pairs if one["conflict"]), "")
        name = _word(cell, word, had, revised, len(cells) > 1)
        others = [row for row in merged["figures"] if cell_of(row) == cell and had == row["conflict"] != ""]
        for row in (*(row for pair in pairs for row in pair), *others):
            if id(row) in own:
                row["conflict"] = name
            else:
                declared.marked[place_of(row)] = name
        more = f"; and {len(pairs) - 1} more" * (len(pairs) > 1)
        kind, told = "revision" if revised else "conflict", against(merged, *pairs[0])
        declared.said.append(f"{kind} {name}: {', '.join(cell)}: {told}{more}")
    return declared


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
