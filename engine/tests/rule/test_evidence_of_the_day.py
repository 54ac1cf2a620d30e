"""What the evidence shows on the day of the text: readings without evidence, floors, old activities, one source."""

from dataclasses import replace

import pytest
from hand_made_evidence import DAY, compared, documented, finding, mark

from claimbook.evidence.claims import Part, Test
from claimbook.evidence.intervals import Interval

# readings of equal rank ------------------------------------------------------------------------------------------

MEANINGS = ("as an index", "in ordinary speech", "by law")
FOR, AGAINST = finding(reading=MEANINGS[0]), finding(opposes=True, reading=MEANINGS[0])
BOTH_SIDES = [finding(reading=MEANINGS[1]), finding(opposes=True, reading=MEANINGS[1])]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([FOR], "confirmed"),
        ([AGAINST], "contradicted"),
        ([AGAINST, finding(reading=MEANINGS[1])], "depends on the definition"),
        ([AGAINST, finding(opposes=True, reading=MEANINGS[1])], "contradicted"),
        ([], "unverified"),
        # evidence on both sides: undecided, but not silent
        ([*BOTH_SIDES, AGAINST], "depends on the definition"),
        ([*BOTH_SIDES, FOR], "depends on the definition"),
        (BOTH_SIDES, "unverified"),
        ([replace(f, grade="D") for f in BOTH_SIDES] + [AGAINST], "contradicted"),
    ],
)
def test_only_a_reading_without_any_evidence_has_no_vote(found, says):
    assert documented(found, definitions=MEANINGS).verdict == says


# floors and ceilings ---------------------------------------------------------------------------------------------

INFINITE = float("inf")
FLOOR, HALF_MET = mark(Interval(48.3, INFINITE), 50.0), mark(73.0, 50.0)


def test_a_floor_below_its_threshold_decides_nothing_and_is_not_on_the_line():
    ceiling = mark(Interval(-INFINITE, 52.0), 50.0)
    assert [(r.met, r.word, r.on_the_line) for r in (FLOOR, ceiling)] == [
        (None, "only a floor", False),
        (None, "only a ceiling", False),
    ]
    assert mark(Interval(50.0, INFINITE), 50.0).met is True


@pytest.mark.parametrize(
    ("results", "join", "says"),
    [
        ((FLOOR, HALF_MET), "all", "unverified, evidence for"),
        ((FLOOR, HALF_MET), "any", "supported"),
        ((FLOOR, mark(40.0, 50.0)), "any", "unverified, evidence against"),
    ],
)
def test_a_floor_does_not_weaken_criteria_that_are_met(results, join, says):
    assert compared(*results, join=join).verdict == says


# in force, and for how long an activity shows what is so ---------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"began": "1991-03-06"}, "confirmed"),  # a rule lasts until a source shows its end
        ({"ended": DAY}, "confirmed"),  # it held on its last day
        ({"ended": "2023"}, "confirmed"),
        ({"ended": "2023-12-30"}, "outdated"),
        ({"began": DAY}, "confirmed"),
        ({"began": "2024-01-01"}, "unverified"),
        ({"began": "2024-02-01"}, "unverified"),
        ({"began": "2024-01-01", "done": "2024-12-31"}, "unverified"),  # a count of the year after
        ({"done": "2019-01-01"}, "confirmed"),
        ({"done": "2018-12-31"}, "confirmed"),  # exactly five years before the text
        ({"done": "2018-12-30"}, "unverified"),
    ],
)
def test_a_document_counts_while_it_is_in_force_and_an_activity_for_five_years(more, says):
    assert documented([finding(**more)]).verdict == says


def test_a_date_of_the_past_does_not_age():
    began = (Part(id="p0", says="it began in 1988", test=Test(op="equals", value=1988, unit="year")),)
    dated = finding(value=1988.0, unit="year", done="1988-08-08")
    assert documented([dated], parts=began).verdict == "confirmed"


# one origin is not one source ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "sole"),
    [
        (documented([finding()], [finding()]), "Ministry"),
        (documented([finding()], [finding("Bureau")]), ""),
        (compared(mark(80.0, 50.0, "Survey", "Office"), mark(90.0, 50.0, "Office")), ""),
        (compared(mark(80.0, 50.0, "Survey"), mark(90.0, 50.0, "Survey")), "Survey"),
    ],
)
def test_an_answer_rests_on_one_source_only_if_all_that_decides_does(got, sole):
    assert (got.sole, got.label == "one origin") == (sole, bool(sole))
    assert ("all from one origin" in str(got.certainty.reasons)) == bool(sole)
