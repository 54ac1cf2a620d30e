"""Cases of the rule itself, on invented claims: days, years, grades, origins, and qualifiers."""

from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from math import inf, isfinite
from typing import Any

from pydantic import TypeAdapter

from claimbook.evidence.claims import Claim, ComparisonClaim, Criterion, FactClaim, NumberClaim, Test
from claimbook.evidence.intervals import Interval
from claimbook.results.cases import STATES, by_answer, finding, measure, range_in_words, ranges, state_of, studies
from claimbook.rule.causes import causal_qualifiers
from claimbook.rule.comparisons import CriterionResult, comparison_qualifiers, sole_origin_of_criteria
from claimbook.rule.facts import fact_qualifiers
from claimbook.rule.judgement import bare_verdict
from claimbook.rule.matching import cells, resolve_period
from claimbook.rule.verdicts import band, on_the_line, qualifiers

CASE_DAY, CASE_YEAR = "2020-06-30", 2020  # date of the text
DAYS = "2020-06-29", CASE_DAY, "2020-07-01"
CLAIM: TypeAdapter[Any] = TypeAdapter(Claim)
PART = {"id": "whole", "says": "It is so."}
FACETS = {"quantity": "things", "place": "here", "mode": "flow"}
OTHER_READING = {"numerator": "others"}  # facets of another reading
VALUES = {"pass": 100.0, "close": 92.0, "low": 50.0, "high": 200.0}  # values for the test "about 100"


def rule_answers() -> dict[str, str]:
    """Return the cases by the answer of the rule: the verdict, how it is counted, and its qualifiers."""
    all_cases = [*_tests(), *_number_cases(), *_facts(), *_comparisons(), *_causes()]
    return by_answer((case, answer_in_words(claim, found)) for claim, case, found in all_cases)


def answer_in_words(claim: Any, evidence: Any) -> str:
    """Return the verdict, how it is counted if that differs, and the qualifiers."""
    verdict, counts_as = bare_verdict(claim, evidence, CASE_DAY)
    notes: list[str]
    if isinstance(claim, NumberClaim):
        period = resolve_period(claim, evidence, CASE_DAY)
        all_notes = qualifiers(claim, verdict, cells(claim, period, evidence), period)
        notes = [q for q in all_notes if not q.startswith("by ")]  # the size of a miss needs no case
        notes += ["on the line"] if any(on_the_line(claim, m.interval) for m in evidence) else []
    elif isinstance(claim, FactClaim):
        notes = [*fact_qualifiers(claim, evidence, CASE_DAY)]
    elif isinstance(claim, ComparisonClaim):
        notes = [*comparison_qualifiers(evidence)] if len(evidence) < 3 else []
        notes += [f"rests on {sole}"] if (sole := sole_origin_of_criteria(evidence)) else []
    else:
        notes = [*causal_qualifiers(claim, evidence)]
    return "; ".join(dict.fromkeys([verdict, counts_as, *notes]))


Asked = Iterator[tuple[Any, str, Any]]


def invented(kind: str, **fields: Any) -> Any:
    """Return an invented claim of a kind."""
    about = {"id": "case", "section": "0", "statement": "Something is so.", "kind": kind}
    return CLAIM.validate_python(about | fields)


def number_case(op: str = "about", **other: Any) -> NumberClaim:
    test = {"op": op, "value": 100, "unit": "count"}
    time = {} if "as_of" in other else {"in_period": str(CASE_YEAR)}
    return invented("number", test=test, facets=FACETS, window=2, **time, **other)


def _tests() -> Asked:
    """Yield values at and next to each threshold of every test word, and others a quarter above "over"."""
    for op in ("over", "nearly", "about", "equals"):
        claim = number_case(op)
        edges = {e for e in band(claim.test) if isfinite(e)} | ({125.0, 100 / 1.05} if op == "over" else set())
        for low, high in ranges(edges):
            yield claim, f"{op} {range_in_words(low, high)}", [measure(claim, low, high)]
    over = number_case("over")
    yield over, "over 105 to 106", [measure(over, 105, 106)]


def _number_cases() -> Asked:
    claim = number_case()
    for years in range(-7, 3):
        right, wrong = measure(claim, 100, 100, years), measure(claim, 200, 200)
        yield claim, f"200 and 100 {years:+}", [wrong, right] if years else [wrong]
        yield claim, f"100 of others {years:+}", [measure(claim, 100, 100, years, "one", facets=OTHER_READING)]
    yield claim, "100 of one origin", [measure(claim, 100, 100, 0, "one")]
    lately = number_case(as_of=str(CASE_YEAR))
    for day in DAYS:
        yield lately, f"100 a year before published {day}", [measure(lately, 100, 100, -1, published=day)]
    for relation, (low, high) in product(("superset", "subset"), ranges([90.0, 110.0])):
        yield (
            claim,
            f"{relation} {range_in_words(low, high)}",
            [measure(claim, low, high, facets=OTHER_READING, holds=relation)],
        )
    for grades in product("ABCD", repeat=2):
        pair = [measure(claim, v, v, grade=g, origin=g) for v, g in zip((100, 200), grades, strict=True)]
        yield claim, f"100 {grades[0]} 200 {grades[1]}", pair
    for (a, b), many in product(combinations_with_replacement(VALUES, 2), (1, 2)):
        spans = [(VALUES[v], f"{v} {i}", str(i % many)) for i, v in enumerate((a, b))]
        near = [measure(claim, value, value, facets={"base": base}, origin=who) for value, base, who in spans]
        yield claim, f"near {a} {b} by {many}", near
    yield from _readings()


def _readings() -> Asked:
    """Yield values of another reading: in each year in and near the window, and two that are equally near."""
    spans = {name: (value, value) for name, value in VALUES.items()} | {"undecided": (50.0, 200.0)}
    for mode in ("flow", "stock"):
        facets = OTHER_READING | {"mode": mode}
        claim = number_case(readings=[{"name": "other", "facets": facets}])
        for years in range(-4, 5):
            yield claim, f"other {mode} {years:+}", [measure(claim, 100, 100, years, facets=facets)]
    for a, b in combinations_with_replacement(spans, 2):
        yield claim, f"other {a} {b}", [measure(claim, *spans[v], y, facets=facets) for v, y in ((a, -1), (b, 1))]


def _facts() -> Asked:
    claim = invented("fact", parts=[PART])
    for field, day in product(("began", "ended"), (*DAYS, "2020-06", "2020")):
        yield claim, f"{field} {day}", {"whole": [finding(**{field: day})]}
    for day in ("2015-06-29", "2015-06-30", "2015-07-01"):
        yield claim, f"done {day}", {"whole": [finding(done=day)]}
    for agrees, opposes in product((*"ABCD", "."), repeat=2):
        pair = [finding(grade=g, origins=(g,), opposes=o) for g, o in ((agrees, False), (opposes, True)) if g != "."]
        yield claim, f"for {agrees} against {opposes}", {"whole": pair}
    findings = [finding(ended="2020-06-29"), finding(grade="C", origins=("two",))]
    yield claim, "an end and a weak one in force", {"whole": findings}
    two = invented("fact", parts=[PART, PART | {"id": "other"}])
    for states in product(STATES, repeat=2):
        yield two, "".join(states), {p.id: state_of(p, s) for p, s in zip(two.parts, states, strict=True)}
    test = Test(op="equals", value=100, unit="count")
    dated = invented("fact", parts=[PART | {"test": test}])
    for low, high in ranges([99.5, 100.5]):
        counts = [finding(value=value, unit="count") for value in dict.fromkeys((low, high))]
        yield dated, f"counts {range_in_words(low, high)}", {"whole": counts}
    reading = invented("fact", parts=[PART], readings=["wide"])
    yield reading, "shown in a wider reading", {"whole": [finding(reading="wide")]}


def _comparisons() -> Asked:
    for op in ("at least", "below", "documented"):
        mark = Criterion(id="a", says="", op=op, threshold=None if op == "documented" else 100)
        claim = invented("comparison", criteria=[mark])
        spans = [*ranges([95.0, 100.0, 105.0]), (50.0, inf), (100.0, inf), (-inf, 150.0)]
        for low, high in spans if mark.threshold else [(1, 1)]:
            for so in (True, False) if op == "documented" else (True,):
                one = CriterionResult(mark, Interval(low, high), "", ("one",), "A", found=so)
                yield claim, f"{op}{'' if so else ' denied'} {range_in_words(low, high)}", [one]
        for first, other in product(("one", "two", "one two"), repeat=2):
            origins = (tuple(first.split()), tuple(other.split()))
            results = [CriterionResult(mark, Interval(200, 200), "", own, "A") for own in origins]
            yield claim, f"{op} by {first} and by {other}", results
    lying = {"+": Interval(200, 200), "-": Interval(50, 50), "x": Interval(50, 200)}  # x is across
    values: dict[str, Interval | None] = {**lying, ".": None}
    for many, (join, needed) in product((1, 2, 3, 4), (("all", False), ("any", False), ("all", True))):
        marks = [Criterion(id=str(i), says="", threshold=100, essential=needed and i == many - 1) for i in range(many)]
        claim = invented("comparison", join=join, criteria=marks)
        for states in combinations_with_replacement(values, many):
            found = [values[state] for state in states]
            results = [CriterionResult(m, s, "", (), "A") for m, s in zip(marks, found, strict=True)]
            yield claim, f"{join} {''.join(states)}{' last' * needed}", results


def _causes() -> Asked:
    for can, word in ((False, "is"), (True, "can")):
        outcomes = [{"group": "things", "way": "raises"}]
        claim = invented("causal", can=can, statement=f"It {word} so.", outcomes=outcomes)
        (declared,) = claim.outcomes
        for fit, others in product(range(7), ("", "-", "0", "~", "--")):
            yield claim, f"{word} {'+' * fit}{others}", studies(declared, "+" * fit + others)
        for grade in "BCD":
            yield claim, f"{word} + {grade} -", [*studies(declared, "+", grade=grade), *studies(declared, "--")[1:]]
        yield claim, f"{word} + near", studies(declared, "+", counts=False)
        yield claim, f"{word} ++- of one study", studies(declared, "++-", study="one")
