"""The rule for causal claims: independent studies decide each outcome that the sentence names.

A majority of studies is not enough. A study counts if it tests what the sentence says, was reviewed before
publication, and was read in a document of grade A or B. Several documents of one study count as one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from claimbook.evidence.claims import CausalClaim, Outcome
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES, Estimate, Finding
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER
from claimbook.rule import judgement as base
from claimbook.rule.choices import Choice, Setting, grade_choices, of_grades
from claimbook.rule.judgement import HIGH, LOW, MODERATE, NONE, Judgement, Qualifier, Reason, if_read_as
from claimbook.say.verdict_table import NOT_SUPPORTED, NOT_SUPPORTED_SO_FAR, NOT_TESTED, PARTLY, SUPPORTED
from claimbook.say.words import counted

FOUND, SPLIT, NOT_FOUND, NO_STUDY = "found", "split", "not found", "no study counts"
STUDIES_ENOUGH = 5  # with at least so many studies, one exception is allowed
DIRECTION_WORDS = {RAISES: "raised", NO_EFFECT: "unchanged", MIXED: "moved both ways", LOWERS: "lowered"}


def sound(estimates: Iterable[Estimate], group: str) -> list[Estimate]:
    """Return the estimates of an outcome that count."""
    return [e for e in estimates if e.group == group and e.counts and e.grade in FIRST_TIER]


def by_study(estimates: Iterable[Estimate]) -> dict[str, str]:
    """Return the direction that each study finds. A study that finds several directions is mixed."""
    found: dict[str, set[str]] = {}
    for e in estimates:
        found.setdefault(e.study, set()).add(e.direction)
    return {study: next(iter(ways)) if len(ways) == 1 else MIXED for study, ways in found.items()}


def outcome_result(outcome: Outcome, estimates: Iterable[Estimate], can: bool) -> str:
    """Return the result for one outcome: found, split, not found, or no study counts.

    An effect that studies looked for and did not find speaks against the sentence, as the opposite effect
    does. With `can`, one study that finds the effect is enough.
    """
    counting = sound(estimates, outcome.group)
    ways = [*by_study(counting).values()]
    fit = ways.count(outcome.way)
    if not ways:
        return NO_STUDY
    met = can and any(e.direction == outcome.way for e in counting)
    if met or fit == len(ways) or (fit == len(ways) - 1 and len(ways) >= STUDIES_ENOUGH):
        return FOUND
    return SPLIT if fit or MIXED in ways else NOT_FOUND


def outcome_results(claim: CausalClaim, estimates: Iterable[Estimate], can: bool | None = None) -> dict[str, str]:
    """Return the result of each outcome that the sentence names. If `can` is given, it replaces that of the claim."""
    known = list(estimates)
    return {o.group: outcome_result(o, known, claim.can if can is None else can) for o in claim.outcomes}


def joined_outcomes(results: Iterable[str]) -> str:
    """Return the verdict that follows from the results of all outcomes."""
    got = set(results)
    tested = got - {NO_STUDY}
    if not tested:
        return NOT_TESTED
    if got == {FOUND}:
        return SUPPORTED
    if tested == {NOT_FOUND}:
        return NOT_SUPPORTED if got == tested else NOT_SUPPORTED_SO_FAR
    return PARTLY


def directions(estimates: Iterable[Estimate]) -> dict[str, list[str]]:
    """Return the authors of studies by the direction that they find, in the order of DIRECTION_WORDS."""
    known = list(estimates)
    authors = {e.study: e.authors for e in reversed(known)}
    found = by_study(known)
    sides = {way: [authors[study] for study, study_way in found.items() if study_way == way] for way in DIRECTION_WORDS}
    return {way: named for way, named in sides.items() if named}


def studies_in_words(outcome: Outcome, estimates: Iterable[Estimate]) -> str:
    """Say what the studies that count find about an outcome, first those that agree, with their authors."""
    counting = sound(estimates, outcome.group)
    verb = "are" if " and " in outcome.group else "is"
    if not counting:
        return f"{outcome.group} {verb} not tested by any study that counts"
    part = {e.study for e in counting if e.direction == outcome.way}
    by_word: dict[str, list[str]] = {}
    for study, way in by_study(counting).items():
        in_part = way == MIXED and study in part
        word = f"{DIRECTION_WORDS[outcome.way]} in part" if in_part else DIRECTION_WORDS[way]
        by_word.setdefault(word, []).append(next(e.authors for e in counting if e.study == study))
    ranked = sorted(by_word.items(), key=lambda words: not words[0].startswith(DIRECTION_WORDS[outcome.way]))
    found = ", ".join(f"{word} ({'; '.join(authors)})" for word, authors in ranked)
    return f"{outcome.group} {verb} {found}"


# the judgement ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CausalJudgement(Judgement[CausalClaim]):
    """A cause with published estimates. An outcome that loses its last study stays in the claim, without studies."""

    @property
    def groups(self) -> list[str]:
        return [outcome.group for outcome in self.claim.outcomes]

    @property
    def findings(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        groups = dict.fromkeys([*self.groups, *(e.group for e in self.evidence)])  # those of the sentence come first
        return tuple((group, tuple(e for e in self.evidence if e.group == group)) for group in groups)

    @cached_property
    def verdict(self) -> str:
        return joined_outcomes(outcome_results(self.claim, self.evidence).values())

    def remarks(self) -> list[Qualifier]:
        """Name the outcomes that rest on one study, and the verdict if "can" is read as "does" and it differs."""
        notes = []
        for outcome in self.claim.outcomes:
            counting = sound(self.evidence, outcome.group)
            agreeing = [e for e in counting if not self.claim.can or e.direction == outcome.way]
            if len(by_study(agreeing)) == 1:
                notes.append(Qualifier(f"{outcome.group}: rests on one study ({agreeing[0].authors})"))
        usual = joined_outcomes(outcome_results(self.claim, self.evidence, can=False).values())
        return notes + [if_read_as("a usual effect", usual)] * (usual != self.verdict)

    @property
    def counting(self) -> list[list[Estimate]]:
        """The estimates that count for each outcome of the sentence."""
        return [sound(self.evidence, group) for group in self.groups]

    # other choices

    @property
    def decided(self) -> bool:
        return any(self.counting)

    @property
    def sole(self) -> str:
        return base.only({e.authors for counting in self.counting for e in counting})

    def offered(self) -> Iterator[Choice]:
        """Vary what decides a causal claim: leave out a study, vary the grades, count near studies."""
        authors = {e.study: e.authors for e in reversed([e for counting in self.counting for e in counting])}
        for study, name in authors.items():
            yield Choice("origin", name, "", {"study": study})
        yield from grade_choices()
        yield Choice("near", "", "counted", {"near": True})

    def under(self, setting: Setting) -> "CausalJudgement":
        known = [e for e in self.evidence if e.group in self.groups and e.grade in DECIDING_GRADES]
        left = [e for e in known if e.study != setting.get("study")]
        near = [replace(e, counts=e.counts or "near" in setting) for e in left]
        return replace(self, evidence=of_grades(near, setting.get("grades")))

    @property
    def seen(self) -> Any:
        return [by_study(counting) for counting in self.counting]

    def lost(self, other: "CausalJudgement") -> bool:
        known, now = (outcome_results(self.claim, own.evidence) for own in (self, other))
        return any(known[group] != NO_STUDY and now[group] == NO_STUDY for group in known)

    # how good the evidence is

    def certain(self) -> Iterator[Reason]:
        """Yield how good the studies are that count for the outcomes."""
        found = [counting for counting in self.counting if counting]
        if not found:
            near = any(e.group in self.groups for e in self.evidence)
            words = (LOW, "no study counts, only related ones exist") if near else (NONE, "no estimate was found")
            yield Reason(base.DIRECTNESS, *words)
            return
        grades = [min(e.grade for e in counting) for counting in found]
        yield base.tested(len(found), len(self.groups), "outcome", grades)
        studies = [{e.study for e in counting} for counting in found]
        several = HIGH, counted(len(set().union(*studies)), "study", "studies")
        alone = MODERATE, "an outcome rests on one study"
        yield Reason(base.ORIGINS, *(alone if min(map(len, studies)) == 1 else several))
        yield Reason(base.PRECISION, MODERATE, "the studies test the direction, not the size")

    # in words

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the studies that count find about each outcome, with their authors."""
        return tuple(studies_in_words(outcome, self.evidence) for outcome in self.claim.outcomes)

    def counts(self, group: str, estimate: Estimate) -> bool:
        """Return whether an estimate decides about an outcome of the sentence."""
        return bool(sound([estimate], group)) and group in self.groups

    def in_words(self, group: str, estimate: Estimate) -> str:
        """Say what an estimate finds, and why it does not count."""
        weak = "" if estimate.grade in FIRST_TIER else "not reviewed or at second hand, "
        return f"{weak}{'' if estimate.counts else 'near: '}{estimate.direction}"
