"""What the earlier tests would give today, computed from the results and the rows.

The column `verdict_today` of `data/changes_of_tests.csv` must agree.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from checkout import ROOT
from finished_report import claim, results

from claimbook.project.folders import rows_in
from claimbook.results import recompute
from recount import location_quotient, provinces, rows

pytestmark = pytest.mark.book
UNKNOWN = "not known"
FIELDS = ("energy", "transport", "health", "defence")


# what is known today -------------------------------------------------------------------------------------------------


def stat(key: str) -> float:
    return results()["statistics"][key]["value"]


def measures(c: str, cell: str = "") -> list[dict[str, Any]]:
    """Return the measures of a claim, or those of one of its criteria or parts."""
    return [m for m in claim(c)["measures"] if not cell or m["cell"] == cell]


def met(c: str, *cells: str) -> list[bool | None]:
    """Whether each of these criteria of today is met; None without data."""
    outcomes = {m["cell"]: m["outcome"] for m in measures(c)}
    return [{"met": True, "not met": False}.get(outcomes[cell]) for cell in cells]


def shown(c: str, part: str) -> bool:
    """Whether a part of a fact has a document that counts."""
    return any(m["decides"] and not m["opposes"] and not m["outcome"].startswith("so until") for m in measures(c, part))


def value(topic: str, series: str, entity: str, *periods: str) -> float:
    """The first printed value of the last of these periods that has one."""
    found = [r for r in rows(topic) if (r["series"], r["entity"]) == (series, entity) and r["period"] in periods]
    return float(max(found, key=lambda r: periods.index(r["period"]))["value"])


def grew(now: str, then: str, *what: str) -> bool:
    """Return whether a series grew by at least half up to the last of these periods with a value."""
    return value(*what, *now.split()) / value(*what, *then.split()) >= 1.5


def printed(topic: str, *series: str) -> bool:
    return {r["series"] for r in rows(topic)} >= set(series)


# the rule, and the tests of several claims or days -------------------------------------------------------------------


def joined(outcomes: Iterable[bool | None], any_will_do: bool = False, essential: int = -1) -> str:
    """The rule for comparisons as in recompute.py. `essential` is the position of an essential criterion."""
    of_each = [
        {"value": met, "found": met, "op": "documented", "essential": place == essential}
        for place, met in enumerate(outcomes)
    ]
    return recompute.comparison({"measures": of_each, "join": "any" if any_will_do else "all"})


def parts(*found: bool) -> str:
    return "confirmed" if all(found) else "partly" if any(found) else "unverified"


def verdict(c: str) -> str:
    return claim(c)["verdict"]


def has_measures(c: str) -> str:
    return parts(bool(measures(c)))


def instruments(*names: str) -> Callable[[str], str]:
    return lambda c: parts(any(shown(c, name) for name in names))


def all_shown(*names: str, more: tuple[bool, ...] = ()) -> Callable[[str], str]:
    return lambda c: parts(*(shown(c, name) for name in names), *more)


def if_read_as(word: str) -> Callable[[str], str]:
    return lambda c: next(q.partition(" if ")[0] for q in claim(c)["qualifiers"] if word in q)


def by_votes(c: str, can: bool = False) -> str:
    """A cause by votes: every reviewed study has one, whatever it measures, and two where it finds both."""
    (way,) = {outcome["way"] for outcome in claim(c)["outcomes"]}
    found = {m["direction"] for m in measures(c) if m["grade"] < "C"}
    agree, against = bool(found & {way, "mixed"}), bool(found - {way})
    if not found:
        return "not tested"
    return "supported" if agree and (can or not against) else "partly" if agree else "not supported"


def four_marks(_: str) -> str:
    filings = met("catch-up-to-breakthrough", "international-filings")
    return joined([stat("s41-papers") < 1, stat("s41-ip") < 1, *filings, stat("s41-inventions") < 50])


def named_zones_make() -> list[bool | None]:
    """Whether a named zone's share of output is at least half its share of revenue; of Shenzhen no output is known."""
    zone, total = (
        [value("torch_zones", s, entity, "2023") for s in ("htz_gross_industrial_output", "htz_operating_revenue")]
        for entity in ("Zhongguancun Science Park", "All zones")
    )
    return [zone[0] / total[0] >= 0.5 * zone[1] / total[1], None]


def shares_in_zones() -> list[bool]:
    return [stat(f"s31-{kind}-quotient") >= 2 for kind in ("laboratories", "incubators")]


def shenzhen_public_inputs() -> list[bool]:
    """State research money and academic laboratories, of which the city has less than its share of people."""
    return [stat(f"shenzhen-{k}-share") >= 1.25 * stat("shenzhen-people-share") for k in ("money", "labs")]


def smaller_cities_lack() -> list[bool]:
    kinds = ("universities", "research-money", "laboratories", "zones")
    return [stat(f"small-{k}") < 0.8 * stat("small-people") for k in kinds]


def three_marks_of_talent(c: str) -> list[bool | None]:
    return [stat("s34-recruits") >= stat("s34-target"), *met(c, "highly-cited", "selection")]


def small_tickets(*more: bool | None) -> str:
    return joined([stat("s32-ticket-both") * 1000 < 50, *more])


def other_words(c: str) -> str:
    """Parts of the outline that it names in the very words of the text; its events say so of the others."""
    event = {r["event_id"]: r["event"] for r in rows_in(ROOT / "data" / "timeline.csv")}
    others = {"innovation-outline-ai-2016": "usual word", "innovation-outline-quantum-2016": "not singled out"}
    own = [words not in event[name] for name, words in others.items()]
    return parts(*own, shown(c, "semiconductors"), shown(c, "biopharma"))


def easy_line() -> tuple[bool, bool]:
    """The share of capital and of commitments against half, or half as much again as Europe's of the nearest year."""
    europe = min(stat("s44-europe-0"), 100)  # of 2022, the lowest, which is nearest to both
    line = min(50, 1.5 * europe)
    return stat("s44-vc-capital") >= line, stat("s44-lp") >= line


def earlier_years_only(c: str) -> str:
    """The lean of near evidence without the years after the one that the text names."""
    found = [m for m in measures(c) if m["match"] == "near" and m["commensurable"] and m["grade"] < "D"]
    outcomes = {m["outcome"] for m in found if 2020 <= m["year"] <= 2021} - {"undecided"}
    sides = {outcome in ("pass", "close") for outcome in outcomes}
    return f"unverified, evidence {'mixed' if len(sides) > 1 else 'for' if True in sides else 'against'}"


def staff_quotients() -> list[bool | None]:
    """Beijing's and Shanghai's shares of local science money over their shares of research staff, of one year."""
    staff = provinces("rd_personnel_fte", "2023", "nbs_sty_2024")
    sources = {"local_fiscal_sci_tech_expenditure": "nbs_csy_2024", "rd_funds_government": "nbs_sty_2024"}
    money = [provinces(series, "2023", source) for series, source in sources.items()]
    return [location_quotient(m, staff, place) >= 1.25 for m in money for place in ("Beijing", "Shanghai")]


def top_zones(c: str, quotients: Iterable[bool | None]) -> str:
    return joined([*quotients, *shenzhen_public_inputs(), *met(c, "shenzhen-venture")])


def incubators_grew() -> bool:
    return grew("2021 2022", "2012", "incubation", "incubators_national", "China")


# the tests by claim: on which days of November 2026 they were replaced, and what they give today ---------------------

CHANGED: list[tuple[str, str, Callable[[str], str]]] = [
    ("25", "torch-administered-by-most", verdict),
    ("25", "innovation-driven-two-decades", lambda _: joined([stat("s1-gap-bank") >= 50])),
    ("25", "internationalising", lambda _: parts(
        printed("introduction", "htz_listed_companies_overseas"), printed("zone_innovation", "htz_pct_share"))),
    ("29", "internationalising", has_measures),
    ("25", "torch-procurement", instruments("largest-zone", "whole-programme")),
    ("27 29", "torch-venture-guidance", instruments("single-zones", "whole-programme")),
    ("25", "nids-sectors", verdict),
    ("27", "nids-sectors", other_words),
    ("25", "talent-plans", lambda c: parts(shown(c, "plans"), bool(measures(c, "recruits")))),
    ("25", "zone-integration", lambda _: joined(
        [*shares_in_zones(), stat("s31-listed-firms-share") >= 2 * stat("s31-gdp-share"), None])),
    ("29", "zone-integration", lambda _: joined([*shares_in_zones(), None], essential=2)),
    ("25", "lab-to-manufacturing", lambda _: joined(named_zones_make())),
    ("27", "lab-to-manufacturing", lambda c: joined(
        [*met(c, "research-end"), stat("s31-making-now") >= 50, *named_zones_make()])),
    ("29", "lab-to-manufacturing", lambda c: joined([*met(c, "research-end", "production-end"), *named_zones_make()])),
    ("25", "examples-are-guidance-funds", if_read_as("rules of 2015")),
    ("29", "examples-are-guidance-funds", verdict),
    ("27", "funds-reach-startups", lambda _: small_tickets(stat("s32-ticket-sme") < 50)),
    ("29", "funds-reach-startups", lambda c: small_tickets(*met(c, "sme-fund-projects"))),
    ("25", "guidance-non-dilutive", has_measures),
    ("29", "guidance-non-dilutive", lambda c: parts(
        any(not m["outcome"].startswith("so until") for m in measures(c)))),
    ("27", "guidance-over-60pct-early", earlier_years_only),
    ("25", "fast-track-procurement", all_shown("preference")),
    ("27 29", "fast-track-procurement", all_shown("preference", more=(False,))),
    ("25", "soe-partnerships", verdict),
    ("25 27", "priority-fields", all_shown(*FIELDS)),
    ("29", "priority-fields", lambda c: parts(
        *(shown(c, f) for f in FIELDS), any(shown(c, f"{f}-money") for f in FIELDS))),
    ("25", "torch-university-parks", verdict),
    ("25", "massive-investment", lambda c: joined(met(c, "intensity", "among-two-largest"))),
    ("27", "talent-pipelines", lambda c: joined([*three_marks_of_talent(c), stat("s34-gain") >= 0])),
    ("29", "talent-pipelines", lambda c: joined(three_marks_of_talent(c))),
    ("27", "citations-proxy-originality", if_read_as("index")),
    ("29", "citations-proxy-originality", lambda c: (
        "depends on the definition" if len(set(claim(c)["read_as"].values())) > 1 else UNKNOWN)),
    ("25 27", "catch-up-to-breakthrough", four_marks),
    ("29", "catch-up-to-breakthrough", lambda c: joined(
        [stat("s41-papers") < 1, *met(c, "ip-payments", "international-filings")])),
    ("25", "quality-not-yet", four_marks),
    ("27", "top-zones-disproportionate", lambda c: top_zones(c, staff_quotients())),
    ("29", "top-zones-disproportionate", lambda c: top_zones(
        c, [stat(f"gov-rd-quotient-{place}") >= 1.25 for place in ("beijing", "shanghai")])),
    ("25", "smaller-cities-infrastructure", lambda _: joined(smaller_cities_lack(), any_will_do=True)),
    ("27", "smaller-cities-infrastructure", lambda _: joined(smaller_cities_lack())),
    ("27", "large-firms-backed", lambda _: joined([printed("regulation", "listed_firm_subsidies")])),
    ("25", "state-guided-ecosystem", lambda _: joined(
        [stat("s44-rd-china") >= min(50, 1.5 * stat("s44-rd-peers")), *easy_line()])),
    ("27", "state-guided-ecosystem", lambda _: joined(easy_line())),
    ("29", "state-guided-ecosystem", lambda _: joined([stat("s44-vc-capital") >= 50, stat("s44-lp") >= 50])),
    ("25", "state-dampens-vc", lambda _: "not tested"),
    ("27", "state-dampens-vc", by_votes),
    ("29", "state-dampens-vc", lambda c: by_votes(c, can=True)),
    *(("29", c, by_votes) for c in ("talent-pipelines-made", "inequality-made", "scale-made")),
    ("25", "scale-achieved", lambda c: joined([
        grew("2022", "2012", "torch_zones", "htz_gdp_share", "All zones"), incubators_grew(),
        grew("2021", "2010 2011", "international", "gerd_ppp_bn", "China")])),
    ("27", "scale-achieved", lambda c: joined([
        grew("2023-11-30", "2013 2014-01-13", "torch_zones", "htz_count", "All zones"),
        *met(c, "firms", "employees"), incubators_grew()])),
    ("29", "scale-achieved", lambda c: joined([
        grew("2023", "2011", "torch_zones", "htz_enterprises", "All zones"), *met(c, "employees", "incubators")])),
    ("30", "fast-track-procurement", all_shown("preference", "fast")),
    ("30", "lab-to-manufacturing", lambda c: joined(met(c, "research-end", "production-end"))),
    ("30", "citations-proxy-originality", if_read_as("index")),
    ("30", "inequality-made", by_votes),
    ("30", "startup-regulation", lambda c: joined([None, shown(c, "data-rules"), None])),
]  # fmt: skip


def test_the_verdict_that_an_earlier_test_would_give_today_is_computed():
    computed = {(f"2026-11-{day}", c): was(c) for days, c, was in CHANGED for day in days.split()}
    changed = rows_in(ROOT / "data" / "changes_of_tests.csv")
    reported = {(r["date"], r["claim_id"]): r["verdict_today"] for r in changed}
    assert not computed.keys() - reported.keys()
    assert {key: computed.get(key, UNKNOWN) for key in reported} == reported
