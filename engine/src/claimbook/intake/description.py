"""`datapackage.json`: the files of data/, their columns, digests, and whether cells have the form of their columns."""

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from claimbook.intake import cells, languages
from claimbook.intake.problems import Faults, Problem, Problems, Refused, Rows, did_you_mean, fault_at, repeated
from claimbook.intake.reading import SheetRows
from claimbook.project.folders import ENGINE, MARKER, Files, as_typed, sha256
from claimbook.project.report import report_settings
from claimbook.project.yaml_files import read_yaml
from claimbook.say.words import BLANK, closest, named_sign

TABLES_SCHEMA = ENGINE / "templates" / "tables.yml"
CSV = {"profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
Described = Mapping[str, Any]  # what datapackage.json says of the data, a table or a column
LEDGER_RESOURCE = {
    "title": "The ledger of claims",
    "format": "yaml",
    "mediatype": "application/yaml",
    "encoding": "utf-8",
}


@cache
def forms() -> Described:
    """Return title, key and columns of each table that the engine reads, by its name."""
    return read_yaml(TABLES_SCHEMA)


def files_of(folder: Path) -> list[str]:
    """Return the files of a data folder that a description lists: the ledger and all tables."""
    found = (path for pattern in ("claims.yml", "*.csv", "figures/*.csv") for path in sorted(folder.glob(pattern)))
    return [path.relative_to(folder).as_posix() for path in found]


def table_of(path: str) -> str:
    """Return the name of the table that a file belongs to. All topics of figures are one."""
    return "figures" if path.startswith("figures/") else Path(path).stem


def resource_of(path: str, content: bytes, before: Described | None = None) -> dict[str, Any]:
    """Return the description of a file of data/.

    `before` is its earlier description or, for new figures, that of others. Optional columns come and go with the
    header. Without `before`, a column that the engine does not know holds any text.
    """
    stem = Path(path).stem
    resource = {"name": stem.replace("_", "-"), "path": path}
    if not path.endswith(".csv"):
        return dict(before or resource | LEDGER_RESOURCE)
    form = forms().get(table_of(path), {"title": stem.replace("_", " ").capitalize()})
    known = form.get("columns", {})
    fields = {name: _field(name, limits) for name, limits in known.items()}
    header = next(csv.reader(content.decode(errors="replace").splitlines()[:1]), [])
    described = fields | {name: _field(name, {}) for name in header if name not in fields}
    if before:
        described = {field["name"]: field for field in before["schema"]["fields"]}
    fields |= described
    needed = [name for name in described if not (header and known.get(name, {}).get("optional"))]
    listed = [fields[name] for name in dict.fromkeys([*header, *needed]) if name in fields]
    if before and before["path"] == path:
        return {**before, "schema": before["schema"] | {"fields": listed}}
    title = {"title": form["title"] if table_of(path) == stem else f"{form['title']}: {stem}"}
    schema = {"fields": listed, "missingValues": [""]} | ({"primaryKey": form["key"]} if "key" in form else {})
    return resource | title | CSV | {"dialect": {"delimiter": ","}, "schema": schema}


def _field(name: str, form: Described) -> dict[str, Any]:
    """Return a column as Table Schema writes it."""
    field = {"name": name, "type": form.get("type", "string")}
    description = {"description": form["says"]} if "says" in form else {}
    limits = {key: value for key, value in form.items() if key not in {"says", "type", "optional"}}
    return field | description | ({"constraints": limits} if limits else {})


# The description --------------------------------------------------------------------------------------------------


PACKAGE = "datapackage.json"
REFRESH = "make check REFRESH=1"


def package_of(folder: Path) -> tuple[dict[str, Any] | None, Problems]:
    """Return the description with only the files that exist, and faults for missing or undescribed files."""
    rule = "This file must describe the tables, because they are read by their description."
    try:
        package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
        date.fromisoformat(package["created"])  # this and the next lines fail if something that we need is missing
        fields = [f for r in package["resources"] if r["path"].endswith(".csv") for f in r["schema"]["fields"]]
        for field in fields:
            re.compile(field.get("constraints", {}).get("pattern", field["name"]))
        if odd := {field["type"] for field in fields} - {"string", "number", "integer"}:
            raise ValueError(f"a column has the type {odd.pop()}, which is not supported")
    except FileNotFoundError:
        fix = f"Restore it (git checkout -- data/{PACKAGE}), or make it: {REFRESH}"
        return None, [Problem(PACKAGE, rule, fix)]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, re.error) as error:
        why = f"{type(error).__name__}: {error}"
        return None, [Problem(PACKAGE, rule, f"Restore it: git checkout -- data/{PACKAGE}", value=why)]
    paths = [resource["path"] for resource in package["resources"]]
    problems = []
    for name in (name for name in paths if not (folder / name).is_file()):
        rule = f"{PACKAGE} lists this file, but it is missing."
        if (folder / name).is_dir():
            rule = "This is a folder, but it should be a file."
        problems.append(Problem(name, rule, put_back(name)))
    rule = f"{PACKAGE} does not list this file, so it is not read."
    problems += [Problem(name, rule, f"Run: {REFRESH}") for name in files_of(folder) if name not in paths]
    package["resources"] = [r for r in package["resources"] if (folder / r["path"]).is_file()]
    return package, problems


def of_folder(problem: Problem, folder: Path) -> Problem:
    """Return a fault whose command names this folder, which may be a copy of data/."""
    if folder.name == "data" and (folder.parent / MARKER).exists():
        return problem
    shown = as_typed(folder)
    fix = problem.fix.replace(REFRESH, f"make check DATA={shown} REFRESH=1")
    return replace(problem, fix=re.sub(r"git checkout -- data/(\S+[^\s,.)])", rf"cp data/\1 {shown}/\1", fix))


def put_back(path: str) -> str:
    """Return the edit that fixes a missing or incomplete file."""
    return f"Restore it (git checkout -- data/{path}), or run {REFRESH} if you removed it on purpose."


def future_begins(package: Described) -> date:
    """Return today, or the day of the description if that is later. Nothing can be published after it."""
    return max(date.today(), date.fromisoformat(package["created"]))


def describe(folder: Path) -> list[str]:
    """Make or update `datapackage.json` from the files in a folder, and return which files changed. Raises Refused.

    A described file that no longer exists is removed from it.
    """
    if not (folder / PACKAGE).exists():
        (folder / PACKAGE).write_text(json.dumps(begun()), encoding="utf-8")
    package, problems = package_of(folder)
    if package is None:
        raise Refused(*problems)
    text, changed = in_step(folder, {})
    (folder / PACKAGE).write_bytes(text)
    return changed


def begun() -> dict[str, Any]:
    """Return a description without files, with the names and licences from report.yml."""
    settings, terms = report_settings(), report_settings().licences
    return {
        "name": f"{settings.slug}-evidence",
        "title": f"Evidence on {settings.subject}: published figures, each with its source",
        "description": "A value keeps the digits and the unit of its source. sources.csv has the terms of each source.",
        "created": date.today().isoformat(),
        "profile": "data-package",
        "licenses": [{"name": terms.compilation, "title": terms.statement, "path": terms.address(terms.compilation)}],
        "resources": [],
    }


def in_step(folder: Path, files: Files) -> tuple[bytes, list[str]]:
    """Return the updated description if `files` (path: content) are replaced, and which files changed."""
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    before = {r["path"]: r for r in package["resources"]}
    there = [path for path in before if (folder / path).exists()]
    topic = next((before[path] for path in there if path.startswith("figures/")), None)
    after = {}
    for path in dict.fromkeys([*there, *files_of(folder), *files]):
        content = files[path] if path in files else (folder / path).read_bytes()
        described = resource_of(path, content, before.get(path, topic if path.startswith("figures/") else None))
        after[path] = described | {"bytes": len(content), "hash": described_digest(content)}
    changed = sorted(path for path in before | after if before.get(path) != after.get(path))
    if changed:
        package["created"] = max(package["created"], date.today().isoformat())
    package["title"] = begun()["title"]
    text = json.dumps(package | {"resources": [*after.values()]}, ensure_ascii=False, indent=2) + "\n"
    return text.encode(), changed


def out_of_step(folder: Path, package: Described) -> Faults:
    """Yield a warning for each file that changed since it was described."""
    for resource in package["resources"]:
        if resource.get("hash") != described_digest((folder / resource["path"]).read_bytes()):
            rule = f"This file has changed since {PACKAGE} recorded its digest."
            fix = f"If you meant to change it, run: {REFRESH}"
            yield Problem(resource["path"], rule, fix, severity="warning")


def schemas(package: Described) -> dict[str, Any]:
    """Return the schemas by the name of their table. All topics of figures share one. A report may lack units.csv."""
    units = resource_of("units.csv", ",".join(forms()["units"]["columns"]).encode())
    return {table_of(r["path"]): r["schema"] for r in (units, *package["resources"]) if "schema" in r}


def described_digest(content: bytes) -> str:
    """Return the digest of a file as the description writes it."""
    return f"sha256:{sha256(content)}"


# the form of a table: each line is a row, and each cell is what the description says of its column ------------------


FEW = 3  # with so few columns, a row may well have only one cell
NUMERIC = {"number": float, "integer": int}
UNSEEN = "The cell contains an invisible character, so it is not what it looks like."
Fault = tuple[str, ...]  # the rule that a cell breaks, the edit that fixes it, and perhaps the cell as it is shown


def column_names(schema: Described) -> list[str]:
    """Return the names of a table's columns in order."""
    return [field["name"] for field in schema["fields"]]


def is_numeric(field: Described) -> bool:
    """Return whether a column holds numbers."""
    return field["type"] in NUMERIC or bool(re.fullmatch(field.get("constraints", {}).get("pattern", "(?!)"), "1.5"))


def rows_of_sheet(sheet: SheetRows) -> tuple[Rows, Rows, Problems]:
    """Return the lines of a table that are rows, the lines that are none, and why. The first line names the columns."""
    problems = [
        Problem(sheet.shown, "There is an empty line between the rows.", "Delete the line.", line)
        for line in sheet.blank
    ]
    header, rows, odd = sheet.rows[0][1], Rows(), Rows()
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
        if text.startswith("=") and text.strip("=<>"):
            rule = "The cell contains a formula instead of the printed value."
            return column, rule, "Replace it by its result (paste as values).", text
    return None


def in_form(
    rows: Rows, schema: Described, for_series: Callable[[str], str] | None = None
) -> tuple[Rows, Rows, Problems]:
    """Return the rows whose cells have the form of their columns, the others, and the faults.

    `for_series` says what to write instead of a series without the right form.
    """
    faults_of = {field["name"]: cache(partial(_cell_fault, field)) for field in schema["fields"]}
    sound, faulty, problems = Rows(), Rows(), Problems()
    for row in rows:
        found = [(name, fault) for name, fault_of in faults_of.items() if (fault := fault_of(row[name]))]
        found = [(name, fault) for name, fault in found if fault[0] == UNSEEN] or found  # the others may follow from it
        (faulty if found else sound).append(row)
        for name, (rule, fix, *shown) in found:
            if f"_without_{name}" not in row:  # it is asked for elsewhere
                edit = for_series(row[name]) if for_series and name == "series" and row[name] else fix
                problems.append(fault_at(row, name, rule, edit, *shown))
    if key := schema.get("primaryKey"):
        fix = f"Delete the second row, or change its {' or '.join(key)}."
        twice = repeated(rows, *key)
        problems += [fault_at(row, ", ".join(key), "Two rows have the same key.", fix, "") for row, _ in twice]
    return sound, faulty, problems


def _cell_fault(field: Described, cell: str) -> Fault | None:
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


def with_decimal_points(sheet: SheetRows, columns: Mapping[int, str]) -> tuple[SheetRows, Problems]:
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
