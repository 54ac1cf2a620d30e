"""Check the form of one table (encoding, columns, types of cells) against `datapackage.json`."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from claimbook.intake import cells, languages, reading
from claimbook.intake.description import column_names, put_back
from claimbook.intake.problems import Faults, Problem, Refused, did_you_mean
from claimbook.say.words import BLANK, closest, named_sign

SHIFTS = frozenset({"extra-cell", "missing-cell"})
TWICE = "Two rows have the same key."
EMPTY_LINE = "There is an empty line between the rows.", "Delete the line."
Lines = Sequence[tuple[int, list[str]]]


def table_faults(name: str, raw: bytes, schema: Mapping[str, Any]) -> list[Problem]:
    """Return the faults that Frictionless finds in a table, in our sentences."""
    return list(_structure(name, raw, json.dumps(schema)))


@lru_cache(maxsize=256)
def _structure(name: str, raw: bytes, described: str) -> tuple[Problem, ...]:
    """Check the structure of a table, with a cache. If the file is not a table, report only that."""
    schema = json.loads(described)
    try:
        rows = _table_rows(name, raw, column_names(schema))
    except Refused as refused:
        return tuple(refused.problems)

    from frictionless import Control, Dialect, Resource, Schema  # takes a tenth of a second to import

    form = Control.from_descriptor({"type": "csv", "delimiter": ",", "skipInitialSpace": False})
    dialect, schema_of = Dialect(controls=[form]), Schema.from_descriptor(schema)
    table = Resource(raw, format="csv", schema=schema_of, dialect=dialect, encoding="utf-8")
    errors: list[Any] = [error for task in table.validate(limit_errors=10_000).tasks for error in task.errors]
    unseen = list(_unseen(name, rows, column_names(schema)))
    reported = {e.row_number for e in errors if e.type in SHIFTS} | {p.row for p in unseen}
    # in a shifted row every cell is wrong: report only the shift
    remaining = [e for e in errors if e.type in SHIFTS or getattr(e, "row_number", None) not in reported]
    return tuple(dict.fromkeys([*unseen, *(_structure_error(name, error, schema) for error in remaining)]))


def _table_rows(name: str, raw: bytes, wanted: list[str]) -> Lines:
    """Return the rows below the header with their lines. Raises Refused for wrong columns or an incomplete file."""
    fix = put_back(name)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        fix = 'Save it as UTF-8 without BOM (Excel: "CSV UTF-8", then remove the BOM).'
        with suppress(Refused):
            fix = f"It reads as {reading.decoded(name, raw)[1]}. {fix}"
        line = raw[: error.start].count(b"\n") + 1
        raise Refused(Problem(name, f"Line {line} is not UTF-8.", fix)) from None
    if text.startswith("\ufeff"):
        rule = "The file begins with a byte order mark, which hides the first column."
        raise Refused(Problem(name, rule, "Save it as UTF-8 without BOM."))
    if not text.strip():
        raise Refused(Problem(name, "The file is empty.", fix))
    lines = reading.csv_rows(name, text)
    if (header := next(lines)[1]) != wanted:
        rule = "The first line must name the columns."
        raise Refused(Problem(name, rule, _header(header, wanted), value=",".join(header)))
    if not (rows := list(lines)):
        raise Refused(Problem(name, "The table has a header but no rows.", fix))
    if not text.endswith(("\n", "\r")) and len(rows[-1][1]) < len(wanted):
        rule, value = "The file ends in the middle of a row.", f"{len(rows[-1][1])} cells"
        raise Refused(Problem(name, rule, fix, text.count("\n") + 1, value=value))
    return rows


def _unseen(name: str, rows: Lines, wanted: list[str]) -> Faults:
    """Yield invisible signs: a name that contains one looks like another name but differs from it."""
    for number, (_, row) in enumerate(rows, 2):
        for column, cell in zip(wanted, row, strict=False):
            if sign := next((sign for sign in cell if not sign.isprintable() or BLANK.match(sign)), ""):
                rule = "The cell contains an invisible character, so it is not what it looks like."
                fix = f"Delete {named_sign(sign)}, or replace it by a plain space."
                yield Problem(name, rule, fix, number, column, cell.replace(sign, named_sign(sign).partition(" ")[0]))


def _header(found: list[str], wanted: list[str]) -> str:
    """Return the edit that fixes the first line."""
    columns = ",".join(wanted)
    if len(found) == 1 and set(found[0]) & set(";\t"):
        return f"Save the file with commas between the cells: {columns}"
    if sorted(found) == sorted(wanted):
        return f"Put the columns in this order: {columns}"
    names = {"missing": [w for w in wanted if w not in found], "unknown": [f for f in found if f not in wanted]}
    parts = (f"{what}: {', '.join(which)}" for what, which in names.items() if which)
    return f"{'; '.join(parts)}. The columns are: {columns}"


def wrong_length(columns: int) -> tuple[str, str]:
    """Return the rule that a row with too few or too many cells breaks, and the fix."""
    rule = f"Each row must have {columns} cells, one for each column."
    return rule, 'Put a cell that contains a comma in double quotes: "a, b".'


def _structure_error(name: str, error: Any, schema: Mapping[str, Any]) -> Problem:
    """Return a fault that Frictionless found, in our words."""
    kind, row = error.type, getattr(error, "row_number", None)
    column, cell = getattr(error, "field_name", "") or "", getattr(error, "cell", "") or ""
    field: Mapping[str, Any] = next((f for f in schema["fields"] if f["name"] == column), {})
    if kind == "blank-row":
        return Problem(name, *EMPTY_LINE, row)
    if kind in SHIFTS:
        return Problem(name, *wrong_length(len(schema["fields"])), row, value=cell)
    if kind == "primary-key":
        key = schema["primaryKey"]
        fix = f"Delete the second row, or change its {' or '.join(key)}."
        return Problem(name, TWICE, fix, row, ", ".join(key))
    rule, fix = "The table cannot be read.", error.message
    if kind == "type-error":
        article = "an" if field["type"] == "integer" else "a"
        rule, fix = f"The cell must contain {article} {field['type']}.", "Correct it, or leave it empty."
    elif kind == "constraint-error":
        rule, fix = _constraint(cell, field.get("description", ""), field.get("constraints", {}))
    return Problem(name, rule, fix, row, column, cell)


def _constraint(cell: str, description: str, limits: Mapping[str, Any]) -> tuple[str, str]:
    """Return the rule that a cell breaks and the fix. `description` is the description of its column."""
    if not cell and limits.get("required"):
        return "The cell is empty.", f"Fill it in: {description}" if description else "Fill it in."
    if "enum" in limits:
        near = languages.printed().bounds.get(cell.strip().casefold()) or closest(cell, limits["enum"], 0.75)
        words = f"Write one of: {' | '.join(word or '(empty)' for word in limits['enum'])}."
        return "The column does not allow this word.", did_you_mean(near, words)
    if "pattern" in limits:
        holds_numbers = re.fullmatch(limits["pattern"], "1.5")
        hint = cells.plain_number_advice(cell) if holds_numbers else None
        fix = f"{hint} " * bool(hint) + f"Form: {description or limits['pattern']}"
        return "The cell does not have the form that the column needs.", fix
    bounds = f"Range: {limits.get('minimum', '-')} to {limits.get('maximum', '-')}."
    return "The number is out of range.", bounds
