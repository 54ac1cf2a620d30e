"""Labels of robustness depend only on what changes the verdict."""

import pytest
from hand_made_evidence import DAY, FACETS, changes, claim, compared, documented, finding, judged, mark, measure

from claimbook.evidence.claims import Part, Reading, Test


def over(n=50, **more):
    return claim("over", n, "percent", window=3, **more)


@pytest.mark.parametrize(("other", "label"), [("Bureau", "stable"), ("Ministry+Bureau", "one origin")])
def test_two_origins_that_agree_are_stable_and_one_producer_is_one_origin_however_many_print_it(other, label):
    found = [measure("60.0", "2023", FACETS, origin=origin) for origin in ("Ministry", other)]
    assert judged(over(), found).label == label


def test_without_an_origin_as_of_falls_back_on_the_value_before():
    found = [measure("60.0", "2023", FACETS, origin="Ministry"), measure("58.0", "2022", FACETS, origin="Bureau")]
    got = judged(over(), found)
    (without,) = got.choices.of_axis("origin")
    assert (without.verdict, got.label) == ("supported", "stable")


@pytest.mark.parametrize(("day", "seen"), [("2023-12-31", True), ("2024-01-01", False)])
def test_what_was_published_on_the_day_of_the_cutoff_is_seen_and_a_later_value_differs_by_edition(day, seen):
    found = [measure("30.0", "2021", FACETS, published="2022"), measure("60.0", "2023", FACETS, published=day)]
    got = judged(over(), found, {"2023": DAY})
    assert changes(got) == ({} if seen else {("edition", "2023"): "overstated"})
    assert ("differs by edition" in got.qualifiers) is not seen
    documents = [finding("Bureau", "C", published="2022", opposes=True), finding(published=day)]
    fact = documented(documents, cutoffs={"2023": DAY})
    assert (fact.verdict, "differs by edition" in fact.qualifiers) == ("confirmed", not seen)


def test_a_known_revision_larger_than_the_distance_is_fragile():
    found = [measure("50.6", "2023", FACETS, origin=origin) for origin in ("Ministry", "Bureau")]
    assert judged(over(), found).label == "stable"
    got = judged(over(revision=0.02), found)
    assert (got.label, got.closeness()["break_even"]) == ("fragile", pytest.approx(1 - 50 / 50.55))


def test_the_grid_shows_every_declared_cell_with_the_literal_one_marked():
    c = over(
        grid={"numerator": ("n", "m"), "period": ("2023", "2022")},
        readings=(Reading(name="m", facets={"numerator": "m"}),),
    )
    found = [measure("60.0", "2023", FACETS), measure("20.0", "2022", FACETS, differ={"numerator": "m"})]
    got = judged(c, found)
    outcomes = {(s["numerator"], s["period"]): s["outcome"] for s in got.closeness()["grid"]}
    assert outcomes == {("n", "2023"): "pass", ("n", "2022"): "empty", ("m", "2023"): "empty", ("m", "2022"): "low"}
    assert [(s["numerator"], s["period"]) for s in got.closeness()["grid"] if s["literal"]] == [("n", "2023")]


def test_rival_dates_leave_a_fact_unverified_and_name_no_winner():
    began = (Part(id="p0", says="it began in 1988", test=Test(op="equals", value=1988, unit="year")),)
    one, other = finding(value=1988.0, unit="year"), finding("Bureau", value=1986.0, unit="year")
    got = documented([one, other], parts=began)
    assert (got.verdict, got.label) == ("unverified", "fragile")
    assert documented([other], parts=began).verdict == "contradicted"


OFFICE, VENDOR = mark(2.0, 1.0, "Office"), mark(2.0, 1.0, "Vendor")


@pytest.mark.parametrize(
    ("got", "opened"),
    [
        (compared(OFFICE, mark(0.5, 1.0, "Vendor")), {"Office", "Vendor"}),
        (compared(OFFICE, VENDOR, mark(0.5, 1.0, "Chamber")), {"Chamber"}),
        (compared(OFFICE, mark(1, None, "Lawyer", "Press", op="documented")), {"Office"}),
        (compared(OFFICE, mark(1, None, "Lawyer", op="documented")), {"Lawyer", "Office"}),
        (documented([finding()], [finding("Party", ended="2019")]), {"Ministry"}),
    ],
)
def test_what_loses_its_evidence_with_an_origin_is_open_and_not_turned(got, opened):
    assert {v.choice.of for v in got.choices.of_axis("origin") if v.becomes == "open"} == opened
    assert (got.label, changes(got)) == ("stable", {})


def test_each_producer_of_a_comparison_is_left_out_in_turn_also_one_of_several_documents():
    got = compared(OFFICE, mark(1, None, "Lawyer", "Press", op="documented"))
    assert [v.choice.of for v in got.choices.of_axis("origin")] == ["Lawyer", "Office", "Press"]
