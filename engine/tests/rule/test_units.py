"""If two numbers have different units, an error says what to write, and nothing is judged."""

import pytest
from hand_made_evidence import FACETS, claim, documented, finding, judged, measure

from claimbook.evidence import measures
from claimbook.evidence.claims import Criterion, Part, Test
from claimbook.evidence.measures import UnitsDiffer
from claimbook.rule.comparisons import judge_criterion

YUAN = {("CNY 100 million", "CNY trillion"): 1e-4, ("CNY", "CNY trillion"): 1e-12}
FACTORS = {("million persons", "persons"): 1e6, **YUAN}


TIMES = [("million persons", "persons", 1e6), ("persons", "million persons", 1e-6)]
TIMES += [("CNY 100 million", "CNY", 1e8), ("CNY", "persons", None)]


@pytest.mark.parametrize(("own", "other", "times"), TIMES)
def test_a_factor_is_found_there_and_back_and_by_way_of_a_third_unit(own, other, times):
    assert measures.factor(own, other, FACTORS) == (times and pytest.approx(times))


def test_a_claim_in_millions_is_not_judged_against_people():
    people = measure("26800000", "2023", FACETS, unit="persons")
    with pytest.raises(UnitsDiffer, match="value: 30000000, unit: persons"):
        judged(claim("over", 30.0, "million persons"), [people])


def test_a_reading_needs_the_unit_of_the_claim_and_a_near_measure_does_not():
    stated = claim("over", 30.0, "persons")
    near = measure("5", "2023", FACETS, unit="person-years", differ={"quantity": "work"})
    assert judged(stated, [near]).verdict.startswith("unverified")
    work = ({"name": "work", "facets": {"quantity": "work"}},)
    read = type(stated).model_validate(stated.model_dump() | {"readings": work})
    with pytest.raises(UnitsDiffer, match="person-years"):
        judged(read, [near])


def test_a_part_of_a_fact_and_a_criterion_need_their_own_unit():
    stated = {"parts": (Part(id="p0", says="It is from 1988", test=Test(op="equals", value=1988, unit="year")),)}
    assert documented([finding(value=1988.0, unit="year")], **stated).verdict == "confirmed"
    with pytest.raises(UnitsDiffer, match="a-claim|p0"):
        documented([finding(value=53.0, unit="count")], **stated)
    share = measure("60", "2023", FACETS, unit="percent")
    half = Criterion(id="half", says="Half", threshold=0.5, unit="ratio")
    with pytest.raises(UnitsDiffer, match="half: 60 in 2023"):
        judge_criterion(half, share.interval, "60 %", [share])
    assert judge_criterion(half, share.interval.scaled(0.01), "60 %", [share]).met


def test_measures_in_different_units_are_neither_added_nor_subtracted():
    a, b = measure("2", "2023", FACETS, unit="CNY billion"), measure("3", "2023", FACETS, unit="USD billion")
    for join in (lambda: measures.total("all", [a, b], FACETS), lambda: measures.difference("rest", a, b, FACETS)):
        with pytest.raises(UnitsDiffer, match="in CNY billion and .* in USD billion: convert one"):
            join()
    assert measures.quotient("rate", a, b, FACETS).value == pytest.approx(200 / 3)
