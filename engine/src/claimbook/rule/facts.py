"""The rule for facts: documents decide each declared part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from claimbook.evidence.claims import FactClaim, Part
from claimbook.evidence.findings import Finding
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER, units_differ
from claimbook.rule import judgement as base
from claimbook.rule.choices import Choice, Setting, evidence_under, grade_choices, origin_choices
from claimbook.rule.judgement import HIGH, MODERATE, NONE, Judgement, Qualifier, Reason, if_read_as
from claimbook.rule.verdicts import outcome
from claimbook.say.verdict_table import BY_DEFINITION, CONFIRMED, CONTRADICTED, NO_SOURCE, OUTDATED, PARTLY, UNVERIFIED
from claimbook.say.words import counted, day_in_words, latest_day, parse, sentence_case

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


# the judgement ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class FactJudgement(Judgement[FactClaim]):
    """A fact with the findings for its parts. A part that loses its evidence stays in the claim, without evidence."""

    is_dated = True

    def check(self) -> None:
        """Raise KeyError for a part or reading that is not declared, and UnitsDiffer for a value in another unit."""
        claim, parts = self.claim, {p.id: p for p in self.claim.parts}
        if unknown := sorted(set(self.evidence) - set(parts)):
            raise KeyError(f"{claim.id}: claims.yml has no part {unknown}; the parts are {[*parts]}")
        named = {"", *claim.definitions, *claim.readings}
        if strange := sorted({f.reading for found in self.evidence.values() for f in found} - named):
            raise KeyError(f"{claim.id}: claims.yml has no reading {strange}; the readings are {sorted(named - {''})}")
        for part, f in ((parts[name], f) for name, found in self.evidence.items() for f in found):
            if part.test and f.value is not None and f.unit != part.test.unit:
                raise units_differ(f"{claim.id}, {part.id}", f.says, part.test, f.unit)

    @property
    def findings(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        return tuple((p.id, tuple(self.evidence.get(p.id, ()))) for p in self.claim.parts)

    def read_as(self, reading: str = "") -> dict[str, str]:
        """Return the result of each part under one reading or definition. The default is the literal one."""
        found = {p: of_reading(self.evidence.get(p.id, ()), reading) for p in self.claim.parts}
        return {p.id: part_result(p, own, self.day) for p, own in found.items()}

    def verdict_as(self, reading: str) -> str:
        return joined_parts(self.read_as(reading).values())

    def is_silent(self, definition: str) -> bool:
        """Return whether no finding counts under a definition. One with evidence on both sides is not silent."""
        return not any(
            usable(p, of_reading(self.evidence.get(p.id, ()), definition), self.day) for p in self.claim.parts
        )

    @cached_property
    def verdict(self) -> str:
        """The verdict on the date of the text. Of several definitions, those without any evidence do not count."""
        definitions = self.claim.definitions or ("",)
        voting = [d for d in definitions if not self.is_silent(d)] or definitions
        verdicts = {self.verdict_as(d) for d in voting}
        verdict = verdicts.pop() if len(verdicts) == 1 else BY_DEFINITION
        return NO_SOURCE if verdict == UNVERIFIED and self.claim.attributed_to else verdict

    @cached_property
    def literal(self) -> dict[str, list[Finding]]:
        """The findings for each part without those of a wider reading."""
        return {part: [f for f in own if f.reading not in self.claim.readings] for part, own in self.evidence.items()}

    @cached_property
    def counting(self) -> list[list[Finding]]:
        """The findings that count for each part in its literal sense."""
        return [usable(p, self.literal.get(p.id, ()), self.day) for p in self.claim.parts]

    def remarks(self) -> list[Qualifier]:
        """Return the parts with different results, the verdict under other readings, and weak evidence."""
        if self.claim.definitions:
            notes = [if_read_as(d, self.verdict_as(d)) for d in self.claim.definitions]
        else:
            results = self.read_as()
            mixed = len(set(results.values())) > 1
            notes = [Qualifier(f"{PART_WORDS[results[p.id]]}: {p.says}") for p in self.claim.parts if mixed]
            known = {joined_parts(results.values()), UNVERIFIED}
            notes += [if_read_as(r, v) for r in self.claim.readings if (v := self.verdict_as(r)) not in known]
        return notes + base.weaknesses(f for part in self.counting for f in part)

    # other choices

    @property
    def used(self) -> list[Finding]:
        return [f for found in self.literal.values() for f in found if f.grade in DECIDING_GRADES]

    @property
    def decided(self) -> bool:
        return bool(self.used)

    @property
    def sole(self) -> str:
        return base.only(base.shared_origins(f for found in self.counting for f in found))

    def offered(self) -> Iterator[Choice]:
        """Vary what decides a fact: the day of the text, the cut-off, grades and origins."""
        if self.used:
            yield from self.times
            yield from grade_choices()
            yield from origin_choices(o for f in self.used for o in f.origins)

    def under(self, setting: Setting) -> "FactJudgement":
        left = {part: evidence_under(found, setting) for part, found in self.evidence.items()}
        return replace(self, evidence=left, day=setting.get("day", self.day))

    @cached_property
    def seen(self) -> Any:
        tiers = [[f for f in found if f.grade in FIRST_TIER] or found for found in self.counting]
        return [[(f.says, f.origins, f.sources, had_ended(f, self.day)) for f in tier] for tier in tiers]

    def lost(self, other: "FactJudgement") -> bool:
        for definition in self.claim.definitions or ("",):
            known, now = replace(self, day=other.day).read_as(definition), other.read_as(definition)
            if any(known[p] != NOT_SHOWN and now[p] == NOT_SHOWN for p in known):
                return True
        return False

    # how good the evidence is

    def certain(self) -> Iterator[Reason]:
        """Yield how good the findings for the parts in their literal sense are.

        For parts that can change with time the date of the event counts. A part with a test is about a past date or
        number, which does not become outdated.
        """
        found = [part for part in self.counting if part]
        if not found:
            yield Reason(base.DIRECTNESS, NONE, "no document was found")
            return
        yield base.tested(len(found), len(self.counting), "part", [min(f.grade for f in part) for part in found])
        every = [f for part in found for f in part]
        yield base.number_of_origins(every, bool(base.shared_origins(every)))
        lasting = [part for p, part in zip(self.claim.parts, self.counting, strict=True) if part and not p.test]
        lasts = [max((parse(f.date).year for f in part if f.date), default=0) for part in lasting]
        if not lasts:
            yield Reason(base.RECENCY, HIGH, "past events do not go out of date")
        elif not min(lasts):
            yield Reason(base.RECENCY, MODERATE, "a document has no date")
        else:
            yield self.recency(min(lasts), f"events up to {min(lasts)}")

    # in words

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each part with its result and number of documents; or each definition, if there are several."""
        if self.claim.definitions:
            return tuple(f"Read as {d}: {self.verdict_as(d)}" for d in self.claim.definitions)
        results = self.read_as()
        return tuple(
            f"“{sentence_case(p.says)}”: {PART_WORDS[results[p.id]]}{count_of_documents(self.evidence.get(p.id, ()))}"
            for p in self.claim.parts
        )

    @property
    def would_change(self) -> str:
        if self.verdict != OUTDATED:  # its other parts already say what is missing
            return ""
        return f"A document showing that it still held on {day_in_words(latest_day(self.day))} would change this."

    def counts(self, part: str, finding: Finding) -> bool:
        """Return whether a finding decides about a part."""
        return not self.why_not(part, finding) and finding.reading not in self.claim.readings

    def why_not(self, part: str, finding: Finding) -> str:
        """Say why a finding does not count for a part; return "" if it counts."""
        return reason_not_counted(next(p for p in self.claim.parts if p.id == part), finding, self.day)

    def in_words(self, part: str, finding: Finding) -> str:
        """Say how a finding counts on the date of the text."""
        if reason := self.why_not(part, finding):
            return reason
        if finding.opposes:
            return "the opposite"
        return f"so until {finding.ended}" if had_ended(finding, self.day) else "so"


def count_of_documents(findings: Iterable[Finding]) -> str:
    """Say in brackets how many documents concern the literal words and are good enough to count."""
    n = len({f.says for f in of_reading(findings, "") if f.grade in DECIDING_GRADES})
    return f" ({counted(n, 'document')})" if n else ""
