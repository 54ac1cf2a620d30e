"""Add new rows to data/: read them, check them against rules and stored rows, and insert all or none."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from claimbook.intake import cells, description
from claimbook.intake.description import column_names, table_faults, table_of
from claimbook.intake.new_rows import read_new_rows
from claimbook.intake.printed import Stated
from claimbook.intake.problems import Faults, Problem, Refused, nearest
from claimbook.intake.rules import every_rule, names, sizes, times
from claimbook.intake.rules.disagreement import UNDECLARED, declare, with_words
from claimbook.intake.tables import CELL, Data, fault_at, first_cell, is_number, place_of, read_stored
from claimbook.project.files import Row, csv_text, write_all
from claimbook.project.report import report_settings
from claimbook.say.periods import parse
from claimbook.say.words import listed

ROW_KEY = (*CELL, "source_id")
SAME_FIGURE = ("value", "unit", "bound", "rounding", "status")  # if these agree too, a figure is stored already
NOTHING = Stated()
Tables = Mapping[str, list[Row]]


@dataclass(frozen=True)
class Offer:
    """The result of reading a file: `rows` are new rows by the file in data/ that they belong to."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    repeated: list[Row] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # new contents of changed files

    @property
    def figures(self) -> list[Row]:
        return [row for name in sorted(self.rows) if name.startswith("figures/") for row in self.rows[name]]


def offer(folder: Path, file: Path, around: Path | None = None, stated: Stated = NOTHING) -> Offer:
    """Read new rows from a table or from the frames of a script, and check them against a data folder.

    `around` is a second table with sources or series, `stated` what a printed table does not say. Rows that
    contradict stored values need a word in their column conflict, which then marks both sides. Faults are in
    `problems`; nothing is written.
    """
    try:
        data, package = read_stored(folder)
        schemas = description.schemas(package)
        tables, remarks, problems = read_new_rows(file, around, schemas, data, folder, stated)
    except Refused as error:
        return Offer(problems=error.problems)
    moved = list(misplaced_cells(tables["figures"], kinds_of_cells(data, tables)))
    problems += moved
    astray = {(p.file, str(p.row)) for p in moved}
    in_place = [row for row in tables["figures"] if place_of(row) not in astray]
    sound, faults = rows_in_form(tables | {"figures": in_place}, schemas, data)
    formed = set(map(place_of, sound["figures"]))
    crooked = [row for row in in_place if place_of(row) not in formed]
    new, repeated, differing = new_and_stored(sound, data, schemas)
    problems += [*faults, *differing]
    if not problems:
        new, idle = only_used(new, data)
        remarks += idle
    merged = with_new(data, new, tables)
    topics, homeless = by_topic(new["figures"], data, merged.declared.get("series"))
    marked, declared, undeclared = declare(merged, new["figures"])
    problems += [*homeless, *undeclared, *names_in(crooked, merged, data)]
    worded = with_words(data, marked)
    if any(new.values()):
        problems += _ruled(worded, with_words(merged, marked), new)
    rows = {f"{table}.csv": rows for table, rows in new.items() if table != "figures" and rows} | topics
    files = {}
    if rows and not problems:
        files = changed_files(folder, package, worded, rows, (name for name, _ in marked))
    return Offer(rows, repeated, remarks + declared, _basic_first(problems), files)


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace files of a data folder, all or none. If one cannot be written, the others are restored."""
    write_all({folder / name: content for name, content in files.items()})


def _ruled(data: Data, merged: Data, new: Mapping[str, list[Row]]) -> list[Problem]:
    """Return the faults that the new rows cause. Undeclared conflicts are reported elsewhere."""
    rules = [rule for rule in every_rule() if rule is not sizes.slips]  # `jumps` is stricter with new rows
    problems = [p for rule in rules for p in rule(merged) if p.rule != UNDECLARED]
    before = {str(p) for rule in rules for p in rule(data)} if problems else set()
    problems = [p for p in problems if str(p) not in before]
    files = {row["_file"] for table in new.values() for row in table}
    brought = f" The new rows cause this: without {', '.join(sorted(files))} the stored row passes."
    problems = [p if p.file in files else replace(p, fix=p.fix + brought) for p in problems]
    problems += names.known_places(merged, data, new["figures"])
    faulty = {(p.file, str(p.row)) for p in problems}
    rest = [row for row in new["figures"] if place_of(row) not in faulty]
    by_report = [p for rule in report_settings().hook("rules_for_new") for p in rule(merged, rest)]
    return [*problems, *sizes.jumps(merged, sizes.history(data), rest), *by_report]


def names_in(rows: list[Row], merged: Data, stored: Data) -> Iterator[Problem]:
    """Yield faults of names and periods in rows with another cell in the wrong form, so that all are known at once."""
    only = replace(merged, tables={**merged.tables, "figures": rows})
    by_place = {place_of(row): row for row in rows}
    for problem in (*names.known_names(only), *times.dates(only), *names.known_places(merged, stored, rows)):
        row = by_place.get((problem.file, str(problem.row)))
        if row and row.get(problem.column) and f"_without_{problem.column}" not in row:
            yield problem


def _basic_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return one fault for each cell, the most basic, in the order of the checks; errors before warnings."""
    first: dict[tuple[str, int | None, str, str], Problem] = {}
    for p in problems:
        first.setdefault((p.file, p.row, p.column, "" if p.row else p.rule), p)
    return sorted(first.values(), key=lambda p: p.severity != "error")


# What is new ----------------------------------------------------------------------------------------------------


def rows_in_form(added: Tables, schemas: Mapping[str, Any], stored: Data) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Return the rows with a correct form by table, and the faults of the others."""
    sound, problems = {}, []
    for table, rows in added.items():
        raw = csv_text(rows, column_names(schemas[table]))
        faults = table_faults(f"{table}.csv", raw, schemas[table]) if rows else []
        places = [fault.row - 2 if fault.row else 0 for fault in faults]
        for place, fault in zip(places, faults, strict=True):
            row, fix = rows[place], fault.fix
            if f"_without_{fault.column}" in row:
                continue
            if (table, fault.column) == ("figures", "series") and fault.value:
                fix = stored.suggest_series(row)
            problems.append(fault_at(row, fault.column, fault.rule, fix, fault.value))
        sound[table] = [row for place, row in enumerate(rows) if place not in places]
    return sound, problems


def new_and_stored(
    tables: Tables, stored: Data, schemas: Mapping[str, Any]
) -> tuple[dict[str, list[Row]], list[Row], list[Problem]]:
    """Return new rows by table, rows that repeat stored ones, and faults for rows that contradict them."""
    new: dict[str, list[Row]] = {}
    repeated: list[Row] = []
    problems = []
    for table, rows in tables.items():
        columns = (*ROW_KEY, *SAME_FIGURE) if table == "figures" else schemas[table]["primaryKey"]
        key = itemgetter(*columns)
        known, new[table] = {key(row): row for row in stored[table]}, []
        for row in rows:
            before = known.get(key(row))
            (repeated if before else new[table]).append(row)
            differ = [name for name in column_names(schemas[table]) if before and row[name] != before[name]]
            if before and differ and table != "figures":
                rule = f"{table}.csv already has this row, with a different {' and '.join(differ)}."
                fix = f'The stored row has "{before[differ[0]]}". Write the same, or use another {columns[0]}.'
                problems.append(fault_at(row, differ[0], rule, fix))
    return new, repeated, problems


def only_used(new: Tables, stored: Data) -> tuple[dict[str, list[Row]], list[str]]:
    """Leave out sources, series and units that no new row uses, because one list may serve several tables."""
    remarks, kept = [], dict(new)
    for table, used in names.in_use(replace(stored, tables=new)).items():
        rows = new.get(table, ())
        kept[table] = [row for row in rows if first_cell(row) in used]
        if idle := [first_cell(row) for row in rows if first_cell(row) not in used]:
            remarks.append(f"{table}.csv: not added, because no new row uses them: {', '.join(idle)}")
    return kept, remarks


def by_topic(rows: list[Row], stored: Data, known: set[str] | None) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Return new figures by the file of their series, or the topic that a new series names, and faults."""
    homes: dict[str, Counter] = defaultdict(Counter)
    for row in stored["figures"]:
        homes[row["series"]][row["_file"]] += 1
    there = sorted({row["_file"] for row in stored["figures"]})
    topics = [Path(file).stem for file in there]
    found: dict[str, list[Row]] = defaultdict(list)
    problems = []
    for row in rows:
        row["_home"] = f"figures/{row['topic']}.csv"
        if (home := homes[row["series"]]) and row["_home"] not in home:
            row["_home"] = home.most_common(1)[0][0]
        if row["_home"] in there:
            found[row["_home"]].append(row)
        elif known is not None and (row["series"] in known or row["topic"]):
            rule = "A series that has no figures yet needs a topic: the file in data/figures where its rows go."
            fix = nearest(row["topic"], topics, f"write one of these in the column topic: {', '.join(topics)}")
            problems.append(fault_at(row, "topic", rule, fix))
    return dict(found), problems


def with_new(stored: Data, new: Tables, new_tables: Tables) -> Data:
    """Return the stored data with the new rows added.

    Faulty rows in `new_tables` still declare their names. If a table could not be read, the names that it would
    declare are unknown.
    """
    tables = {table: [*stored[table], *new.get(table, ())] for table in {**stored.tables, **new}}
    declared = {table: {*known} for table, known in stored.declared.items()}
    for table, rows in new_tables.items():
        declared[table] |= set(map(first_cell, rows))
        if not rows:
            declared.pop(table)
    return replace(stored, tables=tables, declared=declared)


# Its place ------------------------------------------------------------------------------------------------------


def changed_files(
    folder: Path, package: Mapping[str, Any], stored: Data, new: Mapping[str, list[Row]], others: Iterable[str]
) -> dict[str, bytes]:
    """Return the new contents of files that get the rows of `new`, by file, and of others whose stored rows changed.

    The description comes last: if writing stops early, the description shows it because its digests no longer match.
    """
    files = {}
    schemas = description.schemas(package)
    for name in sorted({*new, *others}):
        rows = [row for row in stored[table_of(name)] if row["_file"] == name]
        files[name] = csv_text(_inserted(rows, new.get(name, [])), column_names(schemas[table_of(name)]))
    return files | {description.PACKAGE: description.in_step(folder, files)[0]}


def copy_with_files(folder: Path, files: Mapping[str, bytes], where: Path) -> Path:
    """Return a copy of a data folder with `files` replaced."""
    copy = shutil.copytree(folder, where / "data", ignore=shutil.ignore_patterns(".*"))
    for name, content in files.items():
        (copy / name).write_bytes(content)
    return copy


def _inserted(rows: list[Row], new: list[Row]) -> list[Row]:
    """Return rows with new ones: among those of their series and place by time, or else after their series, or last."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        places[row.get("series", ""), row.get("entity", "")].append(at)
        places[row.get("series", ""),].append(at)
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in new:
        groups[row.get("series", ""), row.get("entity", "")].append(row)
    before: dict[int, list[Row]] = defaultdict(list)
    after: dict[int, list[Row]] = defaultdict(list)
    for key in sorted(groups, key=lambda key: key not in places):  # new places come after known ones
        there = places.get(key) or []
        last = [len(rows) - 1, *places.get(key[:1], []), *there][-1]
        for row in sorted(groups[key], key=_last_day):
            later = next((at for at in there if _last_day(rows[at]) > _last_day(row)), None)
            (after[last] if later is None else before[later]).append(row)
    return [*after[-1], *(row for at, stored in enumerate(rows) for row in (*before[at], stored, *after[at]))]


def _last_day(row: Row) -> date:
    return parse(row["period"]).last_day if "period" in row else date.max


# Cells in each other's columns ------------------------------------------------------------------------------------


Kinds = Mapping[str, Callable[[str], object]]  # by column: whether a cell fits it


def misplaced_cells(rows: Iterable[Row], kinds: Kinds) -> Faults:
    """Yield a fault for each row with at least two cells that fit another column and not their own."""
    for row in rows:
        astray = [name for name, is_one in kinds.items() if not is_one(row[name])]
        if astray and "period" in astray and "value" not in astray and kinds["period"](row["value"]):
            astray = [name for name in kinds if name in (*astray, "value")]  # a year is a number, too
        free = astray[::-1] if len(astray) > 1 else ()
        moved = {name: kind for name in astray for kind in free if kind != name and kinds[kind](row[name])}
        if len(moved) > 1:
            one, other = next(iter(moved.items()))
            where = [f"{kind} in {name}" for name, kind in moved.items()]
            fix = f"Is the row shifted? There is {listed(where)}."
            if len(moved) == 2 and moved.get(other) == one:
                fix = f"Are {one} and {other} exchanged?"
            yield fault_at(row, one, "Cells of this row are in each other's columns.", fix)


def kinds_of_cells(data: Data, new: Mapping[str, Iterable[Row]]) -> Kinds:
    """Return how to tell what a cell of a figure holds, from the stored names and those of new tables."""
    known = {
        table: {*data.declared.get(table, ()), *(row[column] for row in new.get(table, ()))}
        for table, column in (("series", "series"), ("sources", "source_id"), ("units", "unit"))
    }
    known["units"] |= {canonical for _, canonical in data.units} | {row["unit"] for row in data["series"]}
    kinds: Kinds = {
        "series": known["series"].__contains__,
        "entity": data.places.resolve,
        "period": lambda text: cells.tried(parse, text) or cells.period(text),
        "value": is_number,
        "unit": lambda text: text in known["units"] or cells.unit(text),
        "bound": ("=", "~", ">", "<").__contains__,
        "source_id": known["sources"].__contains__,
    }
    return {name: cache(is_one) for name, is_one in kinds.items()}
