"""Other choices: the declared choice is one of them, and each other one does what its name says."""

from collections import Counter

import pytest
from drawn import JUDGED, measures, numbers, ops
from hand_made import DAY, FACETS, claim, comparison, judged, measure
from hypothesis import given
from hypothesis import strategies as st

from claimbook.evidence.claims import Criterion
from claimbook.evidence.intervals import Interval
from claimbook.rule.choices import FACTORS, TOLERANCES
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.judgement import judge_comparison
from claimbook.rule.multiverse import NOTHING_DECIDES, TURNS, UNCHANGED, becomes
from claimbook.rule.reasons import comparison_reasons, number_reasons


def five_against(*marks):
    """Compare a value of five, from one producer, with each threshold."""
    criteria = [Criterion(id=f"c{i}", says=f"{i}", threshold=mark) for i, mark in enumerate(marks)]
    return [judge_criterion(c, Interval(5, 5), "", [measure("5.0", "2022", FACETS)]) for c in criteria]


# the declared choice ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", JUDGED)
@given(data=st.data())
def test_the_declared_choice_is_the_verdict(kind, data):
    got = data.draw(JUDGED[kind])
    assert got.robustness.choices.declared == got.verdict


# another sentence ------------------------------------------------------------------------------------------------


@given(ops, numbers, st.lists(measures(), max_size=7))
def test_another_word_number_or_year_is_judged_as_if_the_text_said_so(op, n, found):
    output = claim(op, n, "percent")
    singles = judged(output, found).robustness.choices.singles
    for v in (v for v in singles if not v.choice.counts):
        ((what, value),) = v.choice.sets
        change = {
            "word": lambda to: {"test": output.test.model_copy(update={"op": to})},
            "number": lambda to: {"test": output.test.moved(to)},
            "year": lambda to: {"as_of": to},
        }[what](value)
        assert judged(output.model_copy(update=change), found).verdict == v.verdict


def test_another_sentence_is_reported_but_counts_for_nothing():
    found = [measure("50.4", "2023", FACETS, origin=o) for o in ("Ministry", "Bureau")]
    robust = judged(claim("over", 50, "percent"), found).robustness
    choices = robust.choices
    reported = {(v.choice.axis, v.choice.to): v.verdict for v in choices.singles if not v.choice.counts}
    assert (
        reported["number", "52.5"] == reported["word", "nearly"] == "close" and reported["word", "about"] == "supported"
    )
    assert len(reported) == len(FACTORS) + 2
    assert (robust.label, robust.flips, choices.first) == ("stable", (), None)
    assert choices.agree == len(choices.counted) == len(choices.singles) - len(reported)
    assert sum(n for _, n in choices.pairs) == sum(j < len(choices.counted) for _, j, _ in choices.together)


def test_people_and_things_are_counted_whole_and_the_year_is_one_that_is_known():
    found = [measure("180", y, FACETS, unit="count") for y in ("2021", "2023")]
    output = claim("over", 170, "count")
    singles = judged(output, found).robustness.choices.singles
    reported = [v.choice.to for v in singles if v.choice.axis in {"number", "year"}]
    assert reported == ["178", "162", "187", "153", "212", "128", "255", "85", "2021"]
    share = judged(claim("over", 80, "percent"), [measure("90.0", "2023", FACETS)])
    reported = [v.choice.to for v in share.robustness.choices.singles if v.choice.axis == "number"]
    assert reported == ["84", "76", "88", "72", "100", "60", "40"]  # no share of 120 %


def test_a_reason_names_what_was_found_and_what_the_words_allow():
    found = [measure("14.3", "2023", FACETS)]
    choices = judged(claim("nearly", 13, "percent"), found).robustness.choices
    assert [" ".join(line.split()) for line in number_reasons(*choices.received({}))] == [
        "Found: 14.3 % in 2023",
        "“nearly 13 %” counts as right between 12.35 % and 13 %, as close between 11.7 % and 13.65 %",
    ]
    over = next(v for v in choices.singles if v.choice.to == "over")
    found_line, allowed_line = number_reasons(*choices.received(over.choice.setting))
    assert "14.3" in found_line and "above 13" in allowed_line
    two = judge_comparison(comparison(five_against(1.0, 6.0)), five_against(1.0, 6.0), DAY).robustness.choices
    assert comparison_reasons(*two.received({})) == ("“0”: 5, met", "“1”: 5, not met")
    (alone,) = two.of_axis("origin")
    assert comparison_reasons(*two.received(alone.choice.setting)) == ("“0”: no data", "“1”: no data")


# single choices --------------------------------------------------------------------------------------------------


def test_thresholds_are_moved_one_by_one_and_all_at_once_except_zero():
    found = five_against(1.0, 2.0, 0.0)
    choices = judge_comparison(comparison(found), found, DAY).robustness.choices
    tried = Counter(v.choice.of for v in choices.of_axis("mark"))
    assert tried == {"c0": len(FACTORS), "c1": len(FACTORS), "all": len(FACTORS)}


def test_a_rank_moves_by_whole_places():
    c = Criterion(id="r", says="first or second", op="below", threshold=3, unit="rank")
    found = [judge_criterion(c, Interval(2, 2), "", [measure("2.0", "2022", FACETS)])]
    moved = judge_comparison(comparison(found), found, DAY).robustness.choices.of_axis("mark")
    assert {(v.choice.to, v.verdict) for v in moved} == {
        ("+5 %", "supported"),  # any raise lets the third place in, a half the fourth
        ("+10 %", "supported"),
        ("+25 %", "supported"),
        ("+50 %", "supported"),
        ("−50 %", "not supported"),
    }


def test_the_smallest_step_is_named_first_and_only_near_steps_make_fragile():
    c = Criterion(id="c", says="large, 1 % of all", threshold=1.0)

    def judged(value):
        behind = [measure("1.0", "2022", FACETS, origin=o) for o in ("Ministry", "Bureau")]
        found = [judge_criterion(c, Interval(value, value), "", behind)]
        return judge_comparison(comparison(found), found, DAY).robustness

    assert (
        judged(1.07).choices.first.in_words == "with the threshold of “large, 1 % of all” raised by 10 %: not supported"
    )
    assert judged(1.07).label == "fragile"
    assert judged(1.2).choices.first.choice.to == "+25 %"
    assert judged(1.2).label == "stable"  # its only criterion needs both producers, so it rests on neither alone
    assert judged(1.6).choices.first is None


def test_about_is_varied_from_two_to_ten_per_cent():
    found = [measure("13.9", "2023", FACETS, origin=o) for o in ("Ministry", "Bureau")]
    got = judged(claim("about", 13.0, "percent"), found).robustness.choices
    widths = {v.choice.to: v.verdict for v in got.of_axis("about")}
    assert len(widths) == len(TOLERANCES) - 1
    assert (widths["2 %"], widths["4 %"], widths["8 %"]) == ("understated", "close", "supported")
    assert got.declared == "close"


def test_a_window_counts_only_where_near_evidence_speaks():
    exact = [measure("60.0", "2023", FACETS)]
    near = [measure("30.0", "2020", FACETS, differ={"numerator": "m"})]
    over = claim("over", 50, "percent", window=1)
    assert not judged(over, exact).robustness.choices.of_axis("window")
    got = judged(over, [*near, measure("40.0", "2023", FACETS, differ={"numerator": "m"})])
    assert got.verdict == "unverified, evidence against (one origin)"
    windows = {v.choice.to: v.becomes for v in got.robustness.choices.of_axis("window")}
    assert windows == dict.fromkeys("345", UNCHANGED)


def test_a_first_release_counts_as_if_nothing_had_replaced_it():
    first = measure("13.5", "2023", FACETS, status="superseded", published="2024-01-01")
    last = measure("14.3", "2023", FACETS, published="2024-12-01")
    got = judged(claim("nearly", 13, "percent"), [first, last])
    (figure,) = got.robustness.choices.of_axis("figure")
    assert (got.verdict, figure.verdict, figure.becomes) == ("understated", "close", TURNS)


def test_another_figure_is_a_choice():
    mark = Criterion(id="c", says="large", threshold=1.0)
    other = {"old list": Interval(0.5, 0.5)}
    found = [judge_criterion(mark, Interval(2, 2), "", [measure("2.0", "2022", FACETS)], otherwise=other)]
    assert judge_comparison(comparison(found), found, DAY).robustness.flips == ("with old list: not supported",)


def test_grades_alike_bring_the_second_tier_in():
    found = [measure("60.0", "2023", FACETS, grade="A"), measure("30.0", "2023", FACETS, grade="C", origin="Vendor")]
    got = judged(claim("over", 50, "percent"), found).robustness.choices
    assert {v.choice.to: v.verdict for v in got.of_axis("grades")} == {"A–C alike": "undecided"}


def test_pairs_are_of_two_axes_or_of_two_marks():
    found = five_against(1.0, 1.0)
    choices = judge_comparison(comparison(found), found, DAY).robustness.choices
    marks, others = len(FACTORS), 1  # of each criterion and of both; the one origin
    assert sum(n for _, n in choices.pairs) == marks * marks + 3 * marks * others


@pytest.mark.parametrize(
    ("declared", "other", "word"),
    [
        ("supported", "supported", UNCHANGED),
        ("supported", "partly", TURNS),
        ("supported", "supported as far as tested", NOTHING_DECIDES),
        ("supported as far as tested", "supported", UNCHANGED),
        ("supported", "unverified, evidence for", NOTHING_DECIDES),
        ("unverified, evidence for", "unverified, evidence for (one origin)", UNCHANGED),
        ("unverified, evidence for", "unverified, evidence mixed", TURNS),
        ("unverified, evidence for", "unverified, no evidence", NOTHING_DECIDES),
        ("unverified, evidence for", "supported", TURNS),
        ("supported", "not tested", NOTHING_DECIDES),
    ],
)
def test_a_choice_keeps_changes_or_opens_a_verdict(declared, other, word):
    assert becomes(declared, other) == word
