"""Editions are read strictly, and every mistake is a sentence that names the fix."""

from pathlib import Path

import pytest

from torch_program.pipeline import editions

GOOD = """\
title: All evidence
note: Everything.
parameters:
  edition: "2027"
  cutoff: "2027-06-30"
  panel_year: 2024
"""


def written(folder: Path, text: str, name: str = "2027") -> Path:
    (folder / "editions").mkdir(exist_ok=True)
    (folder / "editions" / f"{name}.yml").write_text(text)
    return folder


def test_an_edition_is_read_with_its_parameters_in_order(tmp_path: Path) -> None:
    edition = editions.read(written(tmp_path, GOOD), "2027")
    assert edition.parameters.model_dump() == {"edition": "2027", "cutoff": "2027-06-30", "panel_year": 2024}


def test_files_of_an_edition_are_dated_by_its_cutoff(tmp_path: Path) -> None:
    text = GOOD.replace("2027-06-30", "2027-01-02")
    assert editions.read(written(tmp_path, text), "2027").epoch == 1798848000


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("panel_year: 2024", "panle_year: 2024", "parameters.panle_year is unknown. Did you mean panel_year?"),
        ("panel_year: 2024", "", "parameters.panel_year is missing. It must be a whole year"),
        ("panel_year: 2024", 'panel_year: "2024"', "parameters.panel_year is '2024'. It must be a whole year"),
        ("panel_year: 2024", "panel_year: 1950", "parameters.panel_year is 1950. It must be a whole year from 1988"),
        ("panel_year: 2024", "panel_year: 2028", "later than the cutoff 2027-06-30"),
        ('edition: "2027"', "edition: 2027", "parameters.edition is 2027. It must be text in quotes"),
        ('edition: "2027"', 'edition: "2026"', 'Write edition: "2027", or rename the file.'),
        ('"2027-06-30"', "2027-06-30", "parameters.cutoff is 2027-06-30 without quotes. It must be a day in quotes"),
        ('"2027-06-30"', '"2027-06-31"', "parameters.cutoff is '2027-06-31'. It must be a day in quotes"),
        ('"2027-06-30"', '"20270630"', "parameters.cutoff is '20270630'. It must be a day in quotes"),
        ('"2027-06-30"', "2027-06-31", "holds a date that does not exist"),
        ("title: All evidence", "titel: All evidence", "titel is unknown. Did you mean title?"),
        ("title: All evidence", "title: [", "line 3: not readable as YAML"),
        (GOOD, "2027", "must hold the fields title, note, parameters"),
    ],
)
def test_a_mistake_is_told_with_file_field_and_fix(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(editions.EditionError) as error:
        editions.read(written(tmp_path, GOOD.replace(old, new)), "2027")
    assert sentence in str(error.value)
    assert str(error.value).startswith("editions/2027.yml")


def test_an_unknown_edition_suggests_a_known_one(tmp_path: Path) -> None:
    with pytest.raises(editions.EditionError, match="Did you mean 2027.*copy editions/2026.yml to editions/2028.yml"):
        editions.read(written(tmp_path, GOOD), "2028")


@pytest.mark.parametrize("name", ["2023", editions.DEFAULT])
def test_the_shipped_editions_are_valid(root: Path, name: str) -> None:
    assert editions.read(root, name).name == name
