"""New figures find their place: what is read, what is new, where it goes, and that all of it is written or nothing."""

import re
import shlex
import shutil
import subprocess
from decimal import Decimal

import pytest
from checkout import ROOT
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from claimbook.commands import main
from claimbook.commands.data import newer
from claimbook.intake import adding, cells, description, problems, reading, validation
from claimbook.project.csv_tables import rows_in
from claimbook.project.files import folder_hash
from claimbook.run import effects
from claimbook.run.plan import Plan, make_plan
from torch_program.places import PROVINCES_ZH, ZonesAndProvinces
from torch_program.provinces import REGION_OF

HEAD = "series,entity,period,value,unit,bound,source_id,locator\n"
ROW = "htz_hnte,All zones,2021,115000,count,=,ed_20220918,para 5\n"
ZONE = "htz_hnte,中关村科技园区,2021,17000,count,=,ed_20220918,para 5\n"
ZONES = "figures/torch_zones.csv"


def rendered(offer) -> str:
    return validation.render(offer.problems)


def say(*words: str) -> str:
    done = CliRunner().invoke(main, ["data", *words])
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done.output


# cells and places -------------------------------------------------------------------------------------------


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_a_plain_number_is_left_alone_and_a_dressed_one_is_undressed(number):
    plain = format(number, "f")
    assert cells.plain_number_advice(plain) is None
    for dressed in (f"{number:,f}*", f"{plain}（注）", f"{plain} %"):
        assert Decimal(cells.plain_number_advice(dressed).plain) == number


@given(st.integers(0, 10**9))
def test_full_width_digits_are_the_same_digits(number):
    wide = str(number).translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)})
    assert cells.plain_number_advice(wide).plain == str(number)


@pytest.mark.parametrize("text", ["many", "1,23,4", "12-13", "", "1.2.3"])
def test_what_is_not_a_number_is_not_guessed(text):
    assert cells.plain_number_advice(text).plain == ""


@pytest.mark.parametrize(
    ("text", "plain"),
    [("2023年", "2023"), ("2023年前三季度", "2023Q1-3"), ("2022年1-7月", "2022M1-7"), ("2021–2023", "2021-2023")],
)
def test_periods_as_chinese_tables_print_them(text, plain):
    assert cells.period(text).plain == plain
    assert cells.period(plain) is None


def test_places_are_known_in_both_languages():
    zones = rows_in(ROOT / "data" / "zones.csv")
    places = ZonesAndProvinces({"zones": zones, "prefectures": rows_in(ROOT / "data" / "prefectures.csv")}, ())
    assert all(places.resolve(row[c]) == row["zone_en"] for row in zones for c in ("zone_zh", "zone_en"))
    assert {places.resolve(f"{name}省") for name in PROVINCES_ZH} == set(REGION_OF)
    assert places.resolve("内蒙古自治区") == "Inner Mongolia" and places.resolve("全国") == "China"
    assert places.resolve("宜昌高新区") == "" and places.suggest("宜昌高新区") == "Yichang High-tech Zone"
    assert places.resolve("火星高新区") == ""


@pytest.mark.parametrize(
    ("name", "province"),
    [("Hubei Province", "Hubei"), ("Beijing Municipality", "Beijing"), ("Tibet Autonomous Region", "Tibet"),
     ("Guangxi Zhuang Autonomous Region", "Guangxi"), ("Hubei Provinces", "")],
)  # fmt: skip
def test_a_province_with_its_rank_in_english_is_that_province(name, province):
    assert ZonesAndProvinces({"zones": [], "prefectures": []}, ()).resolve(name) == province


@pytest.mark.parametrize(
    ("word", "near"), [("GDP", "gdp"), ("gpd", "gdp"), ("Htz_GDP", "htz_gdp"), ("htz_gdp_2023", ""), ("xy", "")]
)
def test_a_name_in_capitals_or_with_two_letters_changed_is_suggested(word, near):
    said = problems.nearest(word, ["gdp", "htz_gdp", "xz"], "add it")
    assert said == (f'Did you mean "{near}"? Otherwise add it.' if near else "Add it.")


def test_a_unit_in_chinese_is_read_and_the_series_with_it(offered):
    offer = offered(HEAD + "#园区生产总值,All zones,2021,153000,亿元,=,ed_20220918,para 5\n")
    assert not offer.problems, rendered(offer)
    assert [(row["series"], row["unit"]) for row in offer.figures] == [("htz_gdp", "CNY 100 million")]
    assert "column unit: read 亿元 as CNY 100 million." in " ".join(offer.said)


def test_a_chinese_name_of_another_kind_of_place_names_the_series_that_has_it(offered):
    said = rendered(offered(HEAD + "园区生产总值,Hubei,2021,15,CNY trillion,=,ed_20220918,para 5\n"))
    assert "These have this name in tables: htz_gdp (All zones; zone, in CNY trillion)." in said


def test_lines_with_one_cell_look_like_notes(offered):
    said = rendered(offered(HEAD + ROW + "注：当年价格,,,,,,,\n资料来源,,,,,,,\n"))
    assert "looks like a note" in said and "begin it with #" in said and "2 errors" in said


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
    (sheet,) = reading.read_sheets(tmp_path / "t.xlsx")
    assert [texts[0] for _, texts in sheet.rows] == [text for *_, text in shown]


def test_a_stray_format_in_the_last_row_of_a_sheet_costs_nothing(tmp_path):
    book = Workbook()
    book.active["A1"] = "series"
    book.active["A1048576"].number_format = "0.0"
    book.save(tmp_path / "t.xlsx")
    (sheet,) = reading.read_sheets(tmp_path / "t.xlsx")
    assert sheet.rows == [(1, ["series"])]


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
    adding.replace_files(folder, offer.files)
    assert validation.find_faults(folder) == []  # in step with its description, too
    again = adding.offer(folder, tmp_path / "new.csv")
    assert (again.rows, len(again.repeated), again.files) == ({}, 1, {})


def test_a_value_far_from_its_neighbours_passes_when_the_note_says_that_it_was_printed_so(offered):
    head, row = HEAD.replace("locator\n", "locator,note\n"), ROW.replace("115000", "1150000").strip()
    assert "Is it 115000 count?" in rendered(offered(f"{head}{row},\n"))
    assert not offered(f"{head}{row},as printed: compared with page 5\n").problems


SOURCES = "source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade\n"
SOURCE = "new_1,T,T,P,MOST,2022-05,zh,terms not shown,yes,opening of the page,B\n"
SERIES = (
    "series,label,counts,entities,unit,dimension,numerator\n"
    "htz_cafes,Cafés,Cafés in zones,All zones,count,count of cafés,cafés\n"
)


def test_a_new_source_comes_with_its_figures(offered, sound):
    offer = offered(HEAD + ROW.replace("ed_20220918", "new_1"), around=SOURCES + SOURCE)
    assert not offer.problems, rendered(offer)
    assert set(offer.files) == {ZONES, "sources.csv", "datapackage.json"}
    assert offer.files["sources.csv"].startswith((sound / "sources.csv").read_bytes())


def test_a_source_that_no_new_row_cites_stays_out_and_is_not_a_fault(offered):
    offer = offered(HEAD + ROW, around=SOURCES + SOURCE)
    assert not offer.problems, rendered(offer)
    assert offer.said == ["sources.csv: not added, because no new row uses them: new_1"]
    assert set(offer.files) == {ZONES, "datapackage.json"}


@pytest.mark.parametrize(("published", "told"), [("2022-05", False), ("2024-05", True)])
def test_rows_that_the_edition_will_not_show_are_reported(folder, tmp_path, monkeypatch, published, told):
    monkeypatch.chdir(ROOT)
    (tmp_path / "new.csv").write_text(HEAD + ROW.replace("ed_20220918", "new_1"))
    (tmp_path / "sources.csv").write_text(SOURCES + SOURCE.replace("2022-05", published))
    files = [str(tmp_path / "new.csv"), "--sources", str(tmp_path / "sources.csv"), "--data", str(folder)]
    done = CliRunner().invoke(main, ["data", "add", *files, "--edition", "2023", "--write"])
    assert done.exit_code == 0, done.output
    assert ("1 row from sources published after 2023-12-31, the last day of edition 2023" in done.output) == told


def test_a_source_that_is_listed_with_other_words_is_reported(offered):
    listed = SOURCE.replace("new_1", "ed_20220918")
    assert "already has this row, with a different title" in rendered(offered(HEAD + ROW, around=SOURCES + listed))


def test_a_new_series_needs_a_topic(offered):
    cafes = ROW.replace("htz_hnte", "htz_cafes").strip()
    told = offered(f"{HEAD}{cafes}\n", around=SERIES)
    assert "needs a topic" in rendered(told) and "torch_zones" in rendered(told)
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
    assert set(offer.rows) == {ZONES, "sources.csv"} and offer.said == ["t.xlsx: these sheets were not read: scratch"]


# effects ----------------------------------------------------------------------------------------------------


def test_a_table_newer_than_the_edition_shows_is_reported_with_the_command(monkeypatch):
    monkeypatch.chdir(ROOT)
    plan = make_plan()
    rows = [{"series": "gdp", "entity": place, "period": "2024"} for place in "abcde"]
    assert 'panel_year = 2023. To see them once they are written: make report SET="panel_year=2024"' in newer(
        plan, rows
    )
    assert newer(plan, rows[:4]) == "", "a few places are no panel"


def test_a_comparison_needs_a_build_of_the_same_data(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    real = make_plan()
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
    assert built is None and "made from different data (data/zones.csv)" in why


@pytest.mark.book
def test_only_notebooks_that_read_a_changed_row_are_run_and_it_is_said_why(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    plan, merged = make_plan(), shutil.copytree(ROOT / "data", tmp_path / "data")
    talent = merged / "figures" / "talent.csv"
    talent.write_text(re.sub(r"(?m)^(returnees,.*)$", r"\1 ", talent.read_text(), count=1))
    read = {"3-4-talent-pipelines": ["1 row of returnees changed"]}
    assert effects.readers(plan, merged) == read
    (merged / "zones.csv").write_text((merged / "zones.csv").read_text() + "\n")
    assert effects.readers(plan, merged) == read, "a blank line is no row"


# back and out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", ["committed", "changed", "by nobody"])
def test_the_command_that_restores_what_was_written_is_the_last_thing_said(folder, tmp_path, monkeypatch, kept):
    def git(*words: str) -> None:
        settings = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *settings, *words], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.chdir(ROOT)
    (tmp_path / "new.csv").write_text(HEAD + ROW)
    if kept != "by nobody":
        git("init")
        git("add", "data")
        git("commit", "--message", "all")
    if kept == "changed":
        (folder / ZONES).write_text((folder / ZONES).read_text().replace("17.3", "17.4"))
        description.describe(folder)
    before = folder_hash(folder)
    back = say("add", str(tmp_path / "new.csv"), "--data", str(folder), "--write").splitlines()[-1]
    assert folder_hash(folder) != before
    if kept == "by nobody":
        assert back == "Undo: restore your own copy of these files, because git does not track them"
        return
    command, other, _ = back.removeprefix("Undo: ").partition(" (this also undoes your other changes")
    monkeypatch.chdir(tmp_path)
    subprocess.run(shlex.split(command), check=True)
    assert bool(other) == (folder_hash(folder) != before) == (kept == "changed")
