"""Editions are read strictly, and every mistake is a sentence that names the fix."""

import json
import re
from pathlib import Path

import pytest
import yaml
from checkout import ROOT

from claimbook.project import editions, parameters
from claimbook.project.folders import UserError

STORED = yaml.safe_load((ROOT / "editions" / "2026.yml").read_text(encoding="utf-8"))["parameters"]
OTHERS = {name: value for name, value in STORED.items() if name not in {"edition", "cutoff", "panel_year"}}
GOOD = """\
title: All evidence
note: Everything.
parameters:
  edition: "2027"
  cutoff: "2027-06-30"
  panel_year: 2024
""" + "".join(f"  {name}: {json.dumps(value)}\n" for name, value in OTHERS.items())


def written(folder: Path, text: str, name: str = "2027") -> Path:
    (folder / "editions").mkdir(exist_ok=True)
    (folder / "editions" / f"{name}.yml").write_text(text)
    return folder


def test_an_edition_is_read_with_its_parameters_in_order(tmp_path: Path) -> None:
    edition = editions.read_edition(written(tmp_path, GOOD), "2027")
    assert edition.parameters.model_dump() == OTHERS | {"edition": "2027", "cutoff": "2027-06-30", "panel_year": 2024}


def test_files_of_an_edition_are_dated_by_its_cutoff(tmp_path: Path) -> None:
    text = GOOD.replace('"2027-06-30"', "2027-01-02")  # YAML reads a day without quotes as a date
    assert editions.read_edition(written(tmp_path, text), "2027").epoch == 1798848000


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("panel_year: 2024", "panle_year: 2024", "panle_year is unknown. Did you mean panel_year?"),
        ("panel_year: 2024", "", "panel_year is missing. It must be a whole year"),
        ("panel_year: 2024", "panel_year: 1950", "panel_year is 1950. It must be a whole year from 1988"),
        ("panel_year: 2024", "panel_year: 2028", "later than the cutoff 2027-06-30"),
        ("panel_year: 2024", "panel_year: 2027", "had ended by then, such as 2026"),
        ('edition: "2027"', "edition: 2027", "edition is 2027. It must be the name of its file, in quotes"),
        ('edition: "2027"', 'edition: "2026"', 'Write edition: "2027", or rename the file.'),
        ('"2027-06-30"', '"2027-06-31"', "cutoff is '2027-06-31'. It must be a day in quotes"),
        ('"2027-06-30"', "2027-06-31", "Correct it, and put dates in quotes."),
        ("title: All evidence", "titel: All evidence", "titel is unknown. Did you mean title?"),
        ("title: All evidence", "title: [", "line 3: The file is not readable as YAML"),
        (GOOD, "2027", "the file is 2027. It must be a block of fields: title, note, parameters."),
    ],
)
def test_a_mistake_is_reported_with_file_field_and_fix(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        editions.read_edition(written(tmp_path, GOOD.replace(old, new)), "2027")
    assert sentence in str(error.value)
    assert str(error.value).startswith("editions/2027.yml")


def test_an_unknown_edition_suggests_a_known_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Did you mean 2027.* edition new 2028"):
        editions.read_edition(written(tmp_path, GOOD), "2028")


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("title: All", "titel: All").replace('"2027-06-30"', "soon") + '  cut-off: "2027-01-01"\n'
    with pytest.raises(UserError) as error:
        editions.read_edition(written(tmp_path, text), "2027")
    output = str(error.value).splitlines()
    places = [(None, "title"), ("5", "parameters.cutoff"), ("7", "parameters.cut-off"), ("1", "titel")]
    assert [re.match(r"editions/2027.yml(?:, line (\d))?: (\S+)", line).groups() for line in output] == places
    assert "Did you mean cutoff?" in output[2]


def test_a_panel_year_may_end_on_the_day_of_the_cutoff(tmp_path: Path) -> None:
    whole = GOOD.replace("2024", "2027").replace("2027-06-30", "2027-12-31")
    assert editions.read_edition(written(tmp_path, whole), "2027").parameters.model_dump()["panel_year"] == 2027


def test_settings_change_the_parameters_and_the_name_of_a_run(tmp_path: Path) -> None:
    root = written(tmp_path, GOOD)
    edition = editions.read_edition(root, "2027", ["panel_year=2023", "cutoff=2024-12-31"])
    name = "2027+cutoff=2024-12-31+panel_year=2023"
    assert edition.parameters.model_dump() == OTHERS | {"edition": name, "cutoff": "2024-12-31", "panel_year": 2023}
    assert (edition.name, parameters.base_of(edition.name)) == (name, "2027")
    assert edition.title == "All evidence, with cutoff=2024-12-31, panel_year=2023"
    assert edition.epoch < editions.read_edition(root, "2027").epoch


def test_setting_a_parameter_to_its_value_changes_nothing(tmp_path: Path) -> None:
    root = written(tmp_path, GOOD)
    assert editions.read_edition(root, "2027", ["panel_year=2024"]) == editions.read_edition(root, "2027")


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("cutof=2024", "SET cutof=2024: cutof is unknown. Did you mean cutoff? Known: edition, cutoff, panel_year"),
        ("cutoff=2024-12-32", "SET cutoff=2024-12-32: cutoff is '2024-12-32'. It must be a day in quotes"),
        ("cutoff", "SET cutoff: write name=value, like cutoff=2024-12-31."),
        ("panel_year=soon", "SET panel_year=soon: panel_year is 'soon'. It must be a whole year from 1988 on"),
        ("cutoff=2020-06-30", "SET cutoff=2020-06-30: panel_year is 2024, later than the cutoff 2020-06-30."),
        ("edition=2023", "SET edition=2023: to choose another edition, write EDITION=2023."),
    ],
)
def test_a_wrong_setting_is_reported_with_its_fix(tmp_path: Path, setting: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        editions.read_edition(written(tmp_path, GOOD), "2027", [setting])
    assert str(error.value).startswith(sentence)


def test_all_wrong_settings_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        wrong = ["cutof=1", "panel_year=x", "cutoff=2024-12-31", "cutoff=2025"]
        editions.read_edition(written(tmp_path, GOOD), "2027", wrong)
    output = str(error.value)
    assert output.count("SET ") == 3
    assert "cutof is unknown" in output and "cutoff is set twice" in output and "panel_year is 'x'" in output
