"""Judge a claim: its verdict, how firm it is, how each measure compares, and what would change it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from claimbook.evidence.claims import CausalClaim, Claim, ComparisonClaim, FactClaim, NumberClaim, OpinionClaim
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.measures import Measure
from claimbook.rule import certainty, robustness
from claimbook.rule.causes import causal_qualifiers, causal_verdict
from claimbook.rule.certainty import Certainty
from claimbook.rule.choices import time_choices
from claimbook.rule.comparisons import CriterionResult, comparison_qualifiers, comparison_verdict
from claimbook.rule.facts import fact_qualifiers, fact_verdict
from claimbook.rule.matching import Cell, cell_key, cells, match, resolve_period
from claimbook.rule.multiverse import explore
from claimbook.rule.qualifiers import Qualifier
from claimbook.rule.robustness import Robustness
from claimbook.rule.units import units_agree
from claimbook.rule.verdicts import deciding_cells, number_verdict, outcome, qualifiers, standing
from claimbook.say.verdict_table import (
    NOT_SCORED,
    SCORED,
    UNKNOWN,
    answer_of,
)

AnyClaim = TypeVar("AnyClaim", bound=Claim)


@dataclass(frozen=True)
class Assessed:
    """One measure compared with one claim."""

    measure: Measure
    match: str
    differs: tuple[str, ...]
    reading: str
    cell: str
    outcome: str
    decides: bool
    commensurable: bool


@dataclass(frozen=True)
class Judgement(Generic[AnyClaim]):
    """Everything that the report says about one claim.

    `period` is the year that decides a number claim. `text_date` is the ISO day on which a fact or comparison
    is judged.
    """

    claim: AnyClaim
    verdict: str
    qualifiers: tuple[Qualifier, ...]
    robustness: Robustness
    certainty: Certainty
    period: str = ""
    text_date: str = ""
    assessed: tuple[Assessed, ...] = ()
    criteria: tuple[CriterionResult, ...] = ()
    findings: tuple[tuple[str, tuple[Finding, ...]], ...] = ()

    @property
    def stands_as(self) -> str:
        """The verdict as it is counted and drawn."""
        return standing(self.verdict, self.qualifiers)

    @property
    def firm(self) -> str:
        """How firm the answer is, as a clause.

        "" for an opinion, for what cannot be checked, and if there is nothing to say. Other choices are
        counted only for numbers and comparisons. For a fact most of them are copies of one document.
        """
        answer = answer_of(self.stands_as)
        if answer not in SCORED or answer is UNKNOWN:
            return ""
        return self.robustness.in_words(answer, counted=self.claim.kind in {"number", "comparison"})

    @property
    def deciding(self) -> tuple[Assessed, ...]:
        return tuple(a for a in self.assessed if a.decides)

    def _ipython_display_(self) -> None:
        """Show nothing when a cell ends with a judgement: its section has already shown it."""


def bare_verdict(claim: Claim, evidence: Any, text_date: str) -> tuple[str, str]:
    """Return the verdict on what a claim's function returned, and how it is counted, but not how firm."""
    if isinstance(claim, NumberClaim):
        measures = list(evidence)
        period = resolve_period(claim, measures, text_date)
        found = cells(claim, period, measures)
        verdict = number_verdict(claim, found)
        return verdict, standing(verdict, qualifiers(claim, verdict, found, period))
    if isinstance(claim, FactClaim):
        verdict = fact_verdict(claim, evidence, text_date)
    elif isinstance(claim, ComparisonClaim):
        verdict = comparison_verdict(evidence, claim.join)
    else:
        assert isinstance(claim, CausalClaim)
        verdict = causal_verdict(claim, evidence)
    return verdict, verdict


def witnesses(evidence: Any) -> list[Any]:
    """Return the measures, findings or criteria that the rule receives, as one list."""
    return [w for found in evidence.values() for w in found] if isinstance(evidence, Mapping) else list(evidence)


def judge(
    claim: Claim, evidence: Any, text_date: str, other_cutoffs: dict[str, str], other_text_dates: Iterable[str]
) -> "Judgement":
    """Judge a claim by what its function returned; see `judge_number` for the arguments.

    Raises UnitsDiffer if a measure or finding is not in the unit of the test it is compared with.
    """
    units_agree(claim, evidence, text_date)
    if isinstance(claim, NumberClaim):
        return judge_number(claim, evidence, text_date, other_cutoffs, other_text_dates)
    if isinstance(claim, FactClaim):
        return judge_fact(claim, evidence, text_date, other_cutoffs, other_text_dates)
    if isinstance(claim, ComparisonClaim):
        return judge_comparison(claim, evidence, text_date)
    assert isinstance(claim, CausalClaim)
    return judge_causal(claim, evidence)


def judge_number(
    claim: NumberClaim,
    measures: Iterable[Measure],
    text_date: str,
    other_cutoffs: dict[str, str],
    other_text_dates: Iterable[str] = (),
) -> Judgement[NumberClaim]:
    """Judge a number claim by measures in its unit, which `judge` makes sure of.

    `text_date` is the assumed ISO day of the text and `other_text_dates` are other possible days.
    `other_cutoffs` are earlier states of the evidence to compare with (edition: ISO day).
    """
    measures = list(measures)
    period = resolve_period(claim, measures, text_date)
    found = cells(claim, period, measures)
    verdict = number_verdict(claim, found)
    times = time_choices(other_cutoffs, other_text_dates)
    robust = robustness.number_robustness(claim, measures, text_date, times)
    notes = qualifiers(claim, verdict, found, period)
    return Judgement(
        claim=claim,
        verdict=verdict,
        # without one origin the verdict may rest on another value: then the label says so
        qualifiers=(*(q for q in notes if q != "one origin" or robust.label != "stable"), *robust.by_edition),
        robustness=robust,
        certainty=certainty.number_certainty(claim, measures, text_date),
        period=period,
        assessed=tuple(_assess(claim, measures, period, found)),
    )


def judge_fact(
    claim: FactClaim,
    findings: dict[str, list[Finding]],
    text_date: str,
    other_cutoffs: dict[str, str],
    other_text_dates: Iterable[str] = (),
) -> Judgement[FactClaim]:
    """Judge a fact from the findings by part. Raises KeyError for an undeclared part or reading."""
    unknown = set(findings) - {p.id for p in claim.parts}
    if unknown:
        raise KeyError(
            f"{claim.id}: claims.yml has no part {sorted(unknown)}; the parts are {[p.id for p in claim.parts]}"
        )
    named = {"", *claim.definitions, *claim.readings}
    if strange := sorted({f.reading for found in findings.values() for f in found} - named):
        raise KeyError(f"{claim.id}: claims.yml has no reading {strange}; the readings are {sorted(named - {''})}")
    verdict = fact_verdict(claim, findings, text_date)
    times = time_choices(other_cutoffs, other_text_dates)
    robust = robustness.fact_robustness(claim, findings, text_date, times)
    return Judgement(
        claim=claim,
        verdict=verdict,
        qualifiers=(*fact_qualifiers(claim, findings, text_date), *robust.by_edition),
        robustness=robust,
        certainty=certainty.fact_certainty(claim, findings, text_date),
        text_date=text_date,
        findings=tuple((p.id, tuple(findings.get(p.id, []))) for p in claim.parts),
    )


def judge_comparison(
    claim: ComparisonClaim, results: list[CriterionResult], text_date: str
) -> Judgement[ComparisonClaim]:
    """Judge a comparison from its criteria. Raises KeyError unless each declared one has one result."""
    declared, judged = [c.id for c in claim.criteria], [r.id for r in results]
    if sorted(declared) != sorted(judged):
        raise KeyError(f"{claim.id}: claims.yml has the criteria {declared}, but the notebook judged {judged}")
    ordered = sorted(results, key=lambda r: declared.index(r.id))
    return Judgement(
        claim=claim,
        verdict=comparison_verdict(ordered, claim.join),
        qualifiers=tuple(comparison_qualifiers(ordered)),
        robustness=robustness.comparison_robustness(claim, ordered),
        certainty=certainty.comparison_certainty(claim, ordered, text_date),
        text_date=text_date,
        criteria=tuple(ordered),
    )


def judge_causal(claim: CausalClaim, estimates: Sequence[Estimate]) -> Judgement[CausalClaim]:
    """Judge a causal claim from published estimates; its findings are by outcome, the claim's own first."""
    groups = dict.fromkeys([*(outcome.group for outcome in claim.outcomes), *(e.group for e in estimates)])
    return Judgement(
        claim=claim,
        verdict=causal_verdict(claim, estimates),
        qualifiers=tuple(causal_qualifiers(claim, estimates)),
        robustness=robustness.causal_robustness(claim, estimates),
        certainty=certainty.causal_certainty(claim, estimates),
        findings=tuple((group, tuple(e for e in estimates if e.group == group)) for group in groups),
    )


def set_aside(claim: OpinionClaim) -> Judgement[OpinionClaim]:
    """Return the judgement of an opinion, which is shown with its context and never scored."""
    return Judgement(
        claim=claim,
        verdict=NOT_SCORED,
        qualifiers=(),
        robustness=Robustness(NOT_SCORED, explore((), lambda _: (), lambda _: NOT_SCORED)),
        certainty=Certainty(()),
    )


def _assess(claim: NumberClaim, measures: list[Measure], period: str, found: list[Cell]) -> list[Assessed]:
    """Return each measure with its match and outcome, and mark those that decide the verdict."""
    used = [m for c in deciding_cells(claim, found) for m in c.measures]
    return [
        Assessed(
            measure=m,
            match=kind,
            differs=differs,
            reading=reading,
            cell=cell_key(kind, reading, m),
            outcome=outcome(m.limits, claim.test),
            decides=m in used,
            commensurable=m.dimension == claim.facets.quantity,
        )
        for m in measures
        for kind, reading, differs in [match(claim, period, m)]
    ]
