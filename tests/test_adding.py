"""New figures find their place: what is read, what is new, where it goes, and that all of it is written or nothing."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import tiny_project
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from torch_program.commands import main
from torch_program.csv_tables import rows_in
from torch_program.intake import (
    adding,
    cells,
    cutting,
    description,
    effects,
    mapping,
    reading,
    tables,
    template,
    validation,
)
from torch_program.pipeline.plan import Plan, make
from torch_program.places import PROVINCES_ZH, Places
from torch_program.provinces import REGION_OF

ROOT = Path(__file__).parents[1]
HEAD = "series,entity,period,value,unit,bound,source_id,locator\n"
ROW = "htz_hnte,All zones,2021,115000,count,=,ed_20220918,para 5\n"
ZONE = "htz_hnte,中关村科技园区,2021,17000,count,=,ed_20220918,para 5\n"
ZONES = "figures/torch_zones.csv"


@pytest.fixture
def folder(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "data")


def rendered(offer) -> str:
    return validation.render(offer.problems)


# cells and places -------------------------------------------------------------------------------------------


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_a_plain_number_is_left_alone_and_a_dressed_one_is_undressed(number):
    plain = format(number, "f")
    assert cells.number(plain) is None
    for dressed in (f"{number:,f}*", f"{plain}（注）", f"{plain} %"):
        assert Decimal(cells.number(dressed).plain) == number


@given(st.integers(0, 10**9))
def test_full_width_digits_are_the_same_digits(number):
    wide = str(number).translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)})
    assert cells.number(wide).plain == str(number)


@pytest.mark.parametrize("text", ["many", "1,23,4", "12-13", "", "1.2.3"])
def test_what_is_no_number_is_not_guessed(text):
    assert cells.number(text).plain == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [("2023年", "2023"), ("2023年前三季度", "2023Q1-3"), ("2022年1-7月", "2022M1-7"), ("2021–2023", "2021-2023")],
)
def test_periods_as_chinese_tables_print_them(text, plain):
    assert cells.period(text).plain == plain
    assert cells.period(plain) is None


def test_places_are_known_in_both_languages():
    zones = rows_in(ROOT / "data" / "zones.csv")
    places = Places(zones, ())
    assert all(places.resolve(row[c]) == row["zone_en"] for row in zones for c in ("zone_zh", "zone_en"))
    assert {places.resolve(f"{name}省") for name in PROVINCES_ZH} == set(REGION_OF)
    assert places.resolve("内蒙古自治区") == "Inner Mongolia" and places.resolve("全国") == "China"
    assert places.resolve("宜昌高新区") == "" and places.suggest("宜昌高新区") == "Yichang High-tech Zone"
    assert places.resolve("火星高新区") == ""


# reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_in_use_give_the_same_rows(offered, encoding):
    note = HEAD.replace("locator\n", "locator,note\n") + ROW.replace("\n", ",高新技术企业，年末\n")
    offer = offered(note.encode(encoding))
    assert not offer.problems, rendered(offer)
    assert [row["note"] for row in offer.figures] == ["高新技术企业，年末"]
    assert bool(offer.said) == (encoding == "gb18030")  # the one that has no mark is told


def test_a_number_of_a_workbook_keeps_the_digits_that_its_format_prints(tmp_path):
    book = Workbook()
    shown = [(178, "0.0", "178.0"), (13.4, "General", "13.4"), (0.1 + 0.2, "General", "0.3")]
    shown += [(12345678.9, "#,##0.00", "12345678.90")]
    for line, (value, form, _) in enumerate(shown, 1):
        book.active.cell(line, 1, value).number_format = form
    book.save(tmp_path / "t.xlsx")
    (sheet,) = reading.read(tmp_path / "t.xlsx")
    assert [texts[0] for _, texts in sheet.rows] == [text for *_, text in shown]


def test_a_stray_format_in_the_last_row_of_a_sheet_costs_nothing(tmp_path):
    book = Workbook()
    book.active["A1"] = "series"
    book.active["A1048576"].number_format = "0.0"
    book.save(tmp_path / "t.xlsx")
    (sheet,) = reading.read(tmp_path / "t.xlsx")
    assert sheet.rows == [(1, ["series"])]


# wide tables ------------------------------------------------------------------------------------------------


YEARS = """\
注：表一
指标,单位,2020年,2021年
高新技术企业数,家,99000,115000
,,,
园区生产总值（亿元）,亿元,136000,—
"""
YEARS_MAPPING = """\
header: 2
entity: All zones
columns: years
indicators:
  column: 指标
  quantities:
    高新技术企业数: {series: htz_hnte, unit: count}
    园区生产总值（亿元）: {series: htz_gdp, unit: CNY 100 million}
missing: ["—"]
source_id: ed_20220918
locator: "table 1, row {row}, column {column}, {header}"
note: as told
"""


def test_years_across_become_a_figure_a_cell(offered):
    offer = offered(YEARS, YEARS_MAPPING)
    assert not offer.problems, rendered(offer)
    found = [(r["series"], r["entity"], r["period"], r["value"], r["unit"], r["locator"]) for r in offer.figures]
    assert found == [
        ("htz_hnte", "All zones", "2020", "99000", "count", "table 1, row 3, column C, 2020年"),
        ("htz_hnte", "All zones", "2021", "115000", "count", "table 1, row 3, column D, 2021年"),
        ("htz_gdp", "All zones", "2020", "136000", "CNY 100 million", "table 1, row 5, column C, 2020年"),
    ]
    assert offer.said == ["new.csv: not read, since the mapping does not name them: column B (单位)"]


def test_zones_down_and_one_indicator_with_years_across(offered):
    table = "名称,2020,2021\n中关村科技园区,16000,17000\n注：不含其他\n其他,1,2\n"
    wide = """\
entity: {column: 名称, skip: [其他]}
columns: years
quantity: {series: htz_hnte, unit: count}
source_id: ed_20220918
locator: "row {row}, {entity}, {period}"
"""
    offer = offered(table, wide)
    assert not offer.problems, rendered(offer)
    assert [r["locator"] for r in offer.figures] == [f"row 2, Zhongguancun Science Park, {y}" for y in (2020, 2021)]


def test_a_header_of_two_lines_with_merged_cells(tmp_path, sound):
    book = Workbook()
    for row in (["名称", "企业", ""], ["", "全部（家）", "高新（家）"], ["中关村科技园区", 24000, 17000]):
        book.active.append(row)
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "t.xlsx")
    declared = mapping.Mapping.model_validate(
        {
            "header": [1, 2],
            "entity": {"column": "名称"},
            "period": "2021",
            "columns": {"企业 / 高新（家）": {"series": "htz_hnte", "unit": "count"}},
            "source_id": "ed_20220918",
            "locator": "{column}{row}",
        }
    )
    stored, _ = tables.stored(sound)
    rows, problems, unread = cutting.figures(reading.read(tmp_path / "t.xlsx"), "m", declared, Places(stored.zones, ()))
    assert not problems
    assert [(r["value"], r["locator"], r["_value"]) for r in rows] == [("17000", "C3", "C (企业 / 高新（家）)")]
    assert unread == ["column B (企业 / 全部（家）)"]


def test_a_table_in_the_wrong_unit_is_noticed_by_its_sum(offered, sound):
    stored, _ = tables.stored(sound)
    names = [row["zone_zh"] for row in stored.zones]
    wide = 'entity: {column: 区}\nperiod: "2021"\ncolumns: {数: {series: htz_hnte, unit: "10,000"}}\n'
    wide += 'source_id: ed_20220918\nlocator: "row {row}"\n'
    (told,) = offered("区,数\n" + "".join(f"{name},0.02\n" for name in names), wide).problems
    assert "add up to about the total" in told.rule and "81000" in told.fix


# merging ----------------------------------------------------------------------------------------------------


def test_rows_go_behind_those_of_their_place_and_earlier_time_and_nothing_else_moves(offered, sound):
    offer = offered(HEAD + ROW + "htz_gdp,All zones,2021,15.3,CNY trillion,=,ed_20220918,para 1\n")
    before = (sound / ZONES).read_text(encoding="utf-8").splitlines()
    after = offer.files[ZONES].decode().splitlines()
    hnte = "htz_hnte,All zones,2021,115000,count,=,,,,ed_20220918,para 5,,"
    gdp = "htz_gdp,All zones,2021,15.3,CNY trillion,=,,,,ed_20220918,para 1,,"
    assert [line for line in after if line not in (hnte, gdp)] == before
    assert after[after.index(hnte) - 1].startswith("htz_hnte,All zones,2019")
    assert after[after.index(gdp) + 1].startswith("htz_gdp,All zones,2022")
    assert set(offer.files) == {ZONES, "datapackage.json"}


def test_what_was_added_is_sound_and_a_second_time_nothing_new(offered, folder, tmp_path):
    offer = offered(HEAD + ROW)
    adding.write(folder, offer.files)
    assert validation.check(folder) == []  # in step with its description, too
    again = adding.offer(folder, tmp_path / "new.csv")
    assert (again.rows, len(again.repeated), again.files) == ({}, 1, {})


def test_a_value_far_from_its_neighbours_passes_when_the_note_says_that_it_was_printed_so(offered):
    head, row = HEAD.replace("locator\n", "locator,note\n"), ROW.replace("115000", "1150000").strip()
    assert "Is it 115000 count?" in rendered(offered(f"{head}{row},\n"))
    assert not offered(f"{head}{row},as printed: compared with page 5\n").problems


SOURCES = "source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade\n"
SOURCE = "new_1,T,T,P,MOST,2022-05,zh,terms not shown,yes,opening of the page,B\n"
SERIES = "series,label,counts,unit,dimension,numerator\nhtz_cafes,Cafés,Cafés in zones,count,count of cafés,cafés\n"


def test_a_new_source_comes_with_its_figures(offered, sound):
    offer = offered(HEAD + ROW.replace("ed_20220918", "new_1"), around=SOURCES + SOURCE)
    assert not offer.problems, rendered(offer)
    assert set(offer.files) == {ZONES, "sources.csv", "datapackage.json"}
    assert offer.files["sources.csv"].startswith((sound / "sources.csv").read_bytes())


def test_a_source_that_no_new_row_cites_stays_out_and_is_no_fault(offered):
    offer = offered(HEAD + ROW, around=SOURCES + SOURCE)
    assert not offer.problems, rendered(offer)
    assert offer.said == ["sources.csv: not added, since no new row uses them: new_1"]
    assert set(offer.files) == {ZONES, "datapackage.json"}


@pytest.mark.parametrize(("published", "told"), [("2022-05", False), ("2024-05", True)])
def test_rows_that_the_edition_will_not_show_are_told(folder, tmp_path, monkeypatch, published, told):
    monkeypatch.chdir(ROOT)
    (tmp_path / "new.csv").write_text(HEAD + ROW.replace("ed_20220918", "new_1"))
    (tmp_path / "sources.csv").write_text(SOURCES + SOURCE.replace("2022-05", published))
    files = [str(tmp_path / "new.csv"), "--sources", str(tmp_path / "sources.csv"), "--data", str(folder)]
    done = CliRunner().invoke(main, ["data", "add", *files, "--edition", "2023", "--write"])
    assert done.exit_code == 0, done.output
    assert ("1 row of sources published after 2023-12-31, the last day of edition 2023" in done.output) == told


def test_a_source_that_is_listed_with_other_words_is_told(offered):
    listed = SOURCE.replace("new_1", "ed_20220918")
    assert "has this row already, with another title" in rendered(offered(HEAD + ROW, around=SOURCES + listed))


def test_a_new_series_needs_a_topic(offered):
    cafes = ROW.replace("htz_hnte", "htz_cafes").strip()
    told = offered(f"{HEAD}{cafes}\n", around=SERIES)
    assert "needs its topic" in rendered(told) and "torch_zones" in rendered(told)
    offer = offered(f"{HEAD.strip()},topic\n{cafes},torch_zones\n", around=SERIES)
    assert not offer.problems, rendered(offer)
    assert set(offer.files) == {ZONES, "series.csv", "datapackage.json"}


def test_sheets_of_a_workbook_may_hold_the_sources(sound, tmp_path):
    book = Workbook()
    book.active.title = "figures"
    for line in (HEAD, ROW.replace("ed_20220918", "new_1")):
        book.active.append(line.strip().split(","))
    book.active["F2"].data_type = "s"  # "=" is a bound, no formula
    sheet = book.create_sheet("sources")
    for line in (SOURCES, SOURCE):
        sheet.append(line.strip().split(","))
    book.create_sheet("scratch").append(["x"])
    book.save(tmp_path / "t.xlsx")
    offer = adding.offer(sound, tmp_path / "t.xlsx")
    assert not offer.problems, rendered(offer)
    assert set(offer.rows) == {ZONES, "sources.csv"} and offer.said == ["t.xlsx: not read: sheet scratch"]


# template ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_of_every_series_passes_as_nothing_new(tmp_path, ending):
    stored, package = tables.stored(ROOT / "data")
    columns = description.columns(description.schemas(package)["figures"])
    examples = template.rows(stored, stored.series)
    made = {"csv": template.as_csv, "xlsx": template.as_workbook}[ending](stored, examples, columns)
    (tmp_path / f"t.{ending}").write_bytes(made)
    offer = adding.offer(ROOT / "data", tmp_path / f"t.{ending}")
    assert (rendered(offer), offer.rows, offer.said) == ("The data pass every check.", {}, [])
    assert len(offer.repeated) == len(examples) > len(stored.series)


def test_a_template_has_the_last_period_and_says_what_is_allowed(sound):
    stored, package = tables.stored(sound)
    columns = description.columns(description.schemas(package)["figures"])
    examples = template.rows(stored, ["htz_gdp"])
    assert [row["period"] for row in examples] == ["2023Q1-3"]
    text = template.as_csv(stored, examples, columns).decode("utf-8-sig")
    assert "Unit: CNY trillion | CNY | CNY 1,000 | CNY 100 million | CNY billion" in text
    assert template.as_workbook(stored, examples, columns) == template.as_workbook(stored, examples, columns)
    with pytest.raises(template.UnknownSeries, match="Did you mean htz_gdp"):
        template.rows(stored, ["htz_gpd"])


# effects ----------------------------------------------------------------------------------------------------


def claim(name: str, verdict: str, *values: float) -> dict:
    measures = [{"label": f"of {v}", "value": v, "unit": "percent", "decides": False} for v in values]
    return {"id": name, "verdict": verdict, "measures": measures}


def test_claims_that_gain_lose_or_flip_are_told_flips_first():
    before = [claim("a", "close", 1), claim("b", "supported", 1, 2), claim("c", "close", 3)]
    after = [claim("a", "close", 1, 5), claim("b", "overstated", 2), claim("c", "close", 3)]
    one, other = effects.compare(before, after)
    assert (one.claim, one.before, one.after, one.lost) == ("b", "supported", "overstated", ("of 1: 1 percent",))
    assert (other.claim, other.flips, other.gained) == ("a", False, ("of 5: 5 percent",))


def test_a_comparison_needs_a_build_of_the_same_data(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    real = make()
    plan = Plan(tmp_path, real.edition, real.data)
    for name in ("_toc.yml", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    built, why = effects.last_build(plan)
    assert built is None and why == "There is no report of edition 2026 to compare with"
    plan.staged("x").parent.mkdir(parents=True)
    for name in plan.notebooks:
        shutil.copy(plan.committed(name), plan.staged(name))
    plan.results.write_text("{}")
    shutil.copytree(real.data, plan.source / "data")
    assert effects.last_build(plan)[0].build == plan.build
    (plan.source / "data" / "zones.csv").write_text("changed\n")
    built, why = effects.last_build(plan)
    assert built is None and "made from other data (data/zones.csv)" in why


def test_only_notebooks_that_read_a_changed_file_are_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    plan = make()
    assert effects.readers(plan, ["figures/talent.csv", "sources.csv"]) == ["3-4-talent-pipelines"]
    assert effects.readers(plan, ["zones.csv"]) == list(plan.sections)


def test_without_a_build_both_sides_are_run(tmp_path, monkeypatch):
    """The tiny project has no report yet, and the new value of its one figure changes what a notebook says."""
    folder = tiny_project.create(tmp_path / "project")
    for name in ("2-1-first", "4-2-second"):
        tiny_project.edit(folder / "notebooks" / f"{name}.ipynb", r"\"supported\"", r"str(value), \"measures\": []")
    monkeypatch.chdir(folder)
    plan = make()
    merged = shutil.copytree(folder / "data", tmp_path / "merged")
    (merged / "figures" / "one.csv").write_text("value\n117\n")
    said = []
    found = effects.effects(plan, None, merged, ["figures/one.csv", "datapackage.json"], said.append)
    assert [(m.claim, m.before, m.after) for m in found.moves] == [("first", "111", "117")]
    assert sorted(line.split("  ")[-1] for line in said) == ["2-1-first", "2-1-first as it is"]
