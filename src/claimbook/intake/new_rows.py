"""Turn sheets of a file, or frames of a script, into rows of the tables of data/."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from claimbook.intake import cells, languages
from claimbook.intake.description import EMPTY_LINE, column_names, number_columns, wrong_length
from claimbook.intake.odd_tables import PLACE, run_script
from claimbook.intake.printed import Stated, printed_table
from claimbook.intake.problems import Problem, did_you_mean
from claimbook.intake.reading import SEPARATORS, SheetRows, read_sheets
from claimbook.intake.tables import OF_CELL, Data
from claimbook.project.files import Row
from claimbook.project.report import report_settings
from claimbook.say.words import closest, in_ranges, some

NAMES_LISTED = 8  # names that were read as others and are listed


def read_new_rows(
    file: Path, around: Path | None, schemas: Mapping[str, Any], stored: Data, folder: Path, stated: Stated
) -> tuple[dict[str, list[Row]], list[str], list[Problem]]:
    """Return the rows of a file or script by table, remarks on the reading, and faults in form.

    `around` is a second file with sources, series, units or places. Raises Refused.
    """
    sheets, remarks = run_script(file, folder) if file.suffix == ".py" else (read_sheets(file), [])
    extra = read_sheets(around) if around else []
    for sheet in (*sheets, *extra):
        if sheet.encoding in languages.printed().encodings:
            remarks.append(f"{sheet.shown}: read as {sheet.encoding}. Check that the names below are right.")
    known = ("sources", "series", "units", *report_settings().geography.tables)  # may come with new figures
    tables = [(sheet, max(known, key=lambda table: _shared(sheet, column_names(schemas[table])))) for sheet in extra]
    tables += [(sheet, sheet.name) for sheet in sheets if sheet.name in known]
    rest = [sheet for sheet in sheets if sheet.name not in known] or sheets
    chosen = max(rest, key=lambda sheet: (sheet.name == "figures", _shared(sheet, ("series", "value"))))
    if left := [sheet.name for sheet in rest if sheet is not chosen]:
        remarks.append(f"{file.name}: these sheets were not read: {', '.join(left)}")
    rows: dict[str, list[Row]] = defaultdict(list)
    problems = []
    for sheet, table in tables:
        found, faults = rows_of_sheet(sheet, table, schemas[table])
        rows[table] += found
        problems += faults
    figures, said, faults = _figures(chosen, schemas["figures"], stored, stated)
    rows["figures"] += figures
    remarks += said
    problems += faults
    remarks += _read_as(rows["figures"], "entity", lambda row: stored.places.resolve(row["entity"]))
    remarks += _read_as(rows["figures"], "unit", lambda row: cells.unit(row["unit"]))
    remarks += _read_as(rows["figures"], "series", stored.series_of)
    for sheet in (sheet for sheet in (*sheets, *extra) if sheet.separator in SEPARATORS):
        commas = ", so a comma in a number is its decimal sign" * (sheet.separator == ";")
        remarks.append(f"{sheet.shown}: the cells are separated by {SEPARATORS[sheet.separator]}{commas}.")
    hidden = (sheet for sheet in (*sheets, *extra) if sheet.hidden)
    remarks += (f"{sheet.shown}: hidden rows were read, too: {in_ranges(sheet.hidden)}." for sheet in hidden)
    return rows, remarks, problems


def _figures(
    sheet: SheetRows, schema: Mapping[str, Any], stored: Data, stated: Stated
) -> tuple[list[Row], list[str], list[Problem]]:
    """Return the figures of a sheet that names the columns of figures, or of a printed table; remarks and faults."""
    sheet, above = below_title(sheet)
    names = {text.casefold() for text in sheet.rows[0][1]}
    own = sheet.of_script or len(names.intersection(column_names(schema))) >= FEW
    if not own and (found := printed_table(sheet, stored, stated)):
        usual = dict.fromkeys(column_names(schema), "") | OF_FIGURES
        return [usual | row for row in found.rows], [*found.lines_left_out()], found.problems
    rows, problems = rows_of_sheet(sheet, "figures", schema)
    if stated:
        rule = "The options are for a printed table, but this table must have a column for each of them."
        problems.append(Problem(sheet.shown, rule, "Run the command again without options for columns."))
    if "bound" not in sheet.rows[0][1]:
        above.append(f"{sheet.shown}: the column bound is missing, so every value counts as exact (=).")
    return rows, above, problems


def _shared(sheet: SheetRows, columns: Iterable[str]) -> int:
    """Return how many of some columns a sheet has."""
    return len(set(sheet.rows[0][1]).intersection(columns))


def _read_as(rows: list[Row], column: str, resolve: Callable[[Row], str]) -> Iterator[str]:
    """Replace cells with the names that data/ uses, and say so."""
    read: dict[str, None] = {}
    for row in rows:
        name = resolve(row)
        if name and name != row[column]:
            read[f"{row[column]} as {name}"] = None
            row[column] = name
    if read:
        yield f"{rows[0]['_file']}, column {column}: read {some(read, NAMES_LISTED)}."


# Rows of a sheet --------------------------------------------------------------------------------------------------


FEW = 3  # with so few columns, a row may well have only one cell
MERGED_CELLS_LISTED = 8  # merged cells that are listed at most
OF_FIGURES = {"bound": "=", "topic": ""}  # columns that new figures may leave out
BY_SCRIPT = "To read a table of another form, write a script; data/intake/ has examples."


def rows_of_sheet(sheet: SheetRows, table: str, schema: Mapping[str, Any]) -> tuple[list[Row], list[Problem]]:
    """Return the rows and faults of a sheet. Columns have any order, and optional ones may be missing."""
    line, header = sheet.rows[0]
    usual = dict.fromkeys(column_names(schema), "") | (OF_FIGURES if table == "figures" else {})
    printed = PLACE if sheet.of_script and table == "figures" else ()
    fields = {name: {} for name in (*usual, *printed)} | {field["name"]: field for field in schema["fields"]}
    problems = list(header_faults(sheet, line, header, fields, table))
    if any(not p.column or "same name" in p.rule for p in problems):
        return [], problems  # then nobody knows what the cells are
    sheet, unclear = with_decimal_points(sheet, schema)
    problems += unclear
    rows = []
    silent = [*(name for name in fields if name not in header), *(p.column for p in unclear)]
    missing = dict.fromkeys((f"_without_{name}" for name in silent), "")  # their cells are not reported
    problems += [Problem(sheet.shown, *EMPTY_LINE, line) for line in sheet.blank]
    for line, texts in sheet.rows[1:]:
        if wrong := line_fault(header, texts):
            rule, fix, *cell = wrong
            problems.append(Problem(sheet.shown, rule, fix, line, *cell))
            continue
        row = usual | {name: text or usual.get(name, "") for name, text in zip(header, texts, strict=True)} | missing
        place = dict.fromkeys(PLACE, "") | {name: row.pop(name, "") for name in printed}
        where = f"{place['cell'].rstrip('0123456789')} ({place['head']})"
        row |= dict.fromkeys(OF_CELL, where) if place["cell"] else {}
        rows.append(row | {"_file": place["file"] or sheet.shown, "_line": place["row"] or str(line)})
    if not rows and not problems and not sheet.of_script:
        rule = "The table has a header but no rows."
        problems.append(Problem(sheet.shown, rule, "Add a row for each figure.", line))
    return rows, problems


def below_title(sheet: SheetRows) -> tuple[SheetRows, list[str]]:
    """Return a sheet from the line that names its columns on, and remarks on the lines above it."""
    lines = (n for n, (_, texts) in enumerate(sheet.rows) if {"series", "value"} <= {t.casefold() for t in texts})
    if not (head := next(lines, 0)):
        return sheet, []
    line, rows = sheet.rows[head][0], sheet.rows[head:]
    texts = (" ".join(filter(None, texts)) for _, texts in sheet.rows[:head])
    merged = [cells for cells in sheet.merged if cells.max_row >= line]
    blank = [n for n in sheet.blank if n > line]
    return replace(sheet, rows=rows, merged=merged, blank=blank), [
        f"{sheet.shown}: left out above the names of the columns: {some(texts, MERGED_CELLS_LISTED)}"
    ]


def with_decimal_points(sheet: SheetRows, schema: Mapping[str, Any]) -> tuple[SheetRows, list[Problem]]:
    """Return a sheet whose numbers have decimal points, and faults for columns whose commas are unclear."""
    rows, problems = [(line, [*texts]) for line, texts in sheet.rows], []
    header = rows[0][1]
    for name in number_columns(schema) if sheet.separator == ";" else ():
        at = header.index(name) if name in header else len(header)
        full = [texts for _, texts in rows[1:] if len(texts) > at]
        column = [texts[at] for texts in full]
        if (plain := cells.with_points(column)) is None:
            rule = "In a table with semicolons, commas and points may be decimal signs or separate thousands."
            fix = "Write each number of the column with a decimal point, and without separators."
            odd = next(text for text in column if set(text) & {",", "."})
            problems.append(Problem(sheet.shown, rule, fix, column=name, value=odd))
        for texts, text in zip(full, plain or column, strict=True):
            texts[at] = text
    return replace(sheet, rows=rows), problems


def line_fault(header: Sequence[str], texts: Sequence[str]) -> tuple[str, str, str, str] | None:
    """Return why the cells of a line are no row: rule, edit, column and value. None if they are."""
    if len(header) > FEW and sum(map(bool, texts)) == 1:
        rule = "Only one cell of the line is filled, so it looks like a note."
        return rule, "Delete the line, or begin it with #.", "", "".join(texts)
    if len(texts) != len(header):
        return *wrong_length(len(header)), "", f"{len(texts)} cells"
    for column, text in zip(header, texts, strict=True):
        if text.startswith("=") and len(text) > 2:
            rule = "The cell contains a formula instead of the printed value."
            return rule, "Replace it by its result (paste as values).", column, text
    return None


def header_faults(
    sheet: SheetRows, line: int, header: list[str], fields: Mapping[str, Any], table: str
) -> Iterator[Problem]:
    if sheet.merged:
        rule = "Cells are merged, so it is unclear which rows and columns they belong to."
        shown = some([cells.coord for cells in sheet.merged], MERGED_CELLS_LISTED)
        fix = f"Unmerge and fill each cell. {BY_SCRIPT}"
        yield Problem(sheet.shown, rule, fix, sheet.merged[0].min_row, value=shown)
        return
    known = [name for name in fields if name not in PLACE]
    listed = f"The columns are: {', '.join(known)}."
    fault = partial(Problem, sheet.shown, row=line)
    meant = [languages.printed().columns.get(name.casefold(), name) for name in header]
    if not set(header) & fields.keys() and len(set(meant) & fields.keys()) < FEW:
        fix = f"{listed} {BY_SCRIPT}"
        if {name.casefold() for name in header} <= fields.keys():
            fix = "Write their names in lower case."
        rule = f"The first line must name the columns of {table}."
        yield fault(rule, fix, value=", ".join(filter(None, header))[:80])
        return
    required = [name for name, field in fields.items() if field.get("constraints", {}).get("required")]
    missing = [name for name in required if name not in (*header, *meant, *OF_FIGURES)]
    for index, name in enumerate(header, 1):
        at = {"column": get_column_letter(index), "value": name}
        if name and name in header[: index - 1]:
            yield fault("Two columns have the same name.", "Delete or rename one of them.", **at)
        elif name not in fields:
            rule = "The table has no column of this name." if name else "A column has no name."
            fix = did_you_mean(closest(name.casefold(), missing or known, 0.5), listed)
            yield fault(rule, f'Write "{meant[index - 1]}".' if meant[index - 1] in fields else fix, **at)
    for name in missing:
        yield fault("A column is missing.", f"Add it: {fields[name].get('description', '')}", column=name)
