"""The rule for comparisons: compare each criterion with its threshold and count how many are met."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isinf
from typing import TYPE_CHECKING

from claimbook.evidence.claims import Criterion
from claimbook.evidence.intervals import Interval
from claimbook.rule.qualifiers import Qualifier
from claimbook.rule.units import values_agree
from claimbook.rule.verdicts import ON_THE_LINE
from claimbook.say.periods import parse
from claimbook.say.verdict_table import (
    NO_EVIDENCE,
    NOT_SUPPORTED,
    NOT_SUPPORTED_SO_FAR,
    PARTLY,
    SUPPORTED,
    SUPPORTED_SO_FAR,
    UNVERIFIED,
)

if TYPE_CHECKING:  # code that only reads records does not need pandas
    from claimbook.evidence.findings import Finding
    from claimbook.evidence.measures import Measure
    from claimbook.evidence.quantity import Quantity


FLOOR, CEILING = "only a floor", "only a ceiling"  # only one end is known, and it does not decide


@dataclass(frozen=True)
class CriterionResult:
    """What the evidence says about one criterion: the range of its value, or None if there is no data.

    `found` applies to a criterion that asks for a document: True if a document confirms it, False if one says
    the opposite. `year` is the year of the newest figure in the value, or 0 if there is none. `otherwise`
    gives the range under other choices, such as another release, by name.
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
        """Whether the criterion is met. None if there is no data or the range lies across the threshold.

        A value equal to the threshold meets "at least" and fails "below". So does a range that begins at the
        threshold. A range that ends at the threshold lies across it. If only a floor is known and it is below
        the threshold, nothing is decided; the same holds for a ceiling above it.
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
        """The result as readers see it: met, not met, only a floor or a ceiling, on the line, or no data."""
        if self.met is not None:
            return "met" if self.met else "not met"
        if self.interval is None:
            return "no data"
        if isinf(self.interval.high):
            return FLOOR
        return CEILING if isinf(self.interval.low) else "on the line"

    @property
    def on_the_line(self) -> bool:
        """Whether the value is so close to its threshold that a small change would carry it across."""
        if self.value is None or self.met is None or not self.threshold:
            return self.word == "on the line"
        return round(abs(self.value / self.threshold - 1), 9) <= ON_THE_LINE

    def varied(self, factor: float, other: str = "") -> "CriterionResult":
        """Return the result with the threshold times `factor`, or with the value that `other` names."""
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
    """Compare a value with one criterion. Without an interval the result is "no data".

    A criterion that asks for a document is met if `found`; pass `found=False` if the document says the
    opposite. `otherwise` gives the value under other choices, such as another release, by name. Raises
    UnitsDiffer if a measure is not in the unit of the threshold.
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
    """Return whether a criterion needs an origin: a value needs all its inputs, a document any one origin."""
    if result.criterion.op == "documented":
        return set(result.origins) == {origin}
    return origin in result.origins


def sole_origin_of_criteria(results: Iterable[CriterionResult]) -> str:
    """Return the single origin on which every criterion rests, or "" if there is none."""
    needed = {tuple(o for o in r.origins if rests_on(r, o)) for r in results}
    (origins,) = needed if len(needed) == 1 else ((),)
    return origins[0] if len(origins) == 1 else ""


def comparison_verdict(results: Iterable[CriterionResult], join: str = "all") -> str:
    """Return the verdict from the results of the criteria.

    Criteria that are met and criteria that fail count the same; those without data do not count. With `join`
    "any", one met criterion supports the claim, whatever the others are. If some criteria have no data
    and all tested ones agree, the verdict says more than a leaning only if at least two, at least half, and every
    essential criterion were tested.
    """
    results = list(results)
    met, failed = sum(r.met is True for r in results), sum(r.met is False for r in results)
    tested = met + failed
    if not tested:
        return "undecided" if any(r.value is not None for r in results) else NO_EVIDENCE
    if met and join == "any":
        return SUPPORTED
    if tested == len(results):
        if not failed:
            return SUPPORTED
        return PARTLY if met else NOT_SUPPORTED
    if met and failed:
        return PARTLY
    enough = tested >= 2 and 2 * tested >= len(results)
    if enough and not any(r.criterion.essential for r in results if r.met is None):
        return SUPPORTED_SO_FAR if met else NOT_SUPPORTED_SO_FAR
    return f"{UNVERIFIED}, evidence {'for' if met else 'against'}"


def comparison_qualifiers(results: list[CriterionResult]) -> list[Qualifier]:
    """Say how many criteria were tested and met, how many lack data, and how many are on the line."""
    met, tested = sum(r.met is True for r in results), sum(r.met is not None for r in results)
    across = sum(r.met is None and r.interval is not None for r in results)
    one_sided = sum(r.word in (FLOOR, CEILING) for r in results)
    empty = len(results) - tested - across
    notes = []
    if tested == len(results) > 1:
        notes.append(f"{met} of {tested} criteria met")
    elif tested and len(results) > 1:
        notes.append(f"{tested} of {len(results)} criteria tested, {met} met")
    notes += [f"{empty} without data"] if empty and (tested or across) else []
    notes += [f"{one_sided} with only a floor or a ceiling"] if one_sided else []
    near = [r for r in results if r.on_the_line]
    return [*map(Qualifier, notes + ([f"{len(near)} on the line"] if near else []))]
