"""The report as a workbook: everything in it, nothing a formula, every link to the row that it names."""

import csv
import io
import json
from pathlib import Path

import pytest
import real_project
import tiny_project
from openpyxl import load_workbook

from torch_program.citation.workbook import workbook

MEASURE = {
    "label": "Count", "value": 178.0, "low": 178.0, "high": None, "unit": "count", "period": "2023", "match": "exact",
    "outcome": "holds", "grade": "A", "decides": True, "origins": ["MIIT"], "sources": ["xinhua_20231212"],
}  # fmt: skip
CLAIM = {"id": "zones", "section": "2.1", "kind": "number", "statement": "=Many.", "verdict": "supported"}
RESULTS = {
    "claims": [CLAIM | {"measures": [MEASURE], "test": {"says": "over 170", "unit": "count", "period": "2023"}}],
    "statistics": {
        "n": {"value": 0.5, "unit": "percent", "period": "2023", "made": "published", "sources": ["atf_2020"]}
    },
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    data = real_project.sound_data(tmp_path_factory.mktemp("sound") / "data")
    return data, workbook(RESULTS, data)


def test_every_table_is_there_whole_with_its_head_frozen(made):
    data, content = made
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["claims", "measures", "statistics", "figures", "series", "sources"]
    assert {sheet.freeze_panes for sheet in book} == {"B2"}
    with (data / "sources.csv").open(encoding="utf-8", newline="") as stream:
        stored = list(csv.DictReader(stream))
    head, *rows = book["sources"].iter_rows(values_only=True)
    assert [dict(zip(head, (v or "" for v in row), strict=True)) for row in rows] == stored
    figures = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in (data / "figures").glob("*.csv"))
    assert book["figures"].max_row == figures + 1


def test_nothing_is_a_formula_and_numbers_keep_their_digits(made):
    book = load_workbook(io.BytesIO(made[1]))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert book["claims"]["D2"].value == "=Many."
    head = [cell.value for cell in book["figures"][1]]
    shown = {(c[0].value, c[2].value): c[head.index("value")] for c in book["figures"].iter_rows(min_row=2)}
    cell = shown["htz_gdp", "2022"]
    assert (cell.value, cell.number_format) == (17.3, "0.0")


def test_every_link_leads_to_the_row_that_it_names(made):
    book = load_workbook(io.BytesIO(made[1]))
    links = [(cell, cell.hyperlink) for sheet in book for line in sheet.iter_rows() for cell in line if cell.hyperlink]
    inside = [(cell, link.location) for cell, link in links if link.location]
    assert {cell.parent.title for cell, _ in inside} == {"measures", "figures", "statistics"}
    for cell, location in inside:
        sheet, _, at = location.partition("!")
        assert book[sheet.strip("'")][at].value == cell.value
    assert all(link.target == cell.value for cell, link in links if not link.location)


def test_the_same_build_gives_the_same_bytes(made):
    assert workbook(RESULTS, made[0]) == made[1]


def test_the_command_writes_it_of_a_build_and_overwrites_nothing(tmp_path: Path):
    folder = tiny_project.create(tmp_path / "project")
    code, said = tiny_project.run(folder, "workbook", "--out", "w.xlsx")
    assert code == 1 and "There is no report yet" in said
    build = folder / "_build" / "2026"
    (build / "source").mkdir(parents=True)
    (build / "results.json").write_text(json.dumps(RESULTS))
    real_project.sound_data(build / "source" / "data")
    code, said = tiny_project.run(folder, "workbook", "--out", "w.xlsx")
    assert (code, said.strip()) == (0, "w.xlsx")
    assert "claims" in load_workbook(folder / "w.xlsx").sheetnames
    code, said = tiny_project.run(folder, "workbook", "--out", "w.xlsx")
    assert code == 1 and "is there already" in said
