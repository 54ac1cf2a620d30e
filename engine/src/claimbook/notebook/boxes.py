"""What a reader sees of a judgement: its card, its chart, and tables for readers who check it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from claimbook.charts.claims import by_weight, causes_plot, claim_plot, criteria_plot, groups_of_measures
from claimbook.charts.figures import Chart
from claimbook.evidence.claims import NumberClaim
from claimbook.evidence.evidence import NATIONAL, Credit, Evidence
from claimbook.evidence.findings import Finding
from claimbook.evidence.measures import Measure
from claimbook.notebook.tables import EVIDENCE_PAGE, escape
from claimbook.rule.judgement import Judgement
from claimbook.rule.matching import Assessed
from claimbook.rule.numbers import NumberJudgement
from claimbook.say.verdict_table import Badge, answer_of
from claimbook.say.words import counted, interval_in_words, number_in_words, sentence_case, with_bound

# the card ------------------------------------------------------------------------------------------------------


def verdict_box(judgement: Judgement, quote: str = "") -> str:
    """Return a claim with its answer, how firm it is, the key of its finding, and a line to quote, as a MyST box."""
    claim = judgement.claim
    firm = f" {escape(sentence_case(judgement.firm))}." if judgement.firm else ""
    to_quote = f"\n**To quote.** {escape(quote)}\n" if quote else ""
    return f"""\
(claim-{claim.id})=
:::{{admonition}} {escape(claim.quoted)}
:class: judgement judgement-{answer_of(judgement.stands_as).name}

{Badge(judgement.stands_as)._repr_html_()} {{finding-{claim.id}}}{firm}
{to_quote}
:::
"""


# tables --------------------------------------------------------------------------------------------------------


def folded_table(judgement: Judgement) -> tuple[pd.DataFrame, str, tuple[str, ...]] | None:
    """Return the table for readers who check a judgement, the line that folds it, and its right-aligned columns."""
    kind = judgement.claim.kind
    if kind == "number" and judgement.assessed:
        table = measures_table(judgement)
        return table, f"Measures: all {len(table)}, with range, match and grade", ("Value", "Range")
    if kind == "comparison":
        table = criteria_table(judgement)
        return table, f"Criteria: all {len(table)}, with values and grades", ("Threshold",)
    if not any(found for _, found in judgement.findings):
        return None
    table = findings_table(judgement)
    if kind == "fact":
        return table, f"What was found: {counted(len(table), 'document or count', 'documents and counts')}", ("Date",)
    return table, f"Published estimates: {counted(len(table), 'finding')}", ("Date",)


def measures_table(judgement: Judgement[NumberClaim]) -> pd.DataFrame:
    """Return every measure compared with its claim, the deciding ones first. Cells are MyST text."""
    unit = judgement.claim.test.unit

    def row(a: Assessed) -> dict[str, str]:
        m = a.measure
        how = a.reading and f"reading: {a.reading}" or a.match
        differs = f" (differs in {', '.join(a.differs)})" if a.match in {"near", "bound"} else ""
        return {
            "Measure": linked(m.label, m.anchor),
            "Value": with_bound(m.bound, number_in_words(m.value, unit)),
            "Range": interval_in_words(m.interval.low, m.interval.high),
            "Match": escape(how + differs) + (" **decides**" if a.decides else ""),
            "Outcome": a.outcome if a.commensurable else "not commensurable",
            "Grade": m.grade,
            "Status": m.status or "final",
        }

    return pd.DataFrame([row(a) for _, rows, _ in groups_of_measures(judgement) for a in rows])


def linked(label: str, anchor: str) -> str:
    """Return a label as MyST text, with a link to its rows on the page of evidence if `anchor` is known."""
    return f"[{escape(label)}]({EVIDENCE_PAGE}#{anchor})" if anchor else escape(label)


def findings_table(judgement: Judgement) -> pd.DataFrame:
    """Return the findings for a fact or cause, one row for each document, with its parts or outcomes.

    Cells are MyST text. Columns that say nothing are left out.
    """
    parts = {group: group for group, _ in judgement.findings}
    if judgement.claim.kind == "fact":
        parts = {part.id: part.says for part in judgement.claim.parts}
    prints: dict[str, list[tuple[str, Finding]]] = defaultdict(list)
    for part, found in judgement.findings:
        for f in found:
            prints[f.says].append((part, f))

    def row(text: str, members: list[tuple[str, Finding]]) -> dict[str, str]:
        ranked = sorted((f for _, f in members), key=lambda f: f.grade)
        return {
            "Part": distinct("; ", (parts[part] for part, _ in members)),
            "Found": linked(text, ranked[0].anchor),
            "Date": distinct(", ", (f.date for f in ranked)),
            "If read as": distinct("; ", (f.reading for f in ranked)),
            "Grade": distinct(", ", (f.grade for f in ranked)),
            "Origin": distinct("; ", (origin for _, f in members for origin in f.origins)),
            "Says": "; ".join(readings_in_words(members, judgement)),
        }

    table = pd.DataFrame([row(text, members) for text, members in prints.items()])
    empty = {"Part": len(parts) < 2, "If read as": not table["If read as"].any()}
    return table.drop(columns=[name for name in empty if empty[name]])


def distinct(joint: str, items: Iterable[str]) -> str:
    """Return different items in their order, joined, as MyST text."""
    return escape(joint.join(dict.fromkeys(filter(None, items))))


def readings_in_words(prints: list[tuple[str, Finding]], judgement: Judgement) -> Iterator[str]:
    """Say how the prints of one document count. A weak print does not count if there is a better one.

    If this depends on how the claim is read, say it for each reading.
    """
    ranked = sorted(prints, key=lambda print_: print_[1].grade)
    counting = [(part, f) for part, f in ranked if f.grade != "D"] or ranked
    words = {f.reading: judgement.in_words(part, f) for part, f in counting}
    if len(set(words.values())) == 1:
        yield next(iter(words.values()))
    else:
        yield from (f"{word} as {escape(reading)}" if reading else word for reading, word in words.items())


def criteria_table(judgement: Judgement) -> pd.DataFrame:
    """Return each criterion with its value. Cells are MyST text."""
    rows = [
        {
            "Criterion": escape(r.says),
            "Value": escape(r.value_text),
            "Threshold": "" if r.threshold is None else f"{r.criterion.op} {r.threshold:g}",
            "Result": r.word,
            "Grade": r.grade,
        }
        for r in judgement.criteria
    ]
    return pd.DataFrame(rows)


# the chart -----------------------------------------------------------------------------------------------------------


def chart_of(judgement: Judgement, evidence: Evidence, credit: str | None, title: str) -> Chart | None:
    """Return the chart of a claim, or None for a chart that would have a single mark.

    `credit` is a source line or a series, see `_source_line`.
    """
    kind, given = judgement.claim.kind, judgement.evidence
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
