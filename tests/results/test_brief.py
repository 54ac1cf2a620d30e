"""The report in a minute, on hand-made claims: it says what the verdicts say, in whatever edition; none is evidence."""

import pytest
from hand_made_records import changed

from claimbook.results.brief import answers, firmness, lead, number_says, retested
from tests.book.test_scorecard import COMPARISON, FACT, NUMBER, OPEN, OPINION, OVER_100, record

CLAIMS = (FACT, COMPARISON, NUMBER, OPEN, OPINION)
LATE = changed(
    record("late", "number", "understated", "2.1", NUMBER.measures, OVER_100),
    stands_as="right in size, out of date",
    qualifiers=["by 10 % (1.3 points)", "outdated (right in size 2018–2019, 2021)"],
)
WRONG = record("wrong", "fact", "contradicted")


def name(claim):
    return f"name of {claim.id}"


def told(claims):
    """Heading and sentences of each answer; a claim stands as its id."""
    return {
        answer.heading: [
            " ".join(filter(None, [p.before, ", ".join(c.id for c in p.claims), p.after])) for p in answer.points
        ]
        for answer in answers(claims)
    }


def test_the_lead_counts_the_numbers_and_names_a_few():
    assert lead([NUMBER, LATE, *[OPEN] * 4, FACT], name) == (
        "A policy text gives six numbers for China’s Torch Program (火炬计划). One holds: name of big. One is right in "
        "size but out of date: name of late. For four no published figures were found."
    )


def test_each_claim_that_is_scored_counts_in_one_answer():
    assert told([*CLAIMS, LATE, WRONG]) == {
        "Right": ["big Over\u00a0100 claimed; 120 found for 2023.", "1 plain fact holds."],
        "Wrong, out of date, or right in part": [
            "wrong is contradicted.",
            "late Over\u00a0100 claimed; 120 found for 2023; right in size for 2018–2019, 2021.",
            "1 judgement holds in part strong",
        ],
        "Unknown": ["open Over\u00a0100 claimed; near evidence is against it."],
    }


def test_a_verdict_that_flips_moves_to_another_answer():
    assert "wrong" in told([WRONG])["Wrong, out of date, or right in part"][0]
    assert told([changed(WRONG, verdict="confirmed")]) == {"Right": ["1 plain fact holds."]}
    assert told([changed(NUMBER, verdict="overstated")]).keys() == {"Wrong, out of date, or right in part"}


def test_page_one_tells_what_the_tests_before_would_say():
    right = changed(COMPARISON, verdict="supported")
    before = [{"claim_id": right.id, "verdict_today": v} for v in ("partly", "supported", "not known")]
    assert retested([right, NUMBER], before) == (
        "Of the 1 judgement that hold, one would hold in part at most under a test that was changed with the evidence "
        "known."
    )
    assert retested([right], []) == ""


@pytest.mark.parametrize(
    ("verdict", "qualifiers", "says"),
    [
        ("unverified, evidence mixed", [], "near evidence points both ways"),
        ("unverified, no evidence", [], "there is no evidence"),
        (
            "unverified, evidence against",
            ["supported if read as stock", "overstated if read as staff"],
            "holds if read as stock; fails if read as staff; near evidence is against it",
        ),
    ],
)
def test_what_is_unknown_says_what_comes_near(verdict, qualifiers, says):
    claim = changed(OPEN, verdict=verdict, qualifiers=qualifiers)
    assert number_says(claim) == f"Over\u00a0100 claimed; {says}."


def test_firmness_counts_what_is_scored():
    assert firmness([*CLAIMS, OPEN]) == (
        "Of 5 verdicts, 1 is stable, 1 rests on one producer, 1 is fragile and 2 have no evidence."
    )
    assert firmness([OPINION]) == ""
