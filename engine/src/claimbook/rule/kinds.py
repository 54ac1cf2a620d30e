"""Judge a claim by the rule for its kind."""

from collections.abc import Iterable, Mapping
from typing import Any

from claimbook.evidence.claims import Claim
from claimbook.rule.causes import CausalJudgement
from claimbook.rule.choices import time_choices
from claimbook.rule.comparisons import ComparisonJudgement
from claimbook.rule.facts import FactJudgement
from claimbook.rule.judgement import Judgement
from claimbook.rule.numbers import NumberJudgement

KINDS: Mapping[str, type[Judgement]] = {
    "number": NumberJudgement,
    "fact": FactJudgement,
    "comparison": ComparisonJudgement,
    "causal": CausalJudgement,
    "opinion": Judgement,
}


def judge(
    claim: Claim,
    evidence: Any,
    text_date: str,
    other_cutoffs: Mapping[str, str] | None = None,
    other_text_dates: Iterable[str] = (),
) -> Judgement:
    """Judge a claim by what its function returned.

    `text_date` is the assumed ISO day of the text and `other_text_dates` are other possible days.
    `other_cutoffs` are earlier states of the evidence to compare with (edition: ISO day). Raises UnitsDiffer for
    evidence that is not in the unit of its test, and KeyError for evidence that the claim does not declare.
    """
    judgement = KINDS[claim.kind](claim, evidence, text_date, (*time_choices(other_cutoffs or {}, other_text_dates),))
    judgement.check()
    return judgement


def witnesses(evidence: Any) -> list[Any]:
    """Return the measures, findings or criteria that the rule receives, as one list."""
    return [w for found in evidence.values() for w in found] if isinstance(evidence, Mapping) else list(evidence)
