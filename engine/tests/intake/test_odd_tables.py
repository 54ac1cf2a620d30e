"""Tables as publishers print them become a tidy frame, and a script of a few lines makes figures of it."""

from pathlib import Path

import pytest
from data_of_towns import accepted, read_cases, told
from openpyxl import Workbook

from claimbook.intake import read_table
from claimbook.intake.new_rows import run_script
from claimbook.intake.problems import Refused

TABLES = read_cases(Path(__file__).parent / "printed_tables.yml")


@pytest.fixture
def read(tmp_path):
    """The numbers of a table in text as (label, head, unit, value, cell)."""

    def numbers(text: str | bytes):
        path = tmp_path / "t.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        frame = read_table(path)
        return list(frame[["label", "head", "unit", "value", "cell"]].itertuples(index=False, name=None))

    return numbers


@pytest.mark.parametrize("case", TABLES)
def test_the_numbers_of_a_table_have_their_labels_heads_and_units(read, case):
    table = TABLES[case]
    assert read(table["table"].encode(table.get("encoding", "utf-8"))) == list(map(tuple, table["numbers"]))


def test_a_head_of_two_lines_with_merged_cells(tmp_path):
    book = Workbook()
    for row in (["名称", "企业", ""], ["", "全部（家）", "青年（家）"], ["Alder", 24000, 17000.50]):
        book.active.append(row)
    book.active["C3"].number_format = "0.00"
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("B1:C1")
    book.create_sheet("other").append(["x"])
    book.save(tmp_path / "t.xlsx")
    frame = read_table(tmp_path / "t.xlsx", sheet="Sheet")
    assert frame.values.tolist() == [
        ["t.xlsx [Sheet]", 3, "B3", "Alder", "企业 / 全部", "count", "24000"],
        ["t.xlsx [Sheet]", 3, "C3", "Alder", "企业 / 青年", "count", "17000.50"],
    ]
    for sheet, says in (("", "several sheets"), ("Shet", 'Did you mean "Sheet"')):
        with pytest.raises(Refused, match=says):
            read_table(tmp_path / "t.xlsx", sheet=sheet)


# scripts --------------------------------------------------------------------------------------------------------

SCRIPT = """\
from pathlib import Path
from claimbook.intake import read_table
figures = read_table(Path(__file__).with_name("table.csv"))
figures = figures.assign(series="members", entity=figures["label"], period="2021", source_id="herald_20220918")
figures["locator"] = "table 1, cell " + figures["cell"]
"""
TABLE = "图书馆,持证读者数（家）\nAlder,17000\n"


@pytest.fixture
def ran(offered_by_script):
    """Offer the figures of SCRIPT, changed at one place, or from another table."""
    return lambda old="", new="", table=TABLE: offered_by_script(SCRIPT.replace(old, new), table)


def test_a_script_makes_figures_of_a_table_and_units_are_read_in_chinese(ran):
    offer = accepted(ran())
    (row,) = offer.figures
    assert (row["entity"], row["value"], row["unit"], row["bound"]) == ("Alder", "17000", "count", "=")
    assert row["locator"] == "table 1, cell B2"


@pytest.mark.parametrize(
    ("old", "new", "table", "says"),
    [
        ("", "", TABLE + "宜昌图书馆,9\n", 'table.csv, line 3, column entity: "宜昌图书馆"'),
        ("", "", TABLE + ",9\n", "table.csv, line 3, column entity\n    Fill it in"),
        ("", "", TABLE.replace("17000", "17000*"), 'table.csv, line 2, column B (持证读者数): "17000*"'),
        ("period=", "perod=", TABLE, "new.py [figures], line 1, column period\n    Add it:"),
        ('figures["cell"]', 'figures["cel"]', TABLE, "new.py, line 5\n    Run python"),
        ("figures = read", "numbers = read", TABLE, "new.py, line 4"),
        ("figures", "rows", TABLE, "The script does not define a data frame `figures`."),
        ("table.csv", "other.csv", TABLE, "The file does not exist.\n  "),
    ],
)
def test_a_fault_is_reported_where_the_number_is_printed_or_the_script_stops(ran, old, new, table, says):
    offer = ran(old, new, table)
    assert says in told(offer) and not offer.files, told(offer)


def test_numbers_of_a_frame_keep_their_digits_and_an_empty_frame_adds_no_row(offered):
    code = """\
import pandas as pd
figures = pd.DataFrame({"series": "budget", "entity": "全国", "period": 2021, "value": [VALUE], "unit": "CNY",
                        "source_id": "herald_20220918", "locator": "p", "note": None})
"""
    for value, written in (("15300000000000.0", "15300000000000"), ("1.53e13", "15300000000000"), ("15.25", "15.25")):
        (row,) = offered(code.replace("VALUE", value), name="n.py").rows.get("figures/towns.csv", [{}])
        assert row.get("value") == written
    offer = offered(code.replace("[VALUE]", "[]"), name="n.py")
    assert (offer.problems, offer.rows) == ([], {})


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ("table", "6 numbers in the table, all used."),
        ("read_table(Path(__file__).with_name('t.csv'))", "6 numbers in the table, all used."),  # read twice
        ("table[table['head'] != '2022']", "6 numbers in the table, 3 used; not used: column 2022."),
        ("table[table['label'] != '北京']", "6 numbers in the table, 4 used; not used: row 北京."),
        ("table[table['cell'] != 'C3']", "6 numbers in the table, 5 used; not used: cell C3 (天津, 2022)."),
        ("table[(table['head'] != '2022') | (table['label'] == '北京')]",
         "6 numbers in the table, 4 used; not used: cell C3 (天津, 2022), cell C4 (河北, 2022)."),
        ("table.drop(columns='cell')", "6 numbers. Keep the columns file and cell to see which ones you used."),
    ],
)  # fmt: skip
def test_what_a_script_leaves_out_of_its_table_is_listed(tmp_path, chosen, says):
    (tmp_path / "t.csv").write_text("地区,2021,2022\n北京,1,2\n天津,3,4\n河北,5,6\n")
    read = "table = read_table(Path(__file__).with_name('t.csv'))"
    lines = ("from pathlib import Path", "from claimbook.intake import read_table", read, f"figures = {chosen}")
    (tmp_path / "t.py").write_text("\n".join(lines))
    _, output = run_script(tmp_path / "t.py", tmp_path)
    assert output == [f"t.csv: {says}"]
