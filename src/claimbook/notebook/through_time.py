"""Judge a claim again for every day on which one of its sources appeared.

The claim's function receives the evidence of that day. The rule, the text and its date stay the same.
"""

import warnings
from collections.abc import Callable
from typing import Any

from claimbook.evidence import reads
from claimbook.evidence.claims import Claim
from claimbook.evidence.earlier import Days
from claimbook.evidence.evidence import Evidence
from claimbook.rule.kinds import KINDS, witnesses

BEFORE_SOURCES = ""  # stands for the time before the first source


def verdict_history(
    claim: Claim, function: Callable[[Evidence], Any], text_date: str, days: Days
) -> list[dict[str, Any]]:
    """Return the first day of each verdict, with the sources of that day.

    The sources are those that the verdict rests on or, if it rests on none of them, all that appeared. The
    first verdict is that without evidence; the last is that of the cut-off.
    """
    returned: dict[str, Any] = {}
    sources = set[str]()
    todo = {days.latest.cutoff, BEFORE_SOURCES}
    days.rows_read.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the judgement of the edition has already shown them
        while todo:
            with reads.recording() as read:
                returned |= {day: function(days.at(day)) for day in sorted(todo)}
            sources |= days.sources_of(read)
            todo = {days.published_on[source] for source in sources} - set(returned)
    steps: list[dict[str, Any]] = []
    for day in sorted(returned):
        judged = KINDS[claim.kind](claim, returned[day], text_date)
        verdict, standing = judged.verdict, judged.stands_as
        if not steps or steps[-1]["verdict"] != verdict or steps[-1]["stands_as"] != standing:
            published = {source for source in sources if days.published_on[source] == day}
            used = {source for witness in witnesses(returned[day]) for source in witness.sources} & published
            steps.append({"day": day, "verdict": verdict, "stands_as": standing, "sources": sorted(used or published)})
    return steps
