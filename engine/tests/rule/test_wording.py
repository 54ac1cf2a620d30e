"""What the rule says of made-up claims, word for word as in `engine/tests/wording.yml`.

Other tests compare no sentences. If you changed a sentence on purpose, write the new one into that file. A reviewer
reads it as a text.
"""

import math
from typing import Any

import pytest
import yaml
from checkout import ROOT
from hand_made_evidence import (
    DAY,
    FACETS,
    cause,
    claim,
    compared,
    documented,
    estimate,
    fact,
    finding,
    judged,
    mark,
    measure,
    share_claim,
    share_measures,
)

from claimbook.evidence.claims import Part, Reading, Test
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import unit_advice
from claimbook.rule.judgement import Judgement
from claimbook.rule.numbers import NumberJudgement

STORED = yaml.safe_load((ROOT / "engine/tests/wording.yml").read_text(encoding="utf-8"))
TWO = [measure("60.0", "2023", FACETS, origin=origin) for origin in ("Ministry", "Bureau")]
RIVALS = [TWO[0], measure("30.0", "2023", FACETS, origin="Bureau")]
READ = claim("over", 50, "percent", revision=0.02, readings=(Reading(name="all firms", facets={"numerator": "m"}),))
BEGAN = Part(id="p1", says="it began in 1988", test=Test(op="equals", value=1988, unit="year"))


def sentences(judgement: Judgement) -> dict[str, Any]:
    """Return every sentence about a judgement, by subject."""
    agree = f"{judgement.choices.agree} of {len(judgement.choices.counted)} agree"
    return {
        "verdict": [judgement.choices.declared, *judgement.qualifiers],
        "firm": [judgement.label, agree, *filter(None, [judgement.firm])],
        "because": [*judgement.reasons],
        "other choices": [v.in_words for v in judgement.choices.singles if v.becomes != "same"],
        "certainty": [reason.says for reason in judgement.certainty.reasons],
        "would change": judgement.would_change,
    }


def judgements() -> dict[str, Judgement]:
    """Return at least one judgement of each kind, and for numbers one with each kind of evidence."""
    near = [measure(v, "2022", FACETS, differ={"numerator": o}, origin=o) for v, o in (("60.0", "A"), ("30.0", "B"))]
    ended = finding(ended="2023-08", date="2011")
    return {
        "a number that holds": judged(READ, TWO),
        "a number far above": judged(claim("over", 50, "percent"), [measure("80.0", "2023", FACETS)]),
        "a number with rivals": judged(READ, [*RIVALS, measure("60.0", "2023", FACETS, differ={"numerator": "m"})]),
        "a number that is out of date": judged(share_claim(), share_measures(), {"2023": DAY}),
        "a number that is close": judged(claim("nearly", 50, "percent"), [measure("51.0", "2023", FACETS, grade="C")]),
        "a number that is too high": judged(claim("over", 50, "percent"), [measure("30.0", "2022", FACETS)]),
        "a number with near evidence": judged(claim("over", 50, "percent"), near),
        "a number with a bound": judged(
            READ, [measure("40.0", "2023", FACETS, differ={"numerator": "firms"}, holds="superset")]
        ),
        "a number with nothing": judged(READ, []),
        "a comparison": compared(
            *(mark(v, limit, o, says=o) for v, limit, o in ((2, 1.0, "Office"), (1.02, 1.0, "Vendor"), (5, 6.0, "X"))),
            mark(None, says="secret"),
        ),
        "a comparison in part": compared(mark(0.5, 1.0, "Office", says="half"), mark(None, says="secret")),
        "a comparison without data": compared(mark(None, says="secret"), mark(None, says="unknown")),
        "a comparison with a floor": compared(
            mark(Interval(48.3, math.inf), 50.0, "Office", says="half", unit="percent")
        ),
        "a fact that held": documented(
            [ended, finding(reading="small firm")], readings=("small firm",), days=("2023-01-01", DAY)
        ),
        "a fact that still held": documented([finding(), finding("Bureau")], days=("2023-01-01", DAY)),
        "a fact in part": documented(
            [finding(date="2022")],
            [finding(value=1986.0, unit="year", published="2023")],
            parts=(*fact().parts, BEGAN),
            cutoffs={"2022": "2022-12-31"},
        ),
        "a fact by definition": documented(
            [finding(reading="a name"), finding("Bureau", "C", reading="a rule", opposes=True)],
            definitions=("a name", "a rule"),
        ),
        "a fact at second hand": documented([finding(grade="C", date="")], []),
        "a cause": judged(
            cause("money", "risk", can=True),
            [estimate("A"), estimate("B", "lowers"), estimate("C", "mixed", "risk"), estimate("C", "raises", "risk")],
        ),
        "a cause with mixed studies": judged(
            cause(), [estimate("B", "no effect"), estimate("A"), estimate("A", "lowers"), estimate("C", "mixed")]
        ),
        "a cause on which few studies count": judged(
            cause(),
            [
                *(estimate("A"), estimate("B", "lowers"), estimate("C", grade="C"), estimate("D", counts=False)),
                estimate("E", group="returns"),
            ],
        ),
        "a cause in one study": judged(cause(), [estimate("A")]),
        "a cause that nobody tested": judged(cause(), [estimate(counts=False)]),
    }


JUDGED = judgements()


@pytest.mark.parametrize("name", JUDGED)
def test_what_is_said_of_a_judgement_is_worded_as_stored(name: str) -> None:
    assert sentences(JUDGED[name]) == STORED[name]


def test_every_stored_wording_is_used() -> None:
    assert STORED.keys() == {*JUDGED, "headlines", "advice on units"}


def test_the_headline_of_a_chart_is_worded_as_stored() -> None:
    assert [j.headline for j in JUDGED.values() if isinstance(j, NumberJudgement)] == STORED["headlines"]


def test_the_advice_on_units_is_worded_as_stored() -> None:
    over = Test(op="over", value=30, unit="million persons")
    equals = over.model_copy(update={"op": "equals", "digit": 0.1})
    known = {("million persons", "persons"): 1e6}
    advice = [unit_advice(over, ["persons"], known), unit_advice(equals, ["persons"], known)]
    assert [*advice, unit_advice(over, ["count", "boxes"], known)] == STORED["advice on units"]
