"""Turn sheets of a file, or frames of a script, into rows of the tables of data/."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from claimbook.intake import cells, languages
from claimbook.intake.description import column_names
from claimbook.intake.printed import Stated, printed_table
from claimbook.intake.problems import Problem
from claimbook.intake.reading import SEPARATORS, SheetRows, read_sheets
from claimbook.intake.scripts import run_script
from claimbook.intake.sheet_rows import FEW, OF_FIGURES, below_title, rows_of_sheet
from claimbook.intake.tables import Data
from claimbook.project.csv_tables import Row
from claimbook.project.report import report_settings
from claimbook.say.words import in_ranges, some

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
