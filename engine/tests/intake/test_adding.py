"""Adding new figures: what is read, what is new, where it is inserted, and that all or nothing is written."""

import shlex
import shutil
import subprocess
from decimal import Decimal

import pytest
from checkout import ROOT
from click.testing import CliRunner
from data_of_towns import HEAD, ROW, accepted, book_of, told
from hypothesis import given
from hypothesis import strategies as st

from claimbook.commands import main
from claimbook.intake import adding, cells, description, problems, reading, validation
from claimbook.project.folders import folder_hash
from claimbook.run import build
from claimbook.run.plan import Plan, make_plan

TOWN = "members,Alder,2021,17000,count,=,herald_20220918,para 5\n"
TOWNS = "figures/towns.csv"


# cells and places -------------------------------------------------------------------------------------------


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_a_plain_number_is_not_changed_and_others_become_plain(number):
    plain = format(number, "f")
    assert cells.plain_number_advice(plain) is None
    full_width = plain.translate({ord("0") + i: chr(0xFF10 + i) for i in range(10)})
    for dressed in (f"{number:,f}*", f"{plain}（注）", f"{plain} %", full_width):
        assert Decimal(cells.plain_number_advice(dressed).plain) == number


@pytest.mark.parametrize(
    ("advice", "text", "plain"),
    [*((cells.plain_number_advice, text, "") for text in ("many", "1,23,4", "12-13", "", "1.2.3")),
     *((cells.period, text, plain) for text, plain in (
         ("2023年", "2023"), ("2023年前三季度", "2023Q1-3"), ("2022年1-7月", "2022M1-7"), ("2021–2023", "2021-2023"),
         ("20222", "2022"), ("44927", "2023-01-01")))],
)  # fmt: skip
def test_what_is_no_number_is_not_guessed_and_periods_are_read_as_tables_print_them(advice, text, plain):
    assert advice(text).plain == plain
    assert not plain or advice(plain) is None


@pytest.mark.parametrize(
    ("word", "near"),
    [("GDP", "gdp"), ("gpd", "gdp"), ("Budget", "budget"), ("budget_2023", ""), ("xy", ""), ("yb2024_t1", ""),
     ("office_20231221", "office_20231212")],
)  # fmt: skip
def test_a_name_in_capitals_or_with_two_letters_changed_is_suggested_but_not_one_of_another_year(word, near):
    output = problems.nearest(word, ["gdp", "budget", "xz", "yb2025_t1", "office_20231212"], "add it")
    assert output == (f'Did you mean "{near}"? Otherwise add it.' if near else "Add it.")


def test_a_unit_in_chinese_is_read_and_the_series_with_it(offered):
    offer = accepted(offered(HEAD + "#图书馆经费,All towns,2021,1530,万元,=,herald_20220918,para 5\n"))
    assert [(row["series"], row["unit"]) for row in offer.figures] == [("budget", "CNY 10,000")]
    assert "column unit: read 万元 as CNY 10,000." in " ".join(offer.said)


# reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_in_use_give_the_same_rows(offered, encoding):
    note = HEAD.replace("locator\n", "locator,note\n") + ROW.replace("\n", ",持证读者，年末\n")
    offer = accepted(offered(note.encode(encoding)))
    assert [row["note"] for row in offer.figures] == ["持证读者，年末"]
    assert bool(offer.said) == (encoding == "gb18030")  # the message names the encoding that has no mark


def test_a_number_of_a_workbook_keeps_the_digits_that_its_format_prints_and_a_stray_format_costs_nothing(tmp_path):
    shown = [(178, "0.0", "178.0"), (13.4, "General", "13.4"), (0.1 + 0.2, "General", "0.3")]
    shown += [(12345678.9, "#,##0.00", "12345678.90")]
    book = book_of(*([value] for value, _, _ in shown))
    for line, (_, form, _) in enumerate(shown, 1):
        book.active.cell(line, 1).number_format = form
    book.active["A1048576"].number_format = "0.0"
    book.save(tmp_path / "t.xlsx")
    (sheet,) = reading.read_sheets(tmp_path / "t.xlsx")
    assert sheet.rows == [(line, [text]) for line, (_, _, text) in enumerate(shown, 1)]


# merging ----------------------------------------------------------------------------------------------------


def test_new_rows_follow_earlier_rows_of_their_place_and_no_other_row_moves(offered, sound):
    offer = offered(HEAD + ROW + "budget,All towns,2021,15.3,CNY million,=,herald_20220918,para 1\n")
    before = (sound / TOWNS).read_text(encoding="utf-8").splitlines()
    after = offer.files[TOWNS].decode().splitlines()
    members = "members,All towns,2021,115000,count,=,,,,herald_20220918,para 5,,"
    budget = "budget,All towns,2021,15.3,CNY million,=,,,,herald_20220918,para 1,,"
    assert [line for line in after if line not in (members, budget)] == before
    assert after[after.index(members) - 1].startswith("members,All towns,2019")
    assert after[after.index(budget) + 1].startswith("budget,All towns,2022")
    assert set(offer.files) == {TOWNS, "datapackage.json"}


def test_new_rows_keep_the_order_of_time_among_each_other_and_new_places_follow_their_series(offered):
    years = (ROW.replace("2021", year) for year in ("2021", "2018", "2020"))
    towns = (TOWN.replace("2021", year) for year in ("2021", "2020"))
    offer = accepted(offered(HEAD + "".join([*towns, *years])))
    after = [line.split(",")[:3] for line in offer.files[TOWNS].decode().splitlines()]
    members = [row[1:] for row in after if row[0] == "members"]
    assert members[:4] == [["All towns", str(year)] for year in (2018, 2019, 2020, 2021)]
    assert members[4:] == [["Alder", "2020"], ["Alder", "2021"]]


def test_added_rows_are_sound_and_adding_them_again_adds_no_row(offered, folder, tmp_path):
    offer = offered(HEAD + ROW)
    offer.write(folder)
    assert validation.find_faults(folder) == []  # in step with its description, too
    again = adding.offer(folder, tmp_path / "new.csv")
    assert (again.rows, len(again.repeated), again.files) == ({}, 1, {})


SOURCES = "source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade\n"
SOURCE = "new_1,T,T,P,MOST,2022-05,zh,terms not shown,yes,opening of the page,B\n"
SERIES = (
    "series,label,counts,entities,unit,dimension,numerator\n"
    "cafes,Cafés,Cafés in towns,All towns,count,count of cafés,cafés\n"
)


@pytest.mark.parametrize(("cited", "files"), [("new_1", {"sources.csv"}), ("herald_20220918", set())])
def test_a_new_source_comes_with_figures_that_cite_it_and_otherwise_stays_out(offered, sound, cited, files):
    offer = accepted(offered(HEAD + ROW.replace("herald_20220918", cited), around=SOURCES + SOURCE))
    assert set(offer.files) == {TOWNS, "datapackage.json"} | files
    assert offer.said == ["sources.csv: not added, because no new row uses them: new_1"] * (not files)
    assert all(offer.files[name].startswith((sound / name).read_bytes()) for name in files)


@pytest.mark.parametrize(("published", "reported"), [("2022-05", False), ("2024-05", True)])
def test_rows_that_the_edition_will_not_show_are_reported(folder, tmp_path, monkeypatch, published, reported):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text(HEAD + ROW.replace("herald_20220918", "new_1"))
    (tmp_path / "sources.csv").write_text(SOURCES + SOURCE.replace("2022-05", published))
    files = ["new.csv", "--sources", "sources.csv"]
    done = CliRunner().invoke(main, ["data", "add", *files, "--edition", "2023", "--write"])
    assert done.exit_code == 0, done.output
    assert ("1 row from sources published after 2023-12-31, the last day of edition 2023" in done.output) == reported


def test_a_new_series_needs_a_topic(offered):
    cafes = ROW.replace("members", "cafes").strip()
    offer = accepted(offered(f"{HEAD.strip()},topic\n{cafes},towns\n", around=SERIES))
    assert set(offer.files) == {TOWNS, "series.csv", "datapackage.json"}


@pytest.mark.parametrize(
    ("row", "around", "says"),
    [
        (ROW.replace("members", "cafes"), SERIES, "needs a topic: the file in data/figures where its rows go."),
        (ROW.replace("members", "cafes"), SERIES, "Write one of these in the column topic: country, towns."),
        (ROW, SOURCES + SOURCE.replace("new_1", "herald_20220918"), "already has this row, with a different title"),
    ],
)
def test_what_comes_with_figures_and_does_not_fit_is_reported(offered, row, around, says):
    assert says in told(offered(HEAD + row, around=around))


@pytest.mark.parametrize(("title", "scratch"), [("figures", ["series", "value"]), ("new", ["x"])])
def test_sheets_of_a_workbook_may_hold_the_sources(sound, tmp_path, title, scratch):
    book = book_of(*(line.strip().split(",") for line in (HEAD, ROW.replace("herald_20220918", "new_1"))))
    book.active.title = title
    sheet = book.create_sheet("sources")
    for line in (SOURCES, SOURCE):
        sheet.append(line.strip().split(","))
    book.create_sheet("scratch", 0).append(scratch)
    book.save(tmp_path / "t.xlsx")
    offer = accepted(adding.offer(sound, tmp_path / "t.xlsx"))
    assert set(offer.rows) == {TOWNS, "sources.csv"} and offer.said == ["t.xlsx: these sheets were not read: scratch"]


# effects ----------------------------------------------------------------------------------------------------


def test_a_comparison_needs_a_build_of_the_same_data(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    real = make_plan()
    plan = Plan(tmp_path, real.edition, real.data)
    for name in ("_toc.yml", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    built, why = build.last_build(plan)
    assert built is None and why == "There is no report of edition 2026 to compare with"
    plan.staged("x").parent.mkdir(parents=True)
    for name in plan.notebooks:
        shutil.copy(plan.committed(name), plan.staged(name))
    plan.results.write_text("{}")
    shutil.copytree(real.data, plan.source / "data")
    assert build.last_build(plan)[0].build == plan.build
    (plan.source / "data" / "units.csv").write_text("changed\n")
    built, why = build.last_build(plan)
    assert built is None and "made from different data (data/units.csv)" in why


# back and out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", ["committed", "changed", "by nobody"])
def test_the_last_line_is_the_command_that_undoes_the_addition(folder, tmp_path, monkeypatch, kept):
    def git(*words: str) -> None:
        settings = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *settings, *words], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text(HEAD + ROW)
    if kept != "by nobody":
        git("init")
        git("add", "data")
        git("commit", "--message", "all")
    if kept == "changed":
        (folder / TOWNS).write_text((folder / TOWNS).read_text().replace("17.3", "17.4"))
        description.describe(folder)
    before = folder_hash(folder)
    done = CliRunner().invoke(main, ["data", "add", "new.csv", "--write"], catch_exceptions=False)
    back = done.output.splitlines()[-1]
    assert folder_hash(folder) != before
    if kept == "by nobody":
        assert back == "Undo: restore your own copy of these files, because git does not track them"
        return
    command, other, _ = back.removeprefix("Undo: ").partition(" (this also undoes your other changes")
    subprocess.run(shlex.split(command), check=True)
    assert bool(other) == (folder_hash(folder) != before) == (kept == "changed")
