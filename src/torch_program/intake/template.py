"""A table to start from: the header of `data/figures` and the last stored rows of some series, to write over."""

import codecs
import io
from collections.abc import Iterable
from datetime import datetime

from torch_program.csv_tables import Row, written
from torch_program.intake.tables import Data
from torch_program.periods import FORMS, parse
from torch_program.project import Told
from torch_program.words import suggestion

NO_TIME = datetime(2000, 1, 1)  # of making a workbook: the same cells give the same bytes
ROOM = 1000  # rows that the lists of a workbook cover
LONGEST = 255  # signs of a list to choose from, in Excel


class UnknownSeries(Told, ValueError):
    """A series that has no figures; the message suggests the one that is like it."""


def rows(data: Data, series: Iterable[str]) -> list[Row]:
    """The stored rows of the last period of each series. Raises UnknownSeries."""
    found: list[Row] = []
    for name in dict.fromkeys(series):
        own = [row for row in data["figures"] if row["series"] == name]
        if not own:
            near = suggestion(name, data.series)
            raise UnknownSeries(f"There is no series {name!r}.{near} data/series.csv has them all.")
        last = max(own, key=lambda row: (parse(row["period"]).last_day, row["period"]))["period"]
        found += [row for row in own if row["period"] == last]
    return found


def remarks(data: Data, examples: list[Row]) -> list[str]:
    """What may be written into the cells, a line for each series and column."""
    about = [data.series[name] for name in dict.fromkeys(row["series"] for row in examples)]
    return [
        "Write over the rows below; they are the last that are stored, and are passed over as long as they are.",
        *(f"{row['series']}: {row['counts']}. Unit: {' | '.join(data.units_of(row['series']))}." for row in about),
        f"period: {FORMS}.",
        "bound: = as printed, ~ about, > more than, < less than. status: empty, preliminary or partial.",
        "value: digits as printed, without separators. source_id: a row of sources.csv. locator: where in the source.",
    ]


def as_csv(data: Data, examples: list[Row], columns: list[str]) -> bytes:
    """The template as CSV; lines that begin with # are remarks, which `data add` passes over."""
    said = written([{"remark": f"# {line}"} for line in remarks(data, examples)], ["remark"], header=False)
    return codecs.BOM_UTF8 + said + written(examples, columns)  # with the mark, spreadsheets read Chinese rightly


def as_workbook(data: Data, examples: list[Row], columns: list[str]) -> bytes:
    """The template as a workbook: lists to choose from in the cells, and a sheet with the remarks."""
    import pandas as pd

    names = list(dict.fromkeys(row["series"] for row in examples))
    units = list(dict.fromkeys(unit for name in names for unit in data.units_of(name)))
    allowed = {"series": names, "unit": units, "bound": list("=~><"), "status": ["preliminary", "partial"]}
    stream, as_text = io.BytesIO(), {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(stream, engine="xlsxwriter", engine_kwargs=as_text) as writer:
        pd.DataFrame(examples, columns=columns).to_excel(writer, sheet_name="figures", index=False, freeze_panes=(1, 0))
        pd.Series(remarks(data, examples)).to_excel(writer, sheet_name="remarks", index=False, header=False)
        writer.book.set_properties({"created": NO_TIME})
        sheet, text = writer.sheets["figures"], writer.book.add_format({"num_format": "@"})
        sheet.set_column(0, len(columns) - 1, 24, text)  # as text, no period becomes a date and no digit is lost
        for name, words in allowed.items():
            if len(",".join(words)) <= LONGEST:
                column = columns.index(name)
                sheet.data_validation(1, column, ROOM, column, {"validate": "list", "source": words})
    return stream.getvalue()
