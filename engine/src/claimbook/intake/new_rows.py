"""Turn sheets of a file, or frames of a script, into rows of the tables of data/."""

import os
import runpy
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from openpyxl.utils import get_column_letter

from claimbook import intake
from claimbook.intake import cells, languages
from claimbook.intake.description import FEW, Described, column_names, is_numeric, rows_of_sheet, with_decimal_points
from claimbook.intake.printed import PLACE, Stated, printed_table, read_table
from claimbook.intake.problems import Faults, Problem, Problems, Refused, Rows, did_you_mean, fault_at
from claimbook.intake.reading import SEPARATORS, SheetRows, read_sheets, size_of
from claimbook.intake.tables import OF_CELL, Data, is_number
from claimbook.project.folders import DATA_VARIABLE, Row, UserError
from claimbook.project.report import report_settings
from claimbook.say.words import closest, counted, in_ranges, listed, parse, some

NAMES_LISTED = 8  # names, cells or columns that are listed at most
OF_FIGURES = {"bound": "=", "topic": ""}  # columns that new figures may leave out
BY_SCRIPT = "To read a table of another form, write a script; data/intake/ has examples."


@dataclass
class NewRows:
    """The rows of a file by table, what is said of the reading, and faults in form."""

    stored: Data
    schemas: Described
    rows: dict[str, Rows] = field(default_factory=lambda: defaultdict(list))
    said: list[str] = field(default_factory=list)
    problems: Problems = field(default_factory=list)

    def read(self, file: Path, around: Path | None, folder: Path, stated: Stated) -> None:
        """Read a file or script, and `around`, a second file with sources, series, units or places. Raises Refused."""
        sheets, self.said = run_script(file, folder) if file.suffix == ".py" else (read_sheets(file), [])
        extra = read_sheets(around) if around else []
        known = ("sources", "series", "units", *report_settings().geography.tables)  # may come with new figures
        for sheet in extra:
            self.add(sheet, max(known, key=lambda table: _shared(sheet, column_names(self.schemas[table]))))
        for sheet in (sheet for sheet in sheets if sheet.name in known):
            self.add(sheet, sheet.name)
        rest = [sheet for sheet in sheets if sheet.name not in known] or sheets
        chosen = max(rest, key=lambda sheet: (sheet.name == "figures", _shared(sheet, ("series", "value"))))
        if left := [sheet.name for sheet in rest if sheet is not chosen]:
            self.said.append(f"{file.name}: these sheets were not read: {', '.join(left)}")
        self.add_figures(chosen, stated)
        self.read_as("entity", lambda row: self.stored.places.resolve(row["entity"]))
        self.read_as("unit", lambda row: cells.unit(row["unit"]))
        self.read_as("series", self.stored.series_of)
        for sheet in (*sheets, *extra):
            if sheet.encoding in languages.printed().encodings:
                self.said.append(f"{sheet.shown}: read as {sheet.encoding}. Check that the names above are right.")
            if sheet.separator in SEPARATORS:
                commas = ", so a comma in a number is its decimal sign" * (sheet.separator == ";")
                self.said.append(f"{sheet.shown}: the cells are separated by {SEPARATORS[sheet.separator]}{commas}.")
            if sheet.hidden:
                self.said.append(f"{sheet.shown}: hidden rows were read, too: {in_ranges(sheet.hidden)}.")

    def add_figures(self, sheet: SheetRows, stated: Stated) -> None:
        """Add the figures of a sheet that names the columns of figures, or of a printed table."""
        columns = column_names(self.schemas["figures"])
        lines = (n for n, (_, texts) in enumerate(sheet.rows) if {"series", "value"} <= {t.casefold() for t in texts})
        if head := next(lines, 0):  # below a title
            texts = (" ".join(filter(None, texts)) for _, texts in sheet.rows[:head])
            self.said.append(f"{sheet.shown}: left out above the names of the columns: {some(texts, NAMES_LISTED)}")
            line = sheet.rows[head][0]
            merged = [cells for cells in sheet.merged if cells.max_row >= line]
            sheet = replace(sheet, rows=sheet.rows[head:], merged=merged, blank=[n for n in sheet.blank if n > line])
        own = sheet.of_script or len({text.casefold() for text in sheet.rows[0][1]}.intersection(columns)) >= FEW
        if not own and (found := printed_table(sheet, self.stored, stated)):
            self.rows["figures"] += [dict.fromkeys(columns, "") | OF_FIGURES | row for row in found.rows]
            self.said += found.lines_left_out()
            self.problems += found.problems
            return
        self.add(sheet, "figures")
        if stated:
            rule = "The options are for a printed table, but this table must have a column for each of them."
            self.problems.append(Problem(sheet.shown, rule, "Run the command again without options for columns."))
        if "bound" not in sheet.rows[0][1]:
            self.said.append(f"{sheet.shown}: the column bound is missing, so every value counts as exact (=).")

    def read_as(self, column: str, resolve: Callable[[Row], str]) -> None:
        """Replace cells of figures with the names that data/ uses, and say so."""
        read: dict[str, None] = {}
        for row in self.rows["figures"]:
            name = resolve(row)
            if name and name != row[column]:
                read[f"{row[column]} as {name}"] = None
                row[column] = name
        if read:
            file = self.rows["figures"][0]["_file"]
            self.said.append(f"{file}, column {column}: read {some(read, NAMES_LISTED)}.")

    def add(self, sheet: SheetRows, table: str) -> None:
        """Add the rows of a sheet. Columns have any order, and optional ones may be missing."""
        schema, header = self.schemas[table], sheet.rows[0][1]
        usual = dict.fromkeys(column_names(schema), "") | (OF_FIGURES if table == "figures" else {})
        printed = PLACE if sheet.of_script and table == "figures" else ()
        fields = {name: {} for name in (*usual, *printed)} | {field["name"]: field for field in schema["fields"]}
        problems = list(header_faults(sheet, fields, table))
        self.problems += problems
        if any(not p.column or "same name" in p.rule for p in problems):
            return  # nobody knows what the cells are
        numeric = [field["name"] for field in schema["fields"] if is_numeric(field) and field["name"] in header]
        sheet, unclear = with_decimal_points(sheet, {header.index(name): name for name in numeric})
        rows, _, faults = rows_of_sheet(sheet)
        self.problems += [*unclear, *faults]
        silent = [*(name for name in fields if name not in header), *(p.column for p in unclear)]
        missing = dict.fromkeys((f"_without_{name}" for name in silent), "")  # their cells are not reported
        for row in rows:
            row = usual | {name: text for name, text in row.items() if text} | missing
            place = {name: row.pop(name, "") for name in printed}
            row |= {"_file": place.get("file") or row["_file"], "_line": place.get("row") or row["_line"]}
            if place.get("cell"):
                row |= dict.fromkeys(OF_CELL, f"{place['cell'].rstrip('0123456789')} ({place['head']})")
            self.rows[table].append(row)
        if not (rows or problems or faults or sheet.of_script):
            rule = "The table has a header but no rows."
            self.problems.append(Problem(sheet.shown, rule, "Add a row for each figure.", sheet.rows[0][0]))


def _shared(sheet: SheetRows, columns: Iterable[str]) -> int:
    """Count the columns that a sheet shares with a table."""
    return len(set(sheet.rows[0][1]).intersection(columns))


def header_faults(sheet: SheetRows, fields: Described, table: str) -> Faults:
    """Check the names of columns. If a fault names no column, nobody can tell what the cells of the table are."""
    line, header = sheet.rows[0]
    fault = partial(Problem, sheet.shown, row=line)
    known = [name for name in fields if name not in PLACE]
    columns = f"The columns are: {', '.join(known)}."
    meant = [languages.printed().columns.get(name.casefold(), name) for name in header]
    if sheet.merged:
        rule = "Cells are merged, so it is unclear which rows and columns they belong to."
        shown = some([cells.coord for cells in sheet.merged], NAMES_LISTED)
        yield fault(rule, f"Unmerge and fill each cell. {BY_SCRIPT}", row=sheet.merged[0].min_row, value=shown)
        return
    if not set(header) & fields.keys() and len(set(meant) & fields.keys()) < FEW:
        small = {name.casefold() for name in header} <= fields.keys()
        fix = "Write their names in lower case." if small else f"{columns} {BY_SCRIPT}"
        rule = f"The first line must name the columns of {table}."
        yield fault(rule, fix, value=", ".join(filter(None, header))[:80])
        return
    required = [name for name, field in fields.items() if field.get("constraints", {}).get("required")]
    missing = [name for name in required if name not in (*header, *meant, *OF_FIGURES)]
    for index, (name, likely) in enumerate(zip(header, meant, strict=True)):
        at = {"column": get_column_letter(index + 1), "value": name}
        if name and name in header[:index]:
            yield fault("Two columns have the same name.", "Delete or rename one of them.", **at)
        elif name not in fields:
            rule = "The table has no column of this name." if name else "A column has no name."
            fix = did_you_mean(closest(name.casefold(), missing or known, 0.5), columns)
            yield fault(rule, f'Write "{likely}".' if likely in fields else fix, **at)
    for name in missing:
        yield fault("A column is missing.", f"Add it: {fields[name].get('description', '')}", column=name)


# Cells in each other's columns ------------------------------------------------------------------------------------


Kinds = Mapping[str, Callable[[str], object]]  # by column: whether a cell fits it


def in_their_columns(rows: Rows, data: Data, new: Mapping[str, Iterable[Row]]) -> tuple[Rows, Problems]:
    """Return rows without those that have two cells that fit another column and not their own; faults of these."""
    kinds, problems, kept = kinds_of_cells(data, new), [], []
    for row in rows:
        moved = _moved(row, kinds)
        if len(moved) < 2:
            kept.append(row)
            continue
        one, other = next(iter(moved.items()))
        fix = f"Is the row shifted? There is {listed(f'{kind} in {name}' for name, kind in moved.items())}."
        if len(moved) == 2 and moved.get(other) == one:
            fix = f"Are {one} and {other} exchanged?"
        problems.append(fault_at(row, one, "Cells of this row are in each other's columns.", fix))
    return kept, problems


def _moved(row: Row, kinds: Kinds) -> dict[str, str]:
    """Return the columns whose cells do not fit, each with another such column that its cell fits."""
    astray = [name for name, is_one in kinds.items() if not is_one(row[name])]
    if astray and "period" in astray and "value" not in astray and kinds["period"](row["value"]):
        astray = [name for name in kinds if name in (*astray, "value")]  # a year is a number, too
    free = astray[::-1] if len(astray) > 1 else ()
    return {name: kind for name in astray for kind in free if kind != name and kinds[kind](row[name])}


def kinds_of_cells(data: Data, new: Mapping[str, Iterable[Row]]) -> Kinds:
    """Return how to tell what a cell of a figure holds, from the stored names and those of new tables."""
    known = {
        table: {*data.declared.get(table, ()), *(row[column] for row in new.get(table, ()))}
        for table, column in (("series", "series"), ("sources", "source_id"), ("units", "unit"))
    }
    known["units"] |= data.all_units
    kinds: Kinds = {
        "series": known["series"].__contains__,
        "entity": data.places.resolve,
        "period": lambda text: cells.tried(parse, text) or cells.period(text),
        "value": is_number,
        "unit": lambda text: text in known["units"] or cells.unit(text),
        "bound": ("=", "~", ">", "<").__contains__,
        "source_id": known["sources"].__contains__,
    }
    return {name: cache(is_one) for name, is_one in kinds.items()}


# Scripts ----------------------------------------------------------------------------------------------------------


def run_script(path: Path, folder: Path) -> tuple[list[SheetRows], list[str]]:
    """Run a script with `folder` as data/. Return the frames `figures` and `sources` that it leaves, as sheets.

    The remarks say what the script left out of the tables that it read. Raises Refused, with the line, if it stops.
    """
    size_of(path)
    tables: list[Any] = []

    def read(*words: Any, **named: Any) -> Any:
        tables.append(read_table(*words, **named))
        return tables[-1].copy()

    try:
        with patch.dict(os.environ, {DATA_VARIABLE: str(folder)}), patch.object(intake, "read_table", read):
            made = runpy.run_path(str(path))
    except UserError:
        raise
    except Exception as error:  # a script can raise anything
        lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == str(path)]
        why = f"The script stops: {type(error).__name__}: {' '.join(str(error).split())[:200]}."
        fix = f"Run python {path} to see the whole traceback."
        raise Refused(Problem(path.name, why, fix, lines[-1] if lines else None)) from None
    frames = {name: made[name] for name in ("figures", "sources") if hasattr(made.get(name), "columns")}
    if "figures" not in frames:
        rule = "The script does not define a data frame `figures`."
        raise Refused(Problem(path.name, rule, "Assign the frame with the new rows to this name."))
    sheets = [_as_sheet(path.name, name, frame) for name, frame in frames.items() if len(frame) or name == "figures"]
    return sheets, [*left_out(tables, made["figures"])]


def left_out(tables: list[Any], figures: Any) -> Iterator[str]:
    """Say how many numbers of each table became figures, and which columns, rows or cells did not."""
    import pandas as pd  # takes a fifth of a second to import, and a file needs none

    if not tables:
        return
    known = {"file", "cell"} <= set(figures.columns)
    used = pd.MultiIndex.from_frame(figures[["file", "cell"]]) if known else ()
    read = pd.concat(tables).drop_duplicates(["file", "cell"], keep="last")
    for file, table in read.groupby("file", sort=False):
        if not known:
            yield f"{file}: {len(table):,} numbers. Keep the columns file and cell to see which ones you used."
            continue
        is_used = pd.MultiIndex.from_frame(table[["file", "cell"]]).isin(used)
        taken, rest, names = table[is_used], table[~is_used], []
        for part, what in (("head", "column"), ("label", "row")):
            whole = rest[~rest[part].isin(taken[part])]
            names += [f"{what} {name or 'without a name'}" for name in whole[part].unique()]
            rest = rest.drop(whole.index)
        names += [f"cell {row.cell} ({row.label}, {row.head})" for row in rest.itertuples()]
        so = f"{len(taken):,} used; not used: {some(names, NAMES_LISTED)}" if names else "all used"
        yield f"{file}: {counted(len(table), 'number')} in the table, {so}."


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
