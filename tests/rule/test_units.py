"""If two numbers have different units, an error says what to write, and nothing is judged."""

import pytest
from hand_made import DAY, FACETS, claim, fact, finding, measure

from claimbook.evidence import measures
from claimbook.evidence.claims import Criterion, Part, Test
from claimbook.evidence.measures import UnitsDiffer
from claimbook.rule import units
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.judgement import judge

YUAN = {("CNY 100 million", "CNY trillion"): 1e-4, ("CNY", "CNY trillion"): 1e-12}
FACTORS = {("million persons", "persons"): 1e6, **YUAN}


@pytest.mark.parametrize(
    ("own", "other", "times"),
    [
        ("million persons", "persons", 1e6),
        ("persons", "million persons", 1e-6),
        ("CNY 100 million", "CNY", 1e8),
        ("CNY", "persons", None),
    ],
)
def test_a_factor_is_found_there_and_back_and_by_way_of_a_third_unit(own, other, times):
    assert units.factor(own, other, FACTORS) == (times and pytest.approx(times))


def test_the_sentence_has_the_number_as_the_measures_count_it():
    over = Test(op="over", value=30, unit="million persons")
    assert units.unit_advice(over, ["persons"], FACTORS).endswith("write value: 30000000, unit: persons.")
    equals = over.model_copy(update={"op": "equals", "digit": 0.1})
    assert units.unit_advice(equals, ["persons"], FACTORS).endswith("unit: persons, digit: 100000.")
    assert "as the measures count it, unit: count" in units.unit_advice(over, ["count"], FACTORS)


def test_a_claim_in_millions_is_not_judged_against_people():
    stated = claim("over", 30.0, "million persons")
    people = measure("26800000", "2023", FACETS, unit="persons")
    with pytest.raises(UnitsDiffer, match="write value: 30000000, unit: persons"):
        judge(stated, [people], DAY, {}, ())
    assert judge(claim("over", 3e7, "persons"), [people], DAY, {}, ()).verdict == "overstated"


def test_a_reading_is_held_against_the_claim_too_and_what_only_stands_near_is_not():
    stated = claim("over", 30.0, "persons")
    near = measure("5", "2023", FACETS, unit="person-years", differ={"quantity": "work"})
    assert judge(stated, [near], DAY, {}, ()).verdict.startswith("unverified")
    work = ({"name": "work", "facets": {"quantity": "work"}},)
    read = type(stated).model_validate(stated.model_dump() | {"readings": work})
    with pytest.raises(UnitsDiffer, match="person-years"):
        judge(read, [near], DAY, {}, ())


def test_a_part_of_a_fact_and_a_criterion_are_held_against_their_own_unit():
    stated = fact().model_copy(
        update={"parts": (Part(id="p0", says="It is from 1988", test=Test(op="equals", value=1988, unit="year")),)}
    )
    assert judge(stated, {"p0": [finding(value=1988.0, unit="year")]}, DAY, {}, ()).verdict == "confirmed"
    with pytest.raises(UnitsDiffer, match="a-claim|p0"):
        judge(stated, {"p0": [finding(value=53.0, unit="count")]}, DAY, {}, ())
    share = measure("60", "2023", FACETS, unit="percent")
    half = Criterion(id="half", says="Half", threshold=0.5, unit="ratio", why="So.")
    with pytest.raises(UnitsDiffer, match="half: 60 in 2023"):
        judge_criterion(half, share.interval, "60 %", [share])
    assert judge_criterion(half, share.interval.scaled(0.01), "60 %", [share]).met


def test_nothing_is_added_to_or_taken_from_what_counts_something_else():
    a, b = measure("2", "2023", FACETS, unit="CNY billion"), measure("3", "2023", FACETS, unit="USD billion")
    for join in (lambda: measures.total("all", [a, b], FACETS), lambda: measures.difference("rest", a, b, FACETS)):
        with pytest.raises(UnitsDiffer, match="CNY billion and USD billion"):
            join()
    assert measures.quotient("rate", a, b, FACETS, "yuan per dollar", 1.0).value == pytest.approx(2 / 3)
