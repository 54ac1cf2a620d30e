"""The rule for causes: it judges studies outcome by outcome and never counts votes."""

from collections import Counter

import pytest
from hand_made_evidence import cause, estimate, judged
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from random_judgements import directions

from claimbook.evidence.claims import CausalClaim
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES
from claimbook.rule.causes import FOUND, NO_STUDY, NOT_FOUND, SPLIT, joined_outcomes, outcome_results

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


OUTCOMES = {  # by the verdict that follows
    "supported": [[FOUND], [FOUND, FOUND]],
    "partly": [[SPLIT], [FOUND, SPLIT], [FOUND, NOT_FOUND], [FOUND, NO_STUDY], [SPLIT, NO_STUDY], [SPLIT, NOT_FOUND]],
    "not supported": [[NOT_FOUND], [NOT_FOUND, NOT_FOUND]],
    "not supported as far as tested": [[NOT_FOUND, NO_STUDY]],
    "not tested": [[NO_STUDY], [NO_STUDY, NO_STUDY]],
}


@pytest.mark.parametrize("verdict", OUTCOMES)
def test_a_cause_needs_every_outcome_that_it_names(verdict):
    assert {joined_outcomes(results) for results in OUTCOMES[verdict]} == {verdict}


@pytest.mark.parametrize(
    "estimate_of_none",
    [estimate(counts=False), estimate(grade="C"), estimate(grade="D"), estimate(group="something else")],
)
def test_a_study_that_is_near_or_was_not_reviewed_decides_nothing(estimate_of_none):
    assert judged(cause(), [estimate_of_none]).verdict == "not tested"
    assert judged(cause(), [estimate("B", LOWERS), estimate_of_none]).verdict == "not supported"


@pytest.mark.parametrize(
    "found",
    [
        [estimate("A"), estimate("A", sources=("reprint",)), estimate("B", LOWERS)],
        [estimate("A"), estimate("B"), estimate("C"), estimate("C", sources=("reprint",)), estimate("D", LOWERS)],
        [estimate("A"), estimate("A", LOWERS)],
    ],
    ids=["a reprint", "a reprint is no fifth study", "a study that finds both is mixed"],
)
def test_prints_of_one_study_count_once(found):
    assert outcome_results(cause(), found) == {"money": SPLIT}


OTHERS = [estimate("B", LOWERS), estimate("C", NO_EFFECT)]


@pytest.mark.parametrize(
    ("found", "verdict", "usual"),
    [
        ([estimate("A"), *OTHERS], "supported", ["partly"]),
        ([estimate("A"), estimate("A", LOWERS), *OTHERS], "supported", ["partly"]),  # in some places it is so
        ([estimate("A", grade="C"), *OTHERS], "not supported", []),
        ([estimate("A", counts=False), *OTHERS], "not supported", []),
        ([estimate("A", MIXED, grade="C"), *OTHERS], "not supported", []),
    ],
)
def test_a_claim_with_can_needs_one_sound_study_which_shows_no_usual_effect(found, verdict, usual):
    got = judged(cause(can=True), found)
    assert (got.verdict, [q.verdict for q in got.qualifiers if q.kind == "reading"]) == (verdict, usual)
    if usual:
        assert [judged(cause(), found).verdict] == usual
        assert judged(cause("money", "risk", can=True), found).verdict == "partly"  # each outcome needs one


def test_a_related_study_is_little_evidence_and_no_study_is_none():
    found = [estimate(counts=False)], []
    assert [judged(cause(), studies).certainty.word for studies in found] == ["low", "none"]


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
    assert judged(cause(), [*found, *others]).verdict == judged(cause(), found).verdict
