"""Limits of the rule that the check table does not cover."""

from types import SimpleNamespace

import pytest
from hand_made_evidence import FACETS, claim, judged, measure

from claimbook.evidence.claims import Reading, Test
from claimbook.evidence.intervals import Interval
from claimbook.rule.verdicts import decide
from claimbook.say.words import in_ranges

OTHER, MORE = {"differ": {"numerator": "m"}}, {"differ": {"numerator": "more than n"}, "holds": "superset"}


@pytest.mark.parametrize(
    ("found", "verdict", "grades", "remark"),
    [
        ([("60.0", {}), ("30.0", {"grade": "C", "origin": "Vendor"})], "supported", ["B"], "one origin"),
        ([("60.0", {"grade": "C"})], "supported", ["C"], "secondary evidence"),
        ([("40.0", MORE)], "contradicted", ["B"], ""),
        ([("60.0", MORE)], "unverified, no evidence", [], ""),
        ([("40.0", MORE | {"differ": {"base": "another"}})], "unverified, evidence against (one origin)", [], ""),
        ([("40.0", MORE | {"period": "2022"})], "unverified, evidence against (one origin)", [], ""),
        ([("40.0", OTHER), ("60.0", {"differ": {"numerator": "k"}})], "unverified, evidence mixed", [], ""),
    ],
    ids=[
        "an official value counts before a secondary one",
        "secondary evidence decides alone and says so",
        "more than what is claimed is below the claim",
        "more than what is claimed says nothing if it is above the claim",
        "a bound over another base is only near",
        "a bound of another year is only near",
        "one origin that points both ways is mixed",
    ],
)
def test_what_decides_whether_a_share_is_over_one_half(found, verdict, grades, remark):
    measures = [measure(printed, **({"period": "2023", "facets": FACETS} | more)) for printed, more in found]
    got = judged(claim("over", 50, "percent"), measures)
    assert (got.verdict, [a.measure.grade for a in got.assessed if a.decides]) == (verdict, grades)
    assert "sources conflict" not in got.qualifiers and (not remark or remark in got.qualifiers)


def test_part_of_a_year_is_never_complete_even_as_a_stock():
    stock = FACETS.override(mode="stock")
    assert measure("1.0", "2023-11", stock).is_complete
    assert not measure("1.0", "2023-11", stock, status="partial").is_complete
    assert not measure("1.0", "2023Q1-3", FACETS).is_complete


ONE_SIDED = [{"pass"}, {"close"}, {"low"}, {"high"}, {"pass", "close"}, {"low", "close"}, {"high", "close"}]
SEVERAL = [{"pass", "low"}, {"pass", "high"}, {"low", "high"}, {"pass", "low", "high"}]
DECIDED = {
    "supported": [{"pass"}],
    "close": [{"close"}, {"pass", "close"}],
    "overstated": [{"low"}, {"low", "close"}],
    "understated": [{"high"}, {"high", "close"}],
    "depends on the definition": [also | more for also in SEVERAL for more in (set(), {"close"}, {"undecided"})],
    "undecided": [{"undecided"}, *(one | {"undecided"} for one in ONE_SIDED)],
}
VALUES = {"low": (80, 80), "close": (92, 92), "pass": (97, 97), "high": (120, 120), "undecided": (80, 97)}


def test_every_set_of_outcomes_has_its_verdict():
    test = Test(op="nearly", value=100, unit="count")
    for verdict, sets in DECIDED.items():
        for outcomes in sets:
            cells = [SimpleNamespace(interval=Interval(*VALUES[name])) for name in outcomes]
            assert decide(cells, test) == verdict, outcomes
    assert decide([], test) is None


@pytest.mark.parametrize(
    ("mode", "period", "counts"),
    [("flow", "2022", True), ("flow", "2024", True), ("flow", "2021", False), ("stock", "2020", True),
     ("stock", "2019", False)],
)  # fmt: skip
def test_a_reading_counts_to_the_last_year_of_its_window_which_for_stocks_is_three(mode, period, counts):
    differ = {"numerator": "m", "mode": mode}
    read = claim("over", 50, "percent", readings=(Reading(name="wider", facets=differ),))
    output = judged(read, [measure("60.0", period, FACETS, differ=differ)]).qualifiers
    assert ("supported if read as wider" in output) is counts


def test_a_reading_takes_the_nearest_year_before_or_after():
    read = claim("over", 50, "percent", window=2, readings=(Reading(name="m", facets=OTHER["differ"]),))
    found = [measure(printed, year, FACETS, **OTHER) for printed, year in (("60.0", "2024"), ("40.0", "2021"))]
    assert "supported if read as m" in judged(read, found).qualifiers


def test_years_are_reported_in_ranges():
    assert in_ranges([2018, 2019, 2020, 2022]) == "2018–2020, 2022" and in_ranges([2000, 2001]) == "2000–2001"
    assert in_ranges([2000]) == "2000" and in_ranges([]) == ""
