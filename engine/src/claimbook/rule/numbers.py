"""A judged number: what decides it, what may vary, how certain it is, and how it reads. The rule is in verdicts.py."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from claimbook.evidence.claims import NumberClaim
from claimbook.evidence.intervals import reconcile
from claimbook.evidence.measures import DECIDING_GRADES, FIRST_TIER, Measure, units_differ
from claimbook.rule import choices, verdicts
from claimbook.rule import judgement as base
from claimbook.rule.choices import Choice, Setting
from claimbook.rule.judgement import HIGH, LOW, MODERATE, NONE, Judgement, Qualifier, Reason
from claimbook.rule.matching import Assessed, Cell, cells, current, match, resolve_period
from claimbook.rule.verdicts import band, on_the_line, outcome
from claimbook.say.verdict_table import BY_DEFINITION, CONTRADICTED, OVERSTATED, SUPPORTED, UNDERSTATED
from claimbook.say.words import range_in_words, sentence_case, some, values_in_words

OF_THE_TEST = {"about", "window", "number", "word"}  # choices that change the claim, not the evidence
EMPTY = "empty"  # outcome of a combination of facets that nobody measured
NEAR_VALUES_NAMED = 3  # near values named on each side


@dataclass(frozen=True, eq=False)
class NumberJudgement(Judgement[NumberClaim]):
    """A number with its measures.

    A choice may set the `year` that decides. If it leaves the evidence as it is, `known` has the cells.
    """

    year: str = ""
    known: list[Cell] | None = None
    counts_choices = True

    def check(self) -> None:
        """Raise UnitsDiffer if a measure is not in the unit of the test.

        A measure of another quantity that is only close to the claim may have another unit.
        """
        for a in self.assessed:
            if (a.commensurable or a.match != "near") and a.measure.unit != self.claim.test.unit:
                raise units_differ(self.claim.id, a.measure.label, self.claim.test, a.measure.unit)

    @cached_property
    def period(self) -> str:
        return self.year or resolve_period(self.claim, self.evidence, self.day)

    @cached_property
    def cells(self) -> list[Cell]:
        return cells(self.claim, self.period, self.evidence) if self.known is None else self.known

    @cached_property
    def verdict(self) -> str:
        return verdicts.number_verdict(self.claim, self.cells)

    def remarks(self) -> list[Qualifier]:
        return verdicts.qualifiers(self.claim, self.verdict, self.cells, self.period)

    @cached_property
    def qualifiers(self) -> tuple[Qualifier, ...]:
        # without one origin the verdict may rest on another value: then the label says so
        stable = self.label == "stable"
        return tuple(q for q in super().qualifiers if q != "one origin" or not stable)

    @property
    def stands_as(self) -> str:
        return verdicts.standing(self.verdict, self.remarks())

    @cached_property
    def assessed(self) -> tuple[Assessed, ...]:
        """Each measure with its match and outcome. Those that decide the verdict are marked."""
        used = [m for c in self.deciding_cells for m in c.measures]
        return tuple(
            Assessed(
                measure=m,
                outcome=outcome(m.limits, self.claim.test),
                decides=m in used,
                **vars(match(self.claim, self.period, m)),
            )
            for m in self.evidence
        )

    # other choices

    @property
    def exact(self) -> list[Cell]:
        return [c for c in self.cells if c.match == "exact"]

    @property
    def deciding_cells(self) -> list[Cell]:
        return verdicts.deciding_cells(self.claim, self.cells)

    @property
    def used(self) -> list[Cell]:
        """The cells that decide or, if there are none, give the claim a leaning."""
        return self.deciding_cells or verdicts.leaning_cells(self.claim, self.cells)

    @property
    def decided(self) -> bool:
        return bool(self.deciding_cells)

    @property
    def sole(self) -> str:
        return base.only(base.shared_origins(self.deciding_measures))

    def offered(self) -> Iterator[Choice]:
        """Vary what decides: time, releases, grades, origins, known revisions, the window, and "about".

        Each choice matches the remaining evidence again: if no value of the deciding year is left, "as of" falls
        back to an earlier one. Other numbers, words and years in the text are shown too. They do not count,
        because they are the author's choice.
        """
        if self.used:
            yield from self.times
            released = "the first published release of each figure"
            yield Choice("figure", "", "first release", {"release": "first"}, released)
            if self.exact and (size := self.claim.revision):  # as much as such figures are usually revised
                yield from (Choice("revision", "", f"{r:+}", {"revision": r}) for r in (size, -size))
            yield from choices.grade_choices()
            yield from choices.origin_choices(o for c in self.used for o in c.origins)
            yield from choices.rule_choices(self.claim.test.tolerance, self.claim.window)
        yield from choices.text_choices(self.claim, self.evidence, self.period)

    def under(self, setting: Setting) -> "NumberJudgement":
        test = self.claim.test.moved(setting["number"]) if "number" in setting else self.claim.test
        changed = {"op": setting.get("word", test.op), "tolerance": setting.get("about", test.tolerance)}
        varied = {"test": test.model_copy(update=changed), "window": setting.get("window", self.claim.window)}
        again = {"day", "cutoff", "origin", "grades"} & set(setting)
        return replace(
            self,
            claim=self.claim.model_copy(update=varied),
            evidence=choices.evidence_under(self.evidence, setting),
            day=setting.get("day", self.day),
            year=setting.get("year", "" if again else self.period),
            known=self.cells if OF_THE_TEST.issuperset(setting) else None,
        )

    @property
    def seen(self) -> Any:
        used = [(c.key, c.interval, [m.label for m in c.measures]) for c in self.used]
        return (self.claim.test, used) if used else ()

    def closeness(self) -> dict[str, Any]:
        ranges = [i for c in self.exact for i in (c.interval, *(m.interval for m in c.measures))]
        return {
            "on_the_line": any(on_the_line(self.claim, i) for i in ranges),
            "grid": grid(self.claim, self.evidence, self.period),
            "break_even": break_even(self.claim, self.exact) if self.exact else None,
        }

    # how good the evidence is

    def certain(self) -> Iterator[Reason]:
        """Yield how good the exact measures for the year that decides are."""
        usable = [a for a in self.assessed if a.measure.grade in DECIDING_GRADES]
        exact = [a.measure for a in usable if a.match == "exact"]
        if not exact:
            near = any(self.speaks(a) for a in usable)
            close = LOW, "no figure for exactly this, only for something close to it"
            yield Reason(base.DIRECTNESS, *(close if near else (NONE, "no figure bears on the claim")))
            return
        first_hand, measured = any(m.grade in FIRST_TIER for m in exact), "published figures measure exactly this"
        yield Reason(base.DIRECTNESS, *((HIGH, measured) if first_hand else (MODERATE, f"{measured}, at second hand")))
        yield base.number_of_origins(exact, bool(base.shared_origins(exact)))
        clear = any(not on_the_line(self.claim, m.interval) for m in exact)
        lines = (HIGH, "a value is clear of every limit") if clear else (MODERATE, "every value is on the line")
        yield Reason(base.PRECISION, *lines)
        claimed, decided = int(self.claim.period), int(self.period)
        recent = f"figures for {decided}" + ("" if decided == claimed else f", while the text says {claimed}")
        yield Reason(base.RECENCY, HIGH if decided == claimed else MODERATE, recent)

    def speaks(self, a: Assessed) -> bool:
        """Return whether a measure of something else gives the claim a leaning or a bound."""
        years = abs(a.measure.year - int(self.period))
        leans = a.match == "near" and a.commensurable and years <= self.claim.window
        return (a.match == "bound" or leans) and a.outcome != "undecided"

    # in words

    @property
    def reasons(self) -> tuple[str, ...]:
        """The values that decide the number or give it a leaning, and the values that it allows."""
        claim, deciding = self.claim, self.deciding_cells
        if deciding:
            values = values_in_words((m.value for c in deciding for m in c.measures), claim.test.unit)
            exact = deciding[0].match == "exact"
            found = [f"{'Found' if exact else 'Only a bound was found'}: {values} in {self.period}"]
        else:
            found = list(near_in_words(claim, self.used)) or ["No published figure bears on it"]
        low, high, close_low, close_high = band(claim.test)
        right, close = (range_in_words(*ends, claim.test.unit) for ends in ((low, high), (close_low, close_high)))
        return *found, f"“{claim.test.in_words()}” counts as right {right}, as close {close}"

    @property
    def would_change(self) -> str:
        """The value that would change the verdict; "" if that would only restate the claim."""
        if not self.exact:
            wanted = self.claim.facets
            what = ", ".join(words for words in wanted.named if words != "all")
            return f"A published {wanted.quantity} for {self.claim.period} that measures exactly this: {what}."
        if self.verdict == SUPPORTED:
            return ""
        low, high, close_low, close_high = band(self.claim.test)
        unit, period = self.claim.test.unit, self.period
        if self.verdict in {UNDERSTATED, OVERSTATED}:
            return f"A final value for {period} {range_in_words(close_low, close_high, unit)} would make it close."
        return f"A value for {period} clearly {range_in_words(low, high, unit)} would make it supported."

    @property
    def headline(self) -> str:
        """The point of the claim's chart as a sentence that follows from the figures."""
        words = f"“{sentence_case(self.claim.test.in_words())}”"
        if not self.deciding_measures:
            return f"{words}: no published figure measures exactly this"
        value = values_in_words((m.value for m in self.deciding_measures), self.claim.test.unit)
        when = self.period
        return {
            SUPPORTED: f"{words} holds: {value} in {when}",
            "close": f"{words} is close: {value} in {when}",
            OVERSTATED: f"{words} is too high: {value} in {when}",
            UNDERSTATED: f"{words} is too low: {value} in {when}",
            "undecided": f"{words} cannot be decided: {value} in {when}",
            BY_DEFINITION: f"{words} holds for one definition and fails for another",
            CONTRADICTED: f"{words} is ruled out: {value} in {when}",
        }[self.verdict]


def near_in_words(claim: NumberClaim, cells: Iterable[Cell]) -> Iterator[str]:
    """List the near values in groups: right in size, different in size, or too imprecise to tell."""
    named: dict[str, list[str]] = {"right in size": [], "different in size": [], "too imprecise to tell": []}
    for c in sorted(cells, key=lambda c: (-c.measures[0].year, c.key)):
        result = outcome(c.interval, claim.test)
        side = "right in size" if result in {"pass", "close"} else "different in size"
        values = values_in_words((m.value for m in c.measures), claim.test.unit)
        named["too imprecise to tell" if result == "undecided" else side].append(f"{values} ({c.measures[0].period})")
    for side, words in named.items():
        if words:
            yield f"Near figures, {side}: {some(words, NEAR_VALUES_NAMED)}"


def grid(claim: NumberClaim, measures: Iterable[Measure], period: str) -> tuple[Mapping[str, str | bool], ...]:
    """Return every declared combination of facets with its `outcome`, the `literal` one first.

    A combination that nobody measured has the outcome "empty".
    """
    pool = [m for m in measures if m.grade in DECIDING_GRADES and not m.holds and m.is_complete]
    result: list[Mapping[str, str | bool]] = []
    for choice in claim.grid_cells():
        facets = claim.facets.override(**{k: v for k, v in choice.items() if k not in {"period", "made"}})
        here = [
            m
            for m in pool
            if m.facets == facets
            and str(m.year) == choice.get("period", period)
            and (choice.get("made", m.made) == m.made or (choice.get("made") == "recomputed" and m.made != "published"))
        ]
        result_word = outcome(reconcile([m.limits for m in current(here)])[0], claim.test) if here else EMPTY
        is_literal = all(v == (period if k == "period" else claim.grid[k][0]) for k, v in choice.items())
        result.append({**choice, "outcome": result_word, "literal": is_literal})
    return tuple(result)


def break_even(claim: NumberClaim, exact: Iterable[Cell]) -> float:
    """Return the smallest relative change that would carry a deciding value across an end of the ranges."""
    edges = [e for e in band(claim.test) if not math.isinf(e)]
    ends = [e for c in exact for m in c.measures for e in (m.interval.low, m.interval.high) if not math.isinf(e) and e]
    return min(abs(edge / end - 1) for edge in edges for end in ends)
