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
    declared, codes = ledger.ledger_faults(folder / "data"), ledger.read_codes(folder / "notebooks")
    return list(map(str, declared.problems + ledger.ledger_use_faults(declared, folder / "data", codes)))


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


NOTEBOOKS = read_cases(Path(__file__).parent / "bad_notebooks.yml")


@pytest.mark.parametrize("case", NOTEBOOKS, ids=range(len(NOTEBOOKS)))
def test_a_notebook_and_the_ledger_that_do_not_agree_are_reported(three_claims, case):
    for name, change in case["notebooks"].items():
        path = three_claims / "notebooks" / f"{name}.ipynb"
        if change is None:
            path.unlink()
            continue
        changed = NOTEBOOK.replace(change.get("old") or NOTEBOOK, change.get("new", NOTEBOOK))
        notebook(path, changed + change.get("more", ""))
    assert case["says"] in messages(three_claims)
    assert len([sentence for sentence in messages(three_claims) if "towns of old" not in sentence]) == 1


def test_a_notebook_that_cannot_be_read_is_not_a_fault_of_the_ledger(three_claims):
    (three_claims / "notebooks" / "1-one.ipynb").write_text("<<<<<<<\n{")  # reported where its parameters are checked
    assert not [sentence for sentence in messages(three_claims) if "has this section" in sentence]
