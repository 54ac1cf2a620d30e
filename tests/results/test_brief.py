"""The report in a minute, on hand-made claims: it says what the verdicts say, in whatever edition; none is evidence."""

import pytest
from hand_made_records import changed

from claimbook.results.brief import lead, retested
from tests.book.test_front_page import COMPARISON, FACT, NUMBER, OPEN, OPINION

LATE = changed(NUMBER, stands_as="right in size, out of date")
WRONG = changed(FACT, verdict="contradicted")


def told(*claims):
    return ["".join(halves) for halves in lead(claims, lambda claim: f"name of {claim.id}")]


def test_each_kind_has_a_sentence_that_begins_with_what_most_come_to():
    assert told(NUMBER, LATE, *[OPEN] * 4, FACT, WRONG, COMPARISON, OPINION) == [
        "Its plain facts come out mixed: of two, one is right and one is wrong.",
        "Its numbers mostly cannot be checked: of six, one is right (name of big), one is out of date (name of big) "
        "and four cannot be checked.",
        "Its comparisons are partly right: of one, one is partly right (name of strong).",
    ]


@pytest.mark.parametrize(
    ("claims", "begins"),
    [
        ((FACT, FACT, WRONG), "Its plain facts are mostly right"),
        ((FACT, WRONG, WRONG), "Its plain facts are mostly wrong"),
        ((OPEN, OPEN), "Its numbers cannot be checked"),
        ((NUMBER,), "Its numbers are right"),
    ],
)
def test_other_results_give_other_sentences(claims, begins):
    assert told(*claims)[0].startswith(begins)


def test_page_one_tells_what_the_tests_before_would_say():
    right = changed(COMPARISON, verdict="supported")
    before = [{"claim_id": right.id, "verdict_today": v} for v in ("supported", "partly")]
    assert retested([right, NUMBER], before) == (
        "Tests were changed with the evidence known: of the 1 judgement that are right, one would not be under the "
        "test before."
    )
    assert "none" not in retested([right], [{"claim_id": right.id, "verdict_today": "not known"}])
    assert retested([right], []) == ""
