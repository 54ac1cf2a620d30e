"""New rows for `data/`: read, held against the rules and what is stored, and put in their places, all or none."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from torch_program.csv_tables import Row
from torch_program.intake import comparing, description, disputes
from torch_program.intake.given import given
from torch_program.intake.placing import changed_files
from torch_program.intake.problems import Problem, Refused, nearest
from torch_program.intake.rules import RULES, sizes
from torch_program.intake.rules.disagreement import UNDECLARED, contradictions
from torch_program.intake.rules.newcomers import jumps, known_places, parts
from torch_program.intake.tables import Data, at, cell_of, place_of, stored
from torch_program.pipeline.files import write_all


@dataclass(frozen=True)
class Offer:
    """What the rows of a file come to. `rows` are new, by the file of data/ that they go to."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    repeated: list[Row] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # changed files of data/ as they would be, description too

    @property
    def figures(self) -> list[Row]:
        return [row for name in sorted(self.rows) if name.startswith("figures/") for row in self.rows[name]]


def offer(folder: Path, file: Path, around: Path | None = None, conflict: str = "", supersede: bool = False) -> Offer:
    """Read a table, or the frames of a script, for a data folder; `around` is a second table with sources or series.

    Values that contradict stored ones are declared a conflict by that word, or with `supersede`, where the producer is
    the same and the day of publication later, a revision; both sides are marked.
    """
    try:
        data, package = stored(folder)
        schemas = description.schemas(package)
        found = given(file, around, schemas, data, folder)
    except Refused as error:
        return Offer(problems=error.problems)
    if swapped := list(comparing.swapped(found.rows["figures"], data)):
        return Offer(said=found.said, problems=found.problems + swapped)
    sound, faults = comparing.in_form(found.rows, schemas)
    new, repeated, differing = comparing.compared(sound, data, schemas)
    said, problems = found.said, [*found.problems, *faults, *differing]
    if not problems:
        new, idle = comparing.cited(new, data)
        said += idle
    merged = comparing.merged(data, new, found.rows)
    topics, homeless = comparing.topics(new["figures"], data, merged.declared.get("series"))
    declared = disputes.declare(merged, new["figures"], conflict, supersede)
    problems += [*homeless, *declared.problems]
    if any(new.values()):
        before, after = (disputes.with_words(side, declared.marked) for side in (data, merged))
        problems += _ruled(before, after, new)
    rows = {f"{table}.csv": rows for table, rows in new.items() if table != "figures" and rows} | topics
    made = Offer(rows, repeated, said + declared.said, _basic_first(problems))
    return _with_files(made, folder, package, rows, declared.marked) if rows else made


def removal(folder: Path, sources: Iterable[str]) -> Offer:
    """Take sources out with all of their figures, series that have none then, and words of conflicts that are none."""
    try:
        data, package = stored(folder)
    except Refused as error:
        return Offer(problems=error.problems)
    ids = set(sources)
    if problems := list(_still_needed(data, ids)):
        return Offer(problems=problems)
    left = _without(data, ids)
    kept = {id(row) for rows in left.tables.values() for row in rows}
    gone = {place_of(row) for rows in data.tables.values() for row in rows if id(row) not in kept}
    disputed = {id(row) for pair in contradictions(left) for row in pair}
    cells = {cell_of(row) for row in data["figures"] if row["source_id"] in ids}
    alone = (row for row in left["figures"] if row["conflict"] and id(row) not in disputed and cell_of(row) in cells)
    settled = {place_of(row): "" for row in alone}
    counts = sorted(Counter(file for file, _ in gone).items())
    said = [f"{name}: {n} row{' goes' if n == 1 else 's go'}" for name, n in counts]
    said += [f"{file}, line {line}: no conflict any more" for file, line in settled]
    made = Offer(said=said, problems=_basic_first(_new_faults(data, disputes.with_words(left, settled))))
    return _with_files(made, folder, package, {}, settled, gone)


def _still_needed(data: Data, ids: set[str]) -> Iterator[Problem]:
    """Sources that are not there, or that something else than a figure cites."""
    for name in sorted(ids - data.source_of.keys()):
        fix = nearest(name, data.source_of, "sources.csv has them all")
        yield Problem("sources.csv", None, "source_id", name, "There is no such source.", fix)
    for row in (*data["zones"], *data["timeline"]):
        for name in sorted(ids & set(row["source_id"].split(";"))):
            rule = "A source cannot go as long as something else cites it."
            yield at(row, "source_id", rule, "Take it out there first.", name)


def _without(data: Data, ids: set[str]) -> Data:
    """The data without sources, their figures, and the series and sums that have no figure then."""
    figures = [row for row in data["figures"] if row["source_id"] not in ids]
    used = {row["series"] for row in figures}
    left = {
        "sources": [row for row in data["sources"] if row["source_id"] not in ids],
        "series": [row for row in data["series"] if row["series"] in used],
        "sums": [row for row in data["sums"] if {row["provinces"], row["national"]} <= used],
    }
    return replace(data, tables={**data.tables, **left, "figures": figures})


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace files of a data folder, all or none: what was there is put back if one cannot be written."""
    write_all({folder / name: content for name, content in files.items()})


def _with_files(made: Offer, *change: Any) -> Offer:
    """The offer with the files as they would be, unless it has faults."""
    try:
        return made if made.problems else replace(made, files=changed_files(*change))
    except Refused as error:
        return replace(made, problems=error.problems)


def _new_faults(before: Data, after: Data) -> list[Problem]:
    """What the rules say of the data after a change, and did not say before."""
    told = {str(p) for rule in RULES for p in rule(before)}
    return [p for rule in RULES for p in rule(after) if str(p) not in told]


def _ruled(data: Data, merged: Data, new: Mapping[str, list[Row]]) -> list[Problem]:
    """What the rules say of the whole with the new rows in it, and did not say before; what disputes told is left."""
    rules = [rule for rule in RULES if rule is not sizes.slips]  # `jumps` is stricter with new rows
    problems = [p for rule in rules for p in rule(merged) if p.rule != UNDECLARED]
    own = {row["_file"] for table in new.values() for row in table}
    if any(p.file not in own for p in problems):
        before = {str(p) for rule in rules for p in rule(data)}
        problems = [p for p in problems if str(p) not in before]
        brought = f" The new rows bring this about: without {', '.join(sorted(own))} it is no fault."
        problems = [p if p.file in own else replace(p, fix=p.fix + brought) for p in problems]
    problems += known_places(merged, data, new["figures"])
    told = {(p.file, str(p.row)) for p in problems}
    rest = [row for row in new["figures"] if place_of(row) not in told]
    return [*problems, *jumps(merged, data, rest), *parts(merged, rest)]


def _basic_first(problems: Iterable[Problem]) -> list[Problem]:
    """One for each cell, the most basic, in the order of the checks; errors before warnings."""
    first: dict[tuple[str, int | None, str, str], Problem] = {}
    for p in problems:
        first.setdefault((p.file, p.row, p.column, "" if p.row else p.rule), p)
    return sorted(first.values(), key=lambda p: p.severity != "error")
