"""Add new rows to data/: read them, check them against rules and stored rows, and insert all or none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter
from pathlib import Path

from claimbook.intake import description
from claimbook.intake.description import Described, column_names, in_form, table_of
from claimbook.intake.new_rows import NewRows, in_their_columns
from claimbook.intake.printed import Stated
from claimbook.intake.problems import Faults, Problem, Problems, Refused, Rows, fault_at, nearest, place_of
from claimbook.intake.rules import every_rule, names, times, values
from claimbook.intake.tables import CELL, Data, first_cell, read_stored
from claimbook.project.folders import Row, csv_text, write_all
from claimbook.project.report import report_settings
from claimbook.say.words import listed, parse

SAME_FIGURE = (*CELL, "source_id", "value", "unit", "bound", "rounding", "status")  # if these agree, it is stored
NOTHING = Stated()
Tables = Mapping[str, Rows]


@dataclass(frozen=True)
class Offer:
    """The result of reading a file: `rows` are new rows by the file in data/ that they belong to."""

    rows: dict[str, Rows] = field(default_factory=dict)
    repeated: Rows = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # new contents of changed files

    @property
    def figures(self) -> Rows:
        return [row for name in sorted(self.rows) if name.startswith("figures/") for row in self.rows[name]]

    def write(self, folder: Path) -> None:
        """Replace the changed files of a data folder, all or none. If one cannot be written, restore the others."""
        write_all({folder / name: content for name, content in self.files.items()})


def offer(folder: Path, file: Path, around: Path | None = None, stated: Stated = NOTHING) -> Offer:
    """Read new rows from a table or from the frames of a script, and check them against a data folder.

    `around` is a second table with sources or series, `stated` what a printed table does not say. Rows that
    contradict stored values need a word in their column conflict, which then marks both sides. Faults are in
    `problems`; nothing is written.
    """
    try:
        data, package = read_stored(folder)
        schemas = description.schemas(package)
        found = NewRows(data, schemas)
        found.read(file, around, folder, stated)
    except Refused as error:
        return Offer(problems=error.problems)
    tables, remarks, problems = found.rows, found.said, found.problems
    in_place, moved = in_their_columns(tables["figures"], data, tables)
    checked = {
        table: in_form(rows, schemas[table], data.suggest_series if table == "figures" else None)
        for table, rows in (tables | {"figures": in_place}).items()
    }
    new, repeated, differing = new_and_stored({table: rows for table, (rows, _, _) in checked.items()}, data, schemas)
    problems += [*moved, *(p for _, _, faults in checked.values() for p in faults), *differing]
    if not problems:
        new, idle = only_used(new, data)
        remarks += idle
    merged = with_new(data, new, tables)
    problems += find_homes(new, data, merged.declared.get("series"))
    marked, declared = values.declare(merged)
    problems += faults_of_names(checked["figures"][1], merged)
    if any(new.values()):
        problems += caused_by(new, data, merged)
    rows: dict[str, Rows] = defaultdict(list)
    for row in (row for of_table in new.values() for row in of_table):
        rows[row["_home"]].append(row)
    files = changed_files(folder, schemas, data, rows, marked) if rows and not problems else {}
    return Offer(dict(rows), repeated, remarks + declared, _basic_first(problems), files)


def caused_by(new: Tables, stored: Data, merged: Data) -> Problems:
    """Return the faults that new rows cause."""
    rules = [rule for rule in every_rule() if rule is not values.slips]  # `jumps` is stricter with new rows
    problems = [p for rule in rules for p in rule(merged)]
    before = {p for rule in rules for p in rule(stored)} if problems else set()
    files = {row["_file"] for rows in new.values() for row in rows}
    brought = f" The new rows cause this: without {', '.join(sorted(files))} the stored row passes."
    problems = [p if p.file in files else replace(p, fix=p.fix + brought) for p in problems if p not in before]
    problems += names.known_places(merged, new["figures"])
    faulty = {(p.file, str(p.row)) for p in problems}
    rest = [row for row in new["figures"] if place_of(row) not in faulty]
    for rule in (values.jumps, *report_settings().hook("rules_for_new")):
        problems += rule(merged, rest)
    return problems


def faults_of_names(rows: Rows, merged: Data) -> Faults:
    """Check names and periods also in rows that have another fault, so that a user sees all faults at once."""
    only = replace(merged, tables={**merged.tables, "figures": rows})
    by_place = {place_of(row): row for row in rows}
    for problem in (*names.known_names(only), *times.dates(only), *names.known_places(merged, rows)):
        row = by_place.get((problem.file, str(problem.row)))
        if row and row.get(problem.column) and f"_without_{problem.column}" not in row:
            yield problem


def _basic_first(problems: Iterable[Problem]) -> Problems:
    """Return one fault for each cell, the most basic, in the order of the checks; errors before warnings."""
    first: dict[tuple[str, int | None, str, str], Problem] = {}
    for p in problems:
        first.setdefault((p.file, p.row, p.column, "" if p.row else p.rule), p)
    return sorted(first.values(), key=lambda p: p.severity != "error")


# What is new ----------------------------------------------------------------------------------------------------


def new_and_stored(tables: Tables, stored: Data, schemas: Described) -> tuple[Tables, Rows, Problems]:
    """Return new rows by table, rows that repeat stored ones, and faults for rows that contradict them."""
    new: dict[str, Rows] = {table: [] for table in tables}
    repeated, problems = Rows(), Problems()
    for table, rows in tables.items():
        columns = SAME_FIGURE if table == "figures" else schemas[table]["primaryKey"]
        compared = () if table == "figures" else column_names(schemas[table])
        key = itemgetter(*columns)
        known = {key(row): row for row in stored[table]}
        for row in rows:
            before = known.get(key(row))
            (repeated if before else new[table]).append(row)
            if before and (differ := [name for name in compared if row[name] != before[name]]):
                rule = f"{table}.csv already has this row, with a different {listed(differ)}."
                fix = f'The stored row has "{before[differ[0]]}". Write the same, or use another {columns[0]}.'
                problems.append(fault_at(row, differ[0], rule, fix))
    return new, repeated, problems


def only_used(new: Tables, stored: Data) -> tuple[Tables, list[str]]:
    """Leave out sources, series and units that no new row uses, because one list may serve several tables."""
    remarks, kept = [], dict(new)
    for table, used in names.in_use(replace(stored, tables=new)).items():
        kept[table] = [row for row in new.get(table, ()) if first_cell(row) in used]
        if idle := [first_cell(row) for row in new.get(table, ()) if first_cell(row) not in used]:
            remarks.append(f"{table}.csv: not added, because no new row uses them: {', '.join(idle)}")
    return kept, remarks


def find_homes(new: Tables, stored: Data, known: set[str] | None) -> Problems:
    """Note in `_home` the file of each new row: for a figure that of its series, or of the topic that it names.

    Returns faults for figures of `known` series, or with a topic, that have no file.
    """
    problems = []
    files: dict[str, Counter] = defaultdict(Counter)
    for row in stored["figures"]:
        files[row["series"]][row["_file"]] += 1
    topics = sorted({Path(row["_file"]).stem for row in stored["figures"]})
    for table, rows in new.items():
        for row in rows:
            row["_home"] = f"{table}.csv"
    for row in new["figures"]:
        named, of_series = f"figures/{row['topic']}.csv", files[row["series"]]
        row["_home"] = named if named in of_series or not of_series else of_series.most_common(1)[0][0]
        is_known = known is not None and (row["series"] in known or row["topic"])
        if is_known and not of_series and row["topic"] not in topics:
            rule = "A series that has no figures yet needs a topic: the file in data/figures where its rows go."
            fix = nearest(row["topic"], topics, f"write one of these in the column topic: {', '.join(topics)}")
            problems.append(fault_at(row, "topic", rule, fix))
    return problems


def with_new(stored: Data, new: Tables, new_tables: Tables) -> Data:
    """Return the stored data with the new rows added.

    Faulty rows in `new_tables` still declare their names. If a table could not be read, the names that it would
    declare are unknown.
    """
    tables = {table: [*stored[table], *new.get(table, ())] for table in {**stored.tables, **new}}
    declared = {
        table: {*known, *map(first_cell, new_tables.get(table, ()))}
        for table, known in stored.declared.items()
        if new_tables.get(table) != []
    }
    return replace(stored, tables=tables, declared=declared)


# Its place ------------------------------------------------------------------------------------------------------


def changed_files(
    folder: Path, schemas: Described, stored: Data, new: Tables, others: Iterable[str]
) -> dict[str, bytes]:
    """Return the new contents of files that get the rows of `new`, by file, and of others whose stored rows changed.

    The description comes last: if writing stops early, the description shows it because its digests no longer match.
    """
    files = {}
    for name in sorted({*new, *others}):
        rows = [row for row in stored[table_of(name)] if row["_file"] == name]
        files[name] = csv_text(_inserted(rows, new.get(name, [])), column_names(schemas[table_of(name)]))
    return files | {description.PACKAGE: description.in_step(folder, files)[0]}


def _inserted(rows: Rows, new: Rows) -> Rows:
    """Return rows with new ones: among those of their series and place by time, or else after their series, or last."""
    known: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        known[row.get("series"),].append(at)
        known[_about(row)].append(at)
    order = {key: n for n, key in enumerate(dict.fromkeys(map(_about, new)))}

    def where(row: Row) -> float:
        """Return where a new row goes, as a number between the positions of stored rows."""
        key = _about(row)
        later = (at - 0.1 for at in known.get(key, ()) if _last_day(rows[at]) > _last_day(row))
        return next(later, 0.1 + [len(rows) - 1, *known.get(key[:1], ()), *known.get(key, ())][-1])

    # new places come after known ones
    added = sorted(new, key=lambda row: (_about(row) not in known, order[_about(row)], _last_day(row)))
    placed = [*enumerate(rows), *((where(row), row) for row in added)]
    return [row for _, row in sorted(placed, key=itemgetter(0))]


def _about(row: Row) -> tuple[str | None, ...]:
    return row.get("series"), row.get("entity")


def _last_day(row: Row) -> date:
    return parse(row["period"]).last_day if "period" in row else date.max
