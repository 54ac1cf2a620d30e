"""Each bad table gets the message that `bad_tables/expected.txt` has for it, and leaves the data folder as it was."""

import re
import shutil
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from checkout import ROOT, contents
from click.testing import CliRunner
from data_of_towns import HEAD

from claimbook.commands import main
from claimbook.intake import adding

TABLES = ROOT / "engine" / "tests" / "intake" / "bad_tables"
EXPECTED = dict(
    re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", (TABLES / "expected.txt").read_text(encoding="utf-8"), re.M | re.S)
)


@pytest.fixture(autouse=True)
def in_the_small_project(monkeypatch, sound):
    monkeypatch.chdir(sound.parent)


def add(file: Path, *more: str):
    return CliRunner().invoke(main, ["data", "add", str(file), "--write", *more])


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_table_gets_its_message_and_changes_nothing(sound, name):
    before = contents(sound)
    result = add(TABLES / name)
    assert EXPECTED[name].strip() in result.output
    assert result.output.rstrip().endswith("Nothing was written.")
    assert isinstance(result.exception, SystemExit) and result.exit_code == 1  # no traceback
    assert contents(sound) == before


def test_every_bad_table_is_tried_and_there_are_many():
    assert set(EXPECTED) == {p.name for p in TABLES.iterdir() if p.name != "expected.txt"}
    assert len(EXPECTED) >= 60


def test_all_faults_of_a_table_and_of_its_sources_are_reported_at_once(offered):
    rows = ["members,All towns,2021,=1+1,count,=,new_1,p", "members,Moon,2020,#REF!,count,=,new_1,p"]
    rows.append("budget,Moon,2021,15,CNY million,=,new_2,p")
    sources = "source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade\n"
    sources += "new_1,T,T,P,MOST,2022-05,zh,x,yes,opening of the page,Z\n"
    found = offered(HEAD + "\n".join(rows) + "\n", around=sources).problems
    places = [f"{p.file.removesuffix('.csv')} {p.row} {p.column}" for p in found]
    assert ", ".join(places) == "new 2 value, around 2 grade, new 3 value, new 3 entity, new 4 source_id, new 4 entity"


def test_a_file_of_200_megabytes_is_refused_without_reading_it(sound, tmp_path):
    file = tmp_path / "large.csv"
    with file.open("wb") as stream:
        stream.write(b"series,entity,period\n")
        stream.truncate(200 * 2**20)  # sparse: takes no room on the disk
    tracemalloc.start()
    (reported,) = adding.offer(sound, file).problems
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "The file has 200 MB" in reported.rule and "50 MB" in reported.rule
    assert peak < 20 * 2**20


def test_a_workbook_that_unpacks_to_a_flood_is_refused_before_it_is_unpacked(sound, tmp_path):
    file = tmp_path / "flood.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (60 * 2**20))
    assert file.stat().st_size < 2**20
    (reported,) = adding.offer(sound, file).problems
    assert "unpacks to 60 MB" in reported.rule


def test_nothing_is_added_to_data_that_cannot_be_read(sound, tmp_path):
    broken = shutil.copytree(sound, tmp_path / "data")
    (broken / "units.csv").write_text("unit,canonical,factor\npersons,count,many\n")
    (reported,) = adding.offer(broken, TABLES / "word.csv").problems
    assert "make check" in reported.fix
