"""A claim judged for every day on which one of its sources appeared.

The function of the claim is asked again with the evidence of the day; the rule, the text and its date stay.
"""

import warnings
from collections.abc import Callable
from typing import Any

from claimbook.evidence import reads
from claimbook.evidence.claims import Claim
from claimbook.evidence.earlier import Days
from claimbook.evidence.evidence import Evidence
from claimbook.firmness.judgement import bare_verdict, witnesses

BEFORE = ""  # the day before all days, on which nothing was public


def turns(claim: Claim, given_by: Callable[[Evidence], Any], text_date: str, days: Days) -> list[dict[str, Any]]:
    """The first day of each verdict, with the sources that appeared on it: those that it rests on, where it does.

    The first verdict is that from no evidence, the last that of the cut-off.
    """
    given: dict[str, Any] = {}
    days.read = set()
    todo = {days.whole.cutoff, BEFORE}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they were shown for the day of the edition
        while todo:
            with reads.recording() as read:
                given |= {day: given_by(days.at(day)) for day in sorted(todo)}
            days.read |= days.of_tables(*(name for kind, name in read if kind == reads.TABLE and name != "series"))
            todo = {days.day_of[source] for source in days.read if source in days.day_of} - set(given)
    steps: list[dict[str, Any]] = []
    for day in sorted(given):
        verdict, standing = bare_verdict(claim, given[day], text_date)
        if not steps or steps[-1]["verdict"] != verdict or steps[-1]["stands_as"] != standing:
            came = {source for source in days.read if days.day_of.get(source) == day}
            used = {source for witness in witnesses(given[day]) for source in witness.sources} & came
            steps.append({"day": day, "verdict": verdict, "stands_as": standing, "sources": sorted(used or came)})
    return steps
