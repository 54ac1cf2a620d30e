"""Certainty: one word with its reasons, which less evidence never raises."""

import pytest
from drawn import criteria_results, estimates, findings, measures, numbers, ops
from hand_made import DAY, FACETS, cause, claim, comparison, fact, finding, measure
from hypothesis import given
from hypothesis import strategies as st

from claimbook.evidence.claims import Criterion
from claimbook.evidence.intervals import Interval
from claimbook.rule.certainty import LEVELS, causal_certainty, comparison_certainty, fact_certainty, number_certainty
from claimbook.rule.comparisons import judge_criterion

FACT = fact(2)


def rank(certainty):
    return LEVELS.index(certainty.word)


def without(items, i):
    return [*items[:i], *items[i + 1 :]]


# less evidence never raises it -----------------------------------------------------------------------------------


@given(ops, numbers, st.lists(measures(), min_size=1, max_size=7), st.integers(0, 3), st.booleans())
def test_a_number_is_never_more_certain_without_a_measure(op, n, found, window, in_period):
    time = {"in_period": "2022"} if in_period else {"as_of": "2023"}
    c = claim(op, n, "percent", window=window, **time)
    before = rank(number_certainty(c, found, DAY))
    assert all(rank(number_certainty(c, without(found, i), DAY)) <= before for i in range(len(found)))


@given(st.lists(findings(), max_size=4), st.lists(findings(), max_size=4))
def test_a_fact_is_never_more_certain_without_a_document(one, other):
    before = rank(fact_certainty(FACT, {"p0": one, "p1": other}, DAY))
    assert all(rank(fact_certainty(FACT, {"p0": without(one, i), "p1": other}, DAY)) <= before for i in range(len(one)))


@given(criteria_results())
def test_a_comparison_is_never_more_certain_without_data_for_a_criterion(found):
    c = comparison(found)
    before = rank(comparison_certainty(c, found, DAY))
    for i, r in enumerate(found):
        less = [*found[:i], judge_criterion(r.criterion, None, ""), *found[i + 1 :]]
        assert rank(comparison_certainty(c, less, DAY)) <= before


@given(st.lists(estimates(), max_size=6))
def test_a_cause_is_never_more_certain_without_an_estimate(found):
    claim = cause("money", "risk")
    before = rank(causal_certainty(claim, found))
    assert all(rank(causal_certainty(claim, without(found, i))) <= before for i in range(len(found)))


# the reasons -----------------------------------------------------------------------------------------------------

OVER = claim("over", 50, "percent", window=1)
TWO = [measure("60.0", "2023", FACETS, origin=o) for o in ("Ministry", "Bureau")]


@pytest.mark.parametrize(
    ("found", "word", "holds_back"),
    [
        (TWO, "high", []),
        (TWO[:1], "moderate", ["origins"]),
        ([measure("52.0", "2023", FACETS, origin=o) for o in ("Ministry", "Bureau")], "moderate", ["precision"]),
        ([measure("60.0", "2022", FACETS, origin=o) for o in ("Ministry", "Bureau")], "moderate", ["recency"]),
        ([measure("60.0", "2023", FACETS, origin=o, grade="C") for o in "XY"], "moderate", ["directness"]),
        ([measure("60.0", "2023", FACETS, differ={"numerator": "m"})], "low", ["directness"]),
        ([], "none", ["directness"]),
    ],
)
def test_a_number_says_what_holds_its_certainty_back(found, word, holds_back):
    got = number_certainty(OVER, found, DAY)
    assert (got.word, [r.aspect for r in got.reasons if r.allows == word != "high"]) == (word, holds_back)


def test_a_contradiction_is_not_a_matter_of_certainty():
    rivals = [measure("60.0", "2023", FACETS, origin="Ministry"), measure("30.0", "2023", FACETS, origin="Bureau")]
    assert number_certainty(OVER, rivals, DAY).word == "high"


def test_grade_d_does_not_even_say_which_year_decides():
    found = [measure("60.0", "2023", FACETS, grade="D"), *(measure("60.0", "2022", FACETS, origin=o) for o in "XY")]
    assert number_certainty(OVER, found, DAY).word == "moderate"


def test_one_figure_clear_of_every_edge_is_enough():
    near, clear = measure("52.0", "2023", FACETS, origin="Ministry"), measure("60.0", "2023", FACETS, origin="Bureau")
    assert number_certainty(OVER, [near, clear], DAY).word == "high"


@pytest.mark.parametrize(("year", "word"), [("2018", "high"), ("2017", "moderate")])
def test_what_is_exactly_five_years_old_is_not_old(year, word):
    events = [finding(origin, "A", date=year) for origin in ("Ministry", "Bureau")]
    assert fact_certainty(fact(), {"p0": events}, DAY).word == word
    mark = Criterion(id="c", says="a mark", threshold=1.0)
    behind = [measure("3.0", year, FACETS, origin=origin) for origin in ("Ministry", "Bureau")]
    # each criterion with an origin of its own, since a value needs all its inputs
    found = [judge_criterion(mark, Interval(3, 3), "", [m]) for m in behind]
    assert comparison_certainty(comparison(found), found, DAY).word == word


def test_a_missing_essential_criterion_leaves_little():
    marks = [Criterion(id=f"c{i}", says=f"{i}", threshold=1.0, essential=i == 2) for i in range(3)]
    behind = [[measure("3.0", "2022", FACETS, origin=o)] for o in ("Ministry", "Bureau")]
    found = [judge_criterion(c, Interval(3, 3), "", b) for c, b in zip(marks, behind, strict=False)]
    found.append(judge_criterion(marks[2], None, ""))
    assert comparison_certainty(comparison(found), found, DAY).word == "low"


def test_a_part_that_nobody_documents_and_old_events_hold_a_fact_back():
    def rule(origin, date):
        return finding(origin, "A", date=date, published="2023", began=date)

    new = [rule("Ministry", "2022"), rule("Bureau", "2021")]
    assert fact_certainty(FACT, {"p0": new, "p1": new}, DAY).word == "high"
    assert fact_certainty(FACT, {"p0": new, "p1": []}, DAY).word == "moderate"
    old = [rule("Ministry", "2011"), rule("Bureau", "2012")]
    (reason,) = (r for r in fact_certainty(FACT, {"p0": new, "p1": old}, DAY).reasons if r.allows != "high")
    assert (reason.aspect, reason.says) == ("recency", "events up to 2012")
