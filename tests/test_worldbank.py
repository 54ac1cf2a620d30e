"""A script adds a new release of the World Bank. Its answer here is the stored data with a few changes."""

import json
import shutil

import pandas as pd
import pytest
import requests
import wbgapi
from checkout import ROOT, contents

from claimbook.intake import adding, validation
from claimbook.project import folders
from torch_program import evidence

SERIES = "rd_expenditure_pct_gdp"
NEW = {("CHN", 2022): 2.61234567, ("DEU", 2022): 3.070961, ("CHN", 2024): 2.7, ("DEU", 2024): 3.25}


@pytest.fixture
def bank_offers(tmp_path, monkeypatch):
    """Return a copy of the data, and what the script offers if the bank has other values for one series."""
    monkeypatch.chdir(ROOT)
    folder = shutil.copytree(ROOT / "data", tmp_path / "data")

    def offer(day: str, changes: dict, **how):
        rows = pd.read_csv(folder / "figures/international.csv", dtype=str)
        rows = rows[(rows["series"] == SERIES) & (rows["source_id"] == "WDI_20260713_GERD")]
        rows["economy"] = rows["locator"].str.extract(r"row (\w{3})", expand=False)
        stored = {(row.economy, int(row.period)): json.loads(row.value) for row in rows.itertuples()}
        values, same = {("CHN", 1960): None} | stored | changes, {"series": "GB.XPD.RSDV.GD.ZS", "aggregate": False}
        output = [same | {"value": values[key], "economy": key[0], "time": key[1]} for key in values]
        monkeypatch.setattr(wbgapi.source, "get", lambda number: {"lastupdated": day})
        monkeypatch.setattr(wbgapi.data, "fetch", lambda *indicators_and_economies, numericTimeKeys, db: output)
        return adding.offer(folder, ROOT / "data/intake/worldbank.py", **how)

    return folder, offer


@pytest.mark.parametrize(("day", "changes"), [("2026-11-20", {}), ("2026-07-13", NEW)])
def test_a_release_without_new_values_adds_no_row(bank_offers, day, changes):
    _, offer = bank_offers
    found = offer(day, changes)
    assert (found.rows, found.problems) == ({}, [])


@pytest.mark.slow
def test_a_later_release_comes_whole_next_to_the_stored_ones_and_the_cutoff_chooses(bank_offers, monkeypatch):
    folder, offer = bank_offers
    found = offer("2026-11-20", NEW)
    assert not found.problems, validation.render(found.problems)
    source = found.rows["sources.csv"][0]
    assert source["source_id"] == "WDI_20261120_GB_XPD_RSDV_GD_ZS"
    assert source["origin"] == "UNESCO Institute for Statistics"
    assert len(found.rows["figures/international.csv"]) == 226
    before = contents(folder)
    found.write(folder)
    assert set(found.files) == {"sources.csv", "figures/international.csv", "datapackage.json"}
    for name in ("sources.csv", "figures/international.csv"):
        assert set(before[name].splitlines()) <= set(found.files[name].splitlines()), "no stored line was changed"
    assert [p for p in validation.find_faults(folder) if p.severity == "error"] == []
    monkeypatch.setattr(folders, "data_folder", lambda: folder)
    for cutoff, published, value in (("2026-11-25", "2026-11-20", 3.070961), ("2026-11-19", "2026-07-13", 3.07096)):
        germany = evidence.load("international", cutoff=cutoff).value(SERIES, 2022, "Germany")
        assert (germany["published"], germany["value"], germany["conflict"]) == (published, value, False)
    assert offer("2026-11-20", NEW).rows == {}, "a second time it is nothing new"


def test_a_bank_that_does_not_answer_is_reported_in_a_sentence(bank_offers, monkeypatch):
    folder, _ = bank_offers

    def silent(number):
        raise requests.ConnectionError("no route")

    monkeypatch.setattr(wbgapi.source, "get", silent)
    (reported,) = adding.offer(folder, ROOT / "data/intake/worldbank.py").problems
    assert reported.file == "worldbank.py" and reported.row and "ConnectionError: no route" in reported.rule
