"""What a verdict must not depend on: one small case for each rule of judging."""

import pytest
from hand_made import DAY, FACETS, claim, comparison, fact, finding, judged, measure

from claimbook.evidence import measures
from claimbook.evidence.claims import Criterion, Reading
from claimbook.evidence.intervals import Interval
from claimbook.rule.certainty import fact_certainty
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.judgement import judge_comparison, judge_fact


def test_without_an_origin_as_of_falls_back_on_the_value_before():
    found = [measure("60.0", "2023", FACETS, origin="Ministry"), measure("58.0", "2022", FACETS, origin="Bureau")]
    got = judged(claim("over", 50, "percent"), found)
    (without,) = got.robustness.choices.of_axis("origin")
    assert (without.verdict, got.robustness.label) == ("supported", "stable")


def test_a_part_or_a_criterion_that_loses_its_evidence_stays_and_makes_no_verdict_better():
    parts = {"p0": [finding("Ministry")], "p1": [finding("Party", ended="2019")]}
    got = judge_fact(fact(2), parts, DAY, {})
    assert (got.verdict, got.robustness.flips, got.robustness.label) == ("partly", (), "stable")
    marks = [Criterion(id=f"c{i}", says=f"mark {i}", threshold=1.0) for i in range(3)]
    values = ((2.0, "Office"), (2.0, "Vendor"), (0.5, "Chamber"))
    results = [
        judge_criterion(m, Interval(v, v), "", [measure("1.0", "2023", FACETS, origin=o)])
        for m, (v, o) in zip(marks, values, strict=True)
    ]
    compared = judge_comparison(comparison(results), results, DAY)
    assert {v.choice.of: v.verdict for v in compared.robustness.choices.of_axis("origin")} == {
        "Office": "partly",
        "Vendor": "partly",
        "Chamber": "unverified in part",
    }


def test_a_fact_is_as_recent_as_its_event_and_a_page_without_date_has_none():
    def recency(**more):
        return next(
            r for r in fact_certainty(fact(), {"p0": [finding("A", **more)]}, DAY).reasons if r.aspect == "recency"
        )

    new = recency(date="2022")
    assert (new.allows, new.says) == ("high", "events up to 2022")
    old = recency(date="2002", published="2026-11-25")
    assert (old.allows, old.says) == ("moderate", "events up to 2002")
    assert recency(date="", published="2026-11-25").allows == "moderate"
    assert recency(date="").says == "a document has no date"


def test_both_sides_of_a_comparison_are_of_one_kind():
    managed, promised = (FACETS.override(mode=mode) for mode in ("managed", "committed"))
    own = measure("48.3", "2022", managed)
    measures.quotient("alike", own, measure("40.0", "2022", managed), managed)
    for peer in (measure("16.0", "2022", promised), measure("40.0", "2021", managed)):
        with pytest.raises(ValueError, match="of the same kind: invested"):
            measures.quotient("unlike", own, peer, managed)


def test_a_reading_takes_the_nearest_year_before_or_after():
    read = claim("over", 50, "percent", window=2, readings=(Reading(name="m", facets={"numerator": "m"}),))
    found = [
        measure("60.0", "2024", FACETS, differ={"numerator": "m"}),
        measure("40.0", "2021", FACETS, differ={"numerator": "m"}),
    ]
    assert "supported if read as m" in judged(read, found).qualifiers
