"""The rule for comparisons: each criterion against its mark, and a verdict from how many are met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isinf
from typing import TYPE_CHECKING

from claimbook.evidence.claims import Criterion
from claimbook.evidence.intervals import Interval
from claimbook.evidence.units import values_agree
from claimbook.rule.qualifiers import Qualifier
from claimbook.rule.verdicts import ON_THE_LINE
from claimbook.say.periods import parse

if TYPE_CHECKING:  # who reads a record needs no pandas
    from claimbook.evidence.findings import Finding
    from claimbook.evidence.measures import Measure
    from claimbook.evidence.quantity import Quantity


FLOOR, CEILING = "only a floor", "only a ceiling"  # results of what is known from one side and not enough to decide


@dataclass(frozen=True)
class CriterionResult:
    """One criterion in the light of the evidence: the range of its value, or None for no data.

    `found` says whether a document that a criterion asks for says so, or the opposite. `year` is that of the newest
    figure in the value, 0 where there is none. `otherwise` names what the range would be by another release or line.
    """

    criterion: Criterion
    interval: Interval | None
    value_text: str
    origins: tuple[str, ...]
    grade: str
    sources: tuple[str, ...] = ()
    found: bool = True
    year: int = 0
    words: tuple[str, ...] = ()
    otherwise: tuple[tuple[str, Interval], ...] = ()

    @property
    def id(self) -> str:
        return self.criterion.id

    @property
    def says(self) -> str:
        return self.criterion.says

    @property
    def threshold(self) -> float | None:
        return self.criterion.threshold

    @property
    def value(self) -> float | None:
        return None if self.interval is None else self.interval.middle

    @cached_property
    def met(self) -> bool | None:
        """Met, not met, or None for no data and for a range that lies across the mark.

        A value equal to its mark is at least as large as it, and not below it. So is a range that begins there; one
        that ends there lies across it. A floor under its mark and a ceiling above it decide nothing.
        """
        if self.interval is None:
            return None
        if self.criterion.op == "documented":
            return self.found
        if self.interval.low >= self.criterion.mark:
            return self.criterion.op == "at least"
        return self.criterion.op == "below" if self.interval.high < self.criterion.mark else None

    @property
    def word(self) -> str:
        """The result as readers see it: met, not met, only a floor or a ceiling, on the line or no data."""
        if self.met is not None:
            return "met" if self.met else "not met"
        if self.interval is None:
            return "no data"
        if isinf(self.interval.high):
            return FLOOR
        return CEILING if isinf(self.interval.low) else "on the line"

    @property
    def on_the_line(self) -> bool:
        """Whether the value lies so near its mark that little would carry it over."""
        if self.value is None or self.met is None or not self.threshold:
            return self.word == "on the line"
        return round(abs(self.value / self.threshold - 1), 9) <= ON_THE_LINE

    def varied(self, factor: float, other: str = "") -> "CriterionResult":
        """The same against another mark, a multiple of the declared one, or with the value named by `other`."""
        interval = dict(self.otherwise)[other] if other else self.interval
        return replace(self, criterion=self.criterion.moved(factor), interval=interval)


def judge_criterion(
    criterion: Criterion,
    interval: Interval | None,
    value_text: str,
    measures: Iterable["Measure | Quantity | Finding"] = (),
    found: bool = True,
    otherwise: Mapping[str, Interval] | None = None,
) -> CriterionResult:
    """Hold a value against one criterion; no interval is no data, one across the mark decides nothing.

    A criterion that asks for a document is met where `found`; with `found=False` what was read says the opposite.
    `otherwise` has the value by other choices that were open, such as another release, each by its name.
    """
    used = list(measures)
    values_agree(criterion, interval, used)
    return CriterionResult(
        criterion=criterion,
        interval=interval,
        value_text=value_text,
        origins=tuple(sorted({o for m in used for o in m.origins})),
        grade=max((m.grade for m in used), default=""),
        sources=tuple(dict.fromkeys(s for m in used for s in m.sources)),
        found=found,
        year=max((parse(m.period).year for m in used if m.period), default=0),
        words=tuple(dict.fromkeys(w for m in used for w in getattr(m, "words", ()))),
        otherwise=tuple((otherwise or {}).items()),
    )


def rests_on(result: CriterionResult, origin: str) -> bool:
    """Whether a criterion has no data without an origin: a value needs all its inputs, a document any one witness."""
    if result.criterion.op == "documented":
        return set(result.origins) == {origin}
    return origin in result.origins


def sole_origin(results: Iterable[CriterionResult]) -> str:
    """The origin on which every one of several criteria rests, and on no other; "" where there is none."""
    needed = {tuple(o for o in r.origins if rests_on(r, o)) for r in results}
    (origins,) = needed if len(needed) == 1 else ((),)
    return origins[0] if len(origins) == 1 else ""


def comparison_verdict(results: Iterable[CriterionResult], join: str = "all") -> str:
    """Verdict of declared criteria, alike for both sides: met and failed weigh the same, and empty weighs nothing.

    With `join` "any" one met criterion carries the claim, whatever the others are. Where some are empty and one side
    alone was tested, at least two and half of the criteria, and every essential one, must be tested to say more than a
    leaning.
    """
    results = list(results)
    met, failed = sum(r.met is True for r in results), sum(r.met is False for r in results)
    tested = met + failed
    if not tested:
        return "undecided" if any(r.value is not None for r in results) else "unverified, no evidence"
    if met and join == "any":
        return "supported"
    if tested == len(results):
        if not failed:
            return "supported"
        return "partly" if met else "not supported"
    if met and failed:
        return "partly"
    enough = tested >= 2 and 2 * tested >= len(results)
    if enough and not any(r.criterion.essential for r in results if r.met is None):
        return f"{'supported' if met else 'not supported'} as far as tested"
    return f"unverified, evidence {'for' if met else 'against'}"


def comparison_qualifiers(results: list[CriterionResult]) -> list[Qualifier]:
    """How many criteria were tested and met, how many have no data, and which lie near their mark."""
    met, tested = sum(r.met is True for r in results), sum(r.met is not None for r in results)
    across = sum(r.met is None and r.interval is not None for r in results)
    one_sided = sum(r.word in (FLOOR, CEILING) for r in results)
    empty = len(results) - tested - across
    said = []
    if tested == len(results) > 1:
        said.append(f"{met} of {tested} criteria met")
    elif tested and len(results) > 1:
        said.append(f"{tested} of {len(results)} criteria tested, {met} met")
    said += [f"{empty} without data"] if empty and (tested or across) else []
    said += [f"{one_sided} with a floor or a ceiling alone"] if one_sided else []
    near = [r for r in results if r.on_the_line]
    return [*map(Qualifier, said + ([f"{len(near)} on the line"] if near else []))]
