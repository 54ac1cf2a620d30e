"""The form of one table (its encoding, columns and kinds of cells), read by Frictionless from `datapackage.json`."""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from torch_program.intake import cells, reading
from torch_program.intake.description import columns, put_back
from torch_program.intake.problems import Problem, Refused, Told
from torch_program.words import closest

SHIFTS = frozenset({"extra-cell", "missing-cell"})
LONGEST = 2**17  # signs of a cell that Python reads
TWICE = "A key occurs once only."


def structure(folder: Path, resource: dict[str, Any]) -> list[Problem]:
    """What Frictionless finds in one table, in our sentences; a table that it has read before is not read again."""
    name = resource["path"]
    if not name.endswith(".csv"):
        return []
    if (size := (folder / name).stat().st_size) > reading.MOST_BYTES:
        rule = f"The file has {size / 2**20:,.0f} MB; a table has {reading.MOST_BYTES // 2**20} MB at most."
        fix = "It is not read. Is it the right file? If so, keep the rows that a notebook uses, or split it by topic."
        return [Problem(name, None, "", "", rule, fix)]
    raw = (folder / name).read_bytes()
    content = hashlib.sha256(raw).hexdigest(), name, json.dumps(resource["schema"])
    if content not in _STRUCTURE:
        _STRUCTURE[content] = tuple(dict.fromkeys(_structure(folder, resource, raw)))
    return list(_STRUCTURE[content])


_STRUCTURE: dict[tuple[str, str, str], tuple[Problem, ...]] = {}  # by digest, name and schema of a table


def _structure(folder: Path, resource: dict[str, Any], raw: bytes) -> Told:
    """The same, read now; a file that is not text at all is told at once."""
    name = resource["path"]
    if raw.startswith(b"\xef\xbb\xbf"):
        yield Problem(name, None, "", "", "A byte order mark hides the first column.", "Save as UTF-8 without BOM.")
        return
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fix = 'Save the file in the encoding UTF-8 (in Excel: as "CSV UTF-8", then without BOM).'
        with suppress(Refused):
            fix = f"It reads as {reading.decoded(name, raw)[1]}. {fix}"
        yield Problem(name, None, "", "", f"Line {line} is not UTF-8.", fix)
        return
    if not raw.strip():
        yield Problem(name, None, "", "", "The file is empty.", put_back(name))
        return

    wanted = columns(resource["schema"])
    found = next(csv.reader(io.StringIO(text, newline="")), [])
    if found != wanted:
        yield Problem(name, None, "", ",".join(found), "The first line must name the columns.", _header(found, wanted))
        return
    if fault := _broken(name, text, len(wanted)):
        yield fault
        return
    unseen = list(_unseen(name, text, wanted))
    yield from unseen
    del text  # of a large file, what follows needs the room

    from frictionless import Control, Dialect, Resource, Schema  # a second to import

    table = Resource(
        path=name,
        basepath=str(folder),
        schema=Schema.from_descriptor(resource["schema"]),
        dialect=Dialect(
            controls=[Control.from_descriptor({"type": "csv", "delimiter": ",", "skipInitialSpace": False})]
        ),
        encoding="utf-8",
    )
    errors: list[Any] = [e for task in table.validate(limit_errors=10_000).tasks for e in task.errors]
    told = {e.row_number for e in errors if e.type in SHIFTS} | {p.row for p in unseen}
    for fault in errors:  # in a shifted row every cell is wrong: the shift alone is told
        if fault.type in SHIFTS or getattr(fault, "row_number", None) not in told:
            yield _sentence(name, fault, resource["schema"])


def _broken(name: str, text: str, columns: int) -> Problem | None:
    """A file without rows, with a quote left open, or whose end is missing: one fault, not one for each cell."""
    reader, rows, width, line = csv.reader(io.StringIO(text, newline=""), strict=True), 0, 0, 0
    csv.field_size_limit(LONGEST)  # as notebooks have it; Frictionless lifts it for all that reads in its process
    try:
        for cells in reader:
            rows, width, line = rows + 1, len(cells), reader.line_num
    except csv.Error as error:
        if "field limit" in str(error):
            fix = "Is a double quote left open? Otherwise shorten it."
            return Problem(name, None, "", "", f"A cell of line {line + 1} has more than {LONGEST:,} signs.", fix)
        rule, fix = "A double quote is opened here or below and not closed, or stands within a cell.", "Close it."
        return Problem(name, line + 1, "", "", rule, f'{fix} A quote that is meant is "" in a quoted cell.')
    if rows == 1:
        return Problem(name, None, "", "", "The table has a header and no rows.", put_back(name))
    if not text.endswith(("\n", "\r")) and width < columns:
        rule = "The file ends in the middle of a row: its end is missing."
        return Problem(name, text.count("\n") + 1, "", f"{width} cells", rule, put_back(name))
    return None


def _unseen(name: str, text: str, wanted: list[str]) -> Told:
    """Signs that draw nothing or a blank like any other: a name with one looks like another name and is none."""
    for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
        for column, cell in zip(wanted, row, strict=False):
            if not cell.isprintable():
                sign = next(sign for sign in cell if not sign.isprintable())
                code, called = f"<U+{ord(sign):04X}>", unicodedata.name(sign, "a control character").lower()
                rule = "A cell holds no sign that nobody sees: it would not be what it looks like."
                fix = f"Delete {code} ({called}), or write a plain blank in its place."
                yield Problem(name, number, column, cell.replace(sign, code), rule, fix)


def _header(found: list[str], wanted: list[str]) -> str:
    """The edit that makes the first line right."""
    if len(found) == 1 and set(found[0]) & set(";\t"):
        return f"Save the file with commas between the cells: {','.join(wanted)}"
    if sorted(found) == sorted(wanted):
        return f"Bring the columns into this order: {','.join(wanted)}"
    missing, odd = [w for w in wanted if w not in found], [f for f in found if f not in wanted]
    said = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"unknown: {', '.join(odd)}"] * bool(odd)
    return f"{'; '.join(said)}. The columns are: {','.join(wanted)}"


def _sentence(name: str, error: Any, schema: Mapping[str, Any]) -> Problem:
    """A fault that Frictionless found, in our words."""
    kind, row = error.type, getattr(error, "row_number", None)
    column, cell = getattr(error, "field_name", "") or "", getattr(error, "cell", "") or ""
    if kind == "blank-row":
        return Problem(name, row, "", "", "An empty line stands between the rows.", "Delete the line.")
    if kind in SHIFTS:
        rule = f"A row has {len(schema['fields'])} cells, one for each column."
        return Problem(name, row, "", cell, rule, 'Put a cell that holds a comma in double quotes: "a, b".')
    if kind == "type-error":
        field = _field(schema, column)
        return Problem(name, row, column, cell, f"The column holds a {field['type']}.", "Write one, or leave it out.")
    if kind == "constraint-error":
        return _constraint(name, row, column, cell, _field(schema, column))
    if kind == "primary-key":
        key = schema["primaryKey"]
        fix = f"Delete the second row, or give it another {' or '.join(key)}."
        return Problem(name, row, ", ".join(key), "", TWICE, fix)
    return Problem(name, row, column, cell, "The table cannot be read.", error.message)


def _field(schema: Mapping[str, Any], column: str) -> Mapping[str, Any]:
    return next((f for f in schema["fields"] if f["name"] == column), {"type": "string"})


def _constraint(name: str, row: int | None, column: str, cell: str, field: Mapping[str, Any]) -> Problem:
    limits = field.get("constraints", {})
    if not cell and limits.get("required"):
        said = field.get("description", "")
        return Problem(
            name, row, column, "", "The cell must not be empty.", f"Fill it in: {said}" if said else "Fill it in."
        )
    if "enum" in limits:
        words = " | ".join(w or "(empty)" for w in limits["enum"])
        near = cells.bound(cell) or closest(cell, limits["enum"], 0.75)
        fix = f'Did you mean "{near}"? ' * bool(near) + f"Write one of: {words}."
        return Problem(name, row, column, cell, "Only the declared words are allowed here.", fix)
    if "pattern" in limits:
        said = field.get("description", limits["pattern"])
        hint = cells.number(cell) if re.fullmatch(limits["pattern"], "1.5") else None  # the column holds numbers
        fix = f"{hint} " * bool(hint) + f"Form: {said}"
        return Problem(name, row, column, cell, "The cell has another form than the column asks for.", fix)
    bounds = f"{limits.get('minimum', '-')} to {limits.get('maximum', '-')}"
    return Problem(name, row, column, cell, "The number lies outside the possible range.", f"Range: {bounds}.")
