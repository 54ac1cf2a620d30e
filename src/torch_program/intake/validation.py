"""Is `data/` sound? Every fault at once, as a sentence that says where, what, why, and the edit that mends it.

The structure (files, columns, kinds of cells, vocabularies) is read by Frictionless from `datapackage.json`; the rules
of the evidence (references, conflicts, sums, dates) are ours. A faulty file or row is named once and left out of the
rules behind, so that one slip does not come back as ten.
"""

import csv
import hashlib
import io
import json
import math
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from torch_program import project
from torch_program.intake import cells, ledger, reading
from torch_program.intake.problems import Problem, nearest
from torch_program.intervals import COUNTED, Interval, printed_interval
from torch_program.periods import FORMS, Period, latest_day, parse
from torch_program.vintages import REVISED, line
from torch_program.words import closest

PACKAGE = "datapackage.json"
REFRESH = "make check REFRESH=1"
WHOLE = frozenset({"China", "All zones"})  # entities that stand for the country
EARLIEST = 1949  # no figure of the report can be older
SHIFTS = frozenset({"extra-cell", "missing-cell"})
TWICE = "A key occurs once only."
YEARS_APART = 3  # values further apart are no measure for each other
SLIP = 10  # times its neighbours, from which a stored value is taken for a slip; new ones are held to `JUMP`
POWERS = (1, 2, 3, 4, 6, 8)  # of ten: between the units in use, and between a share and per cent
AS_PRINTED = "as printed"  # in a note: the value has been compared with the source
UNDECLARED = "Sources that contradict each other both stay, but must be declared a conflict."
SHOWN = 10  # places listed under one rule before "and n more"

REGIONS = {  # the four regions of the National Bureau of Statistics
    "East": "Beijing Tianjin Hebei Shanghai Jiangsu Zhejiang Fujian Shandong Guangdong Hainan".split(),
    "Central": "Shanxi Anhui Jiangxi Henan Hubei Hunan".split(),
    "West": [*"Guangxi Chongqing Sichuan Guizhou Yunnan Tibet Shaanxi Gansu Qinghai Ningxia Xinjiang".split()]
    + ["Inner Mongolia"],
    "Northeast": "Liaoning Jilin Heilongjiang".split(),
}
REGION_OF = {province: region for region, provinces in REGIONS.items() for province in provinces}


@dataclass(frozen=True)
class Sum:
    """How far the 31 provinces may lie from a national figure, in per cent of it."""

    provinces: str  # series of the provinces
    national: str  # series of the national figure: the same, or another one
    low: float
    high: float
    why: str


ROUNDING = "the rows are rounded"
OUTSIDE = "the row for China includes holders in Hong Kong, Macao and Taiwan"
ABROAD = "contracts with partners abroad or not assigned to a province are in the row for China only"
SUMS = (
    *(
        Sum(series, series, -0.01, 0.01, ROUNDING)
        for series in (
            "rd_expenditure",
            "rd_funds_total",
            "rd_funds_government",
            "rd_funds_enterprise",
            "rd_basic_research_expenditure",
            "rd_personnel_fte",
            "hightech_manufacturing_enterprises",
            "hightech_manufacturing_revenue",
            "hightech_manufacturing_rd_expenditure",
            "local_fiscal_sci_tech_expenditure",
        )
    ),
    Sum("sci_papers", "sci_papers", -0.05, 0.05, ROUNDING),
    Sum("state_key_labs_academic", "state_key_labs_academic", 0, 0, "laboratories are counted one by one"),
    Sum("state_key_labs_enterprise", "state_key_labs_enterprise", 0, 0, "laboratories are counted one by one"),
    Sum("state_key_labs_province_ministry", "state_key_labs_province_ministry", 0, 0, "counted one by one"),
    Sum("invention_patents_in_force", "invention_patents_in_force", -11, 0, OUTSIDE),
    Sum("invention_patents_granted", "invention_patents_granted", -8, 0, OUTSIDE),
    Sum("invention_patent_applications", "invention_patent_applications", -4, 0, OUTSIDE),
    Sum("tech_contract_value_output", "tech_contract_value_output", -9.3, 0.01, ABROAD),
    Sum("tech_contract_value_absorbed", "tech_contract_value_absorbed", -22.5, 0.01, ABROAD),
    Sum("gdp", "gdp_current", -2.5, 1.0, "provinces and nation compile GDP separately"),
    Sum("rd_expenditure", "rd_expenditure_sum31", -0.02, 0.02, ROUNDING),
    Sum("rd_personnel_fte", "rd_personnel_fte_sum31", -0.02, 0.02, ROUNDING),
    Sum("tech_contract_value_output", "tech_contract_value_sum31", -0.02, 0.02, ROUNDING),
)


Row = dict[str, str]  # cells by column, and "_file" and "_line"
Told = Iterator[Problem]


@dataclass(frozen=True)
class Data:
    """The tables of `data/` as text, without the files and rows that the structure already found wrong."""

    sources: list[Row]
    series: dict[str, Row]
    units: dict[tuple[str, str], float]
    figures: list[Row]
    zones: list[Row]
    prefectures: list[Row]
    timeline: list[Row]
    search_log: list[Row]
    not_seen: list[Row]
    changes: list[Row]  # of tests and of labels
    unread: list[Row]  # rows of figures and zones that the structure found wrong
    declared: dict[str, set[str]]  # what a file declares in its first column, faulty rows too; unreadable files lack
    ledger: str  # claims.yml as text: a source may be used there
    today: date

    @cached_property
    def source_of(self) -> dict[str, Row]:
        return {row["source_id"]: row for row in self.sources}

    def source_of_row(self, row: Row) -> Row | None:
        return self.source_of.get(row["source_id"])

    def period(self, row: Row) -> Period | None:
        return _parsed(row["period"])

    def interval(self, row: Row) -> Interval | None:
        """Range of a figure in its series' canonical unit; None where unit, value or series are unknown."""
        series = self.series.get(row["series"])
        if series is None or not is_number(row["value"]) or row["rounding"] and not is_number(row["rounding"]):
            return None
        factor = 1.0 if row["unit"] == series["unit"] else self.units.get((row["unit"], series["unit"]))
        if factor is None:
            return None
        return printed_interval(row["value"], row["unit"], row["bound"], row["rounding"]).scaled(factor)


def check(folder: Path, today: date | None = None) -> list[Problem]:
    """All faults of a `data/` folder (or of the project that holds one), the most basic first.

    `today` is where the future begins: by default the day of the clock, or of the description where that is later.
    """
    folder = data_folder(Path(folder))
    package, problems = package_of(folder)
    if package is None:
        return problems
    faulty: dict[str, set[int] | None] = {}  # lines not to be read further, None: the whole file
    for resource in package["resources"]:
        found = structure(folder, resource)
        problems += found
        lines = {p.row for p in found if p.rule != TWICE}  # a row that comes twice can be read
        faulty[resource["path"]] = None if None in lines else {line for line in lines if line}
    data = read(folder, faulty, today or future_begins(package))
    problems += ledger.structure(folder).problems
    for rule in RULES:
        problems += rule(data)
    if not problems:
        problems += unused(data)  # what nothing uses is known only when all can be read
    return [_of_folder(problem, folder) for problem in (*problems, *_out_of_step(folder, package))]


def _of_folder(problem: Problem, folder: Path) -> Problem:
    """A fault whose command is meant for this folder, which may be another copy of data/."""
    if folder.name == "data" and (folder.parent / project.MARKER).exists():
        return problem
    shown = os.path.relpath(folder)
    shown = str(folder) if shown.startswith("..") else shown
    fix = problem.fix.replace(REFRESH, f"make check DATA={shown} REFRESH=1")
    return replace(problem, fix=re.sub(r"git checkout -- data/(\S+[^\s,.)])", rf"cp data/\1 {shown}/\1", fix))


def describe(folder: Path) -> list[str]:
    """Bring `datapackage.json` in step: digests, sizes, a resource for each topic; returns what changed."""
    folder = data_folder(Path(folder))
    path = folder / PACKAGE
    package = json.loads(path.read_text(encoding="utf-8"))
    before = {r["path"]: (r.get("hash"), r.get("bytes")) for r in package["resources"]}
    pattern = next(r for r in package["resources"] if r["path"].startswith("figures/"))
    topics = {f"figures/{p.name}" for p in (folder / "figures").glob("*.csv")}
    kept = [r for r in package["resources"] if (folder / r["path"]).exists()]
    for topic in sorted(topics - {r["path"] for r in kept}):
        stem = Path(topic).stem
        kept.append(pattern | {"name": stem.replace("_", "-"), "path": topic, "title": f"Figures: {stem}"})
    package["resources"] = [
        r | {"bytes": (folder / r["path"]).stat().st_size, "hash": _digest(folder / r["path"])} for r in kept
    ]
    after = {r["path"]: (r["hash"], r["bytes"]) for r in package["resources"]}
    changed = sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
    if changed:
        package["created"] = max(package["created"], date.today().isoformat())
    path.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return changed


def render(problems: Iterable[Problem]) -> str:
    """The faults as text for a terminal: one heading a rule, its places below, the most basic first."""
    problems = list(problems)
    if not problems:
        return "The data pass every check."
    groups: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        groups[problem.severity, problem.rule].append(problem)
    lines = []
    for (severity, rule), found in sorted(groups.items(), key=lambda group: group[0][0] != "error"):
        lines.append(f"{severity.upper()}: {rule}")
        for problem in found[:SHOWN]:
            lines.append(f"  {problem.place}{problem.shown}")
            lines.append(f"    {problem.fix}")
        if len(found) > SHOWN:
            lines.append(f"  and {len(found) - SHOWN} more of this kind")
        lines.append("")
    count = {s: sum(p.severity == s for p in problems) for s in ("error", "warning")}
    said = " and ".join(f"{n} {s}{'' if n == 1 else 's'}" for s, n in count.items() if n)
    files = len({p.file for p in problems})
    return "\n".join([*lines, f"{said} in {files} file{'' if files == 1 else 's'}."])


# Structure ------------------------------------------------------------------------------------------------------


def data_folder(folder: Path) -> Path:
    return folder if (folder / PACKAGE).exists() or not (folder / "data").is_dir() else folder / "data"


def package_of(folder: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    path = folder / PACKAGE
    rule = "The files are described there, and are read by that description."
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        fix = f"Put it back: git checkout -- data/{PACKAGE}"
        return None, [_of_folder(Problem(PACKAGE, None, "", "", rule, fix), folder)]
    except ValueError as error:
        return None, [Problem(PACKAGE, None, "", str(error), rule, "Mend the JSON at that place.")]
    described = {r["path"] for r in package["resources"]}
    kinds = {True: "A folder stands where a file should be.", False: "A file that the description names is not there."}
    missing = [
        _of_folder(Problem(r["path"], None, "", "", kinds[path.is_dir()], _put_back(r["path"])), folder)
        for r in package["resources"]
        if not (path := folder / r["path"]).is_file()
    ]
    package["resources"] = [r for r in package["resources"] if (folder / r["path"]).is_file()]
    unknown = [
        Problem(f"figures/{p.name}", None, "", "", "A topic must be described before it is read.", f"Run: {REFRESH}")
        for p in sorted((folder / "figures").glob("*.csv"))
        if f"figures/{p.name}" not in described
    ]
    return package, missing + unknown


def _put_back(path: str) -> str:
    return f"Put it back (git checkout -- data/{path}), or take its resource out of {PACKAGE}."


def structure(folder: Path, resource: dict[str, Any]) -> list[Problem]:
    """What Frictionless finds in one table, in our sentences; a table that it has read before is not read again."""
    name = resource["path"]
    if not name.endswith(".csv"):
        return []
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
        with suppress(reading.Unreadable):
            fix = f"It reads as {reading.decoded(name, raw)[1]}. {fix}"
        yield Problem(name, None, "", "", f"Line {line} is not UTF-8.", fix)
        return
    if not raw.strip():
        yield Problem(name, None, "", "", "The file is empty.", _put_back(name))
        return

    wanted = [field["name"] for field in resource["schema"]["fields"]]
    found = next(csv.reader(io.StringIO(text, newline="")), [])
    if found != wanted:
        yield Problem(name, None, "", ",".join(found), "The first line must name the columns.", _header(found, wanted))
        return
    if fault := _broken(name, text, len(wanted)):
        yield fault
        return
    del text  # of a large file, what follows needs the room

    Control, Dialect, Resource, Schema = _frictionless()
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
    shifted = {e.row_number for e in errors if e.type in SHIFTS}
    for fault in errors:  # in a shifted row every cell is wrong: the shift alone is told
        if fault.type in SHIFTS or getattr(fault, "row_number", None) not in shifted:
            yield _sentence(name, fault, resource["schema"])


def _frictionless() -> tuple[Any, ...]:
    """Control, Dialect, Resource and Schema, without the grammars of internationalised addresses.

    jsonschema builds 38 of them when it is imported, for formats that no description of data has: half of a check.
    """
    with _unavailable("rfc3987_syntax"):
        import jsonschema  # noqa: F401
        from frictionless import Control, Dialect, Resource, Schema
    return Control, Dialect, Resource, Schema


@contextmanager
def _unavailable(name: str) -> Iterator[None]:
    """A module that others may do without cannot be imported within."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python is told that there is none
    try:
        yield
    finally:
        del sys.modules[name]


def _broken(name: str, text: str, columns: int) -> Problem | None:
    """A file without rows, with a quote left open, or whose end is missing: one fault, not one for each cell."""
    reader, rows, width = csv.reader(io.StringIO(text, newline=""), strict=True), 0, 0
    try:
        for cells in reader:
            rows, width = rows + 1, len(cells)
    except csv.Error:
        rule, fix = "A double quote is opened here or below and not closed, or stands within a cell.", "Close it."
        return Problem(
            name, _last_whole(text) + 1, "", "", rule, f'{fix} A quote that is meant is "" in a quoted cell.'
        )
    if rows == 1:
        return Problem(name, None, "", "", "The table has a header and no rows.", _put_back(name))
    if not text.endswith(("\n", "\r")) and width < columns:
        rule = "The file ends in the middle of a row: its end is missing."
        return Problem(name, text.count("\n") + 1, "", f"{width} cells", rule, _put_back(name))
    return None


def _last_whole(text: str) -> int:
    """Line of the last row before one that cannot be read."""
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 0
    with suppress(csv.Error):
        for _ in reader:
            line = reader.line_num
    return line


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


def future_begins(package: Mapping[str, Any]) -> date:
    """The day of the clock, or of the description where that is later."""
    return max(date.today(), date.fromisoformat(package["created"]))


def read(folder: Path, faulty: Mapping[str, set[int] | None], today: date) -> Data:
    """The tables without what is faulty: lines by file, or None where the whole file is."""

    def table(name: str) -> Iterable[Row]:
        readable = faulty.get(name) is not None
        return rows_of(folder / name, name) if readable else ()

    def rows(name: str, wrong: bool = False) -> list[Row]:
        lines = faulty.get(name) or set()
        return [row for row in table(name) if (int(row["_line"]) in lines) == wrong]

    topics = sorted(name for name in faulty if name.startswith("figures/"))
    claims = folder / ledger.FILE
    return Data(
        sources=rows("sources.csv"),
        series={row["series"]: row for row in rows("series.csv")},
        units={(r["unit"], r["canonical"]): float(r["factor"]) for r in rows("units.csv")},
        figures=[row for topic in topics for row in rows(topic)],
        zones=rows("zones.csv"),
        prefectures=rows("prefectures.csv"),
        timeline=rows("timeline.csv"),
        search_log=rows("search_log.csv"),
        not_seen=rows("not_seen.csv"),
        changes=[*rows("changes_of_tests.csv"), *rows("changes_of_labels.csv")],
        unread=[row for name in (*topics, "zones.csv") for row in rows(name, wrong=True)],
        declared={
            name: {next(iter(row.values())) for row in table(name)}
            for name in ("sources.csv", "series.csv", "units.csv", "prefectures.csv")
            if faulty.get(name) is not None
        },
        ledger=claims.read_text(encoding="utf-8", errors="replace") if claims.is_file() else "",
        today=today,
    )


def rows_of(path: Path, name: str) -> Iterator[Row]:
    """Rows with the line on which each begins, the header being line 1."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header, line = next(reader), 2
        for texts in reader:
            yield dict(zip(header, texts, strict=False)) | {"_file": name, "_line": str(line)}
            line = reader.line_num + 1


# Rules ----------------------------------------------------------------------------------------------------------


def at(row: Row, column: str, rule: str, fix: str, value: str | None = None) -> Problem:
    """A fault in one cell of a row; a row cut out of a wide table says as `_<column>` where that cell stands there."""
    shown = row.get(column, "") if value is None else value
    return Problem(row["_file"], int(row["_line"]), row.get(f"_{column}", column), shown, rule, fix)


def line_of(row: Row) -> str:
    """Where a row stands, to be named in the fault of another."""
    return f"line {row['_line']} of {row['_file']}"


def known_names(data: Data) -> Told:
    """Series, units and sources are declared before they are used."""
    sources, series = data.declared.get("sources.csv"), data.declared.get("series.csv")
    units = {unit for pair in data.units for unit in pair} | {row["unit"] for row in data.series.values()}
    for row in data.figures:
        if series is not None and row["series"] not in series:
            rule = "A series must be defined in series.csv before figures use it."
            yield at(row, "series", rule, nearest(row["series"], series, "add its definition to series.csv"))
        if sources is not None and row["source_id"] not in sources:
            rule = "A source must be listed in sources.csv before figures use it."
            yield at(row, "source_id", rule, nearest(row["source_id"], sources, "add its row to sources.csv"))
        about = data.series.get(row["series"])
        if about is None or "units.csv" not in data.declared:
            continue
        if row["unit"] not in units | data.declared["units.csv"]:
            rule = "A unit must be declared in units.csv, or be the unit of a series."
            turned = (unit for unit in sorted(units) if sorted(unit.split()) == sorted(row["unit"].split()))
            named = next((unit for unit in (cells.unit(row["unit"]), *turned) if unit in units), row["unit"])
            yield at(row, "unit", rule, nearest(named, units, "add its conversion to units.csv"))
        elif row["unit"] != about["unit"] and (row["unit"], about["unit"]) not in data.units:
            rule = "A value is converted by the declared table only, never by guess."
            fix = f'Give the value in {about["unit"]}, or add "{row["unit"]},{about["unit"]},<factor>" to units.csv.'
            yield at(row, "unit", rule, fix)
    for row, column, named in citations(data):
        if sources is not None and named not in sources:
            rule = "A source must be listed in sources.csv before it is cited."
            yield at(row, column, rule, nearest(named, sources, "add its row to sources.csv"), named)


def citations(data: Data) -> Iterator[tuple[Row, str, str]]:
    """Row, column and id of every source that a table other than the figures names."""
    for row in (*data.zones, *data.prefectures, *data.timeline):
        for column in ("source_id", "ended_source_id"):
            yield from ((row, column, named) for named in row.get(column, "").split(";") if named)


def dates(data: Data) -> Told:
    """Periods and dates can be read, and lie in the past."""
    for row in data.figures:
        period = data.period(row)
        if period is None:
            hint = cells.period(row["period"])
            fix = f"{hint} Forms: {FORMS}." if hint else _why(parse, row["period"])
            yield at(row, "period", "A period must be one of the declared forms.", fix)
        elif period.year < EARLIEST:
            yield at(row, "period", f"No figure of this report is older than {EARLIEST}.", "Correct the period.")
        elif (period.first_day if _mode(data, row) in {"stock", ""} else period.last_day) > data.today:
            yield at(row, "period", "A published figure cannot be of the future.", "Correct the period.")
    for row in (*data.sources, *data.timeline, *data.search_log):
        column = "published" if "published" in row else "date"
        if (day := tried(latest_day, row[column])) is None:
            yield at(row, column, "A date is a year, a month or a day.", _why(latest_day, row[column]))
        elif day.replace(month=1, day=1) > data.today if len(row[column]) == 4 else day.replace(day=1) > data.today:
            yield at(row, column, "What is recorded cannot lie in the future.", "Correct the date.")
    for row in data.timeline:
        yield from _end(row, data.today)


def _end(row: Row, today: date) -> Told:
    """The end of an event comes after its beginning, lies in the past, and has a source of its own."""
    if not row["ended"] and not row["ended_source_id"]:
        return
    if not (row["ended"] and row["ended_source_id"]):
        empty = "ended" if row["ended_source_id"] else "ended_source_id"
        fix = "Fill in both, ended and ended_source_id, or neither."
        yield at(row, empty, "An end is a date and the source that says so.", fix)
    elif (day := tried(latest_day, row["ended"])) is None:
        yield at(row, "ended", "A date is a year, a month or a day.", _why(latest_day, row["ended"]))
    elif (began := tried(parse, row["date"])) and day < began.first_day:
        yield at(row, "ended", "Nothing ends before it began.", f"It began {row['date']}: correct one of the dates.")
    elif day > today:
        fix = "Leave ended empty, and say in the event until when it is meant to hold."
        yield at(row, "ended", "What has not ended yet has no end.", fix)


def whole_and_part(data: Data) -> Told:
    """A flow over a part of the year says so; nothing final is older than its period."""
    for row in data.figures:
        period, source = data.period(row), data.source_of_row(row)
        if period is None or row["series"] not in data.series:
            continue
        flow = _mode(data, row) not in {"stock", ""}
        if flow and not period.complete and period.first_day.year == period.year and row["status"] != "partial":
            rule = "A flow over a part of a year would pass for a full year."
            day = f"{row['period']} is a day; of the whole year write {period.year}. "
            fix = 'Write "partial" in the column status, or correct the period.'
            yield at(row, "status", rule, day * (period.first_day == period.last_day) + fix)
        if flow and period.complete and row["status"] == "partial":
            yield at(row, "status", "A full year is not partial.", "Leave the status empty, or correct the period.")
        told = period.last_day if flow else period.first_day
        printed = tried(latest_day, source["published"]) if source else None
        if source and printed and told > printed and row["status"] != "preliminary":
            rule = "A final figure is published after its period is over."
            fix = f'Published {source["published"]}: correct one of the dates, or write "preliminary" as status.'
            yield at(row, "period", rule, fix)


def values(data: Data) -> Told:
    """Counts are whole, shares lie between 0 and 100, a rounding is a width."""
    for row in data.figures:
        if not is_number(row["value"]):
            continue  # told by the structure
        value, series = float(row["value"]), data.series.get(row["series"])
        if row["unit"] in COUNTED - {"person-years"} and (value < 0 or not value.is_integer()):
            yield at(row, "value", "A count is a whole number, not below zero.", "Correct the value or the unit.")
        if series and not _possible(series, value):
            yield at(
                row, "value", "A share lies between 0 and 100 per cent.", "Correct the value, or the series' dimension."
            )
        if row["rounding"] and not (is_number(row["rounding"]) and float(row["rounding"]) > 0):
            yield at(
                row,
                "rounding",
                "A rounding is the width of the last certain digit.",
                "Write a number above 0, or nothing.",
            )


def _possible(series: Row, value: float) -> bool:
    return 0 <= value <= 100 or not series["dimension"].startswith("share of ")


def entities(data: Data) -> Told:
    """The panel has the 31 provinces and China, and nothing else."""
    panel = {*REGION_OF, *WHOLE}
    for row in data.figures:
        if row.get("_topic", row["_file"]) == "figures/provinces.csv" and row["entity"] not in panel:
            rule = "The panel of provinces has the 31 provinces and China only."
            yield at(row, "entity", rule, nearest(row["entity"], REGION_OF, "move the row to another topic"))


def once_or_in_conflict(data: Data) -> Told:
    """One source gives one value; sources that contradict each other are declared, and nothing else is."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in data.figures:
        groups[row["series"], row["entity"], row["period"]].append(row)
    for rows in groups.values():
        seen: dict[str, Row] = {}
        for row in rows:
            if row["source_id"] in seen:
                rule = "One source gives one value of a series, entity and period."
                fix = f"Delete this row or {line_of(seen[row['source_id']])}."
                yield at(row, "source_id", rule, fix)
            seen.setdefault(row["source_id"], row)
    contradicted: set[tuple[str, str]] = set()
    for one, other in contradictions(data):
        contradicted |= {(r["_file"], r["_line"]) for r in (one, other)}
        if releases_of_one(data, one, other):
            continue  # a revision; it may be declared, but need not be
        if not one["conflict"] or one["conflict"] != other["conflict"]:
            yield at(other, "conflict", UNDECLARED, _declare(one, other), against(data, one, other))
    unknown = {cell for row in data.unread for cell in row.values()}  # the other side may be a row that is not read
    unknown |= {row["conflict"] for row in data.figures if data.interval(row) is None}
    for row in data.figures:
        if row["conflict"] and row["conflict"] not in unknown and (row["_file"], row["_line"]) not in contradicted:
            rule = "A declared conflict must be one: no row of this series, entity and period contradicts this one."
            yield at(row, "conflict", rule, "Empty the cell, or correct the value, bound or rounding.")


def contradictions(data: Data) -> Iterator[tuple[Row, Row]]:
    """Values of two sources for one series, entity and period that cannot both be true, the stored one first."""
    groups: dict[tuple[str, str, str], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in data.figures:
        if span := data.interval(row):
            groups[row["series"], row["entity"], row["period"]].append((row, span))
    for ranges in groups.values():
        for (one, a), (other, b) in combinations(ranges, 2):
            if not a.meets(b) and one["source_id"] != other["source_id"]:
                yield one, other


def against(data: Data, one: Row, other: Row) -> str:
    """A value against an earlier row of the same thing: in one unit, by how much, and when each was published."""
    unit = one["unit"]
    texts = [other["value"], one["value"]]
    spans = [data.interval(other).middle, data.interval(one).middle]
    if unit != other["unit"]:
        unit = data.series[one["series"]]["unit"]
        texts = [f"{span:.10g}" for span in spans]
    off = f" ({100 * (spans[0] / spans[1] - 1):+.3g} %)" if spans[1] else ""
    days = [source["published"] for row in (other, one) if (source := data.source_of_row(row))]
    when = f", published {days[0]} against {days[1]}" if len(days) == 2 else ""
    return f"{texts[0]} against {texts[1]} {unit}{off}{when}"


def revisions(data: Data) -> Told:
    """Values that are called revised come from one producer, on different days."""
    cells: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in data.figures:
        if row["conflict"].startswith(REVISED):
            cells[row["series"], row["entity"], row["period"], row["conflict"]].append(row)
    for rows in cells.values():
        known = [source for row in rows if (source := data.source_of_row(row))]
        days: dict[str, set[str]] = defaultdict(set)
        for source in known:
            days[source["origin"]].add(source["published"])
        if len(known) == len(rows) and not any(len(found) > 1 for found in days.values()):
            rule = "A revision is by the same producer (origin), published on a later day."
            fix = f'A conflict of sources has a word that does not begin with "{REVISED}".'
            yield at(rows[-1], "conflict", rule, fix)


def releases_of_one(data: Data, one: Row, other: Row) -> bool:
    """Are two values of one line of releases, so that the later takes the place of the earlier?"""
    sources = data.source_of_row(one), data.source_of_row(other)
    names = {line(row, source) for row, source in zip((one, other), sources, strict=True) if source}
    return all(sources) and len(names) == 1 and names != {""}


def _declare(one: Row, other: Row) -> str:
    slug = one["conflict"] or other["conflict"] or f"{one['series'].replace('_', '-')}-{one['period'].lower()}"
    return (
        f'Write the same word, such as "{slug}", in the column conflict of {line_of(one)} and of {line_of(other)}, '
        "or correct the value, bound or rounding."
    )


def sums(data: Data) -> Told:
    """Provinces add up to the national figure, within what the sources are known to leave out."""
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    totals: dict[tuple[str, str], list[tuple[Row, float]]] = defaultdict(list)  # every source and vintage
    for row in data.figures:
        if span := data.interval(row):
            if row["entity"] in REGION_OF:
                found[row["series"], row["period"]][row["entity"]] = span.middle
            elif row["entity"] == "China":
                totals[row["series"], row["period"]].append((row, span.middle))
    for rule in SUMS:
        for (series, period), by_place in list(found.items()):
            if series != rule.provinces or (rule.national, period) not in totals:
                continue
            parts = math.fsum(by_place.values()) * _factor(data, rule)
            complete = len(by_place) == len(REGION_OF)
            offs = []
            for row, total in totals[rule.national, period]:
                off = 100 * (parts / total - 1)
                fits = off <= rule.high + 1e-9 and (not complete or off >= rule.low - 1e-9)
                offs.append((row, off, fits or AS_PRINTED in row["note"]))
            if not any(fits for *_, fits in offs):  # provinces go with one vintage of the total
                row, off, _ = offs[-1]
                text = f"{rule.provinces}, {period}: the provinces sum to {off:+.3f} % of {rule.national} for China"
                told = f"The provinces must add up within {rule.low:g} to {rule.high:g} % ({rule.why})."
                fix = "Compare the rows of that year with the source; one is mistyped. "
                fix += f'If the total was revised and its parts were not, say so in its note, with "{AS_PRINTED}".'
                yield at(row, "value", told, fix, text)


def _factor(data: Data, rule: Sum) -> float:
    """From the unit of the provinces' series into that of the national one."""
    one, other = (data.series[s]["unit"] for s in (rule.provinces, rule.national))
    return 1.0 if one == other else data.units.get((one, other), math.nan)


@dataclass(frozen=True)
class Known:
    """A value in the canonical unit, and its year."""

    row: Row
    year: int
    interval: Interval


def history(data: Data) -> dict[tuple[str, str], list[Known]]:
    """Values of whole years by series and entity."""
    found: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for row in data.figures:
        period, interval = data.period(row), data.interval(row)
        if period and interval and row["status"] != "partial" and math.isfinite(interval.low + interval.high):
            found[row["series"], row["entity"]].append(Known(row, period.year, interval))
    return found


def neighbour(known: list[Known], year: int) -> Known | None:
    """The value nearest in time, if it is near."""
    near = [k for k in known if abs(k.year - year) <= YEARS_APART and k.interval.middle > 0]
    return min(near, key=lambda k: (abs(k.year - year), -k.year), default=None)


def slips(data: Data) -> Told:
    """No value is many times its neighbours on both sides in time, unless its note says that it was printed so."""
    for known in history(data).values():
        possible = [k for k in known if _possible(data.series[k.row["series"]], k.interval.middle)]  # else told already
        sound = sorted((k for k in possible if k.interval.middle > 0), key=lambda k: -k.year)
        for one in list(sound):
            others = _beside(sound, one)
            times = [one.interval.middle / k.interval.middle for k in others]
            if not times or any(1 / SLIP < t < SLIP for t in times) or AS_PRINTED in one.row["note"]:
                continue
            sound.remove(one)  # no measure for the others: of two values that are far apart, the later is told
            near = neighbour(others, one.year)
            yield out_of_size(data, one.row, one.interval.middle / near.interval.middle, near)


def _beside(known: list[Known], one: Known) -> list[Known]:
    """The other values of the same year and of the nearest years before and after; at an end of a series all near ones.

    At an end the one neighbour may itself be the slip.
    """
    near = [k for k in known if k is not one and abs(k.year - one.year) <= YEARS_APART]
    before = max((k.year for k in near if k.year < one.year), default=None)
    after = min((k.year for k in near if k.year > one.year), default=None)
    return near if None in (before, after) else [k for k in near if k.year in {before, one.year, after}]


def out_of_size(data: Data, row: Row, times: float, near: Known) -> Problem:
    """A value that is so many times its neighbour, with the unit or the digits that were perhaps meant."""
    power = min((s * p for p in POWERS for s in (1, -1)), key=lambda p: abs(math.log10(times) - p))
    slip = abs(math.log10(times) - power) < 0.35  # a power of ten, give or take what changes in three years
    told = f"{times_in_words(times)} the {near.row['value']} {near.row['unit']} of {near.year} ({line_of(near.row)})"
    rule = "A value is of the size of its neighbours in time; a unit or a decimal place may have slipped."
    better = _unit_for(data, row, 10.0**-power) if slip else ""
    fix = f'Is the unit "{better}"? ' * bool(better)
    fix += f"Is it {_shifted(row['value'], -power)} {row['unit']}? " * slip
    fix += f'If the source prints it so, write "{AS_PRINTED}" into the note.'
    return at(row, "value", rule, fix, f"{row['value']} {row['unit']}, {told}")


def times_in_words(factor: float) -> str:
    times = max(factor, 1 / factor)
    shown = f"{times:,.0f}" if times >= 100 else f"{times:.3g}"
    return f"{shown} times" if factor >= 1 else f"1/{shown} of"


def _shifted(value: str, power: int) -> str:
    return format(Decimal(value).scaleb(power).normalize(), "f")


def _unit_for(data: Data, row: Row, wanted: float) -> str:
    """The declared unit that would make the value `wanted` times as large."""
    canonical = data.series[row["series"]]["unit"]
    factors = {u: f for (u, c), f in data.units.items() if c == canonical} | {canonical: 1.0}
    now = factors.get(row["unit"], math.nan)
    return next((u for u, f in sorted(factors.items()) if math.isclose(f / now, wanted, rel_tol=1e-6)), "")


def zones(data: Data) -> Told:
    """Zones lie in the province, region and country that they name, and are not fewer than was published."""
    counted: dict[str, int] = defaultdict(int)
    dated: list[int] = []
    names: dict[str, Row] = {}
    for row in data.zones:
        counted[row["province"]] += 1
        dated += [int(row["approved_year"])] if row["approved_year"].isdigit() else []
        for column in ("zone_zh", "zone_en"):
            if row[column] in names:
                fix = f"Delete this row or line {names[row[column]]['_line']}."
                yield at(row, column, "A zone is listed once.", fix)
            names[row[column]] = row
        if row["province"] not in REGION_OF:
            rule = "A zone lies in one of the 31 provinces."
            fix = nearest(row["province"], REGION_OF, f"write one of: {', '.join(REGION_OF)}")
            yield at(row, "province", rule, fix)
        elif row["region"] != REGION_OF[row["province"]]:
            right = REGION_OF[row["province"]]
            yield at(row, "region", "A region is that of the province.", f'{row["province"]} is in "{right}".')
        if row["approved_year"].isdigit() and int(row["approved_year"]) > data.today.year:
            yield at(row, "approved_year", "What is recorded cannot lie in the future.", "Correct the year.")
    if not data.zones or any(row["_file"] == "zones.csv" for row in data.unread):
        return  # cannot be counted
    for row in data.figures:
        period = data.period(row)
        if row["series"] != "htz_count" or period is None:
            continue
        if row["entity"] in REGION_OF and float(row["value"]) > counted[row["entity"]]:
            rule = "zones.csv lists at least as many zones of a province as were ever counted there."
            fix = f"zones.csv has {counted[row['entity']]} of {row['entity']}: add the missing, or correct the count."
            yield at(row, "value", rule, fix)
        year = period.year
        before = sum(y < year for y in dated)
        if row["entity"] == "All zones" and row["conflict"] == "" and float(row["value"]) < before:
            rule = "No more zones are dated before a year than were counted in it."
            fix = f"zones.csv dates {before} before {year}: correct a year there, or this count."
            yield at(row, "value", rule, fix)


def prefectures(data: Data) -> Told:
    """Prefecture-level units lie in their province, are listed once, and hold the zones that name them."""
    names: dict[str, Row] = {}
    for row in data.prefectures:
        if row["entity"] in names:
            fix = f"Give this row another name, or delete it or line {names[row['entity']]['_line']}."
            yield at(row, "entity", "Two units of the same name could not be told apart.", fix)
        names[row["entity"]] = row
        if row["province"] not in REGION_OF:
            fix = nearest(row["province"], REGION_OF, f"write one of: {', '.join(REGION_OF)}")
            yield at(row, "province", "A unit lies in one of the 31 provinces.", fix)
    province = {row["city_code"]: row["province"] for row in data.prefectures}
    for row in data.zones if "prefectures.csv" in data.declared else []:
        code = row["city_code"]
        if code and code not in data.declared["prefectures.csv"]:
            fix = "Write the code of its city, or nothing where the city is no unit of that table."
            yield at(row, "city_code", "A zone names a unit of prefectures.csv.", fix)
        elif {row["province"], province.get(code)} <= REGION_OF.keys() and province[code] != row["province"]:
            fix = f"{code} lies in {province[code]}: correct the code or the province."
            yield at(row, "city_code", "A zone lies in the province of its city.", fix)


def claims_named(data: Data) -> Told:
    """Searches, unread documents, changed tests and labels are on record for claims of the ledger."""
    claims = _claim_ids(data.ledger)
    for row in (*data.search_log, *data.not_seen, *data.changes) if claims else ():
        column = "claim_ids" if "claim_ids" in row else "claim_id"
        for named in row[column].split(";"):
            if named not in claims:
                rule = "A search, an unread document or a change is kept for a claim of claims.yml."
                yield at(row, column, rule, nearest(named, claims, "name a claim that is there"), named)


def _claim_ids(ledger: str) -> set[str]:
    """Ids of the claims; none where the ledger cannot be read, which is told by those who read it."""
    try:
        return {claim["id"] for claim in yaml.safe_load(ledger)["claims"]}
    except (yaml.YAMLError, KeyError, TypeError):
        return set()


def unread_documents(data: Data) -> Told:
    """What was not read is no source, and what is a source was read."""
    titles = {row[column]: row for row in data.sources for column in ("title", "title_en")}
    for row in data.not_seen:
        if row["title"] in titles:
            fix = f"Delete this row, or that of {titles[row['title']]['source_id']} with all that cites it."
            yield at(row, "title", "A document that was not seen cannot be a source of the report.", fix)


def breaks(data: Data) -> Told:
    """A break in a series is dated and explained."""
    for row in data.series.values():
        for part in filter(None, (p.strip() for p in row["breaks"].split(";"))):
            if not re.fullmatch(r"\d{4}: \S.*", part):
                rule = "A break names the first year of what is new, and why."
                yield at(row, "breaks", rule, 'Write "2024: published for other firms"; several joined by ";".', part)


def unused(data: Data) -> Told:
    """Nothing is declared that no row uses."""
    used = {row["series"] for row in data.figures}
    for row in data.series.values():
        if row["series"] not in used:
            fix = "Add a figure, or delete the row."
            yield at(row, "series", "A series is there for its figures, and has none.", fix)
    cited = {row["source_id"] for row in data.figures}
    cited |= {named for _, _, named in citations(data)}
    cited |= set(re.findall(r"\w+", data.ledger))
    for row in data.sources:
        if row["source_id"] not in cited:
            fix = "Cite it, or delete the row."
            yield at(row, "source_id", "A source is there for what cites it, and nothing does.", fix)


RULES: tuple[Callable[[Data], Told], ...] = (
    known_names,
    dates,
    values,
    whole_and_part,
    entities,
    once_or_in_conflict,
    revisions,
    sums,
    slips,
    zones,
    prefectures,
    claims_named,
    unread_documents,
    breaks,
)


def _out_of_step(folder: Path, package: Mapping[str, Any]) -> Told:
    for resource in package["resources"]:
        if resource.get("hash") != _digest(folder / resource["path"]):
            rule = f"{PACKAGE} holds the digest of each file, and that of this file has changed."
            yield Problem(resource["path"], None, "", "", rule, f"If the change is meant, run: {REFRESH}", "warning")


def _digest(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def _mode(data: Data, row: Row) -> str:
    return data.series.get(row["series"], {}).get("mode", "")


def is_number(text: str) -> bool:
    return bool(cells.PLAIN.fullmatch(text))


@cache
def _parsed(label: str) -> Period | None:
    return tried(parse, label)


def tried(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return None


def _why(read: Callable[[str], Any], text: str) -> str:
    try:
        read(text)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return ""
