"""Limits of the rule that the check table does not cover."""

import math
from types import SimpleNamespace

import pytest
from hand_made import FACETS, claim, judged, measure

from claimbook.evidence.claims import Reading, Test
from claimbook.evidence.intervals import Interval
from claimbook.rule.reasons import chart_headline
from claimbook.rule.verdicts import decide, in_ranges, outcome


@pytest.mark.parametrize(
    ("op", "low", "high", "exp"),
    [
        ("over", 100, 100, "close"),  # exactly N is not over N
        ("over", 100.1, math.inf, "pass"),
        ("over", 90, 120, "undecided"),
        ("over", 95, 100, "close"),
        ("over", 80, 94, "low"),
        ("nearly", 95, 100, "pass"),
        ("nearly", 90, 94, "close"),
        ("nearly", 100, 105, "close"),
        ("nearly", 105.1, 106, "high"),
        ("about", 95, 105, "pass"),
        ("about", 106, 110, "close"),
        ("equals", 99.5, 100.5, "pass"),
        ("equals", 99, 101, "close"),
        ("equals", 106, 107, "high"),
    ],
)
def test_each_wording_has_its_band(op, low, high, exp):
    assert outcome(Interval(low, high), Test(op=op, value=100, unit="count")) == exp


def test_an_official_value_counts_before_a_secondary_one():
    official = measure("60.0", "2023", FACETS, origin="Ministry", grade="B")
    vendor = measure("30.0", "2023", FACETS, origin="Vendor", grade="C")
    got = judged(claim("over", 50, "percent"), [official, vendor])
    assert got.verdict == "supported"
    assert [a.measure.grade for a in got.assessed if a.decides] == ["B"]
    assert "sources conflict" not in got.qualifiers


def test_secondary_evidence_decides_alone_and_says_so():
    vendor = measure("60.0", "2023", FACETS, origin="Vendor", grade="C")
    got = judged(claim("over", 50, "percent"), [vendor])
    assert (got.verdict, "secondary evidence" in got.qualifiers) == ("supported", True)


def test_part_of_a_year_is_never_complete_even_as_a_stock():
    stock = FACETS.override(mode="stock")
    assert measure("1.0", "2023-11", stock).is_complete
    assert not measure("1.0", "2023-11", stock, status="partial").is_complete
    assert not measure("1.0", "2023Q1-3", FACETS).is_complete


def test_a_superset_below_the_claim_contradicts_it_and_one_above_says_nothing():
    c = claim("over", 50, "percent")
    below = measure("40.0", "2023", FACETS, differ={"numerator": "more than n"}, holds="superset")
    above = measure("60.0", "2023", FACETS, differ={"numerator": "more than n"}, holds="superset")
    assert judged(c, [below]).verdict == "contradicted"
    assert judged(c, [above]).verdict == "unverified, no evidence"


def test_a_bound_over_another_base_is_only_near():
    c = claim("over", 50, "percent")
    other = measure("40.0", "2023", FACETS, differ={"base": "another"}, holds="superset")
    assert judged(c, [other]).verdict == "unverified, evidence against (one origin)"


def test_a_bound_of_another_year_is_only_near():
    c = claim("over", 50, "percent")
    other = measure("40.0", "2022", FACETS, differ={"numerator": "more than n"}, holds="superset")
    assert judged(c, [other]).verdict == "unverified, evidence against (one origin)"


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


def test_one_origin_that_points_both_ways_is_mixed():
    near = [
        measure(value, "2023", FACETS, differ={"numerator": what}) for value, what in (("40.0", "m"), ("60.0", "k"))
    ]
    assert judged(claim("over", 50, "percent"), near).verdict == "unverified, evidence mixed"


@pytest.mark.parametrize(
    ("mode", "period", "counts"),
    [("flow", "2022", True), ("flow", "2024", True), ("flow", "2021", False), ("stock", "2020", True),
     ("stock", "2019", False)],
)  # fmt: skip
def test_a_reading_counts_to_the_last_year_of_its_window_which_for_stocks_is_three(mode, period, counts):
    c = claim(
        "over",
        50,
        "percent",
        window=1,
        readings=(Reading(name="wider", facets={"numerator": "m", "mode": mode}),),
    )
    output = judged(c, [measure("60.0", period, FACETS, differ={"numerator": "m", "mode": mode})]).qualifiers
    assert ("supported if read as wider" in output) is counts


def test_years_are_reported_in_ranges():
    assert in_ranges([2018, 2019, 2020, 2022]) == "2018–2020, 2022" and in_ranges([2000, 2001]) == "2000–2001"
    assert in_ranges([2000]) == "2000" and in_ranges([]) == ""


@pytest.mark.parametrize(
    ("op", "printed", "says"),
    [
        ("over", "60.0", "“Over\u00a050\u202f%” holds: 60.0\u202f% in 2023"),
        ("over", "30.0", "“Over\u00a050\u202f%” is too high: 30.0\u202f% in 2023"),
        ("nearly", "60.0", "“Nearly\u00a050\u202f%” is too low: 60.0\u202f% in 2023"),
        ("nearly", "51.0", "“Nearly\u00a050\u202f%” is close: 51.0\u202f% in 2023"),
    ],
)
def test_the_headline_of_a_claim_plot_follows_the_verdict(op, printed, says):
    got = judged(claim(op, 50, "percent"), [measure(printed, "2023", FACETS)])
    assert chart_headline(got) == says


def test_without_a_deciding_figure_the_headline_says_so():
    got = judged(claim("over", 50, "percent"), [])
    assert chart_headline(got).endswith("no published figure measures exactly this")
