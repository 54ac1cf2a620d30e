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
from claimbook.rule.comparisons import CriterionResult, comparison_qualifiers, comparison_verdict
from claimbook.rule.facts import fact_qualifiers, fact_verdict
from claimbook.rule.matching import Cell, cell_key, cells, match, resolve_period
from claimbook.rule.multiverse import RuleResult, explore, time_choices
from claimbook.rule.qualifiers import Qualifier
from claimbook.rule.robustness import Robustness
from claimbook.rule.units import findings_agree, measures_agree
from claimbook.rule.verdicts import band, deciding_cells, number_verdict, outcome, qualifiers, standing
from claimbook.say.numbers import range_in_words, values_in_words
from claimbook.say.periods import day_in_words, latest_day
from claimbook.say.verdict_table import (
    BY_DEFINITION,
    CONTRADICTED,
    NOT_SCORED,
    OUTDATED,
    OVERSTATED,
    SCORED,
    SUPPORTED,
    UNDERSTATED,
    UNKNOWN,
    answer_of,
)
from claimbook.say.words import sentence_case

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
    would_change: str = ""  # evidence that a reader could look for, if any
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
    """Judge a claim by what its function returned; see `judge_number` for the arguments."""
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
    """Judge a number claim. Raises UnitsDiffer if a measure is not in the unit of the claim.

    `text_date` is the assumed ISO day of the text and `other_text_dates` are other possible days.
    `other_cutoffs` are earlier states of the evidence to compare with (edition: ISO day).
    """
    measures = list(measures)
    period = resolve_period(claim, measures, text_date)
    measures_agree(claim, period, measures)
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
        would_change=_number_would_change(claim, verdict, found, period),
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
    findings_agree(claim, findings)
    verdict = fact_verdict(claim, findings, text_date)
    still = f"A document showing that it still held on {day_in_words(latest_day(text_date))} would change this."
    times = time_choices(other_cutoffs, other_text_dates)
    robust = robustness.fact_robustness(claim, findings, text_date, times)
    return Judgement(
        claim=claim,
        verdict=verdict,
        qualifiers=(*fact_qualifiers(claim, findings, text_date), *robust.by_edition),
        robustness=robust,
        certainty=certainty.fact_certainty(claim, findings, text_date),
        would_change=still if verdict == OUTDATED else "",  # the other parts already say what is missing
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
    empty = [r.says for r in ordered if r.met is None and r.value is None]
    return Judgement(
        claim=claim,
        verdict=comparison_verdict(ordered, claim.join),
        qualifiers=tuple(comparison_qualifiers(ordered)),
        robustness=robustness.comparison_robustness(claim, ordered),
        certainty=certainty.comparison_certainty(claim, ordered, text_date),
        would_change=f"Published figures for the criteria without data: {'; '.join(empty)}." if empty else "",
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
        robustness=Robustness(NOT_SCORED, explore((), lambda _: RuleResult(NOT_SCORED))),
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


def chart_headline(judgement: Judgement[NumberClaim]) -> str:
    """Return the point of a claim's chart as a sentence that follows from the figures."""
    claim = judgement.claim
    words = f"“{sentence_case(claim.test.in_words())}”"
    deciding = judgement.deciding
    if not deciding:
        return f"{words}: no published figure measures exactly this"
    value = value_in_words(deciding, claim)
    when = judgement.period
    return {
        SUPPORTED: f"{words} holds: {value} in {when}",
        "close": f"{words} is close: {value} in {when}",
        OVERSTATED: f"{words} is too high: {value} in {when}",
        UNDERSTATED: f"{words} is too low: {value} in {when}",
        "undecided": f"{words} cannot be decided: {value} in {when}",
        BY_DEFINITION: f"{words} holds for one definition and fails for another",
        CONTRADICTED: f"{words} is ruled out: {value} in {when}",
    }[judgement.verdict]


def value_in_words(deciding: Iterable[Assessed], claim: NumberClaim) -> str:
    """Return the deciding values as one number, or as a range if they differ as printed."""
    return values_in_words((a.measure.value for a in deciding), claim.test.unit)


def _number_would_change(claim: NumberClaim, verdict: str, found: list[Cell], period: str) -> str:
    """Say which value would change the verdict; "" if that would only restate the claim."""
    if not any(c.match == "exact" for c in found):
        wanted = claim.facets
        what = ", ".join(
            v
            for v in (wanted.numerator, wanted.base and f"of {wanted.base}", wanted.scope, wanted.stage, wanted.sector)
            if v and v != "all"
        )
        return f"A published {wanted.quantity} for {claim.period} that measures exactly this: {what}."
    low, high, close_low, close_high = band(claim.test)
    unit = claim.test.unit
    if verdict == SUPPORTED:
        return ""
    if verdict in {UNDERSTATED, OVERSTATED}:
        return f"A final value for {period} {range_in_words(close_low, close_high, unit)} would make it close."
    return f"A value for {period} clearly {range_in_words(low, high, unit)} would make it supported."
