"""Files for programs and for reading on: results.json with its schemas, each claim, series, a calendar, a workbook.

`series/<series>.csv` has the figures of a series, and `series/index.json` says what each series counts. Figures from
sources that do not allow redistribution are left out; the index gives their number.

The Excel workbook has claims, measures, published rows, series and sources. It contains only values. A text that begins
like a formula is stored as text and stays text when somebody edits its cell. Columns have the names of results.json and
`data/`.
"""

import io
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from claimbook.citation import Work, claim_file, for_spreadsheets
from claimbook.intake.cells import tried
from claimbook.pages.book import results_of, work_of
from claimbook.pages.evidence_pages import due_of
from claimbook.pages.writing import FILES_EVENT, WrittenFiles
from claimbook.project.folders import Row, csv_text, figures_in, folder_hash, rows_in
from claimbook.project.outputs import WORKBOOK, results_as_json, stored_or_made
from claimbook.project.report import report_settings
from claimbook.results import models
from claimbook.results.due import calendar
from claimbook.results.seals import RECOMPUTE, Seal
from claimbook.say.words import published_by

OF_FIGURE = ("entity", "period", "value", "unit", "bound", "rounding", "status", "locator", "source_id")
DUE_PAGE = "book/due"
SOURCE_FIELDS = ("publisher", "published", "licence")
SERIES_FILE_COLUMNS = (*OF_FIGURE, *SOURCE_FIELDS)


def files_for_programs(app: Sphinx) -> WrittenFiles:
    """Yield name and content of the files for programs."""
    work, found = work_of(app), results_of(app)
    yield from series_files(app.srcdir / "data", work)
    for claim in found["claims"]:
        yield f"claims/{claim['id']}.json", claim_file(claim, found["parameters"])
    for path in [RECOMPUTE, *app.srcdir.glob("editions/*.seal.json")]:
        yield path.name, path.read_bytes()
    yield "results.json", results_as_json(found)
    yield "results.schema.json", results_as_json(models.schema())
    if (app.srcdir / f"{DUE_PAGE}.md").exists():
        yield "due.ics", calendar(due_of(app), work.title, work.cutoff, work.place(DUE_PAGE) if work.address else "")
    yield "seal.schema.json", results_as_json(Seal.model_json_schema())


def series_files(data: Path, work: Work) -> WrittenFiles:
    """Yield a file for each series with the evidence published by the edition's cut-off, and their index."""
    sources = {row["source_id"]: row for row in rows_in(data / "sources.csv")}
    public, by_series = published_by(work.cutoff.isoformat(), sources.values()), defaultdict[str, list[Row]](list)
    for _, row in figures_in(data):
        if row["source_id"] in public:
            by_series[row["series"]].append({name: sources[row["source_id"]][name] for name in SOURCE_FIELDS} | row)
    entries = []
    for series in rows_in(data / "series.csv"):
        rows, name = by_series[series["series"]], f"{series['series']}.csv"
        allowed = [row for row in rows if sources[row["source_id"]]["redistribute"] == "yes"]
        yield f"series/{name}", for_spreadsheets(csv_text(allowed, SERIES_FILE_COLUMNS).decode()).encode()
        entries.append(series | {"file": name, "rows": len(allowed), "not_passed_on": len(rows) - len(allowed)})
    yield "series/index.json", results_as_json({**work.named, "columns": column_meanings(data), "series": entries})


def column_meanings(data: Path) -> dict[str, str]:
    """Return what the columns of the files mean, from datapackage.json."""
    described = json.loads((data / "datapackage.json").read_bytes())["resources"]
    tables = [each["schema"]["fields"] for each in described if each["path"].startswith(("figures/", "sources."))]
    descriptions = {field["name"]: field.get("description", "") for fields in tables for field in fields}
    return {name: descriptions[name] for name in SERIES_FILE_COLUMNS}


# the workbook -----------------------------------------------------------------------------------------------

NO_TIME = datetime(2000, 1, 1)  # time stamp of every workbook: the same cells give the same bytes
WIDEST = 450  # widest column in pixels
TEXTS = {"strings_to_formulas": False, "strings_to_urls": False}  # conversions that xlsxwriter must not make
CLAIM_COLUMNS = (
    "id section kind statement test.op test.value test.unit test.period answer found firm verdict qualifiers "
    "robustness.label robustness.flips certainty.word would_change"
).split()
MEASURE_COLUMNS = ("claim label value low high unit period match differs outcome decides grade origins sources").split()
SHEET_NOTES = {
    "Claims": "every statement under test, with its answer",
    "Measures": "what each claim was compared with; an empty low or high means no limit",
    "Rows": "every published value, as a number and as printed; bound: = as printed, ~ about, > over, < under",
    "Series": "what exactly each series counts, and its unit",
    "Sources": "who published, when, on which terms, how it was seen",
}


Sheet = Sequence[Sequence[Any]]  # its lines, of which the first names the columns


def tables(work: Work, claims: Sequence[Mapping[str, Any]], data: Path) -> dict[str, Sheet]:
    """Return the sheets of an edition: claims as in results.json, and evidence published by the cut-off."""
    listed = rows_in(data / "sources.csv")
    public = published_by(work.cutoff.isoformat(), listed)
    first = dict.fromkeys("topic series entity period printed value".split())  # columns
    figures = [
        first | row | {"topic": topic, "printed": row["value"], "value": tried(float, row["value"])}
        for topic, row in figures_in(data)
        if row["source_id"] in public
    ]
    measures = [{"claim": claim["id"]} | measure for claim in claims for measure in claim["measures"]]
    sheets = {
        "Claims": sheet_of(claims, CLAIM_COLUMNS),
        "Measures": sheet_of(measures, MEASURE_COLUMNS),
        "Rows": sheet_of(figures, figures[0]),
        "Series": sheet_of(series := rows_in(data / "series.csv"), series[0]),
        "Sources": sheet_of([row for row in listed if row["source_id"] in public], listed[0]),
    }
    contents = [
        work.title,
        f"Edition {work.edition}: evidence published up to {work.cutoff}. Content hash {work.content}.",
        f"{report_settings().licences.statement} The terms of each source are in Sources.",
        *(f"{name}: {SHEET_NOTES[name]} ({len(lines) - 1:,})" for name, lines in sheets.items()),
    ]
    return {"About": [["contents"], *([line] for line in contents)]} | sheets


def sheet_of(rows: Iterable[Mapping[str, Any]], columns: Collection[str]) -> Sheet:
    """Make a sheet: a line with the names of the columns, then a line for each row."""
    return [[*columns], *([value_at(row, column) for column in columns] for row in rows)]


def value_at(row: Mapping[str, Any], place: str) -> Any:
    """Return the value at a place, such as `test.unit` of a claim, or None if there is none."""
    name, _, rest = place.partition(".")
    found = row.get(name)
    return value_at(found or {}, rest) if rest else found


def workbook_bytes(work: Work, sheets: Mapping[str, Sheet]) -> bytes:
    """Return the workbook. The same sheets give the same bytes."""
    import xlsxwriter  # slow to import, and Sphinx can start without it

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, TEXTS) as book:
        book.set_properties({"title": work.title, "author": work.author, "created": NO_TIME})
        as_text = book.add_format({"quote_prefix": True})
        for name, (head, *lines) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head)
            for at, column in enumerate(zip(*lines, strict=True)):
                values = ["; ".join(value) if isinstance(value, list) else value for value in column]
                sheet.write_column(1, at, values)
                if not {type(value) for value in values} - {type(None)} <= {bool, int, float}:
                    sheet.set_column(at, at, cell_format=as_text)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, len(lines), len(head) - 1)
            sheet.autofit(WIDEST)
    return stream.getvalue()


def workbook_file(app: Sphinx) -> WrittenFiles:
    """Yield name and content of the workbook."""
    claims, work, data = results_of(app)["claims"], work_of(app), app.srcdir / "data"
    of = repr(work).encode(), json.dumps(claims).encode(), folder_hash(data).encode()
    yield WORKBOOK, stored_or_made(WORKBOOK, lambda: workbook_bytes(work, tables(work, claims, data)), *of)


def setup(app: Sphinx) -> None:
    app.connect(FILES_EVENT, files_for_programs)
    app.connect(FILES_EVENT, workbook_file)
