"""The workbook: every claim, measure, row and source of an edition, linked, without a formula, the same bytes again."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
import real_project
from nbformat import writes
from nbformat.v4 import new_code_cell, new_notebook, new_output
from test_citation import WORK

from torch_program.citation import workbook
from torch_program.results import RESULTS_MIME
from torch_program.sphinx_ext import workbook as extension

PAGES = {"zones": "notebooks/2-1-torch-program"}
EVIL = "=HYPERLINK(1)"


def claim() -> dict:
    """A claim as results.json has it; its measure is made up."""
    robustness = {"label": "stable", "flips": [], "grid": [], "break_even": 0.2}
    measure = {"label": "Zones, 2012", "value": 105.0, "low": 104.5, "high": None, "unit": "count", "period": "2012"}
    measure |= {"match": "exact", "differs": ["scope"], "outcome": "pass", "decides": True, "grade": "B"}
    return {
        "id": "zones",
        "section": "2.1",
        "kind": "number",
        "statement": EVIL,
        "test": {"op": "over", "value": 100.0, "unit": "count", "period": "2012"},
        "verdict": "supported",
        "qualifiers": ["one origin"],
        "robustness": robustness,
        "would_change": "",
        "measures": [measure | {"origins": ["CAS"], "sources": ["cas_bulletin_2012", "atf_2020"]}],
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return real_project.sound_data(tmp_path / "data")


def made(data: Path, work=WORK) -> openpyxl.Workbook:
    content = workbook.written(work, workbook.sheets(work, [claim()], PAGES, data))
    return openpyxl.load_workbook(io.BytesIO(content))


def column(sheet, name: str) -> list:
    (at,) = (cell.column for cell in sheet[1] if cell.value == name)
    return [sheet.cell(row, at) for row in range(2, sheet.max_row + 1)]


def test_every_row_and_source_that_the_edition_may_see_is_there_as_printed(data: Path) -> None:
    book = made(data)
    assert book.sheetnames == ["About", "Claims", "Measures", "Rows", "Events", "Series", "Sources"]
    stored = [r for path in sorted((data / "figures").glob("*.csv")) for r in csv.DictReader(path.open())]
    with (data / "sources.csv").open() as file:
        late = {row["source_id"] for row in csv.DictReader(file) if row["published"] > "2023-12-31"}
    assert late, "the cut-off must leave something out, or this test says nothing"
    seen = [row for row in stored if row["source_id"] not in late]
    values = [f"{c.value:.{len(c.number_format.partition('.')[2])}f}" for c in column(book["Rows"], "value")]
    assert values == [row["value"] for row in seen]
    assert [c.value for c in column(book["Rows"], "unit")] == [row["unit"] for row in seen]
    assert not late & {cell.value for cell in column(book["Sources"], "source_id")}


def test_heads_are_frozen_and_links_lead_to_the_row_that_they_name(data: Path) -> None:
    book = made(data)
    assert all(sheet.freeze_panes in {"A2", "B2"} for sheet in book)
    links = 0
    for sheet in book.worksheets[1:]:
        for name in ("id", "claim", "series", "sources", "source_id"):
            for cell in column(sheet, name) if name in [c.value for c in sheet[1]] else []:
                if cell.hyperlink and cell.hyperlink.location:
                    target, _, at = cell.hyperlink.location.partition("!")
                    first = next(iter(cell.value.split("; ")))
                    assert book[target.strip("'")][at].value == first
                    links += 1
    assert links > 10
    addresses = [c for c in column(book["Sources"], "address") if c.value]
    assert addresses and all(c.hyperlink.target == c.value for c in addresses)


def test_a_claim_has_its_page_and_a_link_once_there_is_an_address(data: Path) -> None:
    (page,) = column(made(data)["Claims"], "page")
    assert (page.value, page.hyperlink) == ("notebooks/2-1-torch-program.html#claim-zones", None)
    (page,) = column(made(data, replace(WORK, site="https://example.org/t"))["Claims"], "page")
    assert page.value == "https://example.org/t/2023/" + PAGES["zones"] + ".html#claim-zones"
    assert page.value == f"{page.hyperlink.target}#{page.hyperlink.location}"


def test_no_cell_is_a_formula_whatever_it_begins_with(data: Path) -> None:
    for path in (data / "figures").glob("*.csv"):
        lines = path.read_text().splitlines()
        assert lines[0].endswith(",note,quote")
        signs = ("=1+1", "+1", "-1", "@SUM(1)")
        path.write_text("\n".join([lines[0], *(line + signs[n % 4] for n, line in enumerate(lines[1:]))]) + "\n")
    book = made(data)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    like = [c for c in cells if isinstance(c.value, str) and c.value.startswith(workbook.LIKE_FORMULA)]
    assert len(like) > 10 and all(cell.quotePrefix for cell in like)
    assert column(book["Claims"], "statement")[0].value == EVIL
    assert not [c for c in cells if c.quotePrefix and c not in like]


def test_a_number_that_a_spreadsheet_cannot_keep_stays_text() -> None:
    assert workbook.printed("1887286882720.5") == workbook.Printed(1887286882720.5, 1)
    assert workbook.printed("0.00000000000000012") == workbook.Printed(1.2e-16, 17)
    assert workbook.printed("1234567890123456") == "1234567890123456"
    assert workbook.printed("about 7") == "about 7"


def test_beyond_what_excel_takes_no_further_link_is_set(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_LINKS", 3)
    for sheet in made(data):
        assert sum(1 for row in sheet.iter_rows() for cell in row if cell.hyperlink) <= 3


@pytest.fixture
def source(tmp_path: Path, data: Path, root: Path) -> Path:
    """What a build lays out for Sphinx: one executed notebook, the data, the citation file."""
    (tmp_path / "notebooks").mkdir()
    record = {"section": "2.1", "claims": [claim()], "statistics": {}}
    cells = [new_code_cell('edition = "2023"\ncutoff = "2023-12-31"', metadata={"tags": ["parameters"]})]
    cells.append(new_code_cell(outputs=[new_output("display_data", {RESULTS_MIME: record})]))
    (tmp_path / "notebooks/2-1-torch-program.ipynb").write_text(writes(new_notebook(cells=cells)))
    (tmp_path / "_toc.yml").write_text(
        "root: book/index\nparts: [{caption: Report, chapters: [{file: notebooks/2-1-torch-program}]}]\n"
    )
    (tmp_path / "CITATION.cff").write_text((root / "CITATION.cff").read_text())
    ledger = [{"id": name, "section": "2.1", "kind": "opinion", "statement": "So."} for name in ("zones", "later")]
    (data / "claims.yml").write_text(json.dumps({"text_date": "2023-12-31", "claims": ledger}))
    return tmp_path


def test_the_build_writes_it_beside_the_pages_the_same_bytes_each_time(source: Path, tmp_path: Path) -> None:
    extension.write(SimpleNamespace(srcdir=source, outdir=tmp_path / "html"))
    content = (tmp_path / "html" / workbook.FILE).read_bytes()
    assert content == extension.make(source)
    claims = openpyxl.load_workbook(io.BytesIO(content))["Claims"]
    assert [(c.value, v.value) for c, v in zip(column(claims, "id"), column(claims, "verdict"), strict=True)] == [
        ("zones", "supported"),
        ("later", "not yet assessed"),
    ]
