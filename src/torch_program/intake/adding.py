"""New rows for `data/`: read, held against the rules and what is stored, and put in their places, all or none."""

import csv
import io
import math
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from torch_program.intake import mapping, reading, validation
from torch_program.intake.places import Places
from torch_program.intake.problems import Problem, nearest
from torch_program.intake.reading import Sheet, Unreadable
from torch_program.intake.validation import (
    AS_PRINTED,
    PACKAGE,
    Data,
    Row,
    at,
    line_of,
    neighbour,
    times_in_words,
)
from torch_program.intervals import Interval
from torch_program.periods import latest_day, parse
from torch_program.pipeline.files import write_all
from torch_program.vintages import REVISED
from torch_program.words import closest

SILENT = frozenset({"allowed values", "remarks"})  # sheets of the template that hold no rows
AROUND = ("sources", "series", "units", "zones")  # tables that may come with the figures
MOST_NAMED = 8  # columns and sheets that are listed as not read
JUMP = 5  # times the neighbour from which a value is taken for a slip
RULES = tuple(rule for rule in validation.RULES if rule is not validation.slips)  # `jumps` is stricter with new rows
HALF = 0.5  # of the zones from which their sum is held against the total


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


def offer(
    folder: Path,
    file: Path,
    wide: Path | None = None,
    around: Path | None = None,
    conflict: str = "",
    supersede: bool = False,
) -> Offer:
    """Read a file for a data folder: one of another form by its mapping, `around` a second file with sources or series.

    Values that contradict stored ones are declared a conflict by that word, or with `supersede`, where the producer is
    the same and the day of publication later, a revision; both sides are marked.
    """
    package, problems = validation.package_of(folder)
    if package is None or problems:
        return Offer(problems=problems)
    schemas = {Path(r["path"]).stem: r["schema"] for r in package["resources"] if r["path"].endswith(".csv")}
    schemas["figures"] = next(r["schema"] for r in package["resources"] if r["path"].startswith("figures/"))
    stored = _stored_in(folder, package)
    if isinstance(stored, Problem):
        return Offer(problems=[stored])
    try:
        given, said, problems, declared = _given(file, wide, around, schemas, stored)
    except Unreadable as error:
        return Offer(problems=[error.problem])
    except mapping.MappingError as error:
        return Offer(problems=error.problems)
    if swapped := list(_swapped(given.get("figures", []), stored)):
        return Offer(said=said, problems=problems + swapped)
    unread = {table for table, rows in given.items() if not rows}  # what they declare is not known
    faulty: set[tuple[str, str]] = set()
    for table, rows in given.items():
        found = list(_structure(rows, table, schemas[table])) if rows else []
        problems += found
        faulty |= {(p.file, str(p.row)) for p in found}
    sound = {t: [r for r in rows if (r["_file"], r["_line"]) not in faulty] for t, rows in given.items()}
    new, repeated, more = _compared(sound, stored, schemas)
    problems += more
    if not problems:
        new, idle = _cited(new, stored)
        said += idle
    known = _merged(stored, given).declared["series.csv"]
    topics, more = _topics(new.get("figures", []), stored, known)
    problems += more if "series" not in unread else []
    merged = _merged(stored, new, given, unread)
    marked, more, told = _contradictions_declared(merged, new.get("figures", []), conflict or declared, supersede)
    problems += more
    said += told
    if any(new.values()):
        problems += _ruled(_with_words(stored, marked), _with_words(merged, marked), new)
    if wide:
        problems = list(_once_for_the_mapping(problems, wide.name))
    rows = {f"{table}.csv": rows for table, rows in new.items() if table != "figures" and rows} | topics
    result = Offer(rows=rows, repeated=repeated, said=said, problems=_basic_first(problems))
    return result if problems or not rows else _with_files(result, folder, package, marked)


def _stored_in(folder: Path, package: Mapping[str, Any]) -> Data | Problem:
    """The stored data, or why nothing can be done with them."""
    try:
        return validation.read(
            folder, {r["path"]: set() for r in package["resources"]}, validation.future_begins(package)
        )
    except (ValueError, KeyError, StopIteration, UnicodeDecodeError):
        rule = "The stored data cannot be read, so nothing can be added to them or taken out."
        return Problem(str(folder), None, "", "", rule, "`make check` says what to mend first.")


def removal(folder: Path, sources: Iterable[str]) -> Offer:
    """Take sources out with all of their figures, series that have none then, and words of conflicts that are none."""
    package, problems = validation.package_of(folder)
    if package is None or problems:
        return Offer(problems=problems)
    stored = _stored_in(folder, package)
    if isinstance(stored, Problem):
        return Offer(problems=[stored])
    ids = set(sources)
    for name in sorted(ids - stored.source_of.keys()):
        fix = nearest(name, stored.source_of, "sources.csv has them all")
        problems.append(Problem("sources.csv", None, "source_id", name, "There is no such source.", fix))
    for row in (*stored.zones, *stored.timeline):
        for name in sorted(ids & set(row["source_id"].split(";"))):
            rule = "A source cannot go as long as something else cites it."
            problems.append(at(row, "source_id", rule, "Take it out there first.", name))
    if problems:
        return Offer(problems=problems)
    figures = [row for row in stored.figures if row["source_id"] not in ids]
    used = {row["series"] for row in figures}
    left = replace(
        stored,
        sources=[row for row in stored.sources if row["source_id"] not in ids],
        series={name: row for name, row in stored.series.items() if name in used},
        figures=figures,
    )
    kept = {id(row) for row in (*left.sources, *left.series.values(), *figures)}
    before = (*stored.sources, *stored.series.values(), *stored.figures)
    gone = {(row["_file"], row["_line"]) for row in before if id(row) not in kept}
    disputed = {id(row) for pair in validation.contradictions(left) for row in pair}
    cells = {tuple(row[c] for c in KEY[:3]) for row in stored.figures if row["source_id"] in ids}
    settled: Words = {
        (row["_file"], row["_line"]): ""
        for row in figures
        if row["conflict"] and id(row) not in disputed and tuple(row[c] for c in KEY[:3]) in cells
    }
    after = _with_words(left, settled)
    told = {str(p) for rule in validation.RULES for p in rule(stored)}
    problems = [p for rule in validation.RULES for p in rule(after) if str(p) not in told]
    said = [
        f"{name}: {n} row{' goes' if n == 1 else 's go'}" for name, n in sorted(Counter(f for f, _ in gone).items())
    ]
    said += [f"{file}, line {line}: no conflict any more" for file, line in settled]
    result = Offer(said=said, problems=_basic_first(problems))
    return result if problems else _with_files(result, folder, package, settled, gone)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace files of a data folder, all or none: what was there is put back if one cannot be written."""
    write_all({folder / name: content for name, content in files.items()})


# Reading --------------------------------------------------------------------------------------------------------

Given = tuple[dict[str, list[Row]], list[str], list[Problem], str]
Words = dict[tuple[str, str], str]  # of the column conflict, by file and line of a stored row


def _given(file: Path, wide: Path | None, around: Path | None, schemas: Mapping[str, Any], stored: Data) -> Given:
    """Rows by table, what a user should know of the reading, what is wrong with the form of the files, and the word
    by which a mapping declares conflicts.
    """
    sheets = reading.read(file)
    extra = reading.read(around) if around else []
    said = [
        f"{sheet.shown}: read as {sheet.encoding}. Look whether the Chinese names below are right."
        for sheet in (*sheets, *extra)
        if sheet.encoding == "gb18030"
    ]
    given: dict[str, list[Row]] = defaultdict(list)
    problems: list[Problem] = []
    word = ""
    tidy = [(sheet, _table_of(sheet, schemas)) for sheet in extra]
    if wide:
        beside = [s for s in sheets if s.name in AROUND]
        tidy += [(sheet, sheet.name) for sheet in beside]
        declared = mapping.read(wide)
        word = declared.conflict
        zones = [*stored.zones, *_early(tidy, "zones", schemas)]
        places = Places(zones, {row["entity"] for row in stored.figures})
        rest = [s for s in sheets if s not in beside] or sheets
        rows, problems, unread = mapping.figures(rest, wide.name, declared, places)
        given["figures"] = rows
        if unread:
            more = f" and {len(unread) - MOST_NAMED} more" * (len(unread) > MOST_NAMED)
            shown = ", ".join(unread[:MOST_NAMED]) + more
            said.append(f"{file.name}: not read, since the mapping does not name them: {shown}")
        if not rows and not problems:
            rule, fix = "By this mapping the table holds no figure.", "Compare its header and columns with the table."
            problems.append(Problem(wide.name, None, "", "", rule, fix))
    else:
        beside = [s for s in sheets if s.name in AROUND]
        rest = [s for s in sheets if s not in beside and s.name not in SILENT]
        chosen = [s for s in rest if s.name == "figures"] or rest[:1]
        tidy += [(sheet, sheet.name) for sheet in beside] + [(sheet, "figures") for sheet in chosen]
        if left := [s.name for s in rest if s not in chosen]:
            said.append(f"{file.name}: not read: sheet {', sheet '.join(left)}")
    for sheet, table in tidy:
        rows, found = _tidy(sheet, table, schemas[table])
        given[table] += rows
        problems += found
    return dict(given), said, problems, word


def _early(tidy: list[tuple[Sheet, str]], table: str, schemas: Mapping[str, Any]) -> list[Row]:
    """Rows of a table that others refer to while they are read."""
    return [row for sheet, name in tidy if name == table for row in _tidy(sheet, name, schemas[name])[0]]


def _table_of(sheet: Sheet, schemas: Mapping[str, Any]) -> str:
    """The table whose columns a sheet has, most of them."""
    header = set(sheet.rows[0][1])
    counts = {table: len(header & {f["name"] for f in schemas[table]["fields"]}) for table in AROUND}
    return max(counts, key=lambda table: counts[table])


def _tidy(sheet: Sheet, table: str, schema: Mapping[str, Any]) -> tuple[list[Row], list[Problem]]:
    """Rows of a sheet that has the columns of a table in any order; cells that may be empty need no column."""
    line, header = sheet.rows[0]
    fields = {f["name"]: f for f in schema["fields"]} | ({"topic": {}} if table == "figures" else {})
    problems = []
    if sheet.merged:
        letters = list(reading.columns(max(right for *_, right in sheet.merged)))
        shown = [f"{letters[left - 1]}{top}:{letters[right - 1]}{bottom}" for top, bottom, left, right in sheet.merged]
        more = f" and {len(shown) - 8} more" * (len(shown) > 8)
        rule = "Cells are merged, so it cannot be told what belongs to them."
        problems = [Problem(sheet.shown, sheet.merged[0][0], "", ", ".join(shown[:8]) + more, rule, MERGED)]
    problems += [] if problems else list(_header_faults(sheet, line, header, fields, table))
    if problems:
        return [], problems
    rows = []
    rule = "An empty line stands between the rows."
    problems += [Problem(sheet.shown, n, "", "", rule, "Delete the line.") for n in sheet.blank]
    for line, texts in sheet.rows[1:]:
        row = dict.fromkeys(fields, "") | dict(zip(header, texts, strict=False))
        if len(texts) != len(header):
            rule = f"A row has {len(header)} cells, one for each column."
            fix = 'Put a cell that holds a comma in double quotes: "a, b".'
            problems.append(Problem(sheet.shown, line, "", f"{len(texts)} cells", rule, fix))
        elif formula := next((name for name in header if row[name].startswith("=") and len(row[name]) > 2), None):
            rule, fix = "A cell holds what was printed, not a formula.", "Paste its result there (as values)."
            problems.append(Problem(sheet.shown, line, formula, row[formula], rule, fix))
        else:
            rows.append(row | {"_file": sheet.shown, "_line": str(line)})
    if not rows and not problems:
        rule = "The table has a header and no rows."
        problems.append(Problem(sheet.shown, line, "", "", rule, "Add a row for each figure."))
    return rows, problems


MERGED = "Describe the table by a mapping (`torch-program data map FILE` proposes one), or fill each cell."


def _header_faults(
    sheet: Sheet, line: int, header: list[str], fields: Mapping[str, Any], table: str
) -> Iterator[Problem]:
    known = list(fields)
    fault = partial(Problem, sheet.shown, line)
    strangers = [name for name in header if name not in fields]
    if len(strangers) == len(header):
        rule = f"The first line must name the columns of {table}."
        fix = f"The columns are: {', '.join(known)}. A table of another form needs a mapping (--mapping)."
        yield fault("", ", ".join(filter(None, header))[:80], rule, fix)
        return
    missing = [n for n, f in fields.items() if f.get("constraints", {}).get("required") and n not in header]
    letters = list(reading.columns(len(header)))
    for index, name in enumerate(header):
        if name in header[:index] and name:
            yield fault(letters[index], name, "Two columns have the same name.", "Delete or rename one of them.")
        elif name not in fields:
            near = closest(name.casefold(), missing or known, 0.5)
            fix = f'Did you mean "{near}"? ' * bool(near) + f"The columns are: {', '.join(known)}."
            rule = "A column has a name that the table does not know." if name else "A column has no name."
            yield fault(letters[index], name, rule, fix)
    for name in missing:
        said = fields[name].get("description", "")
        yield fault(name, "", "A column is missing.", f"Add it: {said}")


# Comparing ------------------------------------------------------------------------------------------------------


def _swapped(rows: list[Row], stored: Data) -> Iterator[Problem]:
    """Two columns whose contents stand under each other's name, in every row."""
    tests = _looks_right(stored)
    for one, other in ((a, b) for i, a in enumerate(tests) for b in list(tests)[i + 1 :]):
        if any(f"_{column}" in row for row in rows[:1] for column in (one, other)):
            continue  # cut out by a mapping
        here = [tests[one](row[one]) and tests[other](row[other]) for row in rows]
        there = [tests[one](row[other]) and tests[other](row[one]) for row in rows]
        if rows and all(there) and not any(here):
            rule = "The contents of two columns have changed places."
            fix = f"Swap the columns {one} and {other} in every row."
            shown = f"{rows[0][one]} | {rows[0][other]}"
            yield Problem(rows[0]["_file"], int(rows[0]["_line"]), f"{one} and {other}", shown, rule, fix)


def _looks_right(stored: Data) -> dict[str, Callable[[str], bool]]:
    """For some columns, whether a cell looks like one of it."""
    places = Places(stored.zones, {row["entity"] for row in stored.figures})
    units = {unit for pair in stored.units for unit in pair} | {row["unit"] for row in stored.series.values()}
    return {
        "series": lambda text: text in stored.series,
        "entity": lambda text: text in places.names,
        "period": lambda text: validation.tried(parse, text) is not None,
        "value": lambda text: validation.is_number(text),
        "unit": lambda text: text in units,
        "source_id": lambda text: text in stored.source_of,
    }


def _structure(rows: list[Row], table: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """What the description of the data finds wrong with new rows, told where they stand."""
    names = [f["name"] for f in schema["fields"]]
    with tempfile.TemporaryDirectory(prefix="torch-program-") as folder:
        name = f"{table}.csv"
        (Path(folder) / name).write_bytes((",".join(names) + "\n").encode() + _lines(rows, names))
        for problem in validation.structure(Path(folder), {"path": name, "schema": schema}):
            row = rows[problem.row - 2] if problem.row else rows[0]
            column = row.get(f"_{problem.column}", problem.column)
            yield replace(problem, file=row["_file"], row=int(row["_line"]), column=column)


def _lines(rows: Iterable[Row], columns: list[str]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([row[name] for name in columns] for row in rows)
    return stream.getvalue().encode()


SAME = ("value", "unit", "bound", "rounding", "status")  # columns in which a figure that is stored already agrees
KEY = ("series", "entity", "period", "source_id")


def _compared(
    given: Mapping[str, list[Row]], stored: Data, schemas: Mapping[str, Any]
) -> tuple[dict[str, list[Row]], list[Row], list[Problem]]:
    """New rows by table, rows that repeat what is stored, and rows that contradict it."""
    have = {tuple(row[c] for c in (*KEY, *SAME)) for row in stored.figures}
    new: dict[str, list[Row]] = {}
    repeated, problems = [], []
    for table, rows in given.items():
        if table == "figures":
            old = {id(row) for row in rows if tuple(row[c] for c in (*KEY, *SAME)) in have}
        else:
            old = set()
            key = schemas[table]["primaryKey"]
            known = {tuple(row[c] for c in key): row for row in _stored(stored, table)}
            for row in rows:
                if before := known.get(tuple(row[c] for c in key)):
                    old.add(id(row))
                    differ = [f["name"] for f in schemas[table]["fields"] if row[f["name"]] != before[f["name"]]]
                    if differ:
                        rule = f"{table}.csv has this row already, with another {' and '.join(differ)}."
                        fix = f'There it is "{before[differ[0]]}". Write the same, or another {key[0]}.'
                        problems.append(at(row, differ[0], rule, fix))
        repeated += [row for row in rows if id(row) in old]
        new[table] = [row for row in rows if id(row) not in old]
    return new, repeated, problems


def _cited(new: dict[str, list[Row]], stored: Data) -> tuple[dict[str, list[Row]], list[str]]:
    """Without sources, series and units that none of the new rows uses: one list may serve several tables."""
    used = {row["source_id"] for row in new.get("figures", ())} | set(re.findall(r"\w+", stored.ledger))
    used |= {name for row in new.get("zones", ()) for name in row["source_id"].split(";")}
    series = {row["series"] for row in new.get("figures", ())}
    units = {row["unit"] for row in new.get("figures", ())}
    wanted = {"sources": ("source_id", used), "series": ("series", series), "units": ("unit", units)}
    said, kept = [], dict(new)
    for table, (column, names) in wanted.items():
        idle = [row[column] for row in new.get(table, ()) if row[column] not in names]
        kept[table] = [row for row in new.get(table, ()) if row[column] in names]
        said += [f"{table}.csv: not added, since no new row uses them: {', '.join(idle)}"] * bool(idle)
    return kept, said


def _contradictions_declared(
    merged: Data, rows: list[Row], word: str, supersede: bool
) -> tuple[Words, list[Problem], list[str]]:
    """Words for the stored rows that new ones contradict, which carry them from now on too; and what was declared."""
    own = {id(row) for row in rows}
    cells: dict[tuple[str, str, str], list[tuple[Row, Row]]] = defaultdict(list)
    problems: list[Problem] = []
    for one, other in validation.contradictions(merged):
        undeclared = not one["conflict"] or one["conflict"] != other["conflict"]
        if id(other) in own and undeclared and not validation.releases_of_one(merged, one, other):
            revised = supersede and _is_revision(merged, one, other)
            if revised or word:
                cells[other["series"], other["entity"], other["period"]].append((one, other))
            else:
                fix = _how_to_declare(merged, one, other, supersede)
                shown = validation.against(merged, one, other)
                problems.append(at(other, "conflict", validation.UNDECLARED, fix, shown))
    marked: Words = {}
    said = []
    for cell, pairs in sorted(cells.items()):
        revised = any(supersede and _is_revision(merged, *pair) for pair in pairs)
        had = next((one["conflict"] for one, _ in pairs if one["conflict"]), "")
        named = _slug(*cell) if len(cells) > 1 or not word else ""
        new = had or "-".join(filter(None, [word, named]))
        if revised and not new.startswith(REVISED):
            new = REVISED + (had or _slug(*cell))
        involved = {id(row): row for pair in pairs for row in pair}
        others = [
            row for row in merged.figures if tuple(row[c] for c in KEY[:3]) == cell and had == row["conflict"] != ""
        ]
        for row in (*involved.values(), *others):
            if id(row) in own:
                row["conflict"] = new
            else:
                marked[row["_file"], row["_line"]] = new
        kind = "revision" if revised else "conflict"
        said += [f"{kind} {new}: {', '.join(cell)}: {validation.against(merged, *pair)}" for pair in pairs]
    return marked, problems, said


def _is_revision(data: Data, one: Row, other: Row) -> bool:
    """Did the producer of a value publish another one later?"""
    before, after = data.source_of_row(one), data.source_of_row(other)
    if before is None or after is None or before["origin"] != after["origin"]:
        return False
    days = [validation.tried(latest_day, source["published"]) for source in (before, after)]
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


def _slug(*parts: str) -> str:
    """A word made of series, entity (unless it is the whole) and period."""
    kept = [part for part in parts if part not in validation.WHOLE]
    return re.sub(r"[^a-z0-9]+", "-", "-".join(kept).casefold()).strip("-")


def _with_words(data: Data, marked: Words) -> Data:
    """The data with other words in the column conflict of stored rows."""
    figures = [
        row | {"conflict": marked[row["_file"], row["_line"]]} if (row["_file"], row["_line"]) in marked else row
        for row in data.figures
    ]
    return replace(data, figures=figures)


def _stored(stored: Data, table: str) -> list[Row]:
    if table == "units":
        return [{"unit": u, "canonical": c, "factor": format(f, "g")} for (u, c), f in stored.units.items()]
    rows = {"sources": stored.sources, "series": list(stored.series.values()), "zones": stored.zones}
    return rows[table]


def _topics(rows: list[Row], stored: Data, known: set[str]) -> tuple[dict[str, list[Row]], list[Problem]]:
    """New figures by the file that they go to: where their series stands, or what a new one names."""
    homes: dict[str, Counter] = defaultdict(Counter)
    for row in stored.figures:
        homes[row["series"]][row["_file"]] += 1
    topics = sorted({row["_file"] for row in stored.figures})
    found: dict[str, list[Row]] = defaultdict(list)
    problems = []
    for row in rows:
        named = f"figures/{row['topic']}.csv" if row.get("topic") else ""
        if home := homes.get(row["series"]):
            file = named if named in home else home.most_common(1)[0][0]
        else:
            file = named
        row["_topic"] = file
        if file in topics:
            found[file].append(row)
        elif row["series"] in known or row.get("topic"):
            rule = "A series without figures so far needs its topic, the file in data/figures that it goes to."
            named = ", ".join(Path(t).stem for t in topics)
            problems.append(at(row, "topic", rule, f"Write one of these into a column topic: {named}."))
    return dict(found), problems


# Rules ----------------------------------------------------------------------------------------------------------


def _ruled(stored: Data, merged: Data, new: Mapping[str, list[Row]]) -> list[Problem]:
    """What the rules of the data say of the whole with the new rows in it, and did not say before."""
    rows = new.get("figures", [])
    problems = [p for rule in RULES for p in rule(merged) if p.rule != validation.UNDECLARED]
    own = {row["_file"] for table in new.values() for row in table}
    if any(p.file not in own for p in problems):
        before = {str(p) for rule in RULES for p in rule(stored)}
        problems = [p for p in problems if str(p) not in before]
    problems += known_places(merged, stored, rows)
    told = {(p.file, str(p.row)) for p in problems}
    rest = [row for row in rows if (row["_file"], row["_line"]) not in told]
    for rule in (jumps, parts):
        problems += rule(merged, stored, rest)
    return problems


def _merged(
    stored: Data, new: Mapping[str, list[Row]], given: Mapping[str, list[Row]] | None = None, unread: Iterable[str] = ()
) -> Data:
    """The stored data with new rows; rows that are faulty (`given`) still declare their names, for others to use.

    What a table that could not be read would declare is not known.
    """
    rows = defaultdict(list, new)
    declared = {name: set(known) for name, known in stored.declared.items()}
    for table in ("sources", "series", "units"):
        for row in (given or new).get(table, ()):
            declared.setdefault(f"{table}.csv", set()).add(next(iter(row.values())))
        if table in unread:
            declared.pop(f"{table}.csv", None)
    return replace(
        stored,
        sources=[*stored.sources, *rows["sources"]],
        series=stored.series | {row["series"]: row for row in rows["series"]},
        units=stored.units | {(r["unit"], r["canonical"]): float(r["factor"]) for r in rows["units"]},
        figures=[*stored.figures, *rows["figures"]],
        zones=[*stored.zones, *rows["zones"]],
        declared=declared,
    )


def known_places(merged: Data, stored: Data, rows: list[Row]) -> Iterator[Problem]:
    """A figure is about a place that the data know."""
    places = Places(merged.zones, {row["entity"] for row in stored.figures})
    for row in rows:
        if row["entity"] not in places.names:
            near = places.suggest(row["entity"])
            fix = f'Did you mean "{near}"? ' * bool(near) + "A new zone gets its row in zones.csv first (--sources)."
            yield at(row, "entity", "A place must be a zone, a province, or one that has figures already.", fix)


def jumps(merged: Data, stored: Data, rows: list[Row]) -> Iterator[Problem]:
    """No value is many times its neighbour in time, unless its note says that it was printed so."""
    history = validation.history(stored)
    for row in rows:
        period, interval = merged.period(row), merged.interval(row)
        told = AS_PRINTED in row["note"] or row["status"] == "partial"
        if told or not period or not interval or interval.middle <= 0:
            continue
        near = neighbour(history[row["series"], row["entity"]], period.year)
        if near is None:
            continue
        times = interval.middle / near.interval.middle
        if 1 / JUMP < times < JUMP:
            continue
        yield validation.out_of_size(merged, row, times, near)


def parts(merged: Data, stored: Data, rows: list[Row]) -> Iterator[Problem]:
    """A zone has no more than all zones, and nearly all of them together have about the total."""
    history = validation.history(merged)
    zones = {row["zone_en"] for row in merged.zones}
    tables: dict[tuple[str, str], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in rows:
        period, interval = merged.period(row), merged.interval(row)
        if row["entity"] in zones and period and interval and _adds_up(merged, row["series"]):
            tables[row["series"], row["period"]].append((row, interval))
            whole = neighbour(history[row["series"], "All zones"], period.year)
            if whole and interval.low > whole.interval.high and AS_PRINTED not in row["note"]:
                rule = "One zone has no more than all zones together."
                total = f"{whole.row['value']} {whole.row['unit']} of all zones, {whole.row['period']}"
                fix = f"Correct the value or its unit ({line_of(whole.row)} has the total)."
                yield at(row, "value", rule, fix, f"{row['value']} {row['unit']}, against {total}")
    for (series, period), cells in tables.items():
        whole = neighbour(history[series, "All zones"], parse(period).year)
        if whole is None or len(cells) < HALF * len(zones):
            continue
        times = math.fsum(interval.middle for _, interval in cells) / whole.interval.middle
        if not 1 / JUMP < times < JUMP:
            row = cells[0][0]
            rule = "The zones of a table must add up to about the total of all zones; a unit may have slipped."
            fix = f"The total is {whole.row['value']} {whole.row['unit']} ({line_of(whole.row)}). Correct the unit."
            yield at(
                row, "unit", rule, fix, f"{series}, {period}: {len(cells)} zones have {times_in_words(times)} the total"
            )


def _adds_up(data: Data, series: str) -> bool:
    """Can the values of places be added: counts, persons and money, not shares, ranks and indices."""
    about = data.series[series]
    return about["dimension"].startswith(("count", "persons", "money", "person-years")) and about["unit"] != "percent"


def _once_for_the_mapping(problems: list[Problem], name: str) -> Iterator[Problem]:
    """What a mapping declares for all its cells is told of the mapping, once."""
    seen = set()
    for p in problems:
        if p.column in {"series", "unit", "source_id", "locator", "topic", "period"}:
            p = replace(p, file=name, row=None)
            if str(p) in seen:
                continue
            seen.add(str(p))
        yield p


def _basic_first(problems: list[Problem]) -> list[Problem]:
    """One for each cell, the most basic, in the order of the checks; errors before warnings."""
    first: dict[tuple[str, int | None, str, str], Problem] = {}
    for p in problems:
        first.setdefault((p.file, p.row, p.column, "" if p.row else p.rule), p)
    return sorted(first.values(), key=lambda p: p.severity != "error")


# Putting in place -----------------------------------------------------------------------------------------------


def _with_files(
    offer: Offer, folder: Path, package: Mapping[str, Any], marked: Words, gone: Collection[tuple[str, str]] = ()
) -> Offer:
    """The changed files with the rows in them and their description, read once more as they would be."""
    names = sorted({*offer.rows, *(name for name, _ in (*marked, *gone))})
    files = {name: _with(folder / name, name, offer.rows.get(name, []), marked, gone) for name in names}
    with tempfile.TemporaryDirectory(prefix="torch-program-") as temporary:
        copy = staged(folder, files, Path(temporary))
        changed = [resource for resource in package["resources"] if resource["path"] in files]
        problems = [problem for resource in changed for problem in validation.structure(copy, resource)]
        validation.describe(copy)
        files[PACKAGE] = (copy / PACKAGE).read_bytes()  # last, so that a stop in between shows as out of step
    return replace(offer, problems=problems) if problems else replace(offer, files=files)


def staged(folder: Path, files: Mapping[str, bytes], where: Path) -> Path:
    """A copy of a data folder with other files in it."""
    copy = shutil.copytree(folder, where / "data")
    for name, content in files.items():
        (copy / name).write_bytes(content)
    return copy


def _with(path: Path, name: str, new: list[Row], marked: Words, gone: Collection[tuple[str, str]]) -> bytes:
    """A file of data/ with rows put behind those of their series, place and earlier time, and words for conflicts.

    Rows that are `gone`, by file and line, are left out; all else stays as it is.
    """
    lines = path.read_bytes().splitlines(keepends=True)
    stored = list(validation.rows_of(path, name))
    header = next(csv.reader(lines[0].decode().splitlines()))
    starts = [int(row["_line"]) for row in stored] + [len(lines) + 1]
    behind: dict[int, list[Row]] = defaultdict(list)
    for row in new:
        behind[_last_before(stored, row)].append(row)
    out = lines[: starts[0] - 1]
    out += [_lines(behind[-1], header)]
    for index, row in enumerate(stored):
        word = marked.get((name, row["_line"]))
        kept = lines[starts[index] - 1 : starts[index + 1] - 1]
        if (name, row["_line"]) not in gone:
            out += kept if word is None else [_lines([row | {"conflict": word}], header)]
        out += [_lines(behind[index], header)]
    return b"".join(out)


def _last_before(stored: list[Row], row: Row) -> int:
    """Index of the stored row behind which a new one belongs: same series and place and not later, else same series."""
    end = len(stored) - 1
    if "series" not in row or "entity" not in row:
        return end
    series = [i for i, r in enumerate(stored) if r["series"] == row["series"]]
    place = [i for i in series if stored[i]["entity"] == row["entity"]]
    day = parse(row["period"]).last_day
    earlier = [i for i in place if parse(stored[i]["period"]).last_day <= day]
    return earlier[-1] if earlier else place[0] - 1 if place else series[-1] if series else end
