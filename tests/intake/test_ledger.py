"""Each typical mistake in the ledger is reported with its line; the project's ledger has none."""

import json
from pathlib import Path

import pytest
from checkout import ROOT
from data_of_towns import read_cases

from claimbook.intake import ledger

TEXT = (Path(__file__).parent / "three_claims.yml").read_text()
NOTEBOOK = """\
section = Section("1", edition=edition, cutoff=cutoff)
section.judge("towns", lambda ev: [measure.override(scope="of the notebook")])
@section.judge("open")
def opened(ev):
    return []
section.judge_causal("made", ev.estimates("made"))
"""


def notebook(path: Path, code: str) -> None:
    cell = {"cell_type": "code", "source": code, "metadata": {}, "id": "x", "outputs": [], "execution_count": None}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))


@pytest.fixture
def three_claims(tmp_path):
    """A ledger of three claims, the register and the search log that go with it, and the notebook that judges them."""
    (tmp_path / "data").mkdir()
    (tmp_path / "notebooks").mkdir()
    for name, text in {
        "claims.yml": TEXT,
        "series.csv": "series,unit,dimension,numerator,base,mode,scope,stage,sector\n"
        "libraries,count,count of towns,,,stock,all towns,,\nbudget,CNY,money,,,flow,,,\n",
        "studies.csv": "claim_ids,outcome_group\nmade,jobs\n",
        "units.csv": "unit,canonical,factor\nthousand,count,1000\n",
        "search_log.csv": "looked_for,claim_ids\nnothing,\n",
    }.items():
        (tmp_path / "data" / name).write_text(text)
    notebook(tmp_path / "notebooks" / "1-one.ipynb", NOTEBOOK)
    return tmp_path


def messages(folder: Path) -> list[str]:
    declared = ledger.ledger_faults(folder / "data")
    found = declared.problems + ledger.ledger_use_faults(
        declared, folder / "data", ledger.read_codes(folder / "notebooks")
    )
    return [str(problem) for problem in found]


def test_a_sound_ledger_has_no_fault_and_neither_has_that_of_the_project(three_claims):
    assert messages(three_claims) == []
    assert messages(ROOT) == []


SLIPS = [*read_cases(Path(__file__).parent / "bad_ledgers.yml"), (TEXT, "[" * 5000, "line 1", "brackets are closed")]


@pytest.mark.parametrize(("old", "new", "where", "fix"), SLIPS)
def test_a_fault_is_reported_with_its_line_and_the_edit_that_fixes_it(three_claims, old, new, where, fix):
    assert (old or TEXT) in TEXT
    (three_claims / "data" / "claims.yml").write_text(TEXT.replace(old or TEXT, new, 1))
    found = messages(three_claims)
    assert where in found[0] and fix in found[0], found
    assert len(found) == 1 or old and "id: towns" in old and "id" in new, found  # one slip does not come back as ten


def test_a_claim_without_a_facet_that_every_series_has_gets_a_warning(three_claims):
    ledger_file = three_claims / "data" / "claims.yml"
    without = TEXT.replace("      scope: all towns\n", "")
    without = without.replace("    grid:\n      scope: [all towns, of the notebook]\n", "")
    ledger_file.write_text(without)
    assert messages(three_claims) == [
        "claims.yml, line 9, column claims.towns.facets. Every series that would fit has a scope, but the claim "
        "does not, so no series can decide it. libraries: add what you mean (scope: all towns), or leave it as it is."
    ]
    reading = "    readings: [{name: all, facets: {scope: all towns}}]\n    window"
    ledger_file.write_text(without.replace("    window", reading))
    assert messages(three_claims) == []


def test_bytes_that_are_not_text_are_reported(three_claims):
    (three_claims / "data" / "claims.yml").write_bytes("text_date: 日".encode("gb18030"))
    assert "line 1. The file is not UTF-8" in messages(three_claims)[0]


def test_a_word_without_series_is_right_after_an_unsuccessful_search_but_a_typing_error_is_not(three_claims):
    log = three_claims / "data" / "search_log.csv"
    other = three_claims / "data" / "claims.yml"
    other.write_text(TEXT.replace("count of towns", "share of dreams"))
    assert "unsuccessful search in search_log.csv" in messages(three_claims)[0]
    log.write_text("looked_for,claim_ids\ndreams,towns\n")
    assert messages(three_claims) == []
    other.write_text(TEXT.replace("count of towns", "share of dreams").replace("unit: count}", "unit: dream}"))
    (sentence,) = messages(three_claims)
    assert "column claims.towns.test.unit" in sentence and "Write a unit from series.csv" in sentence
    other.write_text(TEXT.replace("count of towns", "count of town"))
    assert 'Did you mean "count of towns"?' in messages(three_claims)[0]
    other.write_text(TEXT.replace("jobs, way", "wages, way"))
    assert "unsuccessful search in search_log.csv" in messages(three_claims)[0]
    log.write_text("looked_for,claim_ids\nwages,made\n")
    assert messages(three_claims) == []


# notebooks besides the sound one, or instead of it, and the only fault that is reported
NOTEBOOKS = [
    ({"1-one": NOTEBOOK + 'section.judge("closed", lambda ev: {})\n'},
     'notebooks/1-one.ipynb: "closed". The notebook judges a claim that is not in claims.yml. '
     "Add the claim to claims.yml."),
    ({"1-one": NOTEBOOK.replace('"1"', '"7"')},
     'claims.yml, line 4, column claims.towns.section: "1". No notebook has this section. '
     "notebooks/1-one.ipynb says that it is section 7: correct it there."),
    ({"1-one": None, "7-one": NOTEBOOK.replace('"1"', '"7"')},
     'claims.yml, line 4, column claims.towns.section: "1". No notebook has this section. '
     "Correct it here and in 2 more claims, or add a notebook with Section('1'). Known sections: 7."),
    ({"1-one": NOTEBOOK.replace('"towns"', '"towns of old"'), "2-two": 'Section("2").judge("towns", found)'},
     'claims.yml, line 3, column claims.towns.id: "towns". The notebook of its section does not judge this claim. '
     'notebooks/2-two.ipynb judges it: write section: "2".'),
    ({"1-one": NOTEBOOK + 'text = "?"\n'},
     'notebooks/1-one.ipynb: "?". A cell is not filled in yet. Fill in the cells that contain "?".'),
]  # fmt: skip


@pytest.mark.parametrize(("notebooks", "reported"), NOTEBOOKS)
def test_a_notebook_and_the_ledger_that_do_not_agree_are_reported(three_claims, notebooks, reported):
    for name, code in notebooks.items():
        path = three_claims / "notebooks" / f"{name}.ipynb"
        notebook(path, code) if code else path.unlink()
    assert reported in messages(three_claims)
    assert len([sentence for sentence in messages(three_claims) if "towns of old" not in sentence]) == 1


def test_a_notebook_that_cannot_be_read_is_not_a_fault_of_the_ledger(three_claims):
    (three_claims / "notebooks" / "1-one.ipynb").write_text("<<<<<<<\n{")  # reported where its parameters are checked
    assert not [sentence for sentence in messages(three_claims) if "has this section" in sentence]
