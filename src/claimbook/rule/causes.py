"""The rule for causal claims: independent studies decide each outcome that the sentence names.

A majority of studies is not enough. A study counts if it tests what the sentence says, was reviewed before
publication, and was read in a document of grade A or B. Several documents of one study count as one.
"""

from collections.abc import Iterable

from claimbook.evidence.claims import CausalClaim, Outcome
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES, Estimate
from claimbook.evidence.measures import FIRST_TIER
from claimbook.rule.qualifiers import Qualifier, if_read_as
from claimbook.say.verdict_table import NOT_SUPPORTED, NOT_SUPPORTED_SO_FAR, NOT_TESTED, PARTLY, SUPPORTED

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


def causal_verdict(claim: CausalClaim, estimates: Iterable[Estimate]) -> str:
    """Return the verdict of a causal claim."""
    return joined_outcomes(outcome_results(claim, estimates).values())


def causal_qualifiers(claim: CausalClaim, estimates: Iterable[Estimate]) -> list[Qualifier]:
    """Name the outcomes that rest on one study, and the verdict if "can" is read as "does" and it differs."""
    known = list(estimates)
    notes = []
    for outcome in claim.outcomes:
        counting = [e for e in sound(known, outcome.group) if not claim.can or e.direction == outcome.way]
        if len(by_study(counting)) == 1:
            notes.append(Qualifier(f"{outcome.group}: rests on one study ({counting[0].authors})"))
    usual = joined_outcomes(outcome_results(claim, known, can=False).values())
    return notes + [if_read_as("a usual effect", usual)] * (usual != causal_verdict(claim, known))


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
