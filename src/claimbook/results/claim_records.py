"""A judged claim as it stands in results.json: complete enough to work out its verdict again without this package."""

from collections import Counter
from collections.abc import Hashable, Iterable
from string import ascii_letters, digits
from typing import TypeVar

from claimbook.evidence.findings import Finding
from claimbook.evidence.measures import is_complete, year
from claimbook.firmness.judgement import Assessed, Judgement
from claimbook.firmness.multiverse import SAME, Choice, Multiverse, becomes
from claimbook.firmness.robustness import Robustness
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.facts import STUDY, best_studies, came_later, had_ended
from claimbook.say.recorded import stated

# what a claim declares beside its test, as far as its kind has it
DECLARED = ("join", "in_period", "as_of", "window", "attributed_to", "parts", "definitions", "readings", "can")
SIGNS = digits + ascii_letters  # digits of a case in the table of pairs
Thing = TypeVar("Thing", bound=Hashable)


def claim_record(judgement: Judgement) -> dict:
    """What was claimed, found and judged; absent values are null, and a range without an end has null there."""
    claim = judgement.claim
    return stated(claim, period=judgement.period) | {
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
    """Counts of the choices by axis, and one by one only those that do not give the same verdict.

    Choices that do not count, because the sentence would be another one, stand in the table alone.
    """
    return {
        "declared": choices.declared.verdict,
        "agree": choices.agree,
        "of": len(choices.counted),
        "tried": dict(Counter(v.choice.axis for v in choices.counted)),
        "differ": [
            choice_record(v.choice) | {"verdict": v.verdict, "becomes": v.becomes}
            for v in choices.counted
            if v.becomes != SAME
        ],
        "pairs": dict(choices.pairs),
        "first": choices.first.in_words if choices.first else None,
        "table": choices_table(choices),
    }


def choice_record(choice: Choice) -> dict:
    return {"axis": choice.axis, "of": choice.of, "to": choice.to, "says": choice.says}


def choices_table(choices: Multiverse) -> dict:
    """What every choice gives, and every two: each its case, which is a verdict with the lines that it rests on.

    Verdicts and lines are named by their place in their lists. `pairs` has a text for each choice with two signs for
    every later one, the digits of its case; stops where the two do not go together.
    """
    given = [v.said for v in choices.singles] + [said for _, _, said in choices.together]
    cases = places([choices.declared, *given])
    verdicts, lines = places(s.verdict for s in cases), places(line for s in cases for line in s.because)
    pairs = [[".."] * (len(choices.singles) - i - 1) for i in range(len(choices.singles))]
    for i, j, said in choices.together:
        high, low = divmod(cases[said], len(SIGNS))
        pairs[i][j - i - 1] = SIGNS[high] + SIGNS[low]
    return {
        "verdicts": list(verdicts),
        "becomes": [becomes(choices.declared.verdict, verdict) for verdict in verdicts],
        "lines": list(lines),
        "cases": [[verdicts[s.verdict], *(lines[line] for line in s.because)] for s in cases],
        "choices": [
            choice_record(v.choice) | {"counts": v.choice.counts, "case": cases[v.said]} for v in choices.singles
        ],
        "pairs": ["".join(row) for row in pairs],
    }


def places(things: Iterable[Thing]) -> dict[Thing, int]:
    """Each different thing with its place, in their order."""
    return {thing: n for n, thing in enumerate(dict.fromkeys(things))}


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
        "words": list(m.words),
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
        "words": list(r.words),
    }


def _finding_record(part: str, f: Finding, judgement: Judgement) -> dict:
    text_date, wider = judgement.text_date, getattr(judgement.claim, "readings", ())
    weak = part == STUDY and f not in best_studies(s for _, found in judgement.findings for s in found)
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
        "decides": f.grade != "D"
        and f.reading not in wider
        and not (text_date and came_later(f, text_date))
        and not weak,
        "began": f.began,
        "ended": f.ended,
        "reading": f.reading,
        "opposes": f.opposes,
        "grade": f.grade,
        "published": f.published,
        "origins": list(f.origins),
        "sources": list(f.sources),
        "words": list(f.words),
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
