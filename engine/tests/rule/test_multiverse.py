"""Other choices: the declared choice is one of them, and each other one does what its name says."""

from collections import Counter

import pytest
from hand_made_evidence import FACETS, changes, claim, compared, five_against, judged, mark, measure
from hypothesis import given
from hypothesis import strategies as st
from random_judgements import measures, numbers, ops

from claimbook.evidence.intervals import Interval
from claimbook.rule.choices import FACTORS, NOTHING_DECIDES, TOLERANCES, TURNS, UNCHANGED, becomes


def of_five_against(*marks):
    return compared(*five_against(*marks)).choices


def from_two(printed, **more):
    """Return two measures of 2023 from two producers."""
    return [measure(printed, "2023", FACETS, origin=origin, **more) for origin in ("Ministry", "Bureau")]


def verdicts(choices, axis):
    return {v.choice.to: v.verdict for v in choices.of_axis(axis)}


# another sentence ------------------------------------------------------------------------------------------------


@given(ops, numbers, st.lists(measures(), max_size=7))
def test_another_word_number_or_year_is_judged_as_if_the_text_said_so(op, n, found):
    output = claim(op, n, "percent")
    singles = judged(output, found).choices.singles
    for v in (v for v in singles if not v.choice.counts):
        ((what, value),) = v.choice.setting.items()
        change = {
            "word": lambda to: {"test": output.test.model_copy(update={"op": to})},
            "number": lambda to: {"test": output.test.moved(to)},
            "year": lambda to: {"as_of": to},
        }[what](value)
        assert judged(output.model_copy(update=change), found).verdict == v.verdict


def test_another_sentence_is_reported_but_does_not_count():
    got = judged(claim("over", 50, "percent"), from_two("50.4"))
    choices = got.choices
    of_the_text = [v for v in choices.singles if not v.choice.counts]
    assert verdicts(choices, "number")["52.5"] == "close"
    assert verdicts(choices, "word") == {"nearly": "close", "about": "supported"}
    assert len(of_the_text) == len(FACTORS) + 2
    assert (got.label, got.flips, choices.first) == ("stable", (), None)
    assert choices.agree == len(choices.counted) == len(choices.singles) - len(of_the_text)


@pytest.mark.parametrize(
    ("stated", "found", "numbers", "years"),
    [
        (
            claim("over", 170, "count"),
            [measure("180", y, FACETS, unit="count") for y in ("2021", "2023")],
            ["178", "162", "187", "153", "212", "128", "255", "85"],
            ["2021"],
        ),
        (claim("over", 80, "percent"), from_two("90.0"), ["84", "76", "88", "72", "100", "60", "40"], []),  # not 120 %
    ],
)
def test_people_and_objects_are_counted_whole_and_the_year_is_a_known_one(stated, found, numbers, years):
    choices = judged(stated, found).choices
    assert [v.choice.to for axis in ("number", "year") for v in choices.of_axis(axis)] == numbers + years


def test_what_a_choice_rests_on_is_received_as_the_rule_sees_it():
    got = judged(claim("nearly", 13, "percent"), [measure("14.3", "2023", FACETS)])
    over = next(v.judged for v in got.choices.singles if v.choice.to == "over")
    assert got.reasons[0] == over.reasons[0] and got.reasons[1] != over.reasons[1]
    (alone,) = of_five_against(1.0, 6.0).of_axis("origin")
    assert {result.word for result in alone.judged.criteria} == {"no data"}


# single choices --------------------------------------------------------------------------------------------------


def test_thresholds_are_moved_one_by_one_and_all_at_once_except_zero():
    tried = Counter(v.choice.of for v in of_five_against(1.0, 2.0, 0.0).of_axis("mark"))
    assert tried == {"c0": len(FACTORS), "c1": len(FACTORS), "all": len(FACTORS)}


def test_a_rank_moves_by_whole_places():
    moved = compared(mark(2, 3, "Ministry", op="below", unit="rank")).choices
    # any raise lets the third place in, a half the fourth
    raised = dict.fromkeys(("+5 %", "+10 %", "+25 %", "+50 %"), "supported")
    assert verdicts(moved, "mark") == raised | {"−50 %": "not supported"}


@pytest.mark.parametrize(("value", "first", "label"), [(1.07, "+10 %", "fragile"), (1.2, "+25 %", "stable")])
def test_the_smallest_step_is_named_first_and_only_near_steps_make_fragile(value, first, label):
    # the only criterion needs both producers, so it does not rest on one
    got = compared(mark(value, 1.0, "Ministry", "Bureau"))
    assert (got.choices.first.choice.to, got.label) == (first, label)


def test_about_is_varied_from_two_to_ten_per_cent():
    got = judged(claim("about", 13.0, "percent"), from_two("13.9")).choices
    widths = verdicts(got, "about")
    assert len(widths) == len(TOLERANCES) - 1
    assert (widths["2 %"], widths["4 %"], widths["8 %"]) == ("understated", "close", "supported")
    assert got.declared == "close"


def test_a_window_counts_only_where_near_evidence_speaks():
    exact = [measure("60.0", "2023", FACETS)]
    near = [measure("30.0", "2020", FACETS, differ={"numerator": "m"})]
    over = claim("over", 50, "percent", window=1)
    assert not judged(over, exact).choices.of_axis("window")
    got = judged(over, [*near, measure("40.0", "2023", FACETS, differ={"numerator": "m"})])
    assert got.verdict == "unverified, evidence against (one origin)"
    windows = {v.choice.to: v.becomes for v in got.choices.of_axis("window")}
    assert windows == dict.fromkeys("345", UNCHANGED)


def test_a_first_release_counts_as_if_nothing_had_replaced_it():
    first = measure("13.5", "2023", FACETS, status="superseded", published="2024-01-01")
    last = measure("14.3", "2023", FACETS, published="2024-12-01")
    got = judged(claim("nearly", 13, "percent"), [first, last])
    (figure,) = got.choices.of_axis("figure")
    assert (got.verdict, figure.verdict, figure.becomes) == ("understated", "close", TURNS)


def test_another_figure_is_a_choice():
    other = {"old list": Interval(0.5, 0.5)}
    assert changes(compared(mark(2, 1.0, "Ministry", otherwise=other))) == {("figure", "old list"): "not supported"}


def test_grades_alike_bring_the_second_tier_in():
    found = [measure("60.0", "2023", FACETS, grade="A"), measure("30.0", "2023", FACETS, grade="C", origin="Vendor")]
    got = judged(claim("over", 50, "percent"), found).choices
    assert verdicts(got, "grades") == {"A–C alike": "undecided"}


YES, SO_FAR, FOR = "supported", "supported as far as tested", "unverified, evidence for"
BECOMES = {
    UNCHANGED: [(YES, YES), (SO_FAR, YES), (FOR, f"{FOR} (one origin)")],
    TURNS: [(YES, "partly"), (FOR, "unverified, evidence mixed"), (FOR, YES)],
    NOTHING_DECIDES: [(YES, SO_FAR), (YES, FOR), (FOR, "unverified, no evidence"), (YES, "not tested")],
}


@pytest.mark.parametrize("word", BECOMES)
def test_a_choice_keeps_changes_or_opens_a_verdict(word):
    assert {becomes(declared, other) for declared, other in BECOMES[word]} == {word}
