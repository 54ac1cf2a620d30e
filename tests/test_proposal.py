"""A mapping is proposed from the table itself, can always be read, and says what it is unsure of."""

import gzip
import re
from pathlib import Path

import pytest
import test_shapes
import yaml
from click.testing import CliRunner

from torch_program.commands import main
from torch_program.intake import cells, cutting, mapping, proposal, reading, tables
from torch_program.intake.problems import Refused
from torch_program.places import Places

ROOT = Path(__file__).parents[1]
YEARBOOK = ROOT / "tests" / "fixtures" / "yearbook_2025"


@pytest.fixture(scope="module")
def stored():
    return tables.stored(ROOT / "data")[0]


def proposed(stored, path: Path) -> tuple[dict, list[str]]:
    made = proposal.propose(reading.read(path), stored)
    return yaml.safe_load(made.text), made.unsure


def written(tmp_path: Path, name: str, content: str | bytes) -> Path:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path / name


def test_a_yearbook_with_merged_heads(stored):
    found, unsure = proposed(stored, YEARBOOK / "zones.xlsx")
    own = yaml.safe_load((YEARBOOK / "zones.yml").read_text(encoding="utf-8"))
    assert found["header"] == own["header"] and found["period"] == own["period"]
    assert found["entity"]["column"] == own["entity"]["column"] and found["entity"]["names"]["合计"] == "All zones"
    assert {head: q["unit"] for head, q in found["columns"].items()} == {
        h: q["unit"] for h, q in own["columns"].items()
    }
    assert found["columns"]["企业 / 高新技术企业数（家）"]["series"] == "htz_hnte"
    assert any(said.startswith("source_id:") for said in unsure) and any("合计" in said for said in unsure)


def test_years_across_and_indicators_down(stored):
    found, _ = proposed(stored, YEARBOOK / "economy.csv")
    own = yaml.safe_load((YEARBOOK / "economy.yml").read_text(encoding="utf-8"))
    for name in ("header", "entity", "columns", "missing"):
        assert found[name] == own[name]
    assert found["indicators"]["quantities"]["净利润（亿元）"] == own["indicators"]["quantities"]["净利润（亿元）"]


def test_a_long_table_a_download_of_the_world_bank_and_one_of_eurostat(stored, tmp_path):
    found, _ = proposed(stored, written(tmp_path, "long.csv", test_shapes.LONG.replace("Moon", "北京")))
    assert (found["value"], found["period"]) == ("value", {"column": "year"})
    assert found["entity"] == {"column": "zone"} and found["indicators"]["column"] == "indicator"
    archive = test_shapes.packed(API=test_shapes.WDI, Metadata="a,b\n1,2\n")
    found, unsure = proposed(stored, written(tmp_path, "API.zip", archive))
    assert (found["sheet"], found["header"], found["columns"]) == ("API", 5, "years")
    assert any("there are also Metadata" in said for said in unsure)
    table = "freq,geo\\TIME_PERIOD\t2020 \t2021 \nA,China\t24000 e\t: \n"
    found, _ = proposed(stored, written(tmp_path, "t.tsv.gz", gzip.compress(table.encode())))
    assert found["missing"] == [":"] and found["marks"] == {"e": "?"}


TABLES = [
    *sorted((ROOT / "tests" / "bad_tables").glob("wide_*.csv")),
    YEARBOOK / "zones.xlsx",
    YEARBOOK / "economy.csv",
]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_proposal_is_a_mapping_that_finds_its_columns(stored, tmp_path, path):
    made = proposal.propose(reading.read(path), stored)
    declared = mapping.read(written(tmp_path, "m.yml", re.sub(r"'\?'", "'left open'", made.text)))
    places = Places(stored.zones, {row["entity"] for row in stored.figures})
    rows, problems, _ = cutting.figures(reading.read(path), "m.yml", declared, places)
    assert rows and not [p for p in problems if p.file == "m.yml"], problems


def test_the_command_prints_or_writes_and_overwrites_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    table = str(YEARBOOK / "economy.csv")
    printed = CliRunner().invoke(main, ["data", "map", table])
    assert printed.exit_code == 0 and "columns: years" in printed.output
    out = tmp_path / "m.yml"
    done = CliRunner().invoke(main, ["data", "map", table, "--out", str(out)])
    assert done.exit_code == 0 and out.read_text(encoding="utf-8") == printed.output
    assert f"data add {table} --mapping {out}" in done.output
    assert CliRunner().invoke(main, ["data", "map", table, "--out", str(out)]).exit_code == 1
    assert "There is no such file" in CliRunner().invoke(main, ["data", "map", "none.csv"]).output


def test_codes_of_a_download_are_places_and_words_and_one_column_has_the_numbers(stored, tmp_path):
    head = "REF_AREA,Reference area,MEASURE,Measure,UNIT_MEASURE,TIME_PERIOD,OBS_VALUE,UNIT_MULT\n"
    rows = [
        f"{code},{name},{measure},{measure}ERD,{unit},2023,{value},0\n"
        for code, name in (("CHN", '"China (People’s Republic of)"'), ("USA", "United States"), ("OECD", "OECD"))
        for measure in "GB"
        for unit, value in (("PT_B1GQ", 2.56), ("USD_PPP", 811000))
    ]
    found, unsure = proposed(stored, written(tmp_path, "oecd.csv", head + "".join(rows)))
    assert found["value"] == "OBS_VALUE" and found["period"] == {"column": "TIME_PERIOD"}
    assert found["entity"]["names"] == {"China (People’s Republic of)": "China"}
    assert set(found["indicators"]["quantities"]) == {"G", "B"}
    assert any('only: {"UNIT_MEASURE": ["PT_B1GQ"]}' in said for said in unsure)
    assert not any("REF_AREA" in said or "Measure too" in said for said in unsure)  # they say the same as others


def test_places_in_codes_are_asked_for_and_marks_of_three_letters_are_marks(stored, tmp_path):
    table = "freq,unit,geo\\TIME_PERIOD\t2022 \t2023 \nA,PC_GDP,DE\t3.1 bep\t: c\nA,PC_GDP,KR\t5.2 \t5.3 p\n"
    found, unsure = proposed(stored, written(tmp_path, "t.tsv", table))
    assert found["entity"] == {"column": "geo", "names": {"DE": "?", "KR": "?"}}
    assert set(found["marks"]) == {"bep", "p"} and found["missing"] == [": c"]
    assert not any("no numbers" in said for said in unsure)


def test_numbers_that_look_like_years_are_numbers_and_a_total_is_the_whole(stored, tmp_path):
    rows = "".join(
        f"{zone},{2000 + n},{1900 + n}\n" for n, zone in enumerate(("武汉", "苏州工业园", "Zhongguancun Science Park"))
    )
    found, _ = proposed(
        stored, written(tmp_path, "firms.csv", f"zone,企业数（家）,工业总产值（亿元）\n合计,170000,90000\n{rows}")
    )
    assert list(found["columns"]) == ["企业数（家）", "工业总产值（亿元）"]
    assert found["entity"]["names"]["合计"] == "All zones" and "Wuhan" in found["entity"]["names"]["武汉"]
    provinces, _ = proposed(
        stored, written(tmp_path, "p.csv", "地区,企业数（家）\n总计,170000\n北京,3000\n天津,2000\n河北,10\n")
    )
    assert provinces["entity"]["names"] == {"总计": "China"}


def test_names_that_begin_like_known_ones_are_named_where_most_are_left(stored, tmp_path):
    rows = "".join(f"Country {n},X,1.{n}\n" for n in range(30))
    table = f'Country Name,Code,2023\nChina,CHN,2.5\n"Korea, Rep.",KOR,4.9\n{rows}'
    found, unsure = proposed(stored, written(tmp_path, "w.csv", table))
    assert found["only"] == {"Country Name": ["China"]}
    assert any("Korea, Rep. = Korea" in said for said in unsure)


@pytest.mark.parametrize(
    ("printed", "unit"), [("100 million yuan", "CNY 100 million"), ("10,000 yuan", "CNY 10,000"), ("RMB", "CNY")]
)
def test_units_in_english_are_those_of_the_register(printed, unit):
    assert cells.unit(printed) == unit


def test_what_is_left_open_is_told_with_its_line(stored, tmp_path):
    made = proposal.propose(reading.read(YEARBOOK / "zones.xlsx"), stored)
    with pytest.raises(Refused) as told:
        mapping.read(written(tmp_path, "m.yml", made.text))
    lines = made.text.splitlines()
    assert {p.rule for p in told.value.problems} == {"This is left to be filled in."}
    assert all("?" in lines[p.row - 1] for p in told.value.problems)
    assert "source_id" in {p.column for p in told.value.problems}
