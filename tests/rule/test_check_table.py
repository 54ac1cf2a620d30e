"""The check table of the method: what the rule must return, on hand-made cells."""

from functools import partial

import pytest
from hand_made import DAY, claim, fact, judged, measure

from claimbook.evidence.claims import Facets, Reading
from claimbook.evidence.measures import quotient
from claimbook.rule.judgement import judge_fact
from claimbook.rule.matching import resolve_period

judge = partial(judged, cutoffs={"2023": DAY})  # compared with what was known on the day of the text


TOWNS = Facets(quantity="count of towns", numerator="towns", mode="stock", scope="approved towns", place="Threeland")
SHARE = Facets(quantity="share of GDP", numerator="town GDP", base="national GDP", mode="flow", place="Threeland")
FIRMS = Facets(quantity="count of firms", numerator="certified", mode="stock", scope="in towns", place="Threeland")


def towns_claim():
    return claim(
        "over",
        170,
        facets=TOWNS,
        window=3,
        readings=(Reading(name="without the park", facets={"scope": "without the park"}),),
    )


def share_claim():
    return claim("nearly", 13, "percent", facets=SHARE, window=3, revision=0.024)


def share_measures():
    superseded = measure("13.6", "2022", SHARE, origin="MOST", published="2023-03-09", status="preliminary")
    final = measure("14.3", "2022", SHARE, origin="Board", published="2023-12-18")
    town_gdp = measure("17.3", "2022", SHARE, unit="CNY trillion", origin="Board", published="2023-12-18")
    gdp = measure("121.02", "2022", SHARE, unit="CNY trillion", origin="Office", published="2023")
    recomputed = quotient("recomputed", town_gdp, gdp, SHARE.override(period="2022"))
    earlier = [
        measure(v, y, SHARE, origin="Library Union", published=str(int(y) + 1))
        for y, v in (("2017", "11.5"), ("2018", "11.8"), ("2019", "12.3"), ("2020", "13.3"), ("2021", "13.4"))
    ]
    partial = measure("13.5", "2023Q1-3", SHARE, origin="Board", published="2023-12-18", status="partial")
    later = measure("14.3", "2024", SHARE, origin="Board", published="2025-02-27")
    return [superseded, final, recomputed, *earlier, partial, later]


def test_towns_over_170_is_supported():
    counted = measure("178", "2023", TOWNS, unit="count", origin="Board", published="2023-12-12")
    context = measure("177", "2022", TOWNS, unit="count", origin="Library Union", published="2023")
    got = judge(towns_claim(), [counted, context])
    assert got.verdict == "supported"
    assert [a.measure.value for a in got.assessed if a.decides] == [178]
    assert "conservative" not in got.qualifiers


def test_one_town_less_is_a_reading_and_holds_too():
    counted = measure("178", "2023", TOWNS, unit="count")
    less = measure("177", "2023", TOWNS, unit="count", differ={"scope": "without the park"})
    got = judge(towns_claim(), [counted, less])
    assert "supported if read as without the park" in got.qualifiers


def test_gdp_share_is_understated_and_outdated():
    got = judge(share_claim(), share_measures())
    assert got.period == "2022"
    assert got.verdict == "understated"
    assert "by 10 % (1.3 points)" in got.qualifiers
    assert "outdated (right in size 2018–2021)" in got.qualifiers
    assert "sources conflict" not in got.qualifiers  # the preliminary 13.6 is superseded, not a rival


def test_gdp_share_is_recomputed_as_published():
    recomputed = share_measures()[2]
    assert recomputed.value == pytest.approx(14.30, abs=0.01)
    assert recomputed.interval.low == pytest.approx(17.25 / 121.025 * 100)
    assert recomputed.interval.high == pytest.approx(17.35 / 121.015 * 100)
    assert set(recomputed.origins) == {"Board", "Office"}


def test_before_18_december_2023_the_preliminary_share_decides_and_is_close():
    known = [m for m in share_measures() if m.published_day < "2023-12-18" and m.status != "partial"]
    got = judged(share_claim(), known)
    assert (got.period, got.verdict) == ("2022", "close")


def test_partial_year_is_near_not_exact():
    got = judge(share_claim(), share_measures())
    partial = next(a for a in got.assessed if a.measure.period == "2023Q1-3")
    assert (partial.match, partial.differs, partial.outcome, partial.decides) == ("near", ("period",), "close", False)


def test_certified_firms_are_supported_and_conservative_with_readings():
    surveyed, industries = {"numerator": "surveyed"}, {"numerator": "high-tech industries"}
    c = claim(
        "over",
        100_000,
        facets=FIRMS,
        window=3,
        readings=(Reading(name="surveyed", facets=surveyed), Reading(name="industries", facets=industries)),
    )
    measures = [
        measure("156763", "2023", FIRMS, unit="count", origin="Library Union", published="2024"),
        measure("115000", "2021", FIRMS, unit="count", rounding="1000", origin="MOST", published="2022-09-18"),
        measure("223573", "2023", FIRMS, unit="count", origin="Library Union", published="2024", differ=surveyed),
        measure("116556", "2022", FIRMS, unit="count", origin="Library Union", published="2023", differ=industries),
    ]
    got = judge(c, measures)
    assert got.verdict == "supported"
    assert "conservative" in got.qualifiers
    assert "supported if read as surveyed" in got.qualifiers
    assert "supported if read as industries" in got.qualifiers
    in_2023 = judged(c, [m for m in measures if m.published_day <= DAY])
    assert (in_2023.period, in_2023.verdict) == ("2021", "supported")
    assert "conservative" not in in_2023.qualifiers


WORKERS = Facets(
    quantity="persons a year", numerator="skilled workers", mode="flow", scope="in towns", place="Threeland"
)


def test_inflow_of_workers_is_unverified_with_evidence_against_and_holds_as_a_stock():
    stock = {"quantity": "persons at a date", "mode": "stock"}
    c = claim(
        "over",
        4_000_000,
        "persons",
        facets=WORKERS,
        as_of="",
        in_period="2022",
        window=1,
        readings=(
            Reading(name="the stock of S&T staff", facets=stock | {"numerator": "S&T staff"}),
            Reading(name="the stock of R&D staff", facets=stock | {"numerator": "R&D staff"}),
        ),
    )
    measures = [
        measure("1160000", "2022", WORKERS, unit="persons", rounding="10000", differ={"numerator": "all staff"}),
        measure("680000", "2019", WORKERS, unit="persons", rounding="10000", differ={"numerator": "graduates"}),
        measure(
            "5100000", "2020", WORKERS, unit="persons", rounding="100000", differ=stock | {"numerator": "S&T staff"}
        ),
        measure(
            "2960000", "2020", WORKERS, unit="persons", rounding="10000", differ=stock | {"numerator": "R&D staff"}
        ),
    ]
    got = judge(c, measures)
    assert got.verdict == "unverified, evidence against (one origin)"
    assert "supported if read as the stock of S&T staff" in got.qualifiers
    assert "overstated if read as the stock of R&D staff" in got.qualifiers
    assert got.robustness.label == "nothing decides"


PATENTS = Facets(quantity="share of patents", numerator="all types", base="Threeland", mode="flow", place="Threeland")


def test_patents_have_no_evidence_inside_the_window_and_a_scenario_decides_nothing():
    c = claim(
        "over",
        20,
        "percent",
        facets=PATENTS,
        as_of="",
        in_period="2022",
        window=3,
        readings=(Reading(name="inventions", facets={"numerator": "inventions"}),),
    )
    old = measure("14.9", "2016", PATENTS, differ={"base": "all grants"})
    scenario = measure("17.75", "2022", PATENTS, rounding="4.9", differ={"scope": "scenario"})
    inventions = measure("34.3", "2020", PATENTS, differ={"numerator": "inventions"})
    got = judge(c, [old, scenario, inventions])
    assert got.verdict == "unverified, no evidence"
    assert "supported if read as inventions" in got.qualifiers


MONEY = Facets(
    quantity="share of money",
    numerator="guidance funds",
    stage="early",
    sector="hardware",
    mode="invested",
    place="Threeland",
)


def near_money(printed, period, origin, **more):
    return measure(
        printed, period, MONEY, origin=origin, grade="C", differ={"stage": "all", "numerator": "all state"}, **more
    )


def test_guidance_funds_are_unverified_with_evidence_against():
    c = claim("over", 60, "percent", facets=MONEY, window=1, as_of="2021")
    got = judge(
        c,
        [
            near_money("48.3", "2021", "CASTED"),
            near_money("45.5", "2020", "Zero2IPO"),
            near_money("53.7", "2021H1", "Zero2IPO"),
            near_money("30", "2021", "Zero2IPO", bound=">"),
            near_money("21.6", "2020", "Zero2IPO"),
            measure("35.5", "2021", MONEY, origin="ITjuzi", grade="C", differ={"quantity": "share of deals"}),
            near_money("86", "2019", "Colonnelli"),
        ],
    )
    assert got.verdict == "unverified, evidence against"
    undecided = next(a for a in got.assessed if a.measure.value == 30)
    assert undecided.outcome == "undecided"
    deals = next(a for a in got.assessed if a.measure.value == 35.5)
    assert not deals.commensurable


def test_public_money_is_unverified_with_mixed_evidence():
    c = claim("over", 70, "percent", facets=MONEY, window=1, as_of="", in_period="2022")
    values = (
        ("73.2", "2022", "Zero2IPO"),
        ("77.8", "2023", "Zero2IPO"),
        ("86.4", "2023", "LPI"),
        ("48.3", "2021", "CASTED"),
        ("41", "2023", "Lighthouse"),
    )
    got = judge(c, [near_money(*v) for v in values])
    assert got.verdict == "unverified, evidence mixed"


def test_attributed_number_without_evidence_has_no_source_and_plain_number_has_no_evidence():
    ratio = Facets(quantity="share of patents cited abroad", place="Threeland")
    c = claim("equals", 28, "percent", facets=ratio, window=3)
    assert judge(c, []).verdict == "unverified, no evidence"
    assert judge(c.model_copy(update={"attributed_to": "OECD"}), []).verdict == "source not found"
    other = measure("7.7", "2022", ratio, differ={"quantity": "share filed abroad"})
    assert judge(c, [other]).verdict == "unverified, no evidence"  # shown, never tested against 28


def test_attributed_fact_without_findings_has_no_source():
    assert judge_fact(fact(attributed_to="OECD"), {}, DAY, {}).verdict == "source not found"


def test_as_of_takes_the_year_itself_when_it_is_complete_and_never_both():
    c = share_claim()
    full = measure("14.0", "2023", SHARE, published="2024")
    assert resolve_period(c, [*share_measures(), full], DAY) == "2023"
    assert resolve_period(c, share_measures(), DAY) == "2022"
    late = measure("14.3", "2022", SHARE, published="2024")  # complete, but not known on the text's date
    known = measure("13.4", "2021", SHARE, published="2022")
    assert resolve_period(c, [late, known], DAY) == "2021"
