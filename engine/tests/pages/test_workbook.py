"""The workbook: every claim, measure, row and source of an edition, without a formula, the same bytes again."""

import csv
import io
from pathlib import Path

import openpyxl
from hand_made_records import WORK

from claimbook.pages import downloads as workbook

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


def made(data: Path, *more: dict) -> openpyxl.Workbook:
    claims = [CLAIM, CLAIM | {"id": "later", "test": None}, *more]
    first, again = (workbook.workbook_bytes(WORK, workbook.tables(WORK, claims, data)) for _ in range(2))
    assert first == again
    return openpyxl.load_workbook(io.BytesIO(first))


def column(sheet, name: str) -> list:
    (at,) = (cell.column for cell in sheet[1] if cell.value == name)
    return [sheet.cell(row, at).value for row in range(2, sheet.max_row + 1)]


def test_claims_and_measures_are_as_in_results_json(sound: Path) -> None:
    book = made(sound)
    claims, measures = book["Claims"], book["Measures"]
    assert column(claims, "id") == ["towns", "later"] and column(claims, "test.value") == [100, None]
    assert column(claims, "qualifiers") == ["one origin; outdated"] * 2
    assert [column(measures, name)[0] for name in ("claim", "low", "high", "sources")] == ["towns", 104.5, None, "a; b"]


def test_every_row_and_source_that_the_edition_may_see_is_there_as_printed(sound: Path) -> None:
    book = made(sound)
    assert book.sheetnames == ["About", *workbook.SHEET_NOTES]
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


def test_no_cell_is_a_formula_whatever_it_begins_with(sound: Path) -> None:
    book = made(sound, *(CLAIM | {"id": sign, "statement": sign} for sign in SIGNS))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    like = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "-", "@"))]
    assert {*SIGNS, CLAIM["statement"], "="} <= {c.value for c in like} and all(cell.quotePrefix for cell in like)
