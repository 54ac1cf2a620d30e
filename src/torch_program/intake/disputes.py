"""New values that contradict stored ones: declared a disagreement or a revision, with words on both sides."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from torch_program.anchors import slug
from torch_program.csv_tables import Row
from torch_program.intake.cells import tried
from torch_program.intake.problems import Problem
from torch_program.intake.rules.disagreement import UNDECLARED, against, contradictions, releases_of_one
from torch_program.intake.tables import Data, at, cell_of, line_of, place_of
from torch_program.periods import latest_day
from torch_program.provinces import NATIONAL
from torch_program.vintages import REVISED

Words = Mapping[tuple[str, str], str]  # of the column conflict, by file and line of a stored row
Pair = tuple[Row, Row]  # the stored value and the new one


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
    for one, other in contradictions(merged):
        undeclared = not one["conflict"] or one["conflict"] != other["conflict"]
        if id(other) not in own or not undeclared or releases_of_one(merged, one, other):
            continue
        if word or supersede and _is_revision(merged, one, other):
            cells[cell_of(other)].append((one, other))
        else:
            fix = _how_to_declare(merged, one, other, supersede)
            declared.problems.append(at(other, "conflict", UNDECLARED, fix, against(merged, one, other)))
    for cell, pairs in sorted(cells.items()):
        revised = supersede and any(_is_revision(merged, *pair) for pair in pairs)
        had = next((one["conflict"] for one, _ in pairs if one["conflict"]), "")
        new = _word(cell, word, had, revised, len(cells) > 1)
        others = [row for row in merged.figures if cell_of(row) == cell and had == row["conflict"] != ""]
        for row in (*(row for pair in pairs for row in pair), *others):
            if id(row) in own:
                row["conflict"] = new
            else:
                declared.marked[place_of(row)] = new
        kind = "revision" if revised else "conflict"
        more = f"; and {len(pairs) - 1} more" * (len(pairs) > 1)
        declared.said.append(f"{kind} {new}: {', '.join(cell)}: {against(merged, *pairs[0])}{more}")
    return declared


def faults_of_word(word: str, where: str) -> list[Problem]:
    """What is wrong with the word that somebody gave to conflicts."""
    if word == slug(word):
        return []
    rule, meant = "A word for a conflict has small letters, digits and hyphens.", slug(word)
    return [Problem(where, None, "", word, rule, f'Write "{meant}".' if meant else "Write one like gdp-2022.")]


def _word(cell: tuple[str, ...], word: str, had: str, revised: bool, several: bool) -> str:
    """The word of one cell: what it had, or the given one, with the name of the cell where there are several."""
    new = had or "-".join(filter(None, [word, _name(cell) if several or not word else ""]))
    return REVISED + (had or _name(cell)) if revised and not new.startswith(REVISED) else new


def _is_revision(data: Data, one: Row, other: Row) -> bool:
    """Did the producer of a value publish another one later?"""
    before, after = data.source_of_row(one), data.source_of_row(other)
    if before is None or after is None or before["origin"] != after["origin"]:
        return False
    days = [tried(latest_day, source["published"]) for source in (before, after)]
    return None not in days and days[0] < days[1]


def _how_to_declare(data: Data, one: Row, other: Row, supersede: bool) -> str:
    before, after = data.source_of_row(one), data.source_of_row(other)
    both = "Both stay: --conflict NAME, or `conflict: NAME` in the mapping, marks both as a disagreement."
    if before is None or after is None:
        return both
    if _is_revision(data, one, other):
        return f"{after['origin']} revised its own value: --supersede keeps the old one as an earlier vintage."
    if before["origin"] == after["origin"]:
        days = f"{before['published']} there ({line_of(one)}), {after['published']} here"
        return (
            f"Both are by {after['origin']}, and this is no revision, since it is not surely the later: {days}. {both}"
        )
    where = f"It is there by {before['origin']} ({line_of(one)}), here by {after['origin']}"
    return f"{where}, so it is no revision. {both}" if supersede else f"{where}. {both}"


def _name(cell: tuple[str, ...]) -> str:
    """A word made of series, entity (unless it is the whole) and period."""
    return slug("-".join(part for part in cell if part not in NATIONAL))


def with_words(data: Data, marked: Words) -> Data:
    """The data with other words in the column conflict of stored rows."""
    figures = [row | {"conflict": marked[place_of(row)]} if place_of(row) in marked else row for row in data.figures]
    return replace(data, figures=figures)
