"""The verdict on every day, by the function of a claim; an edition is a point on each line."""

import pandas as pd
import pytest
from checkout import ROOT

from claimbook.changes import record
from claimbook.notebook.through_time import Days
from claimbook.project.folders import rows_in
from claimbook.results.models import ClaimRecord
from claimbook.say.words import latest_day
from torch_program import evidence

pytestmark = pytest.mark.book


@pytest.mark.parametrize("day", ["2015-06-30", "2021-12-31", "2023-12-31"])
def test_an_earlier_day_shows_what_an_edition_of_that_day_would(day):
    topics = ("torch_zones", "national", "provinces")
    whole, there = (evidence.load(*topics, cutoff=until) for until in ("2026-11-25", day))
    days = Days(whole)
    days.at("2026-11-25").measures("htz_gdp_share")  # what was kept of a later day must not be answered
    seen = days.at(day)
    assert list(seen.sources.index) == list(there.sources.index)
    pd.testing.assert_frame_equal(seen.figures.reset_index(drop=True), there.figures.reset_index(drop=True))
    for series in ("htz_gdp_share", "htz_enterprises", "gdp", "rd_expenditure"):
        for one, other in zip(
            *([side.frame(series), side.annual(series, "All zones")] for side in (seen, there)), strict=True
        ):
            pd.testing.assert_frame_equal(one, other)
        assert seen.measures(series) == there.measures(series)


@pytest.mark.parametrize("edition", ["2023", "2026"])
def test_an_edition_is_a_point_on_the_line_of_every_claim(claims, edition):
    lines = {claim["id"]: ClaimRecord.model_validate(claim) for claim in claims if claim["kind"] != "opinion"}
    stored = record.read_record(record.stored_record_path(ROOT, edition))
    day = stored["parameters"]["cutoff"]
    then = {claim["id"]: claim for claim in stored["claims"]}
    differ = {
        name: (line.on(day).verdict, then[name]["verdict"])
        for name, line in lines.items()
        if (line.on(day).verdict, line.on(day).stands_as) != (then[name]["verdict"], then[name]["stands_as"])
    }
    assert not differ and len(lines) > 50


def test_a_verdict_changes_on_a_day_on_which_its_sources_appeared(claims):
    day_of = {row["source_id"]: latest_day(row["published"]).isoformat() for row in rows_in(ROOT / "data/sources.csv")}
    turns = [turn for claim in claims for turn in claim.get("through_time", ()) if turn["day"]]
    assert turns and all(turn["sources"] for turn in turns)
    assert {day_of[source] == turn["day"] for turn in turns for source in turn["sources"]} == {True}
