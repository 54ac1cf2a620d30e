"""Labels of robustness depend only on what changes the verdict."""

import pytest
from hand_made import DAY, FACETS, claim, comparison, fact, finding, judged, measure

from claimbook.evidence.claims import Criterion, Part, Reading, Test
from claimbook.evidence.intervals import Interval
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.evidence_under import first_releases
from claimbook.rule.judgement import judge_comparison, judge_fact
from claimbook.say.verdict_table import PART, RIGHT


def over(n=50, **more):
    return claim("over", n, "percent", window=3, **more)


@pytest.mark.parametrize(("other", "label"), [("Bureau", "stable"), ("Ministry+Bureau", "one origin")])
def test_two_origins_that_agree_are_stable_and_one_producer_is_one_origin_however_many_print_it(other, label):
    found = [measure("60.0", "2023", FACETS, origin=origin) for origin in ("Ministry", other)]
    assert judged(over(), found).robustness.label == label


def test_a_verdict_that_turns_without_one_origin_is_fragile_and_names_it():
    found = [measure("60.0", "2023", FACETS, origin="Ministry"), measure("30.0", "2023", FACETS, origin="Bureau")]
    got = judged(over(), found)
    assert got.verdict == "undecided"  # the hull of two rivals reaches over the line
    assert "sources conflict" in got.qualifiers
    assert got.robustness.label == "fragile"
    assert set(got.robustness.flips) == {"without Bureau: supported", "without Ministry: overstated"}
    assert got.robustness.in_words(PART) == "it would be right without Bureau"
    assert got.robustness.in_words(RIGHT) == "it would be wrong without Ministry"


def test_a_verdict_that_turns_with_the_cutoff_differs_by_edition():
    found = [measure("30.0", "2021", FACETS, published="2022"), measure("60.0", "2023", FACETS, published="2024-06")]
    got = judged(over(), found, {"2023": DAY})
    assert got.robustness.flips == ("with evidence up to 31 December 2023: overstated",)
    assert "differs by edition" in got.qualifiers


@pytest.mark.parametrize(("day", "seen"), [("2023-12-31", True), ("2024-01-01", False)])
def test_what_was_published_on_the_day_of_the_cutoff_is_seen(day, seen):
    found = [measure("30.0", "2021", FACETS, published="2022"), measure("60.0", "2023", FACETS, published=day)]
    assert ("differs by edition" in judged(over(), found, {"2023": DAY}).qualifiers) is not seen
    documents = [finding("Bureau", "C", published="2022", opposes=True), finding(published=day)]
    got = judge_fact(fact(), {"p0": documents}, DAY, {"2023": DAY})
    assert (got.verdict, "differs by edition" in got.qualifiers) == ("confirmed", not seen)


def test_a_known_revision_larger_than_the_distance_is_fragile():
    found = [measure("50.6", "2023", FACETS, origin="Ministry"), measure("50.6", "2023", FACETS, origin="Bureau")]
    assert judged(over(), found).robustness.label == "stable"
    got = judged(over(revision=0.02), found)
    assert got.robustness.label == "fragile"
    assert got.robustness.break_even == pytest.approx(1 - 50 / 50.55)


def test_the_grid_shows_every_declared_cell_with_the_literal_one_marked():
    c = over(
        grid={"numerator": ("n", "m"), "period": ("2023", "2022")},
        readings=(Reading(name="m", facets={"numerator": "m"}),),
    )
    found = [measure("60.0", "2023", FACETS), measure("20.0", "2022", FACETS, differ={"numerator": "m"})]
    got = judged(c, found).robustness
    outcomes = {(s["numerator"], s["period"]): s["outcome"] for s in got.grid}
    assert outcomes == {("n", "2023"): "pass", ("n", "2022"): "empty", ("m", "2023"): "empty", ("m", "2022"): "low"}
    assert [(s["numerator"], s["period"]) for s in got.grid if s["literal"]] == [("n", "2023")]


def test_rival_dates_leave_a_fact_unverified_and_name_no_winner():
    began = fact(parts=(Part(id="year", says="it began in 1988", test=Test(op="equals", value=1988, unit="year")),))
    one, other = finding(value=1988.0, unit="year"), finding("Bureau", value=1986.0, unit="year")
    got = judge_fact(began, {"year": [one, other]}, DAY, {})
    assert (got.verdict, got.robustness.label) == ("unverified", "fragile")
    assert judge_fact(began, {"year": [other]}, DAY, {}).verdict == "contradicted"


def test_undeclared_parts_and_missing_criteria_are_errors():
    with pytest.raises(KeyError, match="has no part"):
        judge_fact(fact(), {"month": [finding()]}, DAY, {})
    with pytest.raises(KeyError, match="has the criteria"):
        judge_comparison(comparison([result(0, 2.0), result(1, 2.0)]), [result(0, 2.0)], DAY)


MARKS = [Criterion(id=f"c{i}", says=f"mark {i}", threshold=1.25) for i in range(2)]


def result(i, value, origin="Office"):
    m = measure(str(value), "2023", FACETS, origin=origin)
    return judge_criterion(MARKS[i], Interval(value, value), f"{value}", [m])


def test_a_comparison_that_loses_a_criterion_with_an_origin_is_open_not_turned():
    found = [result(0, 2.0, "Office"), result(1, 1.0, "Vendor")]
    got = judge_comparison(comparison(found), found, DAY)
    assert (got.robustness.label, got.robustness.flips) == ("stable", ())
    assert [v.becomes for v in got.robustness.choices.of_axis("origin")] == ["open", "open"]


def test_a_part_with_two_documents_is_still_shown_without_one():
    documented = Criterion(id="c1", says="a rule exists", op="documented")

    def opened(*witnesses):
        behind = [measure("1.0", "2023", FACETS, origin=o) for o in witnesses]
        found = [result(0, 1.0), judge_criterion(documented, Interval(1, 1), "", behind)]
        judged = judge_comparison(comparison(found), found, DAY).robustness
        return [v.choice.of for v in judged.choices.of_axis("origin") if v.becomes == "open"]

    assert opened("Lawyer", "Press") == ["Office"]
    assert opened("Lawyer") == ["Lawyer", "Office"]


def test_a_first_release_counts_as_if_nothing_had_replaced_it():
    old = measure("80", "2022", FACETS, status="superseded", published="2023")
    new = measure("90", "2022", FACETS, published="2024")
    (first,) = first_releases([new, old])
    assert (first.value, first.status) == (80.0, "")
    (part,) = first_releases([measure("80", "2022", FACETS, status="partial")])
    assert part.status == "partial"
