"""The check table of the method: what the rule must return, on hand-made cells."""

from functools import partial

import pytest
from hand_made_evidence import DAY, SHARE, claim, fact, judged, measure, share_claim, share_measures

from claimbook.evidence.claims import Facets, Reading
from claimbook.rule.matching import resolve_period

judge = partial(judged, cutoffs={"2023": DAY})  # compared with what was known on the day of the text

TOWNS = Facets(quantity="count of towns", numerator="towns", mode="stock", scope="approved towns", place="Threeland")
FIRMS = Facets(quantity="count of firms", numerator="certified", mode="stock", scope="in towns", place="Threeland")
WORKERS = Facets(quantity="persons a year", numerator="skilled workers", mode="flow", place="Threeland")
PATENTS = Facets(quantity="share of patents", numerator="all types", base="Threeland", mode="flow", place="Threeland")
MONEY = Facets(quantity="share of money", numerator="guidance funds", stage="early", mode="invested", place="Threeland")

WITHOUT_A_PARK = {"scope": "without the park"}
SURVEYED, INDUSTRIES = {"numerator": "surveyed"}, {"numerator": "high-tech industries"}
SCIENTISTS, RESEARCHERS = (
    {"quantity": "persons at a date", "mode": "stock", "numerator": staff} for staff in ("S&T staff", "R&D staff")
)
INVENTIONS = {"numerator": "inventions"}


def read_as(**facets):
    return tuple(Reading(name=name, facets=changed) for name, changed in facets.items())


def of_2022(op, value, unit, **more):
    """Return a claim about the year 2022."""
    return claim(op, value, unit, as_of="", in_period="2022", **more)


def near_money(printed, period, origin, **more):
    differ = {"stage": "all", "numerator": "all state"}
    return measure(printed, period, MONEY, origin=origin, grade="C", **({"differ": differ} | more))


firms = partial(measure, facets=FIRMS, unit="count")


CASES = {  # a claim, what was found, its verdict, and the verdict under other readings
    "one town less is a reading, and the year before is context": (
        claim("over", 170, facets=TOWNS, window=3, readings=read_as(less=WITHOUT_A_PARK)),
        [
            measure("178", "2023", TOWNS, unit="count", origin="Board", published="2023-12-12"),
            measure("177", "2023", TOWNS, unit="count", differ=WITHOUT_A_PARK),
            measure("160", "2022", TOWNS, unit="count", origin="Library Union", published="2023"),
        ],
        "supported",
        {"less": "supported"},
    ),
    "firms by three definitions": (
        claim("over", 1e5, facets=FIRMS, window=3, readings=read_as(surveyed=SURVEYED, industries=INDUSTRIES)),
        [
            firms("156763", "2023", origin="Library Union"),
            firms("115000", "2021", rounding="1000", origin="MOST", published="2022-09-18"),
            firms("223573", "2023", origin="Library Union", differ=SURVEYED),
            firms("116556", "2022", origin="Library Union", differ=INDUSTRIES),
        ],
        "supported",
        {"surveyed": "supported", "industries": "supported"},
    ),
    "an inflow holds only as a stock": (
        of_2022("over", 4e6, "persons", facets=WORKERS, readings=read_as(s=SCIENTISTS, r=RESEARCHERS)),
        [
            measure(printed, year, WORKERS, unit="persons", rounding="10000", differ=differ)
            for printed, year, differ in (
                ("1160000", "2022", {"numerator": "all staff"}),
                ("680000", "2019", {"numerator": "graduates"}),
                ("5100000", "2020", SCIENTISTS),
                ("2960000", "2020", RESEARCHERS),
            )
        ],
        "unverified, evidence against (one origin)",
        {"s": "supported", "r": "overstated"},
    ),
    "nothing inside the window, and a scenario decides nothing": (
        of_2022("over", 20, "percent", facets=PATENTS, window=3, readings=read_as(inventions=INVENTIONS)),
        [
            measure("14.9", "2016", PATENTS, differ={"base": "all grants"}),
            measure("17.75", "2022", PATENTS, rounding="4.9", differ={"scope": "scenario"}),
            measure("34.3", "2020", PATENTS, differ=INVENTIONS),
        ],
        "unverified, no evidence",
        {"inventions": "supported"},
    ),
    "a floor, another quantity and a year outside the window have no vote": (
        claim("over", 60, "percent", facets=MONEY, as_of="2021"),
        [
            near_money("48.3", "2021", "CASTED"),
            near_money("45.5", "2020", "Zero2IPO"),
            near_money("53.7", "2021H1", "Zero2IPO"),
            near_money("30", "2021", "Zero2IPO", bound=">"),
            near_money("21.6", "2020", "Zero2IPO"),
            near_money("85.5", "2021", "ITjuzi", differ={"quantity": "share of deals"}),
            near_money("86", "2019", "Colonnelli"),
        ],
        "unverified, evidence against",
        {},
    ),
    "near evidence points both ways": (
        of_2022("over", 70, "percent", facets=MONEY),
        [
            near_money("73.2", "2022", "Zero2IPO"),
            near_money("77.8", "2023", "Zero2IPO"),
            near_money("86.4", "2023", "LPI"),
            near_money("48.3", "2021", "CASTED"),
            near_money("41", "2023", "Lighthouse"),
        ],
        "unverified, evidence mixed",
        {},
    ),
    "nothing": (claim("equals", 28, "percent"), [], "unverified, no evidence", {}),
    "nothing attributed": (claim("equals", 28, attributed_to="OECD"), [], "source not found", {}),
}


@pytest.mark.parametrize(("stated", "found", "verdict", "readings"), CASES.values(), ids=CASES)
def test_a_number_has_its_verdict_also_under_other_readings(stated, found, verdict, readings):
    got = judge(stated, found)
    assert got.verdict == verdict
    assert {q.of: q.verdict for q in got.qualifiers if q.kind == "reading"} == readings
    assert (got.label == "nothing decides") is not any(a.decides for a in got.assessed)
    assert len([a for a in got.assessed if a.decides]) == (verdict == "supported")


def test_part_of_a_year_is_near_and_decides_nothing():
    partial = next(a for a in judge(share_claim(), share_measures()).assessed if a.measure.period == "2023Q1-3")
    assert (partial.match, partial.differs, partial.outcome, partial.decides) == ("near", ("period",), "close", False)


def test_an_attributed_fact_without_findings_has_no_source():
    assert judged(fact(attributed_to="OECD"), {}).verdict == "source not found"


def test_as_of_takes_the_year_itself_when_it_is_complete_and_never_both():
    c = share_claim()
    full = measure("14.0", "2023", SHARE, published="2024")
    assert resolve_period(c, [*share_measures(), full], DAY) == "2023"
    assert resolve_period(c, share_measures(), DAY) == "2022"
    late = measure("14.3", "2022", SHARE, published="2024")  # complete, but not known on the text's date
    known = measure("13.4", "2021", SHARE, published="2022")
    assert resolve_period(c, [late, known], DAY) == "2021"
