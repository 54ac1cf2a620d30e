"""What came in by a command is listed, and taken back whole, byte by byte, the last addition first."""

import shutil
from pathlib import Path

import pytest
import real_project
from click.testing import CliRunner

from torch_program.commands import main
from torch_program.intake import adding, journal, validation
from torch_program.pipeline.files import folder_hash
from torch_program.pipeline.plan import make

ROOT = Path(__file__).parents[1]
HEAD = "series,entity,period,value,unit,bound,source_id,locator\n"
TABLES = {
    "one.csv": "htz_hnte,All zones,2021,115000,count,=,ed_20220918,para 5\n",
    "two.csv": "htz_hnte,All zones,2019,85000,count,=,ed_20220918,para 1\n",  # contradicts a stored value
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    for name, row in TABLES.items():
        (tmp_path / name).write_text(HEAD + row)
    return real_project.sound_data(tmp_path / "data")


def say(folder: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["data", *words, "--data", str(folder)])
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done.output


def add(folder: Path, name: str) -> str:
    how = ("--conflict", "told", "--write")
    return say(folder, "add", str(folder.parent / name), *how)


def test_what_was_kept_and_cannot_be_read_is_told(folder):
    add(folder, "one.csv")
    (kept,) = (folder / journal.FOLDER).glob("*.zip")
    for content in (b"no zip", b""):
        kept.write_bytes(content)
        for verb in ("log", "undo"):
            assert f"{kept}: what was kept of an addition cannot be read" in say(folder, verb)


def test_a_conflict_of_another_form_is_refused(folder):
    said = say(folder, "add", str(folder.parent / "two.csv"), "--conflict", "My Word!", "--write")
    assert '--conflict: "My Word!"' in said and 'Write "my-word".' in said and "Nothing was written." in said


def test_additions_are_listed_and_taken_back_one_by_one(folder):
    states = [folder_hash(folder)]
    for name in TABLES:
        assert "Go back: torch-program data undo" in add(folder, name)
        states.append(folder_hash(folder))
    assert len(set(states)) == 3
    first, second = say(folder, "log").splitlines()
    assert "one.csv  (figures/torch_zones.csv: 1)" in first and "two.csv" in second
    assert "Would take back" in say(folder, "undo") and folder_hash(folder) == states[2]
    for state in (states[1], states[0]):
        assert "Taken back" in say(folder, "undo", "--write")
        assert folder_hash(folder) == state
    assert "nothing to take back" in say(folder, "undo", "--write")
    assert say(folder, "log") == "Nothing was added to these data by a command.\n"
    assert validation.check(folder) == []


def test_what_was_changed_since_stands_in_the_way(folder):
    add(folder, "one.csv")
    path = folder / "figures" / "torch_zones.csv"
    path.write_text(path.read_text().replace("17.3", "17.4"))
    before = folder_hash(folder)
    assert "figures/torch_zones.csv: changed since one.csv was added" in say(folder, "undo", "--write")
    assert folder_hash(folder) == before and len(journal.additions(folder)) == 1


def test_an_addition_that_does_not_come_about_is_not_listed(folder, monkeypatch):
    def fails(*words):
        raise OSError(28, "full", "there")

    monkeypatch.setattr(adding, "write", fails)
    assert "the disk is full" in add(folder, "one.csv")
    assert journal.additions(folder) == []


def test_the_journal_is_no_part_of_the_evidence(folder):
    plan = make(data=str(folder))
    before = set(plan.data_files)
    add(folder, "one.csv")
    assert set(make(data=str(folder)).data_files) == before
    copy = shutil.copytree(folder, folder.parent / "copy", ignore=shutil.ignore_patterns(journal.FOLDER))
    assert folder_hash(copy) == folder_hash(folder)
    assert f"{journal.FOLDER}/\n" in (ROOT / ".gitignore").read_text()


def test_a_source_goes_with_its_figures_and_the_conflict_that_it_made_and_can_come_back(folder):
    states = [folder_hash(folder)]
    add(folder, "two.csv")
    states.append(folder_hash(folder))
    said = say(folder, "remove", "atf_2020", "--write")  # the one that two.csv contradicts
    assert "figures/torch_zones.csv: 1 row goes" in said and "no conflict any more" in said
    text = (folder / "figures" / "torch_zones.csv").read_text()
    assert "atf_2020" not in text + (folder / "sources.csv").read_text() and "told" not in text
    assert validation.check(folder) == []
    assert "without atf_2020" in say(folder, "log").splitlines()[-1]
    say(folder, "undo", "--write")
    assert folder_hash(folder) == states[1]
    say(folder, "undo", "--write")
    assert folder_hash(folder) == states[0]


def test_a_series_goes_with_its_last_figure(folder):
    assert "series.csv: 1 row goes" in say(folder, "remove", "torch_talent_2021", "--write")
    assert "htz_employees" not in (folder / "series.csv").read_text() and validation.check(folder) == []


def test_a_source_that_is_cited_elsewhere_or_is_none_stays(folder):
    before = folder_hash(folder)
    assert "as long as something else cites it" in say(folder, "remove", "sc_1992_169", "--write")
    assert 'Did you mean "atf_2020"?' in say(folder, "remove", "atf2020", "--write")
    assert folder_hash(folder) == before
    (folder / "units.csv").write_text("unit,canonical,factor\npersons,count,many\n")
    assert "`make check` says what to mend first" in say(folder, "remove", "atf_2020", "--write")
