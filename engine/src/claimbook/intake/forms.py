"""The form of a table: each line is a row, and each cell is what `datapackage.json` says of its column."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

from claimbook.intake import cells, languages
from claimbook.intake.problems import Problem, did_you_mean, fault_at, repeated
from claimbook.intake.reading import SheetRows
from claimbook.project.files import Row
from claimbook.say.words import BLANK, closest, named_sign

FEW = 3  # with so few columns, a row may well have only one cell
NUMERIC = {"number": float, "integer": int}
UNSEEN = "The cell contains an invisible character, so it is not what it looks like."
Fault = tuple[str, ...]  # the rule that a cell breaks, the edit that fixes it, and perhaps the cell as it is shown


def column_names(schema: Mapping[str, Any]) -> list[str]:
    """Return the names of a table's columns in order."""
    return [field["name"] for field in schema["fields"]]


def is_numeric(field: Mapping[str, Any]) -> bool:
    """Return whether a column holds numbers."""
    return field["type"] in NUMERIC or bool(re.fullmatch(field.get("constraints", {}).get("pattern", "(?!)"), "1.5"))


def rows_of_sheet(sheet: SheetRows) -> tuple[list[Row], list[Row], list[Problem]]:
    """Return the lines of a table that are rows, the lines that are none, and why. The first line names the columns."""
    problems = [
        Problem(sheet.shown, "There is an empty line between the rows.", "Delete the line.", line)
        for line in sheet.blank
    ]
    header, rows, odd = sheet.rows[0][1], list[Row](), list[Row]()
    for line, texts in sheet.rows[1:]:
        row = dict(zip(header, texts, strict=False)) | {"_file": sheet.shown, "_line": str(line)}
        fault = _line_fault(header, texts)
        problems += [fault_at(row, *fault)] if fault else []
        (odd if fault else rows).append(row)
    return rows, odd, problems


def _line_fault(header: Sequence[str], texts: Sequence[str]) -> tuple[str, str, str, str] | None:
    """Return why the cells of a line are no row: column, rule, edit and value. None if they are."""
    if len(header) > FEW and sum(map(bool, texts)) == 1:
        rule = "Only one cell of the line is filled, so it looks like a note."
        return "", rule, "Delete the line, or begin it with #.", "".join(texts)
    if len(texts) != len(header):
        rule = f"Each row must have {len(header)} cells, one for each column."
        return "", rule, 'Put a cell that contains a comma in double quotes: "a, b".', f"{len(texts)} cells"
    for column, text in zip(header, texts, strict=True):
        if text.startswith("=") and len(text) > 2:
            rule = "The cell contains a formula instead of the printed value."
            return column, rule, "Replace it by its result (paste as values).", text
    return None


def in_form(
    rows: Sequence[Row], schema: Mapping[str, Any], edits: Mapping[str, Callable[[str], str]] | None = None
) -> tuple[list[Row], list[Row], list[Problem]]:
    """Return the rows whose cells have the form of their columns, the others, and the faults.

    `edits` say for some columns what to write instead of a cell without the right form.
    """
    faults_of = {field["name"]: cache(partial(_cell_fault, field)) for field in schema["fields"]}
    sound, faulty, problems = list[Row](), list[Row](), list[Problem]()
    for row in rows:
        found = [(name, fault) for name, fault_of in faults_of.items() if (fault := fault_of(row[name]))]
        found = [(name, fault) for name, fault in found if fault[0] == UNSEEN] or found  # the others may follow from it
        (faulty if found else sound).append(row)
        for name, (rule, fix, *shown) in found:
            if f"_without_{name}" not in row:  # it is asked for elsewhere
                edit = edits[name](row[name]) if edits and name in edits and row[name] else fix
                problems.append(fault_at(row, name, rule, edit, *shown))
    if key := schema.get("primaryKey"):
        fix = f"Delete the second row, or change its {' or '.join(key)}."
        twice = repeated(rows, *key)
        problems += [fault_at(row, ", ".join(key), "Two rows have the same key.", fix, "") for row, _ in twice]
    return sound, faulty, problems


def _cell_fault(field: Mapping[str, Any], cell: str) -> Fault | None:
    """Return the fault of a cell of a column; None if it has none."""
    says, limits, kind = field.get("description", ""), field.get("constraints", {}), field["type"]
    if not cell.isprintable() or BLANK.search(cell):
        hidden = next(sign for sign in cell if not sign.isprintable() or BLANK.match(sign))
        named = named_sign(hidden)
        fix = f"Delete {named}, or replace it by a plain space."
        return UNSEEN, fix, cell.replace(hidden, named.partition(" ")[0])
    if not cell:
        fix = f"Fill it in: {says}" if says else "Fill it in."
        return ("The cell is empty.", fix) if limits.get("required") else None
    number = cells.tried(NUMERIC[kind], cell) if kind in NUMERIC else 0
    if number is None:
        return f"The cell must contain a{'n' * (kind == 'integer')} {kind}.", "Correct it, or leave it empty."
    if cell not in limits.get("enum", [cell]):
        near = languages.printed().bounds.get(cell.strip().casefold()) or closest(cell, limits["enum"], 0.75)
        words = f"Write one of: {' | '.join(word or '(empty)' for word in limits['enum'])}."
        return "The column does not allow this word.", did_you_mean(near, words)
    if "pattern" in limits and not re.fullmatch(limits["pattern"], cell):
        hint = cells.plain_number_advice(cell) if is_numeric(field) else None
        fix = f"{hint} " * bool(hint) + f"Form: {says or limits['pattern']}"
        return "The cell does not have the form that the column needs.", fix
    low, high = limits.get("minimum", number), limits.get("maximum", number)
    if not low <= number <= high:
        return "The number is out of range.", f"Range: {limits.get('minimum', '-')} to {limits.get('maximum', '-')}."
    return None


def with_decimal_points(sheet: SheetRows, columns: Mapping[int, str]) -> tuple[SheetRows, list[Problem]]:
    """Return a sheet with decimal points in some columns, which have names, and faults for columns that are unclear.

    Only in a table with semicolons a comma may be a decimal sign; any other sheet is returned as it is.
    """
    if sheet.separator != ";":
        return sheet, []
    rows, problems = [(line, [*texts]) for line, texts in sheet.rows], []
    for at, name in columns.items():
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
