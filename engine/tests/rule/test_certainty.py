"""Certainty: one word with its reasons, which less evidence never raises."""

from dataclasses import replace

import pytest
from hand_made_evidence import (
    DAY,
    FACETS,
    cause,
    claim,
    compared,
    comparison,
    documented,
    fact,
    finding,
    judged,
    mark,
    measure,
)
from hypothesis import given
from hypothesis import strategies as st
from random_judgements import criteria_results, estimates, findings, measures, numbers, ops

from claimbook.rule.judgement import LEVELS
from claimbook.rule.kinds import KINDS


def assert_less_is_never_more(claim, found, instead=lambda _: (), of=lambda left: left):
    """Without any one item, or with what `instead` makes of it, the evidence is not more certain than with all."""

    def level(left):
        return LEVELS.index(KINDS[claim.kind](claim, of(left), DAY).certainty.word)

    for i, item in enumerate(found):
        assert level([*found[:i], *instead(item), *found[i + 1 :]]) <= level(found)


# less evidence never raises it -----------------------------------------------------------------------------------


@given(ops, numbers, st.lists(measures(), min_size=1, max_size=7), st.integers(0, 3), st.booleans())
def test_a_number_is_never_more_certain_without_a_measure(op, n, found, window, in_period):
    time = {"in_period": "2022"} if in_period else {"as_of": "2023"}
    assert_less_is_never_more(claim(op, n, "percent", window=window, **time), found)


@given(st.lists(findings(), max_size=4), st.lists(findings(), max_size=4))
def test_a_fact_is_never_more_certain_without_a_document(one, other):
    assert_less_is_never_more(fact(2), one, of=lambda left: {"p0": left, "p1": other})


@given(criteria_results())
def test_a_comparison_is_never_more_certain_without_data_for_a_criterion(found):
    assert_less_is_never_more(comparison(found), found, lambda result: [replace(result, interval=None)])


@given(st.lists(estimates(), max_size=6))
def test_a_cause_is_never_more_certain_without_an_estimate(found):
    assert_less_is_never_more(cause("money", "risk"), found)


# the reasons -----------------------------------------------------------------------------------------------------

OVER = claim("over", 50, "percent", window=1)


def two(printed="60.0", year="2023", **more):
    return [measure(printed, year, FACETS, origin=origin, **more) for origin in ("Ministry", "Bureau")]


@pytest.mark.parametrize(
    ("found", "word", "holds_back"),
    [
        (two(), "high", []),
        (two()[:1], "moderate", ["origins"]),
        (two("52.0"), "moderate", ["precision"]),
        ([two("52.0")[0], two()[1]], "high", []),  # one figure clear of every limit is enough
        (two(year="2022"), "moderate", ["recency"]),
        (two(grade="C"), "moderate", ["directness"]),
        (two(differ={"numerator": "m"}), "low", ["directness"]),
        ([], "none", ["directness"]),
        ([two()[0], two("30.0")[1]], "high", []),  # a contradiction is not a matter of certainty
        ([*two(grade="D"), *two(year="2022")], "moderate", ["recency"]),  # grade D does not say which year decides
    ],
)
def test_a_number_says_what_holds_its_certainty_back(found, word, holds_back):
    got = judged(OVER, found).certainty
    assert (got.word, [r.aspect for r in got.reasons if r.allows == word != "high"]) == (word, holds_back)


@pytest.mark.parametrize(("year", "word"), [("2018", "high"), ("2017", "moderate")])
def test_what_is_exactly_five_years_old_is_not_old(year, word):
    assert documented([finding(origin, "A", date=year) for origin in ("Ministry", "Bureau")]).certainty.word == word
    # each criterion with an origin of its own, since a value needs all its inputs
    assert compared(*(mark(3, 1.0, origin, year=year) for origin in ("Ministry", "Bureau"))).certainty.word == word


def test_without_an_essential_criterion_certainty_is_low():
    marks = [mark(3, 1.0, "Ministry"), mark(3, 1.0, "Bureau")]
    assert compared(*marks, mark(None)).certainty.word == "moderate"
    assert compared(*marks, mark(None, essential=True)).certainty.word == "low"


def test_a_part_that_nobody_documents_holds_a_fact_back():
    both = [finding(origin, "A", date="2022", began="2022") for origin in ("Ministry", "Bureau")]
    assert documented(both, both).certainty.word == "high"
    assert documented(both, []).certainty.word == "moderate"


@pytest.mark.parametrize(
    ("dates", "allows"),
    [
        ([{"date": "2022"}], "high"),
        ([{"date": "2022"}, {"date": "2012"}], "moderate"),  # of another part
        ([{"date": "2002", "published": "2026-11-25"}], "moderate"),  # the event counts, not its page
        ([{"date": "", "published": "2026-11-25"}], "moderate"),
    ],
)
def test_a_fact_is_as_recent_as_its_oldest_part_and_a_page_without_date_has_none(dates, allows):
    got = documented(*([finding("A", **date)] for date in dates)).certainty
    assert [r.allows for r in got.reasons if r.aspect == "recency"] == [allows]
