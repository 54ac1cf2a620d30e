"""A comparison of two builds names the day on which a verdict changed."""

from claimbook.changes import wording
from claimbook.changes.compare import Change


def claim(*turns):
    reported = [
        {"day": day, "verdict": output, "stands_as": output, "sources": [source]} for day, output, source in turns
    ]
    return {"measures": [], "robustness": {"label": "stable"}, "through_time": reported}


def test_the_day_and_the_source_that_changed_a_verdict_are_reported():
    first = ("2018-12-31", "overstated", "one")
    change = Change("c", claim(first), claim(first, ("2023-12-18", "understated", "two")))
    assert wording.why_changed(change, {"two": "Ministry (2023)"}) == "It changed on 2023-12-18, with Ministry (2023)."
    assert wording.differing_fields(change) == "change on 2023-12-18: none, now understated by two"
