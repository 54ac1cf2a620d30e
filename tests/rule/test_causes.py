"""The rule for causes: it judges studies outcome by outcome and never counts votes."""

from collections import Counter

import pytest
from drawn import directions
from hand_made import cause, estimate
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from claimbook.evidence.claims import CausalClaim
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES
from claimbook.rule.causes import FOUND, NO_STUDY, NOT_FOUND, SPLIT, joined_outcomes, outcome_results, studies_in_words
from claimbook.rule.judgement import judge_causal

# how many studies raise, find nothing, are mixed and lower: what that comes to where the sentence says that it rises
ONE_OUTCOME = {
    (0, 0, 0, 0): NO_STUDY,
    (1, 0, 0, 0): FOUND,
    (7, 0, 0, 0): FOUND,
    (4, 0, 0, 1): FOUND,  # a single exception among five
    (4, 1, 0, 0): FOUND,
    (9, 0, 1, 0): FOUND,
    (3, 0, 0, 1): SPLIT,  # among four it is no exception
    (8, 1, 0, 1): SPLIT,  # two are no single one
    (15, 0, 0, 8): SPLIT,
    (0, 0, 1, 0): SPLIT,
    (0, 3, 1, 3): SPLIT,
    (0, 0, 0, 1): NOT_FOUND,
    (0, 2, 0, 0): NOT_FOUND,  # an effect that was looked for and not found
    (0, 2, 0, 3): NOT_FOUND,
    (1, 0, 0, 9): SPLIT,
}
WAYS = (RAISES, NO_EFFECT, MIXED, LOWERS)


def studies(counts, group="money", **more):
    """Return this number of studies of each direction."""
    found = [way for way, n in zip(WAYS, counts, strict=True) for _ in range(n)]
    return [estimate(f"{way} {i}", way, group, **more) for i, way in enumerate(found)]


@pytest.mark.parametrize(("counts", "result"), ONE_OUTCOME.items())
def test_an_outcome_follows_from_what_its_studies_find(counts, result):
    assert outcome_results(cause(), studies(counts)) == {"money": result}


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([FOUND], "supported"),
        ([FOUND, FOUND], "supported"),
        ([FOUND, SPLIT], "partly"),
        ([FOUND, NOT_FOUND], "partly"),
        ([FOUND, NO_STUDY], "partly"),
        ([SPLIT], "partly"),
        ([SPLIT, NO_STUDY], "partly"),
        ([SPLIT, NOT_FOUND], "partly"),
        ([NOT_FOUND], "not supported"),
        ([NOT_FOUND, NOT_FOUND], "not supported"),
        ([NOT_FOUND, NO_STUDY], "not supported as far as tested"),
        ([NO_STUDY], "not tested"),
        ([NO_STUDY, NO_STUDY], "not tested"),
    ],
)
def test_a_cause_needs_every_outcome_that_it_names(results, verdict):
    assert joined_outcomes(results) == verdict


@pytest.mark.parametrize(
    "estimate_of_none",
    [estimate(counts=False), estimate(grade="C"), estimate(grade="D"), estimate(group="something else")],
)
def test_a_study_that_is_near_or_was_not_reviewed_decides_nothing(estimate_of_none):
    assert judge_causal(cause(), [estimate_of_none]).verdict == "not tested"
    assert judge_causal(cause(), [estimate("B", LOWERS), estimate_of_none]).verdict == "not supported"


def test_prints_of_one_study_count_once_and_one_that_finds_both_is_mixed():
    again = [estimate("A"), estimate("A", sources=("reprint",)), estimate("B", LOWERS)]
    assert outcome_results(cause(), again) == {"money": SPLIT}
    four = [estimate("A"), estimate("B"), estimate("C"), estimate("C", sources=("reprint",)), estimate("D", LOWERS)]
    assert outcome_results(cause(), four) == {"money": SPLIT}  # with the reprint there would be five
    assert outcome_results(cause(), [estimate("A"), estimate("A", LOWERS)]) == {"money": SPLIT}


def test_can_is_met_by_one_sound_estimate_of_each_outcome_which_makes_it_no_usual_effect():
    one, others = estimate("A"), [estimate("B", LOWERS), estimate("C", NO_EFFECT)]
    got = judge_causal(cause(can=True), [one, *others])
    assert got.verdict == "supported"
    assert got.qualifiers == ("money: rests on one study (A 2010)", "partly if read as a usual effect")
    assert judge_causal(cause(), [one, *others]).verdict == "partly"
    assert judge_causal(cause("money", "risk", can=True), [one, *others]).verdict == "partly"
    in_part = [estimate("A"), estimate("A", LOWERS), *others]  # in some places it is so
    assert judge_causal(cause(can=True), in_part).verdict == "supported"
    for hearsay in (estimate("A", grade="C"), estimate("A", counts=False), estimate("A", MIXED, grade="C")):
        assert judge_causal(cause(can=True), [hearsay, *others]).verdict == "not supported"


def test_a_claim_that_rests_on_one_study_says_so_and_is_open_without_it():
    got = judge_causal(cause(), [estimate("A")])
    assert got.verdict == "supported"
    assert got.qualifiers == ("money: rests on one study (A 2010)",)
    assert got.robustness.label == "one origin"
    assert got.firm == "rests on one source: A 2010"


def test_other_choices_are_a_study_less_and_the_studies_that_do_not_count():
    found = [
        estimate("A"),
        estimate("B", LOWERS),
        estimate("C", grade="C"),
        estimate("D", counts=False),
        estimate("E", group="returns"),
    ]
    got = {v.choice.says: v.verdict for v in judge_causal(cause(), found).robustness.choices.singles}
    assert got == {
        "without A 2010": "not supported",
        "without B 2010": "supported",
        "with grades A to C counted alike": "partly",
        "with studies of related effects counted too": "partly",
    }


def test_a_sentence_with_can_is_marked_so_and_names_an_outcome():
    about = {"id": "k", "section": "0", "kind": "causal"}
    money = [{"group": "money", "way": "raises"}]
    for statement, can in (("It can raise money.", False), ("It raises money.", True)):
        with pytest.raises(ValidationError, match="can: true"):
            CausalClaim(**about, statement=statement, can=can, outcomes=money)
    with pytest.raises(ValidationError, match="outcomes"):
        CausalClaim(**about, statement="It raises money.", outcomes=[])


turned = {RAISES: LOWERS, LOWERS: RAISES}
several = st.lists(directions, max_size=9)


@given(several)
def test_studies_that_confirm_a_sentence_contradict_its_opposite(ways):
    """Studies that would make the sentence right make its opposite wrong, and never both right."""
    found = [estimate(f"S{i}", way) for i, way in enumerate(ways)]
    opposite = [estimate(f"S{i}", turned.get(way, way)) for i, way in enumerate(ways)]
    (one,), (other,) = (outcome_results(cause(), own).values() for own in (found, opposite))
    assert not (one == other == FOUND)
    if one == FOUND and Counter(ways)[RAISES] == len(ways):
        assert other == NOT_FOUND


@given(several, several)
def test_what_does_not_count_never_changes_the_verdict(ways, near):
    found = [estimate(f"S{i}", way) for i, way in enumerate(ways)]
    others = [estimate(f"N{i}", way, counts=False) for i, way in enumerate(near)]
    assert judge_causal(cause(), [*found, *others]).verdict == judge_causal(cause(), found).verdict


def test_an_outcome_is_reported_with_its_authors_what_fits_the_sentence_first():
    def sentence(*found):
        return studies_in_words(cause().outcomes[0], found)

    assert sentence() == "money is not tested by any study that counts"
    assert sentence(estimate(counts=False)) == sentence()
    assert sentence(estimate("B", LOWERS), estimate("A")) == "money is raised (A 2010), lowered (B 2010)"
    both = [estimate("B", NO_EFFECT), estimate("A"), estimate("A", LOWERS), estimate("C", MIXED)]
    assert sentence(*both) == "money is raised in part (A 2010), unchanged (B 2010), moved both ways (C 2010)"
