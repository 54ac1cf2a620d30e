"""The rule for comparisons: compare each criterion with its threshold and count how many are met."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isinf
from typing import TYPE_CHECKING, Any

from claimbook.evidence.claims import ComparisonClaim, Criterion
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import FIRST_TIER, values_agree
from claimbook.rule import judgement as base
from claimbook.rule.choices import Choice, Setting, figure_choices, grade_choices, mark_choices, origin_choices
from claimbook.rule.judgement import HIGH, MODERATE, NONE, Judgement, Qualifier, Reason
from claimbook.rule.verdicts import ON_THE_LINE
from claimbook.say.verdict_table import (
    NO_EVIDENCE,
    NOT_SUPPORTED,
    NOT_SUPPORTED_SO_FAR,
    PARTLY,
    SUPPORTED,
    SUPPORTED_SO_FAR,
    UNVERIFIED,
)
from claimbook.say.words import parse, with_unit

if TYPE_CHECKING:  # code that only reads records does not need pandas
    from claimbook.evidence.findings import Finding
    from claimbook.evidence.measures import Quantity

WITHOUT_UNIT = {"", "quotient", "rank"}  # the criterion itself says what its number is
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
    measures: Iterable["Quantity | Finding"] = (),
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
    return base.only(*needed) if len(needed) == 1 else ""


def comparison_verdict(results: Iterable[CriterionResult], join: str = "all") -> str:
    """Return the verdict from the results of the criteria.

    Criteria that are met and criteria that fail count the same; those without data do not count. With `join` "any", one
    met criterion supports the claim, whatever the others are. If some criteria have no data and all tested ones agree,
    the verdict says more than a leaning only if at least two, at least half, and every essential criterion were tested.
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


# the judgement ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ComparisonJudgement(Judgement[ComparisonClaim]):
    """A comparison with results. A criterion that loses its evidence stays in the claim, without data."""

    is_dated = True
    counts_choices = True

    def check(self) -> None:
        """Raise KeyError unless each declared criterion has one result."""
        declared, judged = [c.id for c in self.claim.criteria], [r.id for r in self.evidence]
        if sorted(declared) != sorted(judged):
            raise KeyError(f"{self.claim.id}: claims.yml has the criteria {declared}, but the notebook judged {judged}")

    @cached_property
    def criteria(self) -> tuple[CriterionResult, ...]:
        place = {c.id: i for i, c in enumerate(self.claim.criteria)}
        return tuple(sorted(self.evidence, key=lambda r: place.get(r.id, -1)))

    @cached_property
    def verdict(self) -> str:
        return comparison_verdict(self.criteria, self.claim.join)

    def remarks(self) -> list[Qualifier]:
        """Say how many criteria were tested and met, how many lack data, and how many are on the line."""
        results, tested = self.criteria, sum(r.met is not None for r in self.criteria)
        across = sum(r.met is None and r.interval is not None for r in results)
        met, empty = sum(r.met is True for r in results), len(results) - tested - across
        one_sided, near = sum(r.word in (FLOOR, CEILING) for r in results), sum(r.on_the_line for r in results)
        of = f"{met} of {tested} criteria met" if tested == len(results) else ""
        of = of or f"{tested} of {len(results)} criteria tested, {met} met"
        notes = {
            of: tested and len(results) > 1,
            f"{empty} without data": empty and (tested or across),
            f"{one_sided} with only a floor or a ceiling": one_sided,
            f"{near} on the line": near,
        }
        return [Qualifier(note) for note, so in notes.items() if so]

    # other choices

    @property
    def with_data(self) -> list[CriterionResult]:
        return [r for r in self.criteria if r.interval is not None]

    @property
    def decided(self) -> bool:
        return any(r.met is not None for r in self.criteria) and not self.verdict.startswith(UNVERIFIED)

    @property
    def sole(self) -> str:
        return sole_origin_of_criteria(r for r in self.criteria if r.met is not None)

    def offered(self) -> Iterator[Choice]:
        """Vary what decides a comparison: figures, grades, origins, and the threshold of each criterion."""
        yield from figure_choices({r.id: list(dict(r.otherwise)) for r in self.with_data})
        yield from grade_choices()
        yield from origin_choices(o for r in self.with_data for o in r.origins)
        yield from mark_choices({r.id: r.says for r in self.with_data if r.threshold})

    def under(self, setting: Setting) -> "ComparisonJudgement":
        def varied(r: CriterionResult) -> CriterionResult:
            weak = setting.get("grades") == "AB" and r.grade not in FIRST_TIER
            if weak or ("origin" in setting and rests_on(r, setting["origin"])):
                return replace(r, interval=None)
            return r.varied(setting.get(f"mark {r.id}", 1.0), setting.get(f"figure {r.id}", ""))

        return replace(self, evidence=[varied(r) for r in self.criteria])

    @property
    def seen(self) -> Any:
        return [(r.threshold, r.interval) for r in self.criteria]

    def touches(self, choice: Choice, other: "ComparisonJudgement") -> bool:
        return choice.axis in {"figure", "origin"} or super().touches(choice, other)

    def lost(self, other: "ComparisonJudgement") -> bool:
        pairs = zip(self.criteria, other.criteria, strict=True)
        return any(known.interval is not None and now.interval is None for known, now in pairs)

    def closeness(self) -> dict[str, Any]:
        return super().closeness() | {"on_the_line": any(r.on_the_line for r in self.criteria)}

    # how good the evidence is

    def certain(self) -> Iterator[Reason]:
        """Yield how good the values of the criteria are."""
        found, missing = self.with_data, [r.criterion for r in self.criteria if r.interval is None]
        if not found:
            yield Reason(base.DIRECTNESS, NONE, "no criterion has data")
            return
        bare = any(criterion.essential for criterion in missing)
        yield base.tested(len(found), len(self.claim.criteria), "criterion", [r.grade for r in found], bare)
        yield base.number_of_origins(found, bool(sole_origin_of_criteria(found)))
        near = sum(r.on_the_line for r in found)
        lines = (MODERATE, f"{near} on the line") if near else (HIGH, "no criterion is on the line")
        yield Reason(base.PRECISION, *lines)
        last = min(r.year for r in found)
        yield self.recency(last, f"figures from {last} or later")

    # in words

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each criterion with its value and its result."""
        return tuple(f"“{r.says}”: {criterion_value(r)}{r.word}" for r in self.criteria)

    @property
    def would_change(self) -> str:
        empty = [r.says for r in self.criteria if r.met is None and r.value is None]
        return f"Published figures for the criteria without data: {'; '.join(empty)}." if empty else ""


def criterion_value(r: CriterionResult) -> str:
    """Return the value of a criterion as text to put before its result; "" without a value or a threshold."""
    if r.value is None or r.threshold is None:
        return ""
    return f"{with_unit(r.value, 'count' if r.criterion.unit in WITHOUT_UNIT else r.criterion.unit)}, "
