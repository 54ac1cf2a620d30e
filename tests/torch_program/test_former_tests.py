"""What the earlier tests would give today, computed from the results and the rows.

The column `verdict_today` of `data/changes_of_tests.csv` must agree.
"""

import csv
from collections.abc import Callable, Iterable

import pytest
from checkout import ROOT

from claimbook.results import recompute
from recount import location_quotient, provinces, rows
from tests.torch_program.test_all_claims import claim, results

pytestmark = pytest.mark.book
UNKNOWN = "not known"


def stat(key: str) -> float:
    return results()["statistics"][key]["value"]


def met(claim_id: str, cell: str) -> bool | None:
    """Whether a criterion of today is met; None without data."""
    (outcome,) = (m["outcome"] for m in claim(claim_id)["measures"] if m["cell"] == cell)
    return {"met": True, "not met": False}.get(outcome)


def shown(claim_id: str, part: str) -> bool:
    """Whether a part of a fact has a document that counts."""
    return any(
        m["decides"] and not m["opposes"] and not m["outcome"].startswith("so until")
        for m in claim(claim_id)["measures"]
        if m["cell"] == part
    )


def joined(outcomes: Iterable[bool | None], any_will_do: bool = False, essential: int = -1) -> str:
    """The rule for comparisons as in recompute.py. `essential` is the position of an essential criterion."""
    of_each = [
        {"value": met, "found": met, "op": "documented", "essential": place == essential}
        for place, met in enumerate(outcomes)
    ]
    return recompute.comparison({"measures": of_each, "join": "any" if any_will_do else "all"})


def parts(*found: bool) -> str:
    return "confirmed" if all(found) else "partly" if any(found) else "unverified"


def value(topic: str, series: str, entity: str, *periods: str) -> float:
    """The first printed value of the last of these periods that has one."""
    found = [r for r in rows(topic) if (r["series"], r["entity"]) == (series, entity) and r["period"] in periods]
    return float(max(found, key=lambda r: periods.index(r["period"]))["value"])


def printed(topic: str, *series: str) -> bool:
    return {r["series"] for r in rows(topic)} >= set(series)


def same(claim_id: str) -> Callable[[], str]:
    return lambda: claim(claim_id)["verdict"]


def four_marks() -> str:
    return joined(
        [
            stat("s41-papers") < 1,
            stat("s41-ip") < 1,
            met("catch-up-to-breakthrough", "international-filings"),
            stat("s41-inventions") < 50,
        ]
    )


def named_zones_make() -> list[bool | None]:
    """Whether a named zone's share of output is at least half its share of revenue; of Shenzhen no output is known."""
    zone, total = (
        [value("torch_zones", s, entity, "2023") for s in ("htz_gross_industrial_output", "htz_operating_revenue")]
        for entity in ("Zhongguancun Science Park", "All zones")
    )
    return [zone[0] / total[0] >= 0.5 * zone[1] / total[1], None]


def both_ends() -> list[bool | None]:
    return [met("lab-to-manufacturing", f"{end}-end") for end in ("research", "production")]


def shares_in_zones() -> list[bool]:
    return [stat(f"s31-{kind}-quotient") >= 2 for kind in ("laboratories", "incubators")]


def shenzhen_public_inputs() -> list[bool]:
    """State research money and academic laboratories, of which the city has less than its share of people."""
    return [stat(f"shenzhen-{k}-share") >= 1.25 * stat("shenzhen-people-share") for k in ("money", "labs")]


def smaller_cities_lack() -> list[bool]:
    kinds = ("universities", "research-money", "laboratories", "zones")
    return [stat(f"small-{k}") < 0.8 * stat("small-people") for k in kinds]


FIELDS = ("energy", "transport", "health", "defence")


def priority_fields() -> str:
    return parts(*(shown("priority-fields", f) for f in FIELDS))


def three_marks_of_talent() -> list[bool | None]:
    marks = [met("talent-pipelines", c) for c in ("highly-cited", "selection")]
    return [stat("s34-recruits") >= stat("s34-target"), *marks]


def instruments(claim_id: str, *names: str) -> str:
    return parts(any(shown(claim_id, name) for name in names))


def other_words() -> str:
    """Parts of the outline that it names in the very words of the text; its events say so of the others."""
    with (ROOT / "data" / "timeline.csv").open(encoding="utf-8") as file:
        output = {r["event_id"]: r["event"] for r in csv.DictReader(file)}
    own = [
        "usual word" not in output["innovation-outline-ai-2016"],
        "not singled out" not in output["innovation-outline-quantum-2016"],
    ]
    return parts(*own, shown("nids-sectors", "semiconductors"), shown("nids-sectors", "biopharma"))


def easy_line() -> tuple[bool, bool]:
    """The share of capital and of commitments against half, or half as much again as Europe's of the nearest year."""
    europe = min(stat("s44-europe-0"), 100)  # of 2022, the lowest, which lies nearest to both
    line = min(50, 1.5 * europe)
    return stat("s44-vc-capital") >= line, stat("s44-lp") >= line


def earlier_years_only() -> str:
    """The lean of near evidence without the years after the one that the text names."""
    found = [
        m
        for m in claim("guidance-over-60pct-early")["measures"]
        if m["match"] == "near" and m["commensurable"] and m["grade"] < "D"
    ]
    sides = {
        m["outcome"] in ("pass", "close") for m in found if 2020 <= m["year"] <= 2021 and m["outcome"] != "undecided"
    }
    return f"unverified, evidence {'mixed' if len(sides) > 1 else 'for' if True in sides else 'against'}"


def staff_quotients() -> list[bool | None]:
    """Beijing's and Shanghai's shares of local science money over their shares of research staff, of one year."""
    staff = provinces("rd_personnel_fte", "2023", "nbs_sty_2024")
    sources = {"local_fiscal_sci_tech_expenditure": "nbs_csy_2024", "rd_funds_government": "nbs_sty_2024"}
    money = [provinces(series, "2023", source) for series, source in sources.items()]
    return [location_quotient(m, staff, place) >= 1.25 for m in money for place in ("Beijing", "Shanghai")]


def by_votes(claim_id: str, can: bool = False) -> str:
    """A cause by votes: every reviewed study has one, whatever it measures, and two where it finds both."""
    (way,) = {outcome["way"] for outcome in claim(claim_id)["outcomes"]}
    found = {m["direction"] for m in claim(claim_id)["measures"] if m["grade"] < "C"}
    agree, against = bool(found & {way, "mixed"}), bool(found - {way})
    if not found:
        return "not tested"
    return "supported" if agree and (can or not against) else "partly" if agree else "not supported"


FORMER: dict[tuple[str, str], Callable[[], str]] = {
    ("2026-11-25", "torch-administered-by-most"): same("torch-administered-by-most"),
    ("2026-11-25", "innovation-driven-two-decades"): lambda: joined([stat("s1-gap-bank") >= 50]),
    ("2026-11-25", "internationalising"): lambda: parts(
        printed("introduction", "htz_listed_companies_overseas"), printed("zone_innovation", "htz_pct_share")
    ),
    ("2026-11-25", "torch-procurement"): lambda: instruments("torch-procurement", "largest-zone", "whole-programme"),
    ("2026-11-25", "nids-sectors"): same("nids-sectors"),
    ("2026-11-25", "talent-plans"): lambda: parts(
        shown("talent-plans", "plans"), any(m["cell"] == "recruits" for m in claim("talent-plans")["measures"])
    ),
    ("2026-11-25", "zone-integration"): lambda: joined(
        [
            *shares_in_zones(),
            stat("s31-listed-firms-share") >= 2 * stat("s31-gdp-share"),
            None,
        ]
    ),
    ("2026-11-25", "lab-to-manufacturing"): lambda: joined(named_zones_make()),
    ("2026-11-25", "examples-are-guidance-funds"): lambda: next(
        q.partition(" if ")[0] for q in claim("examples-are-guidance-funds")["qualifiers"] if "rules of 2015" in q
    ),
    ("2026-11-25", "guidance-non-dilutive"): lambda: parts(bool(claim("guidance-non-dilutive")["measures"])),
    ("2026-11-25", "fast-track-procurement"): lambda: parts(shown("fast-track-procurement", "preference")),
    ("2026-11-25", "soe-partnerships"): same("soe-partnerships"),
    ("2026-11-25", "priority-fields"): priority_fields,
    ("2026-11-25", "torch-university-parks"): same("torch-university-parks"),
    ("2026-11-25", "massive-investment"): lambda: joined(
        [met("massive-investment", "intensity"), met("massive-investment", "among-two-largest")]
    ),
    ("2026-11-25", "catch-up-to-breakthrough"): four_marks,
    ("2026-11-25", "quality-not-yet"): four_marks,
    ("2026-11-25", "smaller-cities-infrastructure"): lambda: joined(smaller_cities_lack(), any_will_do=True),
    ("2026-11-25", "state-guided-ecosystem"): lambda: joined(
        [stat("s44-rd-china") >= min(50, 1.5 * stat("s44-rd-peers")), *easy_line()]
    ),
    ("2026-11-25", "state-dampens-vc"): lambda: "not tested",
    ("2026-11-25", "scale-achieved"): lambda: joined(
        [
            grew("2022", "2012", "torch_zones", "htz_gdp_share", "All zones"),
            incubators_grew(),
            grew("2021", "2010 2011", "international", "gerd_ppp_bn", "China"),
        ]
    ),
    ("2026-11-27", "torch-venture-guidance"): lambda: instruments(
        "torch-venture-guidance", "single-zones", "whole-programme"
    ),
    ("2026-11-27", "nids-sectors"): other_words,
    ("2026-11-27", "lab-to-manufacturing"): lambda: joined(
        [both_ends()[0], stat("s31-making-now") >= 50, *named_zones_make()]
    ),
    ("2026-11-27", "funds-reach-startups"): lambda: joined(
        [stat("s32-ticket-both") * 1000 < 50, stat("s32-ticket-sme") < 50]
    ),
    ("2026-11-27", "fast-track-procurement"): lambda: parts(shown("fast-track-procurement", "preference"), False),
    ("2026-11-27", "priority-fields"): priority_fields,
    ("2026-11-27", "talent-pipelines"): lambda: joined([*three_marks_of_talent(), stat("s34-gain") >= 0]),
    ("2026-11-27", "citations-proxy-originality"): lambda: next(
        q.partition(" if ")[0] for q in claim("citations-proxy-originality")["qualifiers"] if "index" in q
    ),
    ("2026-11-27", "catch-up-to-breakthrough"): four_marks,
    ("2026-11-27", "top-zones-disproportionate"): lambda: joined(
        [
            *staff_quotients(),
            *shenzhen_public_inputs(),
            met("top-zones-disproportionate", "shenzhen-venture"),
        ]
    ),
    ("2026-11-27", "smaller-cities-infrastructure"): lambda: joined(smaller_cities_lack()),
    ("2026-11-27", "large-firms-backed"): lambda: joined([printed("regulation", "listed_firm_subsidies")]),
    ("2026-11-27", "state-guided-ecosystem"): lambda: joined(easy_line()),
    ("2026-11-27", "state-dampens-vc"): lambda: by_votes("state-dampens-vc"),
    ("2026-11-29", "talent-pipelines-made"): lambda: by_votes("talent-pipelines-made"),
    ("2026-11-29", "inequality-made"): lambda: by_votes("inequality-made"),
    ("2026-11-29", "state-dampens-vc"): lambda: by_votes("state-dampens-vc", can=True),
    ("2026-11-29", "scale-made"): lambda: by_votes("scale-made"),
    ("2026-11-27", "scale-achieved"): lambda: joined(
        [
            grew("2023-11-30", "2013 2014-01-13", "torch_zones", "htz_count", "All zones"),
            met("scale-achieved", "firms"),
            met("scale-achieved", "employees"),
            incubators_grew(),
        ]
    ),
    ("2026-11-27", "guidance-over-60pct-early"): earlier_years_only,
    ("2026-11-29", "internationalising"): lambda: parts(bool(claim("internationalising")["measures"])),
    ("2026-11-29", "torch-venture-guidance"): lambda: instruments(
        "torch-venture-guidance", "single-zones", "whole-programme"
    ),
    ("2026-11-29", "zone-integration"): lambda: joined([*shares_in_zones(), None], essential=2),
    ("2026-11-29", "lab-to-manufacturing"): lambda: joined([*both_ends(), *named_zones_make()]),
    ("2026-11-29", "examples-are-guidance-funds"): same("examples-are-guidance-funds"),
    ("2026-11-29", "funds-reach-startups"): lambda: joined(
        [stat("s32-ticket-both") * 1000 < 50, met("funds-reach-startups", "sme-fund-projects")]
    ),
    ("2026-11-29", "guidance-non-dilutive"): lambda: parts(
        any(not m["outcome"].startswith("so until") for m in claim("guidance-non-dilutive")["measures"])
    ),
    ("2026-11-29", "fast-track-procurement"): lambda: parts(shown("fast-track-procurement", "preference"), False),
    ("2026-11-29", "priority-fields"): lambda: parts(
        *(shown("priority-fields", f) for f in FIELDS), any(shown("priority-fields", f"{f}-money") for f in FIELDS)
    ),
    ("2026-11-29", "talent-pipelines"): lambda: joined(three_marks_of_talent()),
    ("2026-11-29", "citations-proxy-originality"): lambda: (
        "depends on the definition"
        if len(set(claim("citations-proxy-originality")["read_as"].values())) > 1
        else UNKNOWN
    ),
    ("2026-11-29", "catch-up-to-breakthrough"): lambda: joined(
        [
            stat("s41-papers") < 1,
            *(met("catch-up-to-breakthrough", c) for c in ("ip-payments", "international-filings")),
        ]
    ),
    ("2026-11-29", "top-zones-disproportionate"): lambda: joined(
        [
            *(stat(f"gov-rd-quotient-{place}") >= 1.25 for place in ("beijing", "shanghai")),
            *shenzhen_public_inputs(),
            met("top-zones-disproportionate", "shenzhen-venture"),
        ]
    ),
    ("2026-11-29", "state-guided-ecosystem"): lambda: joined([stat("s44-vc-capital") >= 50, stat("s44-lp") >= 50]),
    ("2026-11-29", "scale-achieved"): lambda: joined(
        [
            grew("2023", "2011", "torch_zones", "htz_enterprises", "All zones"),
            met("scale-achieved", "employees"),
            met("scale-achieved", "incubators"),
        ]
    ),
}


def grew(now: str, then: str, *what: str) -> bool:
    """Return whether a series grew by at least half up to the last of these periods with a value."""
    return value(*what, *now.split()) / value(*what, *then.split()) >= 1.5


def incubators_grew() -> bool:
    return grew("2021 2022", "2012", "incubation", "incubators_national", "China")


def test_the_verdict_that_an_earlier_test_would_give_today_is_computed():
    with (ROOT / "data" / "changes_of_tests.csv").open(encoding="utf-8", newline="") as file:
        reported = {(r["date"], r["claim_id"]): r["verdict_today"] for r in csv.DictReader(file)}
    assert {key: FORMER[key]() if key in FORMER else UNKNOWN for key in reported} == reported
    assert not FORMER.keys() - reported.keys()
