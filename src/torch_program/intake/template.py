"""A table to start from: the header of `data/figures` and the last stored rows of some series, to write over."""

import codecs
import difflib
import io
import re
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING

from torch_program.csv_tables import Row, written
from torch_program.intake.tables import Data
from torch_program.periods import FORMS, parse
from torch_program.project import Told

if TYPE_CHECKING:  # heavy to import, and CSV needs none of it
    from openpyxl import Workbook

BOUNDS = "= as printed, ~ about, > more than, < less than"
STATUS = "empty, preliminary or partial"
ROOM = 500  # rows below the examples that the lists of a workbook still cover


class UnknownSeries(Told, ValueError):
    """A series that has no figures; the message suggests those that are like it."""


def rows(data: Data, series: Iterable[str]) -> list[Row]:
    """The stored rows of the last period of each series. Raises UnknownSeries."""
    found: list[Row] = []
    for name in dict.fromkeys(series):
        own = [row for row in data.figures if row["series"] == name]
        if not own:
            near = difflib.get_close_matches(name, list(data.series), n=3, cutoff=0.5)
            close = f" Did you mean {' or '.join(near)}?" if near else ""
            raise UnknownSeries(f"There is no series {name!r}.{close} data/series.csv has them all.")
        last = max(own, key=lambda row: (parse(row["period"]).last_day, row["period"]))["period"]
        found += [row for row in own if row["period"] == last]
    return found


def remarks(data: Data, examples: list[Row]) -> list[str]:
    """What may be written into the cells, a line for each series and column."""
    said = ["Write over the rows below; they are the last that are stored, and are passed over as long as they are."]
    for name in dict.fromkeys(row["series"] for row in examples):
        about = data.series[name]
        said.append(f"{name}: {about['counts']}. Unit: {' | '.join(data.units_of(name))}.")
    said += [
        f"period: {FORMS}.",
        f"bound: {BOUNDS}. status: {STATUS}.",
        "value: digits as printed, without separators. source_id: a row of sources.csv. locator: where in the source.",
    ]
    return said


def as_csv(data: Data, examples: list[Row], columns: list[str]) -> bytes:
    """The template as CSV; lines that begin with # are remarks, which `data add` passes over."""
    said = written([{"remark": f"# {line}"} for line in remarks(data, examples)], ["remark"], header=False)
    return codecs.BOM_UTF8 + said + written(examples, columns)  # with the mark, spreadsheets read Chinese rightly


def as_workbook(data: Data, examples: list[Row], columns: list[str]) -> bytes:
    """The template as a workbook: lists to choose from in the cells, and a sheet with the remarks."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "figures"
    sheet.append(columns)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in examples:
        sheet.append([row[name] for name in columns])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.number_format = "@"  # text, so that no period becomes a date and no digit is lost
            cell.data_type = "s"
    sheet.freeze_panes = "A2"
    names = list(dict.fromkeys(row["series"] for row in examples))
    allowed = {
        "series": names,
        "unit": list(dict.fromkeys(unit for name in names for unit in data.units_of(name))),
        "bound": ["=", "~", ">", "<"],
        "status": ["preliminary", "partial"],
    }
    lists = book.create_sheet("allowed values")
    for index, (column, words) in enumerate(allowed.items(), 1):
        for line, word in enumerate([column, *words], 1):
            cell = lists.cell(line, index, word)
            cell.number_format, cell.data_type = "@", "s"
        letter = lists.cell(1, index).column_letter
        choice = DataValidation("list", f"='allowed values'!${letter}$2:${letter}${len(words) + 1}", allow_blank=True)
        target = sheet.cell(1, columns.index(column) + 1).column_letter
        choice.add(f"{target}2:{target}{len(examples) + 1 + ROOM}")
        sheet.add_data_validation(choice)
    help_ = book.create_sheet("remarks")
    for line in remarks(data, examples):
        help_.append([line])
    for one, width in (("A", 30), ("B", 24), ("E", 18), ("J", 24), ("K", 30)):
        sheet.column_dimensions[one].width = width
    help_.column_dimensions["A"].width = 120
    return saved(book)


def saved(book: "Workbook") -> bytes:
    """A workbook without the clock: the same cells give the same bytes."""
    stream, again = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as packed, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as out:
        for name in packed.namelist():
            content = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", packed.read(name))
            out.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return again.getvalue()
