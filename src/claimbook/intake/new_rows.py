"""Turn sheets of a file, or frames of a script, into rows of the tables of data/."""

import os
import runpy
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from claimbook.intake import cells
from claimbook.intake.description import column_names
from claimbook.intake.odd_tables import PLACE, read_table
from claimbook.intake.problems import Problem, Refused
from claimbook.intake.reading import NO_FILE, SheetRows, read_sheets
from claimbook.intake.tables import Data
from claimbook.project import folders
from claimbook.project.csv_tables import Row
from claimbook.project.report import report_settings
from claimbook.say.words import closest, counted, some

AROUND = ("sources", "series", "units", *report_settings().geography.tables)  # tables that may come with the figures
OF_CELL = ("_value", "_series", "_unit")  # cells whose place is where the number is printed
FEW = 3  # with so few columns, a row may well have only one cell
MERGED_CELLS_LISTED = 8  # merged cells that are listed at most
OF_FIGURES = {"bound": "=", "topic": ""}  # columns that new figures may leave out
BY_SCRIPT = "To read a table of another form, write a script; data/intake/ has examples."


def read_new_rows(
    file: Path, around: Path | None, schemas: Mapping[str, Any], stored: Data, folder: Path
) -> tuple[dict[str, list[Row]], list[str], list[Problem]]:
    """Return the rows of a file or script by table, remarks on the reading, and faults in form.

    `around` is a second file with sources, series, units or places. Raises Refused.
    """
    script = file.suffix == ".py"
    said: list[str] = []
    sheets = run_script(file, folder, said) if script else read_sheets(file)
    extra = read_sheets(around) if around else []
    odd = [sheet.shown for sheet in (*sheets, *extra) if sheet.encoding == "gb18030"]
    said += [f"{name}: read as gb18030. Check that the Chinese names below are right." for name in odd]
    tables = [(sheet, _table_of(sheet, schemas)) for sheet in extra]
    tables += [(sheet, sheet.name) for sheet in sheets if sheet.name in AROUND]
    rest = [sheet for sheet in sheets if sheet.name not in AROUND] or sheets
    chosen = max(rest, key=lambda sheet: (sheet.name == "figures", len({"series", "value"} & set(sheet.rows[0][1]))))
    if left := [sheet.name for sheet in rest if sheet is not chosen]:
        said.append(f"{file.name}: these sheets were not read: {', '.join(left)}")
    rows: dict[str, list[Row]] = defaultdict(list)
    problems = []
    for sheet, table in [*tables, (chosen, "figures")]:
        found, faults = _in_form(sheet, table, schemas[table])
        rows[table] += found
        problems += faults
    said += [*_read_as(rows["figures"], "entity", lambda row: stored.places.resolve(row["entity"]))]
    said += [*_read_as(rows["figures"], "unit", lambda row: cells.unit(row["unit"]))]
    said += [*_read_as(rows["figures"], "series", stored.series_of)]
    if "bound" not in chosen.rows[0][1]:
        said.append(f"{chosen.shown}: the column bound is missing, so every value counts as exact (=).")
    return rows, said, problems


def _read_as(rows: list[Row], column: str, meant: Callable[[Row], str]) -> Iterator[str]:
    """Replace cells by the name that data/ uses, and say so."""
    read: dict[str, None] = {}
    for row in rows:
        name = meant(row)
        if name and name != row[column]:
            read[f"{row[column]} as {name}"] = None
            row[column] = name
    if read:
        yield f"{rows[0]['_file']}, column {column}: read {some(read, MERGED_CELLS_LISTED)}."


def run_script(path: Path, folder: Path, said: list[str]) -> list[SheetRows]:
    """Run a script with `folder` as data/ and return the frames `figures` and `sources` that it leaves.

    Adds to `said` what the script left out of the tables that it read. Raises Refused, with the line, if it
    stops.
    """
    if not path.is_file():
        raise Refused(Problem(str(path), None, "", "", NO_FILE, "Check the path."))
    try:
        with patch.dict(os.environ, {folders.DATA_VARIABLE: str(folder)}), remembered() as tables:
            made = runpy.run_path(str(path))
    except folders.UserError:
        raise
    except Exception as error:  # a script can raise anything
        lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == str(path)]
        why = f"The script stops: {type(error).__name__}: {' '.join(str(error).split())[:200]}."
        fix = f"Run python {path} to see the whole traceback."
        raise Refused(Problem(path.name, next(reversed(lines), None), "", "", why, fix)) from None
    frames = {name: made[name] for name in ("figures", "sources") if hasattr(made.get(name), "columns")}
    if "figures" not in frames:
        fix = "Assign the frame with the new rows to this name."
        raise Refused(Problem(path.name, None, "", "", "The script does not define a data frame `figures`.", fix))
    said += left_out(tables, made["figures"])
    return [_as_sheet(path.name, name, frame) for name, frame in frames.items() if len(frame) or name == "figures"]


@contextmanager
def remembered() -> Iterator[list[Any]]:
    """Record the tables that `read_table` returns to a script while this is open."""
    from claimbook import intake

    tables: list[Any] = []

    def read(*words: Any, **named: Any) -> Any:
        tables.append(read_table(*words, **named))
        return tables[-1].copy()

    with patch.object(intake, "read_table", read):
        yield tables


def left_out(tables: list[Any], figures: Any) -> Iterator[str]:
    """Say how many numbers of each table became figures, and which columns, rows or cells did not."""
    known = {"file", "cell"} <= set(figures.columns)
    used = set(zip(figures["file"], figures["cell"], strict=True)) if known else set()
    read: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)  # label and head by file and cell
    for table in tables:
        for file, cell, label, head in table[["file", "cell", "label", "head"]].itertuples(index=False):
            read[file][cell] = label, head
    for file, cells_of in read.items():
        if not known:
            yield f"{file}: {len(cells_of):,} numbers. Keep the columns file and cell to see which ones you used."
            continue
        rest = {cell: where for cell, where in cells_of.items() if (file, cell) not in used}
        taken = [where for cell, where in cells_of.items() if cell not in rest]
        names = []
        for part, what in ((1, "column"), (0, "row")):
            kept = {where[part] for where in taken}
            whole = dict.fromkeys(where[part] for where in rest.values() if where[part] not in kept)
            names += [f"{what} {name or 'without a name'}" for name in whole]
            rest = {cell: where for cell, where in rest.items() if where[part] in kept}
        names += [f"cell {cell} ({label}, {head})" for cell, (label, head) in rest.items()]
        so = f"{len(taken):,} used; not used: {some(names, MERGED_CELLS_LISTED)}" if names else "all used"
        yield f"{file}: {counted(len(cells_of), 'number')} in the table, {so}."


def _as_sheet(file: str, name: str, frame: Any) -> SheetRows:
    texts = frame.map(_as_text).values.tolist()
    return SheetRows(file, name, [(1, list(map(str, frame.columns))), *enumerate(texts, 2)], of_script=True)


def _as_text(cell: Any) -> str:
    """Return a cell of a frame with all its digits, never in powers of ten; "" for an empty cell."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:
        return ""
    return format(Decimal(str(cell)), "f").removesuffix(".0") if isinstance(cell, int | float) else str(cell)


def _table_of(sheet: SheetRows, schemas: Mapping[str, Any]) -> str:
    """Return the table that shares most columns with a sheet."""
    header = set(sheet.rows[0][1])
    return max(AROUND, key=lambda table: len(header & set(column_names(schemas[table]))))


def _in_form(sheet: SheetRows, table: str, schema: Mapping[str, Any]) -> tuple[list[Row], list[Problem]]:
    """Return the rows and faults of a sheet. Columns have any order, and optional ones may be missing."""
    line, header = sheet.rows[0]
    usual = dict.fromkeys(column_names(schema), "") | (OF_FIGURES if table == "figures" else {})
    printed = PLACE if sheet.of_script and table == "figures" else ()
    fields = {name: {} for name in (*usual, *printed)} | {field["name"]: field for field in schema["fields"]}
    problems = list(_header_faults(sheet, line, header, fields, table))
    if problems and (sheet.merged or any(not p.column or "same name" in p.rule for p in problems)):
        return [], problems  # then nobody knows what the cells are
    fault, rows = partial(Problem, sheet.shown), []
    missing = [p.column for p in problems if p.column in fields]  # for these cells nothing else is reported
    problems += [fault(n, "", "", "There is an empty line between the rows.", "Delete the line.") for n in sheet.blank]
    for line, texts in sheet.rows[1:]:
        if len(header) > FEW and sum(map(bool, texts)) == 1:
            rule = "Only one cell of the line is filled, so it looks like a note."
            problems.append(fault(line, "", next(filter(None, texts)), rule, "Delete the line, or begin it with #."))
            continue
        row = usual | {name: text or usual.get(name, "") for name, text in zip(header, texts, strict=False)}
        if len(texts) != len(header):
            rule = f"Each row must have {len(header)} cells, one for each column."
            fix = 'Put a cell that contains a comma in double quotes: "a, b".'
            problems.append(fault(line, "", f"{len(texts)} cells", rule, fix))
        elif formula := next((name for name in header if row[name].startswith("=") and len(row[name]) > 2), None):
            rule, fix = (
                "The cell contains a formula instead of the printed value.",
                "Replace it by its result (paste as values).",
            )
            problems.append(fault(line, formula, row[formula], rule, fix))
        else:
            place = dict.fromkeys(PLACE, "") | {name: row.pop(name, "") for name in printed}
            where = f"{place['cell'].rstrip('0123456789')} ({place['head']})"
            column = dict.fromkeys(OF_CELL, where) if place["cell"] else {}
            row |= {f"_without_{name}": "" for name in missing}
            rows.append(row | {"_file": place["file"] or sheet.shown, "_line": place["row"] or str(line)} | column)
    if not rows and not problems and not sheet.of_script:
        problems.append(fault(line, "", "", "The table has a header but no rows.", "Add a row for each figure."))
    return rows, problems


def _header_faults(
    sheet: SheetRows, line: int, header: list[str], fields: Mapping[str, Any], table: str
) -> Iterator[Problem]:
    if sheet.merged:
        rule, shown = (
            "Cells are merged, so it is unclear which rows and columns they belong to.",
            [c.coord for c in sheet.merged],
        )
        fix = f"Unmerge and fill each cell. {BY_SCRIPT}"
        yield Problem(sheet.shown, sheet.merged[0].min_row, "", some(shown, MERGED_CELLS_LISTED), rule, fix)
        return
    known, fault = [name for name in fields if name not in PLACE], partial(Problem, sheet.shown, line)
    listed = f"The columns are: {', '.join(known)}."
    if not set(header) & fields.keys():
        fix = f"{listed} {BY_SCRIPT}"
        lower = next((n for n, texts in sheet.rows[1:] if {"series", "value"} <= {t.casefold() for t in texts}), None)
        if lower:
            fix = f"Line {lower} names them: delete the lines above it."
        elif {name.casefold() for name in header} <= fields.keys():
            fix = "Write their names in lower case."
        rule = f"The first line must name the columns of {table}."
        yield fault("", ", ".join(filter(None, header))[:80], rule, fix)
        return
    from openpyxl.utils import get_column_letter

    required = [name for name, field in fields.items() if field.get("constraints", {}).get("required")]
    missing = [name for name in required if name not in (*header, *OF_FIGURES)]
    for index, name in enumerate(header, 1):
        if name in header[: index - 1] and name:
            yield fault(
                get_column_letter(index), name, "Two columns have the same name.", "Delete or rename one of them."
            )
        elif name not in fields:
            near = closest(name.casefold(), missing or known, 0.5)
            rule = "The table has no column of this name." if name else "A column has no name."
            yield fault(get_column_letter(index), name, rule, f'Did you mean "{near}"? ' * bool(near) + listed)
    for name in missing:
        yield fault(name, "", "A column is missing.", f"Add it: {fields[name].get('description', '')}")
