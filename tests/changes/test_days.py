"""What a day changed is named where two builds are compared."""

from claimbook.changes import tell
from claimbook.changes.compare import Change


def claim(*turns, code="c0de"):
    told = [{"day": day, "verdict": said, "stands_as": said, "sources": [source]} for day, said, source in turns]
    return {"measures": [], "robustness": {"label": "stable"}, "through_time": told, "code": code}


def test_the_day_and_the_source_that_turned_a_verdict_are_told():
    first = ("2018-12-31", "overstated", "one")
    change = Change("c", claim(first), claim(first, ("2023-12-18", "understated", "two")))
    assert tell.why(change, {"two": "Ministry (2023)"}) == "It turned on 2023-12-18, with Ministry (2023)."
    assert tell.differing(change) == "turn of 2023-12-18: none, now understated by two"
    moved = Change("c", claim(first), claim(first, code="0ther"))
    assert tell.differing(moved) == "digest of the code that leads to it: c0de, now 0ther"
    assert tell.why(moved, {}) == ""
