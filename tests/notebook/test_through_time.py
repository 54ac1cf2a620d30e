"""The code that leads to a verdict, and the verdict on every day; an edition is a point of each line."""

import json
from dataclasses import fields

import pandas as pd
import pytest
from claimbook.notebook.judging_code import judging_codes
from finished import ROOT

from claimbook.changes import record
from claimbook.evidence.earlier import OF_SERIES, Days
from claimbook.notebook.through_time import histories
from claimbook.results.models import ClaimRecord


def given(*cells, claim="c", **names):
    """What the code of a claim hands to the rule, run by itself."""
    own = dict(names)
    exec(judging_codes(cells, {*names})[claim].code, own)
    return own["given"]


LEADING = [
    ("x = 1", "y = 2", "x = x + y"),
    ("x = []", "for y in (1, 2):\n    shout()\n    x.append(y)", "x = sum(x)"),
    ("x = 0", "y = 5", "for y in (1, 2):\n    x = x + y"),
    ("def f():\n    return late", "late = 3", "x = f()"),
    ("def f():\n    shout()", "shout()", "def f():\n    return 3", "x = f()"),
    ("kept = []", "def keep(v):\n    kept.append(v)", "keep(3)", "x = kept[0]"),
    ("d = {'a': {}}", "d['a']['b'] = 3", "x = d['a']['b']"),
    ("n = 3", "x = Frame({'v': [1, 3]}).query('v == @n')['v'].sum()"),
    ("rows = shout", "x = [rows for v in (1, 3) if (rows := v) > 1][0]"),
    ("if shout is None:\n    x = 1\nelse:\n    x = 3\n    shout if False else 0",),
    ("%%prose\nno code", "x = 3", "get_ipython().run_cell_magic('prose', '', 'x')"),
]


@pytest.mark.parametrize("cells", LEADING)
def test_what_leads_to_a_verdict_is_kept_and_what_shows_is_not(cells):
    def shout():
        raise AssertionError("a statement ran that decides nothing")

    judged = 'section.judge_number("c", x, shout())'
    assert given(*cells, judged, "x = 9", shout=shout, Frame=pd.DataFrame) == 3


def test_words_of_values_are_left_out_and_the_digest_follows_the_code():
    told = 'section.judge_comparison("c", [judge_criterion(1, 2, {}, [])], "title", 0)'
    one, other = (judging_codes(['t = "a"', "n = 1", told.format(text)], set())["c"] for text in ("t", "t + 'b'"))
    assert "t" not in one.code.co_names
    assert one.digest != other.digest
    assert one.digest == judging_codes(["n = 1", "shout()", told.format("t")], set())["c"].digest


@pytest.mark.parametrize("day", ["2015-06-30", "2021-12-31", "2023-12-31"])
def test_an_earlier_day_shows_what_an_edition_of_that_day_would(day):
    from torch_program import evidence

    topics = ("torch_zones", "national", "provinces")
    whole, there = (evidence.load(*topics, cutoff=until) for until in ("2026-11-25", day))
    days = Days(whole)
    days.at("2026-11-25").measures("htz_gdp_share")  # what was kept of a later day must not be answered
    seen = days.at(day)
    assert list(seen.sources.index) == list(there.sources.index)
    pd.testing.assert_frame_equal(seen.figures.reset_index(drop=True), there.figures.reset_index(drop=True))
    for series in ("htz_gdp_share", "htz_enterprises", "gdp", "rd_expenditure"):
        for name in set(OF_SERIES) & {"frame", "annual"}:
            one, other = (getattr(side, name)(series, "All zones") for side in (seen, there))
            pd.testing.assert_frame_equal(one, other)
        assert seen.measures(series) == there.measures(series)
    assert {field.name for field in fields(seen)} == {field.name for field in fields(there)}


def test_a_claim_whose_code_cannot_run_by_itself_has_no_line():
    from torch_program import evidence

    section = type("Section", (), {"text_date": "2023-12-31"})
    claim = type("Claim", (), {"id": "c"})
    names = {"ev": evidence.load(cutoff="2023-12-31"), "cutoff": "2023-12-31", "section": section}
    told = histories([claim], "2023-12-31", names, ['section.judge_fact("c", nowhere)'])
    assert told["c"]["through_time"] == []


@pytest.mark.book
@pytest.mark.parametrize("edition", ["2023", "2026"])
def test_an_edition_is_a_point_of_every_line(edition):
    said = json.loads((ROOT / "_build" / "2026" / "results.json").read_bytes())["claims"]
    lines = {claim["id"]: ClaimRecord.model_validate(claim) for claim in said if claim["kind"] != "opinion"}
    stored = record.read(record.stored(ROOT, edition))
    day = stored["parameters"]["cutoff"]
    then = {claim["id"]: claim for claim in stored["claims"]}
    differ = {
        name: (line.on(day).verdict, then[name]["verdict"])
        for name, line in lines.items()
        if (line.on(day).verdict, line.on(day).stands_as) != (then[name]["verdict"], then[name]["stands_as"])
    }
    assert not differ and len(lines) > 50


@pytest.mark.book
def test_a_turn_is_of_a_day_on_which_its_sources_appeared():
    from claimbook.say.csv_tables import rows_in
    from claimbook.say.periods import latest_day

    day_of = {row["source_id"]: latest_day(row["published"]).isoformat() for row in rows_in(ROOT / "data/sources.csv")}
    claims = json.loads((ROOT / "_build" / "2026" / "results.json").read_bytes())["claims"]
    turns = [turn for claim in claims for turn in claim.get("through_time", ()) if turn["day"]]
    assert turns and all(turn["sources"] for turn in turns)
    assert {day_of[source] == turn["day"] for turn in turns for source in turn["sources"]} == {True}
