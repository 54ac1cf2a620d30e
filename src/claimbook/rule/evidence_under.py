"""What remains of the evidence under another choice: an earlier day, other grades, without an origin, revised."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from claimbook.evidence.findings import Finding
from claimbook.evidence.measures import FIRST_TIER, REPLACED, Measure
from claimbook.rule.choices import Setting
from claimbook.say.periods import latest_day


def measures_under(measures: Sequence[Measure], seen: Setting) -> list[Measure]:
    """Return the measures that remain under a choice of evidence, with their grades and values under it."""
    remaining = list(measures)
    if "cutoff" in seen:
        remaining = [m for m in remaining if m.published_day <= seen["cutoff"]]
    if "release" in seen:
        remaining = first_releases(remaining)
    if "origin" in seen:
        remaining = [m for m in remaining if seen["origin"] not in m.origins]
    if "revision" in seen:
        factor = 1 + seen["revision"]
        remaining = [replace(m, value=m.value * factor, interval=m.interval.scaled(factor)) for m in remaining]
    return of_grades(remaining, seen.get("grades"))


def first_releases(measures: Iterable[Measure]) -> list[Measure]:
    """Return the first release of each value of a producer, as if nothing had replaced it since."""
    releases: dict[tuple, list[Measure]] = {}
    for m in measures:
        releases.setdefault((m.facets, m.holds, m.made, m.origins), []).append(m)
    first = {key: min(m.published_day for m in members) for key, members in releases.items()}
    return [
        replace(m, status="" if m.status in REPLACED else m.status)
        for key, members in releases.items()
        for m in members
        if m.published_day == first[key]
    ]


def findings_under(findings: Iterable[Finding], setting: Setting) -> list[Finding]:
    """Return the findings that remain under a choice of evidence, with the grades that it gives them."""
    left = [f for f in findings if setting.get("origin") not in f.origins]
    if "cutoff" in setting:
        left = [f for f in left if latest_day(f.published).isoformat() <= setting["cutoff"]]
    return of_grades(left, setting.get("grades"))


def of_grades(evidence: Iterable, grades: object) -> list:
    """Keep only measures or findings of grades A and B ("AB"), or count C like B ("alike")."""
    if grades == "AB":
        return [e for e in evidence if e.grade in FIRST_TIER]
    return [replace(e, grade="B") if grades == "alike" and e.grade == "C" else e for e in evidence]
