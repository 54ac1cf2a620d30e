"""The chart of a judged claim, and the line that names its sources."""

from typing import Any

from claimbook.charts.causes import causes_plot
from claimbook.charts.claims import by_weight, claim_plot, criteria_plot
from claimbook.charts.figures import Chart
from claimbook.evidence.credits import Credit
from claimbook.evidence.evidence import NATIONAL, Evidence
from claimbook.evidence.measures import Measure
from claimbook.rule.judgement import Judgement
from claimbook.rule.numbers import NumberJudgement


def chart_of(
    judgement: Judgement, given: Any, evidence: Evidence, credit: str | None = None, title: str = ""
) -> Chart | None:
    """Return the chart of a claim, or None for a chart that would have a single mark.

    `given` is what the function of the claim returned, `credit` a source line or a series, see `_source_line`.
    """
    kind = judgement.claim.kind
    if isinstance(judgement, NumberJudgement) and by_weight(judgement):
        subtitle = "Bars: range of the printed value. Filled: decides the answer. Band: values that count as right."
        return claim_plot(judgement, judgement.headline, subtitle, _source_line(given, evidence, credit))
    if kind == "comparison" and sum(None not in (r.value, r.threshold) for r in given) > 1:
        subtitle = "Each value in its own unit, with the threshold that it must reach or stay below."
        return criteria_plot(judgement, title, subtitle, _source_line(given, evidence, credit))
    return causes_plot(judgement) if kind == "causal" and given else None


def _source_line(given: list[Any], evidence: Evidence, credit: str | None) -> str:
    """Return the source line of a chart: `credit` itself, that of a series, or that of the evidence."""
    if isinstance(credit, Credit):
        return credit
    if credit is not None:
        return evidence.credit(evidence.frame(credit, NATIONAL))
    if isinstance(given[0], Measure):
        return evidence.credit(given)
    return evidence.credit(evidence.of_sources(*sorted({source for result in given for source in result.sources})))
