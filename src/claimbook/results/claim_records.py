"""The record of a judged claim in results.json, with all that is needed to compute its verdict again."""

from collections import Counter
from collections.abc import Iterable
from math import isfinite
from typing import Any

from claimbook.evidence.claims import Strict
from claimbook.evidence.findings import Finding
from claimbook.evidence.intervals import Interval
from claimbook.project.outputs import stated
from claimbook.results import models
from claimbook.rule.choices import UNCHANGED, Multiverse, becomes
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.judgement import Judgement
from claimbook.rule.matching import Assessed
from claimbook.say.verdict_table import answer_of


def copied_fields(record: type[Strict], *objects: object) -> dict[str, Any]:
    """Copy the attributes of `objects` that have the same name as a field of `record`."""
    return {name: getattr(source, name) for source in objects for name in record.model_fields if hasattr(source, name)}


def claim_record(judgement: Judgement) -> dict[str, Any]:
    """Return the record of a judgement. Its finding is added later.

    Missing values are null. An open end of a range is null too.
    """
    claim, certainty, robust = judgement.claim, judgement.certainty, judgement.robustness
    reasons = [{"of": r.aspect, "allows": r.allows, "says": r.says} for r in certainty.reasons]
    record = {
        **stated(claim, period=judgement.period),
        **claim.model_dump(include=set(models.OF_KIND.get(claim.kind, ()))),
        **copied_fields(models.ClaimRecord, judgement),
        "answer": answer_of(judgement.stands_as).word,
        "found": "",
        "read_as": {q.of: answer_of(q.verdict).word for q in judgement.qualifiers if q.kind == "reading"},
        "would_change": judgement.would_change,
        "text_date": judgement.text_date or None,
        "robustness": copied_fields(models.RobustnessRecord, robust)
        | {"choices": choices_record(robust.choices, judgement.reasons)},
        "certainty": {"word": certainty.word, "reasons": reasons},
        "measures": [
            *map(_measure_record, judgement.assessed),
            *map(_criterion_record, judgement.criteria),
            *(_finding_record(part, f, judgement) for part, found in judgement.findings for f in found),
        ],
    }
    return models.ClaimRecord.model_validate(record).model_dump(mode="json", exclude_unset=True)


def choices_record(choices: Multiverse, reasons: tuple[str, ...]) -> dict[str, Any]:
    """Return counts of the choices by axis, and each choice that gives another verdict.

    Choices that change the sentence appear only in the table. `reasons` are those of the declared verdict.
    """
    return {
        "declared": choices.declared,
        "agree": choices.agree,
        "of": len(choices.counted),
        "tried": Counter(v.choice.axis for v in choices.counted),
        "differ": [copied_fields(models.TurnRecord, v.choice, v) for v in choices.counted if v.becomes != UNCHANGED],
        "first": choices.first.in_words if choices.first else None,
        "table": choices_table(choices, reasons),
    }


def choices_table(choices: Multiverse, reasons: tuple[str, ...]) -> dict[str, Any]:
    """Return the verdict under every choice.

    A case is a verdict with the lines that it rests on. Cases refer to verdicts and lines by their place.
    """
    singles = [(v.verdict, v.judged.reasons) for v in choices.singles]
    cases = numbered_cases([(choices.declared, reasons), *singles])
    verdicts = numbered_cases(verdict for verdict, _ in cases)
    lines = numbered_cases(line for _, because in cases for line in because)
    return {
        "verdicts": list(verdicts),
        "becomes": [becomes(choices.declared, verdict) for verdict in verdicts],
        "lines": list(lines),
        "cases": [[verdicts[verdict], *(lines[line] for line in because)] for verdict, because in cases],
        "choices": [
            copied_fields(models.CaseRecord, v.choice) | {"case": cases[found]}
            for v, found in zip(choices.singles, singles, strict=True)
        ],
    }


def numbered_cases(items: Iterable[Any]) -> dict[Any, int]:
    """Number distinct items in the order of their first appearance."""
    return {item: n for n, item in enumerate(dict.fromkeys(items))}


def _ends(interval: Interval | None) -> dict[str, float | None]:
    """Return both ends of a range; None for an open end."""
    return {end: value if interval and isfinite(value := getattr(interval, end)) else None for end in ("low", "high")}


def _measure_record(a: Assessed) -> dict[str, Any]:
    m = a.measure
    facets = m.facets.model_dump(exclude={"period"}, exclude_defaults=True)
    computed = {"year": m.year, "complete": m.is_complete, "facets": facets}
    return copied_fields(models.MeasureRecord, m, a) | _ends(m.interval) | computed


def _criterion_record(r: CriterionResult) -> dict[str, Any]:
    words = {"label": r.says, "period": "", "match": "criterion", "differs": (), "cell": r.id, "outcome": r.word}
    return (
        copied_fields(models.CriterionRecord, r.criterion, r)
        | _ends(r.interval)
        | words
        | {"decides": r.met is not None}
    )


def _finding_record(part: str, f: Finding, judgement: Judgement) -> dict[str, Any]:
    return copied_fields(models.FindingRecord, f) | {
        "label": f.says,
        "low": f.value,
        "high": f.value,
        "unit": "",
        "match": "part",
        "differs": (),
        "cell": part,
        "outcome": judgement.in_words(part, f),
        "decides": judgement.counts(part, f),
    }
