"""The rule for facts: documents decide each declared part."""

from collections.abc import Iterable, Mapping

from claimbook.evidence.claims import FactClaim, Part
from claimbook.evidence.findings import Finding
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER
from claimbook.rule.qualifiers import Qualifier, if_read_as
from claimbook.rule.verdicts import outcome
from claimbook.say.periods import latest_day, parse
from claimbook.say.verdict_table import BY_DEFINITION, CONFIRMED, CONTRADICTED, NO_SOURCE, OUTDATED, PARTLY, UNVERIFIED

SHOWN, ENDED, FAILS, NOT_SHOWN = "shown", "ended", "fails", "not shown"
FRESH_YEARS = 5  # years for which an activity or a count still counts
TOO_WEAK = "too weak to count"
PART_WORDS = {SHOWN: "shown", ENDED: "had ended", FAILS: "fails", NOT_SHOWN: "no evidence"}


def published_later(finding: Finding, day: str) -> bool:
    """Return whether a rule came into force, or something was done or counted, after a day.

    The day itself is in time. A beginning known only to the year or month counts from its first day.
    """
    return bool(finding.began) and parse(finding.began).first_day.isoformat() > day


def had_ended(finding: Finding, day: str) -> bool:
    """Return whether a rule was no longer in force on a day. On its last day it still was.

    An end known only to the year or month counts from its last day.
    """
    return bool(finding.ended) and latest_day(finding.ended).isoformat() < day


def too_old(finding: Finding, day: str) -> bool:
    """Return whether an activity or a count is over five years older than a day; exactly five is not."""
    return bool(finding.done) and finding.done < f"{int(day[:4]) - FRESH_YEARS}{day[4:]}"


def reason_not_counted(part: Part, finding: Finding, day: str) -> str:
    """Say why a finding does not count for a part on a day; return "" if it counts.

    A part with a test is about a past date or number, which does not become outdated.
    """
    if finding.grade not in DECIDING_GRADES:
        return TOO_WEAK
    if published_later(finding, day):
        return "later than the text"
    return f"more than {FRESH_YEARS} years before the text" if part.test is None and too_old(finding, day) else ""


def usable(part: Part, findings: Iterable[Finding], day: str) -> list[Finding]:
    """Return the findings that count for a part on a day."""
    return [f for f in findings if not reason_not_counted(part, f, day)]


def usable_by_part(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], day: str) -> list[list[Finding]]:
    """Return for each part the findings that count on a day, without those for a wider reading."""
    literal = {part: [f for f in found if f.reading not in claim.readings] for part, found in findings.items()}
    return [usable(p, literal.get(p.id, ()), day) for p in claim.parts]


def part_result(part: Part, findings: Iterable[Finding], day: str) -> str:
    """Return the result of a part of a fact on a day: shown, ended, fails or not shown.

    If findings contradict each other, those of grades A and B decide; if these contradict each other, nothing
    is shown. For a part with a test, the values found are compared with its number.
    """
    counted = usable(part, findings, day)
    tier = [f for f in counted if f.grade in FIRST_TIER] or counted
    if part.test is not None:
        results = {outcome(Interval(f.value, f.value), part.test) for f in tier if f.value is not None}
        if not results:
            return NOT_SHOWN
        return SHOWN if results == {"pass"} else FAILS if "pass" not in results else NOT_SHOWN
    sides = {f.opposes for f in tier}
    if sides == {True}:
        return FAILS
    if sides != {False}:
        return NOT_SHOWN
    # a rule still in force counts whatever its grade: a rule that had ended does not contradict it
    return ENDED if all(had_ended(f, day) for f in counted if not f.opposes) else SHOWN


def of_reading(findings: Iterable[Finding], reading: str) -> list[Finding]:
    """Return the findings that count under a reading: its own, and those that count under every reading."""
    return [f for f in findings if f.reading in {"", reading}]


def read_as(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], day: str, reading: str = "") -> dict[str, str]:
    """Return the result of each part under one reading or definition. The default is the literal one."""
    return {p.id: part_result(p, of_reading(findings.get(p.id, ()), reading), day) for p in claim.parts}


def joined_parts(results: Iterable[str]) -> str:
    """Return the verdict that follows from the results of the parts. Every part counts the same."""
    got = list(results)
    if got and all(r == SHOWN for r in got):
        return CONFIRMED
    if SHOWN in got:
        return PARTLY
    if FAILS in got:
        return CONTRADICTED
    return OUTDATED if ENDED in got else UNVERIFIED


def is_silent(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], day: str, definition: str) -> bool:
    """Return whether no finding counts under a definition. One with evidence on both sides is not silent."""
    return not any(usable(p, of_reading(findings.get(p.id, ()), definition), day) for p in claim.parts)


def fact_verdict(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], text_date: str) -> str:
    """Return the verdict of a fact from the findings for each of its parts, on the date of the text.

    If a claim has several definitions, those without any evidence do not count.
    """
    definitions = claim.definitions or ("",)
    voting = [d for d in definitions if not is_silent(claim, findings, text_date, d)] or definitions
    verdicts = {joined_parts(read_as(claim, findings, text_date, d).values()) for d in voting}
    verdict = verdicts.pop() if len(verdicts) == 1 else BY_DEFINITION
    return NO_SOURCE if verdict == UNVERIFIED and claim.attributed_to else verdict


def fact_qualifiers(claim: FactClaim, findings: Mapping[str, Iterable[Finding]], text_date: str) -> list[Qualifier]:
    """Return the parts with different results, the verdict under other readings, and weak evidence."""
    if claim.definitions:
        notes = [
            if_read_as(d, joined_parts(read_as(claim, findings, text_date, d).values())) for d in claim.definitions
        ]
    else:
        results = read_as(claim, findings, text_date)
        mixed = len(set(results.values())) > 1
        notes = [Qualifier(f"{PART_WORDS[results[p.id]]}: {p.says}") for p in claim.parts if mixed]
        literal = joined_parts(results.values())
        other_verdicts = {r: joined_parts(read_as(claim, findings, text_date, r).values()) for r in claim.readings}
        notes += [if_read_as(r, other) for r, other in other_verdicts.items() if other not in {literal, UNVERIFIED}]
    used = [f for part in usable_by_part(claim, findings, text_date) for f in part]
    if used and all(f.grade not in FIRST_TIER for f in used):
        notes.append(Qualifier("secondary evidence"))
    if used and set.intersection(*(set(f.origins) for f in used)):
        notes.append(Qualifier("one origin"))
    return notes
