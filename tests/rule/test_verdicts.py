"""Edges of the rule that the check table does not touch."""

import math

import pytest
from hand_made import FACETS, claim, judged, measure

from claimbook.evidence.claims import Test
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import is_complete
from claimbook.firmness.judgement import headline
from claimbook.rule.verdicts import in_ranges, outcome


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


def test_a_secondary_value_steps_back_behind_an_official_one():
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
    assert is_complete(measure("1.0", "2023-11", stock))
    assert not is_complete(measure("1.0", "2023-11", stock, status="partial"))
    assert not is_complete(measure("1.0", "2023Q1-3", FACETS))


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


def test_years_are_told_in_ranges():
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
    assert headline(got) == says


def test_without_a_deciding_figure_the_headline_says_so():
    got = judged(claim("over", 50, "percent"), [])
    assert headline(got).endswith("no published figure measures exactly this")
