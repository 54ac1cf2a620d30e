"""Each claim of a section judged for every day on which one of its sources appeared.

The code that leads to a verdict is run again with the evidence of the day; the rule, the text and its date stay.
"""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from claimbook.evidence.claims import Claim
from claimbook.evidence.earlier import Days
from claimbook.evidence.evidence import Evidence
from claimbook.firmness.judgement import bare_verdict, known_by, witnesses
from claimbook.notebook.judging_code import GIVEN, JudgingCode, judging_codes
from claimbook.notebook.parameters import of_sections

CUTOFF = "cutoff"
BEFORE = ""  # the day before all days, on which nothing was public


def histories(
    claims: Iterable[Claim], text_date: str, names: Mapping[str, Any], cells: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """By claim, the digest of the code that leads to its verdict, and the days on which this turned.

    `names` are those of the notebook as it has run, `cells` the sources of its cells.
    """
    days = {name: Days(value) for name, value in names.items() if isinstance(value, Evidence)}
    codes = judging_codes(cells, {*days, "section", *of_sections().model_fields})  # a seal has the parameters apart
    found = {}
    for claim in claims:
        if code := codes.get(claim.id):
            found[claim.id] = {"code": code.digest, "through_time": turns(claim, code, text_date, names, days)}
    return found


def turns(
    claim: Claim, code: JudgingCode, text_date: str, names: Mapping[str, Any], days: Mapping[str, Days]
) -> list[dict[str, Any]]:
    """The first day of each verdict, with the sources that appeared on it: those that it rests on, where it does.

    The first verdict is that from no evidence.
    """
    given: dict[str, Any] = {}
    day_of = {source: day for each in days.values() for source, day in each.day_of.items()}
    for each in days.values():
        each.read = set()
    todo = {names[CUTOFF], BEFORE}
    while todo:
        given |= {day: run(code, day, names, days) for day in todo}
        read = {source for each in days.values() for source in each.read if source in day_of}
        todo = {day_of[source] for source in read} - set(given)
    if given[names[CUTOFF]] is None:  # it is no code that can run by itself
        return []
    for later, day in zip(ordered := sorted(given, reverse=True), ordered[1:], strict=False):
        if given[day] is None:  # the code asks for more than was public then
            known = {source for source, first in day_of.items() if first <= day}
            given[day] = known_by(given[later], day, known)
    steps: list[dict[str, Any]] = []
    for day in reversed(ordered):
        verdict, standing = bare_verdict(claim, given[day], text_date)
        if not steps or steps[-1]["verdict"] != verdict or steps[-1]["stands_as"] != standing:
            came = {source for source in read if day_of[source] == day}
            used = {source for witness in witnesses(given[day]) for source in witness.sources} & came
            steps.append({"day": day, "verdict": verdict, "stands_as": standing, "sources": sorted(used or came)})
    return steps


def run(code: JudgingCode, day: str, names: Mapping[str, Any], days: Mapping[str, Days]) -> Any:
    """What the code hands to the rule on a day, or None where it stops."""
    parameters = {name: names[name] for name in of_sections().model_fields if name in names}
    own = parameters | {"section": names["section"], CUTOFF: day} | {name: each.at(day) for name, each in days.items()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(code.code, own)  # noqa: S102  (it has just run, with the evidence of the last day)
            witnesses(own[GIVEN])
            return own[GIVEN]
    except Exception:
        return None
