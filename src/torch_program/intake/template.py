"""A table to start from: the header of `data/figures` and the last stored rows of some series, to write over."""

import codecs
import difflib
import io
from collections.abc import Iterable
from datetime import datetime

from torch_program.csv_tables import Row, written
from torch_program.intake.tables import Data
from torch_program.periods import FORMS, parse
from torch_program.project import Told

BOUNDS = "= as printed, ~ about, > more than, < less than"
STATUS = "empty, preliminary or partial"
NO_TIME = datetime(2000, 1, 1)  # of making a workbook: the same cells give the same bytes
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
    from xlsxwriter import Workbook
    from xlsxwriter.utility import xl_col_to_name

    names = list(dict.fromkeys(row["series"] for row in examples))
    allowed = {
        "series": names,
        "unit": list(dict.fromkeys(unit for name in names for unit in data.units_of(name))),
        "bound": ["=", "~", ">", "<"],
        "status": ["preliminary", "partial"],
    }
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": NO_TIME})
        bold = book.add_format({"bold": True})
        as_text = book.add_format({"num_format": "@"})  # so that no period becomes a date and no digit is lost
        sheet, lists, help_ = map(book.add_worksheet, ("figures", "allowed values", "remarks"))
        for number, line in enumerate([columns, *([row[name] for name in columns] for row in examples)]):
            for column, word in enumerate(line):
                sheet.write_string(number, column, word, as_text if number else bold)
        sheet.freeze_panes(1, 0)
        for index, (name, words) in enumerate(allowed.items()):
            for number, word in enumerate([name, *words]):
                lists.write_string(number, index, word, as_text)
            letter, column = xl_col_to_name(index), columns.index(name)
            choice = f"='allowed values'!${letter}$2:${letter}${len(words) + 1}"
            sheet.data_validation(1, column, len(examples) + ROOM, column, {"validate": "list", "source": choice})
        for number, remark in enumerate(remarks(data, examples)):
            help_.write_string(number, 0, remark)
        for one, width in (("A", 30), ("B", 24), ("E", 18), ("J", 24), ("K", 30)):
            sheet.set_column(f"{one}:{one}", width)
        help_.set_column("A:A", 120)
    return stream.getvalue()
