"""How firm a verdict is: judge it again under the choices that each kind of claim leaves open."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from claimbook.evidence.claims import CausalClaim, ComparisonClaim, FactClaim, NumberClaim
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER, Measure
from claimbook.rule.causes import NO_STUDY, by_study, joined_outcomes, outcome_results, sound
from claimbook.rule.choices import (
    Choice,
    Setting,
    figure_choices,
    first_release,
    grade_choices,
    mark_choices,
    origin_choices,
    revision_choices,
    rule_choices,
    text_choices,
)
from claimbook.rule.comparisons import CriterionResult, comparison_verdict, rests_on, sole_origin_of_criteria
from claimbook.rule.evidence_under import findings_under, measures_under, of_grades
from claimbook.rule.facts import NOT_SHOWN, fact_verdict, had_ended, read_as, usable_by_part
from claimbook.rule.matching import Cell, cells, resolve_period
from claimbook.rule.multiverse import NOTHING_DECIDES, TURNS, Multiverse, becomes, explore
from claimbook.rule.qualifiers import Qualifier
from claimbook.rule.verdicts import band, deciding_cells, leaning_cells, number_verdict, on_the_line, outcome
from claimbook.say.verdict_table import UNKNOWN, UNVERIFIED, Answer, answer_of

EMPTY = "empty"
UNNAMED_PRODUCER = {"unknown": "an unnamed producer"}  # the name of such a producer in the data
OF_THE_TEST = {"about", "window", "number", "word"}  # choices that change the claim, not the evidence


@dataclass(frozen=True)
class Robustness:
    """How firm a verdict is: its label, the choices behind it, and whether a value lies on the line.

    `break_even` is the smallest relative change of a deciding value that would carry it across an end of the
    ranges. `sole` is the one origin on which everything that decides rests, or "".
    """

    label: str  # stable | one origin | fragile | nothing decides | not scored
    choices: Multiverse
    on_the_line: bool = False
    grid: tuple[Mapping[str, str | bool], ...] = ()
    break_even: float | None = None
    sole: str = ""

    @property
    def flips(self) -> tuple[str, ...]:
        """The near choices that change the verdict, in words."""
        return tuple(v.in_words for v in self.choices.turning if v.choice.near)

    @property
    def by_edition(self) -> tuple[Qualifier, ...]:
        """A qualifier if the evidence of an earlier day would have given another verdict."""
        return (Qualifier("differs by edition"),) * any(v.becomes == TURNS for v in self.choices.of_axis("edition"))

    def in_words(self, answer: Answer, counted: bool = False) -> str:
        """Say how firm an answer is: the first choice that changes it, or its only source.

        If there is neither and `counted` is set, say how many other choices agree. Otherwise return "".
        """
        near = (v for v in self.choices.turning if v.choice.near)
        changed = next((v for v in near if answer_of(v.verdict) not in (answer, UNKNOWN)), None)
        if changed:
            mark = f"with one threshold {changed.choice.to[1:]} {'higher' if changed.choice.raises else 'lower'}"
            words = mark if changed.choice.axis == "mark" else changed.choice.says
            return f"it would be {answer_of(changed.verdict).word} {words}"
        if self.sole and self.label == "one origin":
            return f"rests on one source: {UNNAMED_PRODUCER.get(self.sole, self.sole)}"
        of = len(self.choices.counted) if counted else 0
        return f"{self.choices.agree} of {of} other choices agree" if of else ""


def label_of(choices: Multiverse, decided: bool, sole: str) -> str:
    """Return the label of a verdict.

    "nothing decides": there is no deciding evidence. "fragile": a near choice changes the verdict. "one
    origin": all deciding evidence rests on one origin, and without it nothing decides. "stable": none of
    these.
    """
    if not decided:
        return "nothing decides"
    if any(v.becomes == TURNS and v.choice.near for v in choices.counted):
        return "fragile"
    decisive = any(v.choice.of == sole and v.becomes == NOTHING_DECIDES for v in choices.of_axis("origin"))
    return "one origin" if decisive else "stable"


def shared_origin(origins: Iterable[Iterable[str]]) -> str:
    """Return the one origin that all items share, or "" if there is none or more than one."""
    sets = [set(item) for item in origins]
    shared = set.intersection(*sets) if sets else set()
    return shared.pop() if len(shared) == 1 else ""


def with_less(verdict: str, declared: str, lost: bool) -> str:
    """Return the verdict from less evidence, or "unverified in part" if the loss alone changed it."""
    return f"{UNVERIFIED} in part" if lost and becomes(declared, verdict) == TURNS else verdict


# numbers ---------------------------------------------------------------------------------------------------------


def grid(claim: NumberClaim, measures: Iterable[Measure], period: str) -> tuple[Mapping[str, str | bool], ...]:
    """Return every declared combination of facets with its `outcome`, the `literal` one first.

    A combination that nobody measured has the outcome "empty".
    """
    pool = [m for m in measures if m.grade in DECIDING_GRADES and not m.holds and m.is_complete]
    result: list[Mapping[str, str | bool]] = []
    for choice in claim.grid_cells():
        facets = claim.facets.override(**{"period": period} | {k: v for k, v in choice.items() if k != "made"})
        here = [
            m
            for m in pool
            if not facets.differing(m.facets.override(period=str(m.year)))
            and (choice.get("made", m.made) == m.made or (choice.get("made") == "recomputed" and m.made != "published"))
        ]
        result_word = EMPTY
        if here:
            result_word = outcome(cells(claim, period, here)[0].interval, claim.test)
        is_literal = all(v == (period if k == "period" else claim.grid[k][0]) for k, v in choice.items())
        result.append({**choice, "outcome": result_word, "literal": is_literal})
    return tuple(result)


def number_robustness(
    claim: NumberClaim, measures: Sequence[Measure], text_date: str, other_times: Iterable[Choice]
) -> Robustness:
    """Vary what decides a number: time, releases, grades, origins, known revisions, the window, and "about".

    Each choice matches the remaining evidence again: if no value of the deciding year is left, "as of" falls
    back to an earlier one. Other numbers, words and years in the text are shown too. They do not count,
    because they are the author's choice.
    """
    under = number_under(claim, measures, text_date)

    def judged(setting: Setting) -> str:
        varied, seen, _ = under(setting)
        return number_verdict(varied, seen)

    def seen_by_rule(setting: Setting) -> tuple:
        varied, seen, _ = under(setting)
        used = deciding_cells(varied, seen) or leaning_cells(varied, seen)
        return (varied.test, [(c.key, c.interval, [m.label for m in c.measures]) for c in used]) if used else ()

    _, now, declared_period = under({})
    exact = [c for c in now if c.match == "exact"]
    used = deciding_cells(claim, now) or leaning_cells(claim, now)
    offered = [
        *other_times,
        first_release(),
        *revision_choices(claim.revision if exact else 0.0),
        *grade_choices(),
        *origin_choices(o for c in used for o in c.origins),
        *rule_choices(claim.test.tolerance, claim.window),
        *text_choices(claim, measures, declared_period),
    ]
    declared = seen_by_rule({})
    touching = [c for c in offered if (used or not c.counts) and seen_by_rule(c.setting) != declared]
    choices = explore(touching, under, judged)
    away = break_even(claim, exact) if exact else None
    near = any(on_the_line(claim, i) for c in exact for i in (c.interval, *(m.interval for m in c.measures)))
    decided = bool(deciding_cells(claim, now))
    sole = shared_origin(m.origins for c in deciding_cells(claim, now) for m in c.measures)
    label = label_of(choices, decided, sole)
    return Robustness(label, choices, near, grid(claim, measures, declared_period), away, sole)


def number_under(
    claim: NumberClaim, measures: Sequence[Measure], text_date: str
) -> Callable[[Setting], tuple[NumberClaim, list[Cell], str]]:
    """Return a function that applies a choice: it gives the claim, its cells, and the year that decides."""
    declared_period = resolve_period(claim, measures, text_date)

    @cache
    def found(**seen: Any) -> tuple[list[Cell], str]:
        remaining = measures_under(measures, seen)
        again = {"day", "cutoff", "origin", "grades"} & set(seen)
        period = resolve_period(claim, remaining, seen.get("day", text_date)) if again else declared_period
        period = seen.get("year", period)
        return cells(claim, period, remaining), period

    def under(setting: Setting) -> tuple[NumberClaim, list[Cell], str]:
        test = claim.test.moved(setting.get("number", 1.0))
        changed = {"op": setting.get("word", test.op), "tolerance": setting.get("about", test.tolerance)}
        varied = {"test": test.model_copy(update=changed), "window": setting.get("window", claim.window)}
        seen, period = found(**{k: v for k, v in setting.items() if k not in OF_THE_TEST})
        return claim.model_copy(update=varied), seen, period

    return under


def break_even(claim: NumberClaim, exact: Iterable[Cell]) -> float:
    """Return the smallest relative change that would carry a deciding value across an end of the ranges."""
    edges = [e for e in band(claim.test) if not math.isinf(e)]
    ends = [e for c in exact for m in c.measures for e in (m.interval.low, m.interval.high) if not math.isinf(e) and e]
    return min(abs(edge / end - 1) for edge in edges for end in ends)


# facts -----------------------------------------------------------------------------------------------------------


def fact_robustness(
    claim: FactClaim, findings: Mapping[str, Sequence[Finding]], text_date: str, other_times: Iterable[Choice]
) -> Robustness:
    """Vary what decides a fact: the day of the text, the cut-off, grades and origins.

    A part that loses its evidence stays in the claim, without evidence. If this alone changes the verdict,
    the choice leaves it open.
    """

    def under(setting: Setting) -> tuple[FactClaim, dict[str, list[Finding]], str]:
        left = {part: findings_under(found, setting) for part, found in findings.items()}
        return claim, left, setting.get("day", text_date)

    def judged(setting: Setting) -> str:
        _, left, day = under(setting)
        return with_less(fact_verdict(claim, left, day), declared, lost(left, day))

    def lost(left: Mapping[str, Sequence[Finding]], day: str) -> bool:
        for definition in claim.definitions or ("",):
            known, now = (read_as(claim, found, day, definition) for found in (findings, left))
            if any(known[p] != NOT_SHOWN and now[p] == NOT_SHOWN for p in known):
                return True
        return False

    def seen_by_rule(setting: Setting) -> list:
        _, left, day = under(setting)
        tiers = [[f for f in found if f.grade in FIRST_TIER] or found for found in usable_by_part(claim, left, day)]
        return [[(f.says, f.origins, f.sources, had_ended(f, day)) for f in tier] for tier in tiers]

    declared = fact_verdict(claim, findings, text_date)
    literal = [f for found in findings.values() for f in found if f.reading not in claim.readings]
    used = [f for f in literal if f.grade in DECIDING_GRADES]
    offered = [*other_times, *grade_choices(), *origin_choices(o for f in used for o in f.origins)]
    base = seen_by_rule({})
    choices = explore([c for c in offered if used and seen_by_rule(c.setting) != base], under, judged)
    sole = shared_origin(f.origins for found in usable_by_part(claim, findings, text_date) for f in found)
    return Robustness(label_of(choices, bool(used), sole), choices, sole=sole)


# comparisons -----------------------------------------------------------------------------------------------------


def comparison_robustness(claim: ComparisonClaim, results: Sequence[CriterionResult]) -> Robustness:
    """Vary what decides a comparison: figures, grades, origins, and the threshold of each criterion.

    A criterion that loses its evidence stays in the claim, without data. If this alone changes the verdict,
    the choice leaves it open.
    """

    @cache
    def varied(i: int, factor: float, other: str, empty: bool) -> CriterionResult:
        return replace(results[i], interval=None) if empty else results[i].varied(factor, other)

    def gone(r: CriterionResult, setting: Setting) -> bool:
        weak = setting.get("grades") == "AB" and r.grade not in FIRST_TIER
        return r.interval is not None and (weak or ("origin" in setting and rests_on(r, setting["origin"])))

    def under(setting: Setting) -> tuple[list[CriterionResult]]:
        left = [
            varied(i, setting.get(f"mark {r.id}", 1.0), setting.get(f"figure {r.id}", ""), gone(r, setting))
            for i, r in enumerate(results)
        ]
        return (left,)

    def judged(setting: Setting) -> str:
        (left,) = under(setting)
        lost = any(gone(r, setting) for r in results)
        return with_less(comparison_verdict(left, claim.join), declared, lost)

    declared = comparison_verdict(results, claim.join)
    with_data = [r for r in results if r.interval is not None]
    origins = origin_choices(o for r in with_data for o in r.origins)
    marks = mark_choices({r.id: r.says for r in with_data if r.threshold})
    offered = [
        *figure_choices({r.id: list(dict(r.otherwise)) for r in with_data}),
        *(c for c in grade_choices() if any(gone(r, c.setting) for r in with_data)),
        *origins,
        *(c for c in marks if moves(c, with_data)),
    ]
    choices = explore(offered, under, judged)
    decided = any(r.met is not None for r in results) and not declared.startswith(UNVERIFIED)
    sole = sole_origin_of_criteria(r for r in results if r.met is not None)
    return Robustness(label_of(choices, decided, sole), choices, any(r.on_the_line for r in results), sole=sole)


def moves(choice: Choice, results: Iterable[CriterionResult]) -> bool:
    """Return whether a choice moves any threshold. A rank moves only by whole places."""
    return any(r.criterion.moved(choice.setting.get(f"mark {r.id}", 1.0)).threshold != r.threshold for r in results)


# causes ----------------------------------------------------------------------------------------------------------


def causal_robustness(claim: CausalClaim, estimates: Sequence[Estimate]) -> Robustness:
    """Vary what decides a causal claim: leave out a study, vary the grades, count near studies.

    An outcome that loses its last study stays in the claim, without studies. If this alone changes the
    verdict, the choice leaves it open.
    """
    groups = [outcome.group for outcome in claim.outcomes]
    known = [e for e in estimates if e.group in groups and e.grade in DECIDING_GRADES]
    counted = [e for group in groups for e in sound(known, group)]
    authors = {e.study: e.authors for e in reversed(counted)}
    offered = [
        *(Choice("origin", name, "", (("study", study),)) for study, name in authors.items()),
        *grade_choices(),
        Choice("near", "", "counted", (("near", True),)),
    ]

    def under(setting: Setting) -> tuple[CausalClaim, list[Estimate]]:
        left = [e for e in known if e.study != setting.get("study")]
        near = [replace(e, counts=e.counts or "near" in setting) for e in left]
        return claim, of_grades(near, setting.get("grades"))

    def judged(setting: Setting) -> str:
        now = outcome_results(*under(setting))
        lost = any(declared[group] != NO_STUDY and now[group] == NO_STUDY for group in groups)
        return with_less(joined_outcomes(now.values()), joined_outcomes(declared.values()), lost)

    def seen_by_rule(setting: Setting) -> list[dict[str, str]]:
        _, left = under(setting)
        return [by_study(sound(left, group)) for group in groups]

    declared = outcome_results(claim, known)
    choices = explore([c for c in offered if seen_by_rule(c.setting) != seen_by_rule({})], under, judged)
    sole = shared_origin([e.authors] for e in counted)
    return Robustness(label_of(choices, bool(counted), sole), choices, sole=sole)
