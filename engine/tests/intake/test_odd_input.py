"""Odd and hostile figures are read as they are meant or refused in a sentence: cells, files and workbooks."""

import csv
import os
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from data_of_towns import HEAD, ROW, accepted, book_of, told

from claimbook.intake import adding

FIELDS = dict(zip(HEAD.strip().split(","), ROW.strip().split(","), strict=True))
NOTED = HEAD.replace("\n", ",note\n")
SHARE = ROW.replace("members", "budget_share").replace("count", "percent")
with (Path(__file__).parent / "odd_cells.csv").open(encoding="utf-8", newline="") as file:
    CELLS = [tuple(row.values()) for row in csv.DictReader(file)]


def european(*rows: str) -> str:
    """Return rows with semicolons between the cells and a comma for each @."""
    return (HEAD + "".join(rows)).replace(",", ";").replace("@", ",")


def check(offer: adding.Offer, expected: str | list[str], column: str = "value") -> None:
    """Compare the cells that are read, or what the message says."""
    if isinstance(expected, list):
        assert [row[column] for row in accepted(offer).figures] == expected
    else:
        assert expected in told(offer) and not offer.files


@pytest.mark.parametrize(("column", "cell", "outcome", "says"), CELLS, ids=range(len(CELLS)))
def test_an_odd_cell_is_read_as_meant_or_refused_with_the_edit(offered, tmp_path, column, cell, outcome, says):
    """The table writes characters that nobody sees as `backslash u` and `backslash x`."""
    plain = re.sub(r"\\(?:u(\w{4})|x(\w\w))", lambda code: chr(int(code[1] or code[2], 16)), cell).replace("\\n", "\n")
    with (tmp_path / "cell.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([(FIELDS | {column: plain}).keys(), (FIELDS | {column: plain}).values()])
    offer = offered((tmp_path / "cell.csv").read_bytes())
    check(offer, [says] if outcome == "read" else says, column)


def test_there_are_many_odd_cells():
    assert len(CELLS) == len(set(CELLS)) > 110


# a table as text or bytes: the values that are read, or what the message says
TABLES = [
    (european(SHARE.replace("115000", "13@4")), ["13.4"]),
    (european(SHARE.replace("115000", "13@4"), ROW.replace("115000", "115.000")), ["13.4", "115000"]),
    (european(SHARE.replace("115000", "13.4"), ROW), ["13.4", "115000"]),
    (european(ROW.replace("115000", "115@000")), 'column value: "115,000"'),
    (european(ROW.replace("115000", "115.000")), "may be decimal signs or separate thousands"),
    (european(SHARE.replace("115000", "13@4"), ROW.replace("115000", "115000.0")), "may be decimal signs"),
    (european(SHARE.replace("115000", "13@4"), ROW.replace("115000", "n/a")), "This means that there is no figure"),
    ("sep=;\n" + european(SHARE.replace("115000", "13@4")), ["13.4"]),
    ("# from the archive\n" + european(SHARE.replace("115000", "13@4")), ["13.4"]),
    (european(SHARE.replace("115000", '"13@4"')).encode("utf-8-sig"), ["13.4"]),
    ((HEAD + ROW).replace(",", "\t"), ["115000"]),
    ((HEAD + ROW).replace(",", "|"), ["115000"]),
    ((HEAD + ROW).replace("\n", "\r\n"), ["115000"]),
    ((HEAD + ROW).replace("\n", "\r"), ["115000"]),
    ((HEAD + ROW).encode("utf-16-be"), "not text"),
    (("\ufeff" + HEAD + ROW).encode("utf-16-be"), ["115000"]),
    ((HEAD + ROW).encode("utf-32"), "not text"),
    ((HEAD + ROW + "\ufeff" + SHARE.replace("115000", "13.4")), ["115000", "13.4"]),
    ((HEAD + ROW).encode() + b"\xff\xfe", "not in UTF-8"),
    ((HEAD + ROW.replace("para 5", "caf\u00e9")).encode("latin-1"), "not in UTF-8"),
    (HEAD + ROW.replace("para 5", '"para\n5"'), ["115000"]),
    (HEAD + ROW.replace("para 5", "x" * 140_000), "more than 131,072 characters"),
    (HEAD + ROW.replace("115000", "1" * 5000), "A count must be a whole number"),
    (HEAD, "a header but no rows"),
    (" ", "The file is empty."),
    (HEAD + ROW.replace("\n", ",\n"), "Each row must have 8 cells"),
    (HEAD.replace("\n", ",,\n") + ROW.replace("\n", ",,\n"), "A column has no name."),
    (HEAD.replace("unit", "value") + ROW, "Two columns have the same name."),
    (HEAD.replace("unit", "Value") + ROW, 'column E: "Value"'),
    (HEAD.replace("period", "Year").replace("entity", "place") + ROW, 'column C: "Year"\n    Write "period".'),
    ("指标,地区,年份,数值,单位,bound,source_id,locator\n" + ROW, 'column D: "数值"\n    Write "value".'),
    ("Members\n" + HEAD + ROW, ["115000"]),
    (HEAD + ROW + ROW, "can give only one value"),
    (HEAD + ROW.replace("2021,115000", "115000,2021"), "Are period and value exchanged?"),
    (HEAD + ROW.replace("2021,115000", "13.4,2021"), "Are period and value exchanged?"),
    (HEAD + ROW.replace("members,All towns", "All towns,members"), "Are series and entity exchanged?"),
    (HEAD + ROW.replace("members,", "members,,").replace(",para 5", ""), "There is entity in period, period in value"),
    (HEAD + ROW.replace("members,", "").replace("\n", ",\n"), "Is the row shifted? There is entity in series"),
    (HEAD + "mmbers,Moon,2021,#REF!,cnt,=,new_1,p\n", "4 errors in 1 file."),
    (HEAD + SHARE.replace("2021,115000", "2022,0.143"), "Is it 14.3 percent? The value in line"),
    (HEAD + SHARE.replace("2021,115000", "2022,1430"), "Is it 14.3 percent?"),
    (HEAD + ROW.replace("members", "持证读者"), 'Did you mean "members"? Its name in tables is "持证读者数".'),
    (HEAD + ROW.replace("members", "Members of libraries"), 'is "Members of the libraries".'),
    (HEAD + "图书馆经费,Alder,2021,15,CNY million,=,herald_20220918,para 5\n",
     "These have this name in tables: budget (All towns; Threeland, in CNY million)."),
    (HEAD + ROW + "注：当年价格,,,,,,,\n资料来源,,,,,,,\n", "begin it with #.\n\n2 errors"),
    (NOTED + ROW.replace("115000", "1150000").replace("\n", ",\n"), "Is it 115000 count?"),
    (NOTED + ROW.replace("115000", "1150000").replace("\n", ",as printed: compared with page 5\n"), ["1150000"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "expected"), TABLES, ids=range(len(TABLES)))
def test_an_odd_table_is_read_as_meant_or_refused_in_a_sentence(offered, table, expected):
    check(offered(table), expected)


# cells of a workbook below the usual head: the values that are read, or what the message says
WORKBOOKS = [
    ({"D2": 115000.0}, ["115000"]),
    ({"D2": 115000.4999999999999}, "whole number"),
    ({"D2": 1.15e5}, ["115000"]),
    ({"D2": "=115000"}, "a formula"),
    ({"D2": "=A1&B1"}, "a formula"),
    ({"D2": True}, '"True"'),
    ({"D2": None}, "The cell is empty."),
    ({"D2": -0.0}, ["0"]),
    ({"D2": 1e300}, "too large to be plausible"),
    ({"C2": 2021.0}, ["115000"]),
    ({"C2": date(2021, 12, 31)}, ["115000"]),
    ({"C2": datetime(2021, 12, 31, 8, 30)}, "write 2021-12-31"),
    ({"C2": time(8, 30)}, "is not a period"),
    ({"B2": "All towns\n"}, ["115000"]),
    ({"B2": "_x202e_All towns"}, "The place is unknown"),
    ({"J2": "aside"}, "A column has no name."),
    ({"A3": "Source: the Herald"}, "looks like a note"),
    ({"A4": "# a remark"}, ["115000"]),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "expected"), WORKBOOKS, ids=range(len(WORKBOOKS)))
def test_an_odd_cell_of_a_workbook_is_read_as_meant_or_refused(sound, tmp_path, changed, expected):
    book = book_of([*FIELDS], [int(cell) if cell.isdigit() else cell for cell in FIELDS.values()])
    for place, cell in changed.items():
        book.active[place] = cell
    book.save(tmp_path / "t.xlsx")
    check(adding.offer(sound, tmp_path / "t.xlsx"), expected)


def test_hidden_rows_and_merged_cells_are_named_and_empty_sheets_left_out(sound, tmp_path):
    book = book_of([*FIELDS], [*FIELDS.values()])
    book.active.row_dimensions[2].hidden = True
    book.create_sheet("empty", 0)
    book.save(tmp_path / "t.xlsx")
    offer = adding.offer(sound, tmp_path / "t.xlsx")
    check(offer, ["115000"])
    assert "t.xlsx [Sheet]: hidden rows were read, too: 2." in offer.said
    book["Sheet"].merge_cells("A2:A3")
    book.save(tmp_path / "t.xlsx")
    assert "Cells are merged" in told(adding.offer(sound, tmp_path / "t.xlsx"))


OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("name", "says"),
    [("t.ods", "this one ends in .ods. Open it in a spreadsheet and save it as .xlsx"), ("t.xlsx", "not a workbook")],
)
def test_a_sheet_of_libreoffice_is_refused_with_the_way_to_save_it(sound, tmp_path, name, says):
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        packed.writestr("mimetype", OPEN_DOCUMENT)
        packed.writestr("content.xml", "<office:document-content/>")
        packed.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
    (problem,) = adding.offer(sound, tmp_path / name).problems
    assert says in f"{problem.rule} {problem.fix}"


# what is at the path, and what the message says
PATHS = [
    ("pipe.csv", os.mkfifo, "This is a pipe or a device, not a file."),
    ("pipe.py", os.mkfifo, "This is a pipe or a device, not a file."),
    ("zero.csv", lambda path: path.symlink_to("/dev/zero"), "This is a pipe or a device, not a file."),
    ("loop.csv", lambda path: path.symlink_to(path.name), "cannot be opened"),
    ("none.csv", lambda path: path.symlink_to("nowhere"), "The file does not exist."),
    ("gone.csv", lambda path: path.with_name("there.csv").touch(), "The folder has: there.csv"),
    ("folder.csv", Path.mkdir, "This is a folder, not a file."),
    ("x" * 300 + ".csv", lambda path: None, "cannot be opened (File name too long)"),
    ("nul\0.csv", lambda path: None, "cannot be opened (embedded null byte)"),
    ("t.csv/inside.csv", lambda path: path.parent.touch(), "The file does not exist."),
    ("no_ending", Path.touch, "this one ends in nothing"),
    ("t.xls", Path.touch, "this one ends in .xls"),
    ("EMPTY.CSV", Path.touch, "The file is empty."),
]


@pytest.mark.parametrize(("name", "make", "says"), PATHS, ids=range(len(PATHS)))
def test_what_is_no_file_of_figures_is_refused_without_reading_it(sound, tmp_path, name, make, says):
    make(tmp_path / name)
    assert says in told(adding.offer(sound, tmp_path / name))
