"""Turn the rows of a sheet into rows of a table of data/, with the faults in their form."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from openpyxl.utils import get_column_letter

from claimbook.intake.description import column_names
from claimbook.intake.odd_tables import PLACE
from claimbook.intake.problems import Problem
from claimbook.intake.reading import SheetRows
from claimbook.project.csv_tables import Row
from claimbook.say.words import closest, some

OF_CELL = ("_value", "_series", "_unit")  # cells whose place is where the number is printed
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
    if problems and (sheet.merged or any(not p.column or "same name" in p.rule for p in problems)):
        return [], problems  # then nobody knows what the cells are
    fault, rows = partial(Problem, sheet.shown), []
    missing = [p.column for p in problems if p.column in fields]  # for these cells nothing else is reported
    problems += [fault(n, "", "", "There is an empty line between the rows.", "Delete the line.") for n in sheet.blank]
    for line, texts in sheet.rows[1:]:
        if wrong := line_fault(header, texts):
            problems.append(fault(line, *wrong))
            continue
        row = usual | {name: text or usual.get(name, "") for name, text in zip(header, texts, strict=True)}
        place = dict.fromkeys(PLACE, "") | {name: row.pop(name, "") for name in printed}
        where = f"{place['cell'].rstrip('0123456789')} ({place['head']})"
        row |= {f"_without_{name}": "" for name in missing} | (dict.fromkeys(OF_CELL, where) if place["cell"] else {})
        rows.append(row | {"_file": place["file"] or sheet.shown, "_line": place["row"] or str(line)})
    if not rows and not problems and not sheet.of_script:
        problems.append(fault(line, "", "", "The table has a header but no rows.", "Add a row for each figure."))
    return rows, problems


def line_fault(header: Sequence[str], texts: Sequence[str]) -> tuple[str, str, str, str] | None:
    """Return why the cells of a line are no row: column, value, rule and edit. None if they are."""
    if len(header) > FEW and sum(map(bool, texts)) == 1:
        rule = "Only one cell of the line is filled, so it looks like a note."
        return "", next(filter(None, texts)), rule, "Delete the line, or begin it with #."
    if len(texts) != len(header):
        rule = f"Each row must have {len(header)} cells, one for each column."
        return "", f"{len(texts)} cells", rule, 'Put a cell that contains a comma in double quotes: "a, b".'
    for column, text in zip(header, texts, strict=True):
        if text.startswith("=") and len(text) > 2:
            rule = "The cell contains a formula instead of the printed value."
            return column, text, rule, "Replace it by its result (paste as values)."
    return None


def header_faults(
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
