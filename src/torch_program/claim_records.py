"""A judged claim as it stands in results.json: complete enough to work out its verdict again without this package."""

from collections import Counter
from string import ascii_letters, digits

from torch_program.judgement import Assessed, Judgement
from torch_program.measures import is_complete, year
from torch_program.multiverse import SAME, Multiverse, becomes
from torch_program.robustness import Robustness
from torch_program.verdicts import CriterionResult, Finding, came_later, had_ended

# what a claim declares beside its test, as far as its kind has it
DECLARED = ("join", "window", "attributed_to", "parts", "definitions", "readings")
SIGNS = digits + ascii_letters  # of verdicts in the table of pairs


def claim_record(judgement: Judgement) -> dict:
    """What was claimed, found and judged; absent values are null, and a range without an end has null there."""
    claim = judgement.claim
    test = getattr(claim, "test", None)
    return {
        "id": claim.id,
        "section": claim.section,
        "kind": claim.kind,
        "statement": claim.statement,
        "test": test.model_dump() | {"says": test.in_words(), "period": judgement.period} if test else None,
        "text_date": judgement.text_date or None,
        **claim.model_dump(mode="json", include=set(DECLARED)),
        "verdict": judgement.verdict,
        "stands_as": judgement.stands_as,
        "qualifiers": list(judgement.qualifiers),
        "robustness": _robustness_record(judgement.robustness),
        "certainty": {
            "word": judgement.certainty.word,
            "reasons": [{"of": r.aspect, "allows": r.allows, "says": r.says} for r in judgement.certainty.reasons],
        },
        "would_change": judgement.would_change,
        "measures": [
            *[_measure_record(a) for a in judgement.assessed],
            *[_criterion_record(r) for r in judgement.criteria],
            *[_finding_record(part, f, judgement) for part, found in judgement.findings for f in found],
        ],
    }


def _robustness_record(robust: Robustness) -> dict:
    return {
        "label": robust.label,
        "on_the_line": robust.on_the_line,
        "grid": [dict(c.choice) | {"outcome": c.outcome, "literal": c.literal} for c in robust.grid],
        "flips": list(robust.flips),
        "break_even": robust.break_even,
        "choices": choices_record(robust.choices),
    }


def choices_record(choices: Multiverse) -> dict:
    """Counts of the choices by axis, and one by one only those that do not give the same verdict."""
    return {
        "declared": choices.declared,
        "agree": choices.agree,
        "of": len(choices.singles),
        "tried": dict(Counter(v.choice.axis for v in choices.singles)),
        "differ": [
            {
                "axis": v.choice.axis,
                "of": v.choice.of,
                "to": v.choice.to,
                "says": v.choice.says,
                "verdict": v.verdict,
                "becomes": v.becomes,
            }
            for v in choices.singles
            if v.becomes != SAME
        ],
        "pairs": dict(choices.pairs),
        "first": choices.first.in_words if choices.first else None,
        "table": choices_table(choices),
    }


def choices_table(choices: Multiverse) -> dict:
    """What every choice gives, and every two: verdicts by their place among `verdicts`, which signs stand for in pairs.

    `pairs` has a line for each choice with a sign for every later one; a stop where the two do not go together.
    """
    given = [v.verdict for v in choices.singles] + [verdict for _, _, verdict in choices.together]
    verdicts = list(dict.fromkeys([choices.declared, *given]))
    lines = [["."] * (len(choices.singles) - i - 1) for i in range(len(choices.singles))]
    for i, j, verdict in choices.together:
        lines[i][j - i - 1] = SIGNS[verdicts.index(verdict)]
    return {
        "verdicts": verdicts,
        "becomes": [becomes(choices.declared, verdict) for verdict in verdicts],
        "choices": [
            {
                "axis": v.choice.axis,
                "of": v.choice.of,
                "to": v.choice.to,
                "says": v.choice.says,
                "verdict": verdicts.index(v.verdict),
            }
            for v in choices.singles
        ],
        "pairs": ["".join(line) for line in lines],
    }


def _finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None


def _measure_record(a: Assessed) -> dict:
    m = a.measure
    return {
        "label": m.label,
        "value": m.value,
        "low": _finite(m.interval.low),
        "high": _finite(m.interval.high),
        "unit": m.unit,
        "period": m.period,
        "year": year(m),
        "complete": is_complete(m),
        "facets": m.facets.model_dump(exclude={"period"}, exclude_defaults=True),
        "holds": m.holds,
        "match": a.match,
        "differs": list(a.differs),
        "commensurable": a.commensurable,
        "cell": a.cell,
        "outcome": a.outcome,
        "decides": a.decides,
        "grade": m.grade,
        "status": m.status,
        "published": m.published,
        "origins": list(m.origins),
        "sources": list(m.sources),
    }


def _criterion_record(r: CriterionResult) -> dict:
    return {
        "label": r.says,
        "value": r.value,
        "low": None if r.interval is None else _finite(r.interval.low),
        "high": None if r.interval is None else _finite(r.interval.high),
        "unit": r.criterion.unit,
        "period": "",
        "match": "criterion",
        "differs": [],
        "cell": r.id,
        "op": r.criterion.op,
        "threshold": r.threshold,
        "found": r.found,
        "outcome": r.word,
        "decides": r.met is not None,
        "essential": r.criterion.essential,
        "grade": r.grade,
        "origins": list(r.origins),
        "sources": list(r.sources),
    }


def _finding_record(part: str, f: Finding, judgement: Judgement) -> dict:
    text_date, wider = judgement.text_date, getattr(judgement.claim, "readings", ())
    return {
        "label": f.says,
        "value": f.value,
        "low": f.value,
        "high": f.value,
        "unit": "",
        "period": f.date,
        "match": "part",
        "differs": [],
        "cell": part,
        "outcome": finding_in_words(f, text_date),
        "decides": f.grade != "D" and f.reading not in wider and not (text_date and came_later(f, text_date)),
        "began": f.began,
        "ended": f.ended,
        "reading": f.reading,
        "opposes": f.opposes,
        "grade": f.grade,
        "published": f.published,
        "origins": list(f.origins),
        "sources": list(f.sources),
    }


def finding_in_words(f: Finding, text_date: str) -> str:
    """How a finding counts on the date of the text."""
    if f.grade == "D":
        return "too weak to count"
    if text_date and came_later(f, text_date):
        return "later than the text"
    if f.opposes:
        return "the opposite"
    return f"so until {f.ended}" if text_date and had_ended(f, text_date) else "so"
