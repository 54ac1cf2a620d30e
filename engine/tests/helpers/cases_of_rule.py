"""Cases for the rule: invented claims and evidence, on every threshold and close to it on both sides.

If somebody moves a threshold or reverses a comparison, some case gets another answer.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, combinations_with_replacement, product
from math import inf, isfinite
from typing import Any

from hand_made_evidence import FACETS, cause, claim, comparison, estimate, fact, finding

from claimbook.evidence.claims import Claim, Criterion, NumberClaim, Part, Reading, Test
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES, Estimate, Finding
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import Measure
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.kinds import KINDS
from claimbook.rule.verdicts import band, on_the_line

Case = tuple[Any, Any]  # a claim, and what its function would return
DAY, YEAR = "2020-06-30", 2020  # of the text
DAYS = "2020-06-29", DAY, "2020-07-01"
HAIR = 0.001  # distance of the values next to a threshold, relative to it
OTHER = {"numerator": "others"}  # facets of another reading
VALUES = {"pass": 100.0, "close": 92.0, "low": 50.0, "high": 200.0}  # values for the test "about 100"
EFFECTS = {"+": RAISES, "-": LOWERS, "0": NO_EFFECT, "~": MIXED}


def cases() -> Iterator[Case]:
    """Yield all cases."""
    return chain(_tests(), _numbers(), _readings(), _facts(), _comparisons(), _causes())


def answer(claim: Claim, evidence: Any) -> tuple[str, ...]:
    """Return the verdict, how it is counted, the qualifiers without the size of a miss, and the certainty."""
    judged = KINDS[claim.kind](claim, evidence, DAY)
    notes = [*(q for q in judged.remarks() if q[:3] != "by "), judged.sole if claim.kind == "comparison" else ""]
    if isinstance(claim, NumberClaim):
        notes += ["on the line"] if any(on_the_line(claim, m.interval) for m in evidence) else []
    return judged.verdict, judged.stands_as, *notes, *map(str, judged.certainty.reasons)


def ranges(edges: Iterable[float]) -> Iterator[tuple[float, float]]:
    """Yield values and ranges on each edge and next to it."""
    for edge in sorted(set(edges)):
        below, above = edge - abs(edge) * HAIR, edge + abs(edge) * HAIR
        yield from [(below, below), (edge, edge), (above, above), (below, edge), (edge, above), (below, above)]


# numbers -------------------------------------------------------------------------------------------------------------


def about_100(op: str = "about", **more: Any) -> NumberClaim:
    return claim(op, 100.0, **({"window": 2} if "as_of" in more else {"window": 2, "in_period": str(YEAR)}), **more)


def counted(low: float, high: float, years: int = 0, origin: str = "", **more: Any) -> Measure:
    """Return a measure of what is claimed, so many years later; `facets` replace some of the claim's."""
    period = str(YEAR + years)
    about = {"label": "", "unit": "count", "grade": "A", "sources": (), "period": period, "published": period}
    about |= {"origins": (origin,) if origin else (), "facets": FACETS.override(**more.pop("facets", {}))}
    return Measure(value=(low + high) / 2, interval=Interval(low, high), **(about | more))


def _tests() -> Iterator[Case]:
    """Yield values at and next to each threshold of every test word, and others a quarter above "over"."""
    for op in ("over", "nearly", "about", "equals"):
        of_word = about_100(op)
        edges = {e for e in band(of_word.test) if isfinite(e)} | ({125.0, 100 / 1.05} if op == "over" else set())
        yield from ((of_word, [counted(low, high)]) for low, high in ranges(edges))
    yield about_100("over"), [counted(105, 106)]


def _numbers() -> Iterator[Case]:
    output = about_100()
    for years in range(-7, 3):
        yield output, [counted(200, 200), *([counted(100, 100, years)] if years else [])]
        yield output, [counted(100, 100, years, "one", facets=OTHER)]
    yield output, [counted(100, 100, 0, "one")]
    yield about_100(attributed_to="Somebody"), []
    for day in DAYS:
        yield about_100(as_of=str(YEAR)), [counted(100, 100, -1, published=day)]
    for relation, (low, high) in product(("superset", "subset"), ranges([90.0, 110.0])):
        yield output, [counted(low, high, facets=OTHER, holds=relation)]
    for one, other in product("ABCD", repeat=2):
        yield output, [counted(100, 100, grade=one, origin=one), counted(200, 200, grade=other, origin=other)]
    for (a, b), many in product(combinations_with_replacement(VALUES.values(), 2), (1, 2)):
        yield (
            output,
            [counted(a, a, 0, "0", facets={"base": "0"}), counted(b, b, 0, f"{many - 1}", facets={"base": "1"})],
        )


def _readings() -> Iterator[Case]:
    """Yield values of another reading: in each year in and near the window, and two that are equally near."""
    for mode in ("flow", "stock"):
        facets = OTHER | {"mode": mode}
        output = about_100(readings=(Reading(name="other", facets=facets),))
        for years in range(-4, 5):
            yield output, [counted(100, 100, years, facets=facets)]
    spans = [*((value, value) for value in VALUES.values()), (50.0, 200.0)]
    for a, b in combinations_with_replacement(spans, 2):
        yield output, [counted(*a, -1, facets=facets), counted(*b, 1, facets=facets)]


# facts and causes ----------------------------------------------------------------------------------------------------

STATES: dict[str, list[Finding]] = {
    "shown": [finding()],
    "had ended": [finding(ended="1900")],
    "not so": [finding(opposes=True)],
    "on both sides": [finding(), finding(opposes=True)],
    "no evidence": [],
}


def _facts() -> Iterator[Case]:
    for field, day in product(("began", "ended"), (*DAYS, "2020-06", "2020")):
        yield fact(), {"p0": [finding(**{field: day})]}
    for day in ("2015-06-29", "2015-06-30", "2015-07-01"):
        yield fact(), {"p0": [finding(done=day)]}
    for agrees, opposes in product((*"ABCD", ""), repeat=2):
        yield fact(), {"p0": [finding(g, g, opposes=o) for g, o in ((agrees, False), (opposes, True)) if g]}
    yield fact(), {"p0": [finding(ended="2020-06-29"), finding("two", "C")]}
    yield fact(readings=("wide",)), {"p0": [finding(reading="wide")]}
    yield fact(attributed_to="Somebody"), {}
    yield fact(), {"p0": [finding(date="2015")]}  # exactly five years old
    for one, other in product(STATES.values(), repeat=2):
        yield fact(2), {"p0": one, "p1": other}
        by_definition = [*((f, "one") for f in one), *((f, "other") for f in other)]
        yield (
            fact(definitions=("one", "other")),
            {"p0": [finding(ended=f.ended, opposes=f.opposes, reading=name) for f, name in by_definition]},
        )
    dated = fact(parts=(Part(id="p0", says="It is so.", test=Test(op="equals", value=100, unit="count")),))
    for low, high in ranges([99.5, 100.5]):
        yield dated, {"p0": [finding(value=value, unit="count") for value in dict.fromkeys((low, high))]}


def studies(signs: str, **more: Any) -> list[Estimate]:
    """Return a study for each sign: + finds what the sentence says, - the opposite, 0 no effect, ~ both."""
    about: dict[str, Any] = {"grade": "A"} | more
    return [estimate(**({"study": f"{n}", "direction": EFFECTS[sign]} | about)) for n, sign in enumerate(signs)]


def _causes() -> Iterator[Case]:
    for can in (False, True):
        for fit, others in product(range(7), ("", "-", "0", "~", "--")):
            yield cause(can=can), studies("+" * fit + others)
        for grade in "BCD":
            yield cause(can=can), [*studies("+", grade=grade), *studies("--")[1:]]
        yield cause(can=can), studies("+", counts=False)
        yield cause(can=can), studies("++-", study="one")
        for one, other in product(("+", "-", "0", "+-", ""), repeat=2):
            yield cause("money", "risk", can=can), [*studies(one), *studies(other, group="risk")]


# comparisons ---------------------------------------------------------------------------------------------------------


def result(
    name: str, at: Interval | None, *origins: str, so: bool = True, year: int = 0, **more: Any
) -> CriterionResult:
    """Return the result of a criterion with the threshold 100 and these origins."""
    criterion = Criterion(id=name, says="", **({"threshold": 100} | more))
    return CriterionResult(criterion, at, "", origins, "A", found=so, year=year)


def _comparisons() -> Iterator[Case]:
    spans = [*ranges([95.0, 100.0, 105.0]), (50.0, inf), (100.0, inf), (-inf, 150.0)]
    found = [
        *([result("a", Interval(*span), "one", op=op)] for op in ("at least", "below") for span in spans),
        *([result("a", Interval(1, 1), "one", so=so, op="documented", threshold=None)] for so in (True, False)),
    ]
    found.append([result("a", Interval(200, 200), year=YEAR - 5)])
    for one, other in product((("one",), ("two",), ("one", "two")), repeat=2):
        found.append([result("a", Interval(200, 200), *one), result("b", Interval(200, 200), *other)])
    yield from ((comparison(results), results) for results in found)
    lying = (Interval(200, 200), Interval(50, 50), Interval(50, 200), None)  # above, below, across, without data
    for many, (join, needed) in product((1, 2, 3, 4), (("all", False), ("any", False), ("all", True))):
        for states in combinations_with_replacement(lying, many):
            last = many - 1
            results = [result(f"{i}", at, essential=needed and i == last) for i, at in enumerate(states)]
            yield comparison(results, join), results
