"""What somebody gives to be added: sheets as rows, by the table of `data/` that they are for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from torch_program.csv_tables import Row
from torch_program.intake import cutting, mapping, reading
from torch_program.intake.problems import Problem
from torch_program.intake.reading import Sheet
from torch_program.intake.tables import Data
from torch_program.places import Places
from torch_program.words import closest, some

SILENT = frozenset({"allowed values", "remarks"})  # sheets of the template that hold no rows
AROUND = ("sources", "series", "units", "zones")  # tables that may come with the figures
MOST_NAMED = 8  # columns, sheets and merged cells that are listed
MERGED = "Describe the table by a mapping (`torch-program data map FILE` proposes one), or fill each cell."


@dataclass
class Given:
    """Rows by table, what a user should know of the reading, and what is wrong with the form of the files."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    said: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    conflict: str = ""  # word by which a mapping declares conflicts


def given(file: Path, wide: Path | None, around: Path | None, schemas: Mapping[str, Any], stored: Data) -> Given:
    """Read a table, by its mapping if it has one (`wide`), and what comes with it; raises Refused."""
    sheets, extra = reading.read(file), reading.read(around) if around else []
    found = Given()
    for sheet in (*sheets, *extra):
        if sheet.encoding == "gb18030":
            found.said.append(f"{sheet.shown}: read as gb18030. Look whether the Chinese names below are right.")
    beside = [sheet for sheet in sheets if sheet.name in AROUND]
    rest = [sheet for sheet in sheets if sheet not in beside and sheet.name not in SILENT] or sheets
    tables = [(sheet, _table_of(sheet, schemas)) for sheet in extra] + [(sheet, sheet.name) for sheet in beside]
    if not wide:
        columns = {field["name"] for field in schemas["figures"]["fields"]}
        chosen = max(rest, key=lambda sheet: (sheet.name == "figures", len(columns & set(sheet.rows[0][1]))))
        tables.append((chosen, "figures"))
        if left := [sheet.name for sheet in rest if sheet is not chosen]:
            found.said.append(f"{file.name}: not read: sheet {', sheet '.join(left)}")
    for sheet, table in tables:
        rows, problems = _in_form(sheet, table, schemas[table])
        found.rows[table] += rows
        found.problems += problems
    if wide:
        _cut(found, file, rest, wide, stored)
    return found


def _cut(found: Given, file: Path, sheets: list[Sheet], wide: Path, stored: Data) -> None:
    """The figures of a table of another form, by its mapping."""
    declared = mapping.read(wide)
    places = Places([*stored.zones, *found.rows["zones"]], {row["entity"] for row in stored.figures})
    rows, problems, unread = cutting.figures(sheets, wide.name, declared, places)
    found.rows["figures"], found.conflict = rows, declared.conflict
    found.problems += problems
    if unread:
        shown = some(unread, MOST_NAMED)
        found.said.append(f"{file.name}: not read, since the mapping does not name them: {shown}")
    if not rows and not problems:
        rule, fix = "By this mapping the table holds no figure.", "Compare its header and columns with the table."
        found.problems.append(Problem(wide.name, None, "", "", rule, fix))


def _table_of(sheet: Sheet, schemas: Mapping[str, Any]) -> str:
    """The table whose columns a sheet has, most of them."""
    header = set(sheet.rows[0][1])
    counts = {table: len(header & {f["name"] for f in schemas[table]["fields"]}) for table in AROUND}
    return max(counts, key=lambda table: counts[table])


def _in_form(sheet: Sheet, table: str, schema: Mapping[str, Any]) -> tuple[list[Row], list[Problem]]:
    """Rows of a sheet that has the columns of a table in any order; cells that may be empty need no column."""
    line, header = sheet.rows[0]
    fields = {f["name"]: f for f in schema["fields"]} | ({"topic": {}} if table == "figures" else {})
    if problems := _merged_cells(sheet) or list(_header_faults(sheet, line, header, fields, table)):
        return [], problems
    rows = []
    rule = "An empty line stands between the rows."
    problems = [Problem(sheet.shown, n, "", "", rule, "Delete the line.") for n in sheet.blank]
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


def _merged_cells(sheet: Sheet) -> list[Problem]:
    if not sheet.merged:
        return []
    letters = reading.columns(max(right for *_, right in sheet.merged))
    shown = [f"{letters[left - 1]}{top}:{letters[right - 1]}{bottom}" for top, bottom, left, right in sheet.merged]
    rule = "Cells are merged, so it cannot be told what belongs to them."
    return [Problem(sheet.shown, sheet.merged[0][0], "", some(shown, MOST_NAMED), rule, MERGED)]


def _header_faults(
    sheet: Sheet, line: int, header: list[str], fields: Mapping[str, Any], table: str
) -> Iterator[Problem]:
    known = list(fields)
    fault = partial(Problem, sheet.shown, line)
    strangers = [name for name in header if name not in fields]
    if len(strangers) == len(header):
        rule = f"The first line must name the columns of {table}."
        fix = f"The columns are: {', '.join(known)}. A table of another form needs a mapping (--mapping)."
        lower = next((n for n, texts in sheet.rows[1:] if {"series", "value"} <= {t.casefold() for t in texts}), None)
        if lower:
            fix = f"Line {lower} has them: delete what stands above it."
        elif {name.casefold() for name in header} <= fields.keys():
            fix = "Write their names in small letters."
        yield fault("", ", ".join(filter(None, header))[:80], rule, fix)
        return
    missing = [n for n, f in fields.items() if f.get("constraints", {}).get("required") and n not in header]
    letters = reading.columns(len(header))
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
