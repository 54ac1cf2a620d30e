"""A judgement in words: what it rests on, what would change it, and the headline of its chart."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from claimbook.evidence.claims import CausalClaim, FactClaim, NumberClaim
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.measures import DECIDING_GRADES
from claimbook.rule.causes import studies_in_words
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.facts import PART_WORDS, joined_parts, of_reading, read_as
from claimbook.rule.judgement import Assessed, Judgement
from claimbook.rule.matching import Cell
from claimbook.rule.verdicts import band, deciding_cells, leaning_cells, outcome
from claimbook.say.numbers import range_in_words, values_in_words, with_unit
from claimbook.say.periods import day_in_words, latest_day
from claimbook.say.verdict_table import BY_DEFINITION, CONTRADICTED, OUTDATED, OVERSTATED, SUPPORTED, UNDERSTATED
from claimbook.say.words import counted, sentence_case, some

WITHOUT_UNIT = {"", "quotient", "rank"}  # the criterion itself says what its number is
NEAR_VALUES_NAMED = 3  # near values named on each side


def number_reasons(claim: NumberClaim, cells: Sequence[Cell], period: str) -> tuple[str, ...]:
    """Name the values that decide a number claim or give it a leaning, and the values that it allows."""
    deciding = deciding_cells(claim, cells)
    if deciding:
        values = values_in_words((m.value for c in deciding for m in c.measures), claim.test.unit)
        exact = deciding[0].match == "exact"
        found = [f"Found: {values} in {period}" if exact else f"Only a bound was found: {values} in {period}"]
    else:
        found = list(near_in_words(claim, leaning_cells(claim, cells))) or ["No published figure bears on it"]
    low, high, close_low, close_high = band(claim.test)
    right, close = (range_in_words(*ends, claim.test.unit) for ends in ((low, high), (close_low, close_high)))
    return *found, f"“{claim.test.in_words()}” counts as right {right}, as close {close}"


def near_in_words(claim: NumberClaim, cells: Iterable[Cell]) -> Iterator[str]:
    """List the near values in groups: right in size, different in size, or too imprecise to tell."""
    named: dict[str, list[str]] = {"right in size": [], "different in size": [], "too imprecise to tell": []}
    for c in sorted(cells, key=lambda c: (-c.measures[0].year, c.key)):
        result = outcome(c.interval, claim.test)
        side = "right in size" if result in {"pass", "close"} else "different in size"
        values = values_in_words((m.value for m in c.measures), claim.test.unit)
        named["too imprecise to tell" if result == "undecided" else side].append(f"{values} ({c.measures[0].period})")
    for side, words in named.items():
        if words:
            yield f"Near figures, {side}: {some(words, NEAR_VALUES_NAMED)}"


def fact_reasons(claim: FactClaim, findings: Mapping[str, Sequence[Finding]], day: str) -> tuple[str, ...]:
    """Name each part with its result and number of documents; or each definition, if there are several."""
    if claim.definitions:
        return tuple(
            f"Read as {d}: {joined_parts(read_as(claim, findings, day, d).values())}" for d in claim.definitions
        )
    results = read_as(claim, findings, day)
    return tuple(
        f"“{sentence_case(p.says)}”: {PART_WORDS[results[p.id]]}{count_of_documents(findings.get(p.id, ()))}"
        for p in claim.parts
    )


def count_of_documents(findings: Iterable[Finding]) -> str:
    """Say in brackets how many documents concern the literal words and are good enough to count."""
    n = len({f.says for f in of_reading(findings, "") if f.grade in DECIDING_GRADES})
    return f" ({counted(n, 'document')})" if n else ""


def comparison_reasons(results: Iterable[CriterionResult]) -> tuple[str, ...]:
    """Name each criterion with its value and its result."""
    return tuple(f"“{r.says}”: {criterion_value(r)}{r.word}" for r in results)


def criterion_value(r: CriterionResult) -> str:
    """Return the value of a criterion as text to put before its result; "" without a value or a threshold."""
    if r.value is None or r.threshold is None:
        return ""
    return f"{with_unit(r.value, 'count' if r.criterion.unit in WITHOUT_UNIT else r.criterion.unit)}, "


def causal_reasons(claim: CausalClaim, estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Say for each outcome what the studies that count find, with their authors."""
    return tuple(studies_in_words(outcome, estimates) for outcome in claim.outcomes)


def would_change(judgement: Judgement) -> str:
    """Return evidence that would change a verdict and that a reader could look for, if any."""
    if isinstance(judgement.claim, NumberClaim):
        return _value_that_would_change(judgement, judgement.claim)
    if judgement.claim.kind == "fact" and judgement.verdict == OUTDATED:  # its other parts already say what is missing
        day = day_in_words(latest_day(judgement.text_date))
        return f"A document showing that it still held on {day} would change this."
    empty = [r.says for r in judgement.criteria if r.met is None and r.value is None]
    return f"Published figures for the criteria without data: {'; '.join(empty)}." if empty else ""


def _value_that_would_change(judgement: Judgement, claim: NumberClaim) -> str:
    """Say which value would change the verdict; "" if that would only restate the claim."""
    if not any(a.match == "exact" for a in judgement.deciding):
        wanted = claim.facets
        named = (wanted.numerator, wanted.base and f"of {wanted.base}", wanted.scope, wanted.stage, wanted.sector)
        what = ", ".join(v for v in named if v and v != "all")
        return f"A published {wanted.quantity} for {claim.period} that measures exactly this: {what}."
    if judgement.verdict == SUPPORTED:
        return ""
    low, high, close_low, close_high = band(claim.test)
    unit, period = claim.test.unit, judgement.period
    if judgement.verdict in {UNDERSTATED, OVERSTATED}:
        return f"A final value for {period} {range_in_words(close_low, close_high, unit)} would make it close."
    return f"A value for {period} clearly {range_in_words(low, high, unit)} would make it supported."


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


# kind of claim: what to call with what the rule received
REASONS: Mapping[str, Callable[..., tuple[str, ...]]] = {
    "number": number_reasons,
    "fact": fact_reasons,
    "comparison": comparison_reasons,
    "causal": causal_reasons,
    "opinion": tuple,
}
