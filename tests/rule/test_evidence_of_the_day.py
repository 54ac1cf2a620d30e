"""What the evidence shows on the day of the text: readings without evidence, floors, old activities, one source."""

import csv
import json
import re
from datetime import date, timedelta

import pytest
from checkout import ROOT
from hand_made import DAY, FACETS, claim, comparison, fact, finding, judged, measure

from claimbook.evidence.claims import Criterion, Part, Test
from claimbook.evidence.intervals import Interval
from claimbook.results import recompute
from claimbook.results.claim_records import claim_record
from claimbook.rule.certainty import comparison_certainty, fact_certainty
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.judgement import judge_comparison, judge_fact


def rows(name):
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def verdict(found, **more):
    """Return the verdict on a fact with one part, by the rule and by recompute.py."""
    got = judge_fact(fact(**more), {"p0": found}, DAY, {})
    assert recompute.fact(claim_record(got)) == got.verdict
    return got.verdict


# readings of equal rank ------------------------------------------------------------------------------------------

MEANINGS = ("as an index", "in ordinary speech", "by law")
FOR, AGAINST = finding(reading=MEANINGS[0]), finding(opposes=True, reading=MEANINGS[0])


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([FOR], "confirmed"),
        ([AGAINST], "contradicted"),
        ([AGAINST, finding(reading=MEANINGS[1])], "depends on the definition"),
        ([AGAINST, finding(opposes=True, reading=MEANINGS[1])], "contradicted"),
        ([], "unverified"),
    ],
)
def test_a_reading_that_cannot_be_checked_has_no_vote(found, says):
    assert verdict(found, definitions=MEANINGS) == says


# floors and ceilings ---------------------------------------------------------------------------------------------

HALF = [Criterion(id=f"c{i}", says=f"kind {i}: half", threshold=50.0, unit="percent") for i in range(2)]
INFINITE = float("inf")


def share(i, low, high=None, origin="Survey"):
    witness = measure(f"{low:.1f}", "2021", FACETS, origin=origin)
    return judge_criterion(HALF[i], Interval(low, low if high is None else high), f"{low}", [witness])


def test_a_floor_below_its_threshold_fails_nothing_and_is_not_on_the_line():
    floor, ceiling = share(0, 48.3, INFINITE), judge_criterion(HALF[1], Interval(-INFINITE, 52.0), "52")
    assert [(r.met, r.word, r.on_the_line) for r in (floor, ceiling)] == [
        (None, "only a floor", False),
        (None, "only a ceiling", False),
    ]
    assert share(0, 50.0, INFINITE).met is True
    got = judge_comparison(comparison(both := [floor, share(1, 73.0)]), both, DAY)
    assert (got.verdict, got.qualifiers[-1]) == ("unverified, evidence for", "1 with only a floor or a ceiling")


def test_where_any_mark_will_do_a_floor_takes_nothing_from_the_mark_that_is_met():
    both = [share(0, 48.3, INFINITE), share(1, 73.0)]
    got = judge_comparison(comparison(both, "any"), both, DAY)
    assert got.verdict == recompute.comparison(claim_record(got)) == "supported"
    alone = [share(0, 48.3, INFINITE), share(1, 40.0)]
    assert judge_comparison(comparison(alone, "any"), alone, DAY).verdict == "unverified, evidence against"


# in force, and for how long an activity shows what is so ---------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "says"),
    [(0, "confirmed"), (-1, "confirmed"), (1, "unverified")],
)
def test_what_was_done_shows_nothing_after_five_years_and_nothing_before_it_was_done(days, says):
    last = date(2018, 12, 31)
    assert verdict([finding(done=(last - timedelta(days)).isoformat())]) == says
    assert verdict([finding(began="1991-03-06")]) == "confirmed"  # a rule lasts until a source shows its end


def test_a_date_of_the_past_does_not_age():
    began = (Part(id="p0", says="it began in 1988", test=Test(op="equals", value=1988, unit="year")),)
    assert verdict([finding(value=1988.0, unit="year", done="1988-08-08")], parts=began) == "confirmed"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"ended": DAY}, "confirmed"),  # it held on its last day
        ({"ended": "2023"}, "confirmed"),
        ({"ended": "2023-12-30"}, "outdated"),
        ({"began": DAY}, "confirmed"),
        ({"began": "2024-01-01"}, "unverified"),
        ({"began": "2024-01-01", "done": "2024-12-31"}, "unverified"),  # a count of the year after
    ],
)
def test_what_begins_the_day_after_shows_nothing_and_what_ends_on_the_day_still_held(more, says):
    assert verdict([finding(**more)]) == says


def test_every_end_in_the_timeline_has_a_source_and_no_notebook_sets_one():
    assert not [r["event_id"] for r in rows("timeline.csv") if bool(r["ended"]) != bool(r["ended_source_id"])]
    code = {
        f"{path.name}: {cell['id']}": "".join(cell["source"])
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    }
    # the ministry's charge ends with the move of the programme's centre, which its own statement dates
    assert [place.split(":")[0] for place, text in code.items() if re.search(r"\bended=(?!end\b)", text)] == []


# one origin is not one source ------------------------------------------------------------------------------------


def test_an_answer_rests_on_one_source_only_if_all_that_decides_does():
    alone = judge_fact(fact(2), {"p0": [finding()], "p1": [finding()]}, DAY, {})
    assert (alone.robustness.label, alone.firm) == ("one origin", "rests on one source: Ministry")
    other = judge_fact(fact(2), {"p0": [finding()], "p1": [finding("Bureau")]}, DAY, {})
    assert (other.robustness.label, other.firm) == ("stable", "")
    says = {r.aspect: r.says for r in fact_certainty(fact(2), dict(other.findings), DAY).reasons}
    assert says["origins"] == "2 origins"


def test_a_value_that_needs_two_producers_rests_on_neither_alone():
    both = [share(0, 80.0, origin="Survey+Office"), share(1, 90.0, origin="Office")]
    got = judge_comparison(comparison(both), both, DAY)
    assert "rests on" not in got.firm
    assert "rests on" not in str(comparison_certainty(comparison(both), both, DAY).reasons)
    one = [share(0, 80.0), share(1, 90.0)]
    assert judge_comparison(comparison(one), one, DAY).firm == "rests on one source: Survey"


# firmness says how much it means ---------------------------------------------------------------------------------


def test_choices_are_counted_for_numbers_and_comparisons_and_never_for_facts():
    witnesses = [measure("60.0", "2023", FACETS, origin=o) for o in ("Ministry", "Bureau")]
    assert re.fullmatch(r"\d+ of \d+ other choices agree", judged(claim("over", 50, "percent"), witnesses).firm)
    twice = {"p0": [finding(), finding("Bureau")]}
    assert judge_fact(fact(), twice, DAY, {}).firm == ""
    moved = {"p0": [finding(ended="2023-08"), finding("Bureau", ended="2023-08")]}
    days = ("2023-01-01", DAY)
    assert judge_fact(fact(), moved, DAY, {}, days).firm == "it would be right if written on 1 January 2023"
