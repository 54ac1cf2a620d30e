"""Hand-made claims and measures for the tests of the rule; no figure here is evidence."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from claimbook.evidence import claims
from claimbook.evidence.claims import Claim, Facets
from claimbook.evidence.findings import Estimate, Finding
from claimbook.evidence.intervals import Interval, printed_interval
from claimbook.evidence.measures import Measure, quotient
from claimbook.rule.comparisons import CriterionResult, judge_criterion
from claimbook.rule.judgement import Judgement
from claimbook.rule.kinds import judge
from claimbook.say.words import Place

FACETS = Facets(quantity="share", numerator="n", base="b", mode="flow", place="Threeland")
SHARE = Facets(quantity="share of GDP", numerator="town GDP", base="national GDP", mode="flow", place="Threeland")
DAY = "2023-12-31"  # of the text


def claim(op="over", value=100.0, unit="count", digit=1.0, **more) -> claims.NumberClaim:
    facets = more.pop("facets", FACETS)
    if "in_period" not in more:
        more.setdefault("as_of", "2023")
    return claims.NumberClaim(
        id="a-claim",
        section="0",
        kind="number",
        statement="Something is so large.",
        test=claims.Test(op=op, value=value, unit=unit, digit=digit),
        facets=facets,
        **({"window": 1} | more),
    )


def measure(printed: str, period: str, facets: Facets, **more) -> Measure:
    """A measure as printed, e.g. measure("13.4", "2021", facets, bound="~")."""
    unit = more.pop("unit", "percent")
    bound = more.pop("bound", "=")
    interval = printed_interval(printed, unit, bound, more.pop("rounding", ""))
    origin = more.pop("origin", "Ministry")
    values = {
        "label": f"{printed} in {period}, {origin}",
        "value": float(printed),
        "interval": interval,
        "bound": bound,
        "unit": unit,
        "period": period,
        "facets": facets.override(**more.pop("differ", {})),
        "grade": "B",
        "origins": tuple(origin.split("+")),
        "sources": (f"{origin}-{period}",),
        "published": f"{int(period[:4]) + 1}",
    }
    return Measure(**(values | more))


def mark(value, threshold=1.0, *origins: str, year="2022", grade="B", found=True, otherwise=None, **more):
    """Return what the evidence says about a criterion. A value is a number, a range, or None without data."""
    interval = Interval(value, value) if isinstance(value, int | float) else value
    behind = [measure("1.0", year, FACETS, origin=origin, grade=grade) for origin in origins]
    criterion = claims.Criterion(**({"id": "c0", "says": "large", "threshold": threshold} | more))
    return judge_criterion(criterion, interval, f"{value}", behind, found, otherwise)


def comparison(found, join="all") -> claims.ComparisonClaim:
    """Return a comparison with the criteria of these results."""
    criteria = tuple(r.criterion for r in found)
    return claims.ComparisonClaim(
        id="k", section="0", kind="comparison", statement="Much.", criteria=criteria, join=join
    )


def compared(*results: CriterionResult, join="all") -> Judgement[claims.ComparisonClaim]:
    """Return the judgement of a comparison with these results. Their criteria become c0, c1 …"""
    named = [replace(r, criterion=r.criterion.model_copy(update={"id": f"c{i}"})) for i, r in enumerate(results)]
    return judged(comparison(named, join), named)


def fact(n: int = 1, **more) -> claims.FactClaim:
    """Return a fact with this number of parts."""
    about = {"statement": "It is so.", "parts": tuple(claims.Part(id=f"p{i}", says=f"part {i}") for i in range(n))}
    return claims.FactClaim(id="f", section="0", kind="fact", **(about | more))


def documented(*parts: list[Finding], cutoffs=None, days=(), **more) -> Judgement[claims.FactClaim]:
    """Return the judgement of a fact from the findings for each of its parts p0, p1 …"""
    findings = {f"p{i}": found for i, found in enumerate(parts)}
    return judged(fact(len(parts), **more), findings, cutoffs, days)


def cause(*groups: str, can: bool = False) -> claims.CausalClaim:
    """Return a causal claim that each of these outcomes, by default money, rises."""
    outcomes = tuple(claims.Outcome(group=group, way="raises") for group in groups or ("money",))
    statement = f"It {'can raise' if can else 'raises'} {' and '.join(o.group for o in outcomes)}."
    return claims.CausalClaim(id="k", section="0", kind="causal", statement=statement, can=can, outcomes=outcomes)


def estimate(study="A", direction="raises", group="money", grade="B", **more) -> Estimate:
    """Return what a study finds about an outcome."""
    values = {"says": f"{study}: {direction}", "date": "2010", "origins": (study,), "sources": (study,)}
    about = {"published": "2010", "study": study, "group": group, "direction": direction}
    return Estimate(grade=grade, **(values | about | more))


def judged(claim: Claim, found: Any, cutoffs: dict[str, str] | None = None, days: Iterable[str] = ()) -> Judgement:
    """Return the judgement of a claim of a text of that day. `cutoffs` names earlier states of the evidence."""
    return judge(claim, found, DAY, cutoffs, days)


def changes(judgement: Judgement) -> dict[tuple[str, str], str]:
    """Return the near choices that change a verdict, as axis and what is chosen, with the verdict under each."""
    near = (v for v in judgement.choices.turning if v.choice.near)
    return {(v.choice.axis, " ".join(filter(None, (v.choice.of, v.choice.to)))): v.verdict for v in near}


def row(value, entity="Threeland", series="a", period="2022", half=0.5, **more) -> pd.Series:
    """Return a row of evidence, as in a frame."""
    about = {
        "series": series,
        "series_label": f"Series {series}",
        "entity": entity,
        "period": period,
        "year": int(period[:4]),
        "value": float(value),
        "low": value - half,
        "high": value + half,
        "unit": "persons",
        "bound": "=",
        "source_id": f"s-{series}",
        "origin": f"O-{series}",
        "grade": "B",
        "anchor": f"source-s-{series}--{series}",
        "behind": (Place(f"s-{series}", series, f"row {entity} {period}"),),
    }
    return pd.Series(about | more)


def finding(origin="Ministry", grade="B", **more) -> Finding:
    """Return a finding from a document with that origin and grade."""
    values = {"says": "a rule", "date": "2010", "sources": (origin,), "published": "2010"}
    return Finding(grade=grade, **({"origins": (origin,)} | values | more))


def five_against(*marks):
    """Return results of a value of five, from one producer, against each threshold."""
    return [mark(5, threshold, "Ministry", id=f"c{i}", says=f"{i}") for i, threshold in enumerate(marks)]


def share_claim():
    return claim("nearly", 13, "percent", facets=SHARE, window=3, revision=0.024)


def share_measures():
    superseded = measure("13.6", "2022", SHARE, origin="MOST", published="2023-03-09", status="preliminary")
    final = measure("14.3", "2022", SHARE, origin="Board", published="2023-12-18")
    town_gdp = measure("17.3", "2022", SHARE, unit="CNY trillion", origin="Board", published="2023-12-18")
    gdp = measure("121.02", "2022", SHARE, unit="CNY trillion", origin="Office", published="2023")
    recomputed = quotient("recomputed", town_gdp, gdp, SHARE)
    earlier = [
        measure(v, y, SHARE, origin="Library Union", published=str(int(y) + 1))
        for y, v in (("2017", "11.5"), ("2018", "11.8"), ("2019", "12.3"), ("2020", "13.3"), ("2021", "13.4"))
    ]
    partial = measure("13.5", "2023Q1-3", SHARE, origin="Board", published="2023-12-18", status="partial")
    later = measure("14.3", "2024", SHARE, origin="Board", published="2025-02-27")
    return [superseded, final, recomputed, *earlier, partial, later]
