"""Files for programs and for reading on: a file for each series, and the workbook, the same bytes again."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from checkout import BUILT, ROOT
from hand_made_records import WORK

from claimbook.pages import downloads
from claimbook.project.folders import figures_in, rows_in

SOURCES = """\
source_id,publisher,published,licence,redistribute
a,A,2020,CC0,yes
b,B,2021,terms not shown,no
c,C,2030,CC0,yes
"""
SERIES = "series,label,counts\nmade,Made-up things,All that are made up\nnone,None,Nothing\n"
FIGURES = """\
series,entity,period,value,unit,source_id
made,X,2019,1,count,a
made,X,2020,-2,count,b
made,X,2021,3,count,c
"""


@pytest.fixture
def series_made(tmp_path):
    """The files of a series of three figures: one public and free, one that may not be passed on, one too late."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "sources.csv").write_text(SOURCES)
    (tmp_path / "series.csv").write_text(SERIES)
    (tmp_path / "figures" / "topic.csv").write_text(FIGURES)
    fields = [{"name": name} for name in downloads.SERIES_FILE_COLUMNS]
    described = {"resources": [{"path": "figures/topic.csv", "schema": {"fields": fields}}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    return dict(downloads.series_files(tmp_path, replace(WORK, edition="2023")))


def test_a_series_has_what_was_public_and_may_be_passed_on(series_made):
    (row,) = csv.DictReader(io.StringIO(series_made["series/made.csv"].decode()))
    assert (row["value"], row["source_id"], row["publisher"], row["licence"]) == ("1", "a", "A", "CC0")
    assert len(series_made["series/none.csv"].splitlines()) == 1


def test_the_index_counts_what_is_left_out_and_says_what_each_series_counts(series_made):
    index = json.loads(series_made["series/index.json"])
    assert index["edition"] == "2023" and index["terms"]
    assert [(s["file"], s["counts"], s["rows"], s["not_passed_on"]) for s in index["series"]] == [
        ("made.csv", "All that are made up", 1, 1),
        ("none.csv", "Nothing", 0, 0),
    ]


@pytest.mark.book
def test_no_file_of_the_report_holds_a_figure_that_may_not_be_passed_on_and_all_others_are_there():
    folder = BUILT / "html" / "series"
    kept = {row["source_id"] for row in rows_in(ROOT / "data" / "sources.csv") if row["redistribute"] == "no"}
    given = [row for path in sorted(folder.glob("*.csv")) for row in rows_in(path)]
    assert kept and not kept & {row["source_id"] for row in given}
    index = json.loads((folder / "index.json").read_bytes())["series"]
    rows = [row for _, row in figures_in(ROOT / "data")]
    assert sum(s["rows"] for s in index) == len(given) and sum(s["not_passed_on"] for s in index) > 0
    assert len(given) + sum(s["not_passed_on"] for s in index) <= len(rows)
    assert {s["file"] for s in index} == {path.name for path in folder.glob("*.csv")}


# the workbook ----------------------------------------------------------------------------------------------------

SIGNS = ("=1+1", "+1", "-1", "@SUM(1)")
CLAIM = {
    "id": "towns",
    "section": "2.1",
    "kind": "number",
    "statement": "=HYPERLINK(1)",
    "test": {"op": "over", "value": 100.0, "unit": "count", "period": "2012"},
    "verdict": "supported",
    "stands_as": "supported",
    "qualifiers": ["one origin", "outdated"],
    "robustness": {"label": "stable", "flips": [], "choices": {"of": 3}},
    "certainty": {"word": "low", "reasons": []},
    "would_change": "",
    "measures": [{"label": "Towns, 2012", "value": 105.0, "low": 104.5, "high": None, "sources": ["a", "b"]}],
}


@pytest.fixture(scope="module")
def book(sound: Path) -> openpyxl.Workbook:
    """The workbook of sound data and some claims, read again."""
    claims = [
        CLAIM,
        CLAIM | {"id": "later", "test": None},
        *(CLAIM | {"id": sign, "statement": sign} for sign in SIGNS),
    ]
    first, again = (downloads.workbook_bytes(WORK, downloads.tables(WORK, claims, sound)) for _ in range(2))
    assert first == again
    return openpyxl.load_workbook(io.BytesIO(first))


def column(sheet, name: str) -> list:
    (at,) = (cell.column for cell in sheet[1] if cell.value == name)
    return [sheet.cell(row, at).value for row in range(2, sheet.max_row + 1)]


def test_claims_and_measures_are_as_in_results_json(book: openpyxl.Workbook) -> None:
    claims, measures = book["Claims"], book["Measures"]
    assert column(claims, "id") == ["towns", "later", *SIGNS] and column(claims, "test.value")[:3] == [100, None, 100]
    assert {*column(claims, "qualifiers")} == {"one origin; outdated"}
    assert [column(measures, name)[0] for name in ("claim", "low", "high", "sources")] == ["towns", 104.5, None, "a; b"]


def test_every_row_and_source_that_the_edition_may_see_is_there_as_printed(sound: Path, book) -> None:
    assert book.sheetnames == ["About", *downloads.SHEET_NOTES]
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    stored = [r for path in sorted((sound / "figures").glob("*.csv")) for r in csv.DictReader(path.open())]
    with (sound / "sources.csv").open() as file:
        late = {row["source_id"] for row in csv.DictReader(file) if row["published"] > "2023-12-31"}
    assert late, "the cut-off must leave something out, or this test says nothing"
    seen = [row for row in stored if row["source_id"] not in late]
    assert column(book["Rows"], "printed") == [row["value"] for row in seen]
    assert column(book["Rows"], "value") == [float(row["value"]) for row in seen]
    assert [unit or "" for unit in column(book["Rows"], "unit")] == [row["unit"] for row in seen]
    assert not late & set(column(book["Sources"], "source_id"))


def test_no_cell_is_a_formula_whatever_it_begins_with(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    like = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@"))]
    assert {*SIGNS, CLAIM["statement"], "="} <= {c.value for c in like} and all(cell.quotePrefix for cell in like)
