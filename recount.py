"""Numbers of the report, worked out a second time from the rows of the tables by another route.

The route is the `csv` module and plain arithmetic: no data frame, no library for inequality, and nothing of the
packages that made the report. So a mistake in the loader, in the choice of a row or in a formula shows up as a
difference. `make test` compares each number with the recorded one.
"""

import csv
import math
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import Any

FIGURES = Path(__file__).parent / "data" / "figures"
WORLD_BANK_OECD = "OECD members (World Bank)"
OECD_RELEASE, OECD_LINES = "msti_2023_09", ("China", "OECD total")
SCALES = {  # how many of the plain unit (piece, person, yuan, dollar) one of the printed unit is
    "10,000": 1e4,
    "10,000 persons": 1e4,
    "CNY 1,000": 1e3,
    "CNY 10,000": 1e4,
    "CNY 100 million": 1e8,
    "CNY billion": 1e9,
    "CNY trillion": 1e12,
    "USD million": 1e6,
    "USD billion": 1e9,
}
RECOUNT: dict[str, Callable[[], Any]] = {}  # functions by the key of the number that they work out again
TOLERANCE = {  # how far these may lie apart, as a part of the number, since the recorded one rests on a rounded share
    "s33-sme-share": 1e-3,
    "s43-large-share": 1e-3,
}


# Reading -------------------------------------------------------------------------------------------------------------


@cache
def rows(topic: str) -> tuple[dict[str, str], ...]:
    """All rows of one table of figures, as text."""
    with (FIGURES / f"{topic}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def row(topic: str, series: str, entity: str, period: str, source: str) -> dict[str, str]:
    """The one row of this series, entity and period that this document printed."""
    wanted = (series, entity, period, source)
    found = [r for r in rows(topic) if (r["series"], r["entity"], r["period"], r["source_id"]) == wanted]
    assert len(found) == 1, f"{topic}.csv has {len(found)} rows for {', '.join(wanted)} instead of one."
    return found[0]


def plain(r: dict[str, str]) -> float:
    """Value of a row in the plain unit."""
    return float(r["value"]) * SCALES.get(r["unit"], 1.0)


def value(*where: str) -> float:
    return plain(row(*where))


def ratio(topic: str, part: str, whole: str, *where: str) -> float:
    """One series over another, of the same entity, period and document."""
    return value(topic, part, *where) / value(topic, whole, *where)


def ends(*where: str) -> tuple[float, float]:
    """What the printed digits of a row allow: half of its last digit either way, in the plain unit."""
    r = row(*where)
    digit = float(r["rounding"]) if r["rounding"] else 10.0 ** -len(r["value"].partition(".")[2])
    half = digit / 2 * SCALES.get(r["unit"], 1.0)
    return plain(r) - half, plain(r) + half


def provinces(series: str, period: str, source: str, absent: int = 0) -> dict[str, float]:
    """The 31 provinces of one series and year, less those that the document has no figure for, without the nation."""
    wanted = (series, period, source)
    found = [r for r in rows("provinces") if (r["series"], r["period"], r["source_id"]) == wanted]
    values = {r["entity"]: plain(r) for r in found if r["entity"] != "China"}
    due = 31 - absent
    assert len(values) == due, f"provinces.csv has {len(values)} provinces for {', '.join(wanted)} instead of {due}."
    return values


# Arithmetic by hand --------------------------------------------------------------------------------------------------


def share(values: dict[str, float], *names: str) -> float:
    """Part of the named units in the sum of all."""
    return sum(values[n] for n in names) / sum(values.values())


def location_quotient(part: dict[str, float], whole: dict[str, float], name: str) -> float:
    return share(part, name) / share(whole, name)


def theil(values: dict[str, float], people: dict[str, float]) -> float:
    """Mean over all people of x ln x, x being the value per head over the mean value per head."""
    mean = sum(values.values()) / sum(people.values())
    relative = {n: values[n] / people[n] / mean for n in values}
    return sum(people[n] * x * math.log(x) for n, x in relative.items() if x) / sum(people.values())


# The numbers ---------------------------------------------------------------------------------------------------------


def recounts(key: str, *given: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The function, with what it is given, works out the number with this key again."""

    def keep(again: Callable[..., Any]) -> Callable[..., Any]:
        RECOUNT[key] = partial(again, *given)
        return again

    return keep


# 1


@recounts("s1-gap-closed", "rd_intensity_msti", "OECD total", OECD_RELEASE, "2021")
@recounts("s1-gap-bank", "rd_expenditure_pct_gdp", WORLD_BANK_OECD, "WDI_20260713_GERD", "2023")
def part_of_the_gap_that_is_gone(series: str, average: str, source: str, end: str) -> float:
    """Of the gap of China to an average of the OECD in 2000, percent."""
    first, last = (
        value("international", series, average, y, source) - value("international", series, "China", y, source)
        for y in ("2000", end)
    )
    return 100 * (1 - last / first)


@recounts("innovation-driven-two-decades: gap-halved")
def middle_of_the_gap_closed() -> float:
    """Of the gap of China to the OECD's own average in one release, by the printed digits."""
    first, last = (
        [ends("international", "rd_intensity_msti", e, y, OECD_RELEASE) for e in OECD_LINES] for y in ("2000", "2021")
    )
    left, open_then = [(oecd[0] - china[1], oecd[1] - china[0]) for china, oecd in (last, first)]
    return 100 - 100 * sum(over(left, open_then)) / 2


# 2.1


@recounts("gdp-share-recomputed")
def zone_gdp_over_gdp():
    gdp = value("national", "gdp_current", "China", "2022", "WDI_LCU_DDF")
    return 100 * value("torch_zones", "htz_gdp", "All zones", "2022", "ed_20231218") / gdp


@recounts("zgc-revenue-share", "2023", "gh_torch_yb2024_t1_3")
def zhongguancun_in_the_revenue(year: str, source: str) -> float:
    """Its part of the operating revenue of all zones, percent."""
    one, total = (
        value("torch_zones", "htz_operating_revenue", e, year, source)
        for e in ("Zhongguancun Science Park", "All zones")
    )
    return 100 * one / total


# 2.2


def ip_cover(country: str, year: str, source: str) -> float:
    """Receipts for intellectual property over payments."""
    return ratio("international", "ip_charges_receipts", "ip_charges_payments", country, year, source)


@recounts("s22-ip-cover-2015")
def ip_receipts_over_payments_in_2015():
    return 100 * ip_cover("China", "2015", "WDI_20210915_BOP")


# 3.1


def granted(year: str, source: str, invention_source: str) -> dict[str, float]:
    """Patents granted in China by type, all holders."""
    kinds = {"invention": invention_source, "utility_model": source, "design": source}
    return {k: value("zone_innovation", f"cn_patents_granted_{k}", "China", year, s) for k, s in kinds.items()}


def zone_patents_2016() -> float:
    return value("zone_innovation", "htz_patents_granted", "All zones", "2016", "icr_2017_pd")


def zone_invention_share_2020() -> float:
    """Inventions granted per employee times employees, over the inventions of all holders."""
    per_head = value("zone_innovation", "htz_invention_grants_per_10k_employees", "All zones", "2020", "icr_2021") / 1e4
    staff = value("torch_zones", "htz_employees", "All zones", "2020", "hans_ne_rd")
    nation = value("zone_innovation", "cn_patents_granted_invention", "China", "2020", "cnipa_2020_brief")
    return per_head * staff / nation


def others_needed(invention_share: float) -> float:
    """Percent of utility models and designs of 2022 that makes a fifth of all grants, given a share of inventions."""
    all_grants = granted("2022", "cnipa_yb2022_a1", "cnipa_yb2022_a1")
    missing = sum(all_grants.values()) / 5 - invention_share * all_grants["invention"]
    return 100 * missing / (all_grants["utility_model"] + all_grants["design"])


@recounts("s31-all-2016")
def zone_patents_over_all_of_2016():
    return 100 * zone_patents_2016() / sum(granted("2016", "cnipa_201612", "sipo_2016_unitalen").values())


@recounts("s31-last-grants")
def zone_inventions_over_all_of_2020():
    return 100 * zone_invention_share_2020()


@recounts("s31-need-high")
def break_even_at_the_last_share_of_inventions():
    return others_needed(zone_invention_share_2020())


@recounts("s31-research-quotient")
def zone_share_of_research_over_share_of_gdp():
    research = value("torch_zones", "htz_rd_share_of_national_total", "All zones", "2017", "icr_2018_cif")
    return research / value("torch_zones", "htz_gdp_share", "All zones", "2017", "icr_2018_camdi")


@recounts("lab-to-manufacturing: production-end")
def share_of_industry_over_that_of_gdp() -> float:
    """The middle of what the digits of both allow."""
    part = value("torch_zones", "htz_secondary_value_added_share", "All zones", "2023Q1-3", "cns_20231212")
    whole = value("torch_zones", "htz_gdp_share", "All zones", "2023Q1-3", "ed_20231218")
    return ((part - 0.005) / (whole + 0.05) + (part + 0.005) / (whole - 0.05)) / 2


@recounts("s31-rise")
def net_rise_of_staff_a_year_from_2020_to_2022():
    part, percent = "htz_hightech_industry_employees", "htz_hightech_industry_employees_share"
    after = ratio("zone_innovation", part, percent, "All zones", "2022", "torch_2022_analysis_3") * 100
    before = value("torch_zones", "htz_employees", "All zones", "2020", "hans_ne_rd")
    return (after - before) / 2 / 1e6


# 3.2


FUND, FIRST_PHASE = ("big_fund_paid", "big_fund_firms"), "Big Fund I to November 2017"
SME_FUND = ("sme_fund_invested", "sme_fund_projects")
GUIDANCE, BATCH = ("ggf_subscribed", "ggf_target"), ("innofund_batch_funding", "innofund_batch_projects")
STARTED = ("sme_fund_invested_startup", "sme_fund_projects_startup")
FOREIGN = ("vc_value_with_foreign_investor", "vc_pitchbook")


@recounts("s32-ticket-both", 1e-9, "state_capital", *FUND, FIRST_PHASE, "2017-11-30", "r5_ytt_bigfund_2017")
@recounts("s32-ticket-sme", 1e-6, "state_capital", *SME_FUND, "China", "2021", "ev3_smefund_2022")
@recounts("s32-ticket-young", 1e-6, "state_capital", *STARTED, "China", "2021", "ev3_smefund_2022")
@recounts("s32-subscribed-share", 100, "state_capital", *GUIDANCE, "China", "2024", "zgc_2025")
@recounts("s32-innofund-grant", 1e-6, "state_capital", *BATCH, "China", "2008M1-7", "gap_inno_2008")
@recounts("s44-foreign-value", 100, "funding_sources", *FOREIGN, "Greater China", "2021", "nytech_pb2021")
def one_series_over_another(times: float, *where: str) -> float:
    return times * ratio(*where)


@recounts("funds-reach-startups: sme-fund-projects")
def sme_fund_projects_in_the_start_up_stage() -> float:
    first, every = "sme_fund_projects_startup", "sme_fund_projects"
    return 100 * ratio("state_capital", first, every, "China", "2021", "ev3_smefund_2022")


# 3.3


@recounts("s33-micro-share")
def procurement_from_small_and_micro_firms():
    small = value("technology_market", "procurement_small_micro_contracts", "China", "2022", "gap_proc_mof2022b")
    return 100 * small / value("technology_market", "procurement_total", "China", "2022", "gap_proc_mof2022")


@recounts("s33-sme-share")
def procurement_from_small_and_medium_firms():
    small, total = "procurement_sme_contracts", "procurement_total"
    return 100 * ratio("technology_market", small, total, "China", "2023", "gap_proc_mof2023")


@recounts("s33-beijing-last", "2023", "nbs_sty_2024")
@recounts("s33-beijing-peak", "2010", "nbs_sty_2011", 1)  # Tibet has no figure for that year
def beijing_in_the_contracts(year: str, source: str, absent: int = 0) -> float:
    return 100 * share(provinces("tech_contract_value_output", year, source, absent), "Beijing")


@recounts("s33-univ-share")
def universities_in_the_contracts_of_2023():
    theirs = value("technology_market", "tech_transfer_univ_total_value", "China", "2023", "tt_report2024_news")
    return 100 * theirs / value("provinces", "tech_contract_value_output", "China", "2023", "nbs_sty_2024")


# 3.4


@recounts("s34-stay")
def doctorates_still_in_the_usa():
    return value("talent", "us_stay_rate_5yr_se_doctorates", "China", "2021", "ncses_10996")


# 4.1


@recounts("s41-pct", "China")
def pct_per_hundred(country: str) -> float:
    """International filings for each hundred resident applications of 2021."""
    filed = value("international", "pct_applications", country, "2021", "NCSES_SEI")
    return 100 * filed / value("international", "patent_applications_resident", country, "2021", "WDI_20260128")


@recounts("s41-pct-peers")
def international_filings_of_the_median_peer():
    return median(pct_per_hundred(c) for c in ("United States", "Japan", "Korea"))


@recounts("s41-ip")
def ip_receipts_over_payments():
    return ip_cover("China", "2023", "WDI_NJF0")


@recounts("catch-up-to-breakthrough: ip-payments")
def ip_receipts_over_payments_against_peers() -> float:
    peers = (ip_cover(c, "2023", "WDI_NJF0") for c in ("United States", "Japan", "Korea"))
    return ip_cover("China", "2023", "WDI_NJF0") / median(peers)


@recounts("massive-investment: intensity")
def research_intensity_over_that_of_the_oecd() -> tuple[float, float]:
    china, oecd = (ends("international", "rd_intensity_msti", e, "2021", OECD_RELEASE) for e in OECD_LINES)
    return china[0] / oecd[1], china[1] / oecd[0]


@recounts("shenzhen-money-share")
def programme_money_of_shenzhen_over_that_of_the_nation():
    city, nation = (value("cities", "city_rd_programme_money", e, "2018", "evz_nkrdp") for e in ("Shenzhen", "China"))
    return 100 * city / nation


@recounts("small-research-money")
def programme_money_of_units_under_five_million():
    def of(series):
        return {
            r["entity"]: float(r["value"]) for r in rows("cities") if r["series"] == series and r["entity"] != "China"
        }

    residents, money = of("city_population_census"), of("city_rd_programme_money")
    return 100 * sum(v for e, v in money.items() if residents[e] < 5e6) / sum(money.values())


@recounts("s41-overseas-share")
def inventions_granted_abroad_over_those_of_residents():
    abroad = value("patent_quality", "overseas_inventions_granted", "China", "2021", "CNIPA_YB2022_F2")
    return 100 * abroad / value("provinces", "invention_patents_granted", "China", "2021", "nbs_sty_2022")


# 4.2


def gdp() -> dict[str, float]:
    return provinces("gdp", "2023", "gh_gdp2023")


@recounts("top-3-staff-last")
def research_staff_of_the_three_largest_provinces():
    staff = sorted(provinces("rd_personnel_fte", "2023", "nbs_sty_2024").values())
    return 100 * sum(staff[-3:]) / sum(staff)


def people() -> dict[str, float]:
    return provinces("population_census", "2020", "gh_census2020")


@recounts("gov-rd-quotient-beijing", "gdp", "gh_gdp2023")
def beijing_in_government_money(against: str, source: str) -> float:
    money = provinces("rd_funds_government", "2023", "nbs_sty_2024")
    return location_quotient(money, provinces(against, "2023", source), "Beijing")


@recounts("henan-money")
def money_per_head_in_beijing_over_that_in_henan():
    money, heads = provinces("rd_funds_government", "2023", "nbs_sty_2024"), people()
    return money["Beijing"] / heads["Beijing"] / (money["Henan"] / heads["Henan"])


@recounts("vc-share-three")
def three_cities_in_venture_capital():
    nation, *cities = (
        value("venture_capital", "vc_investment", e, "2017", "cbn_2018")
        for e in ("China", "Beijing", "Shanghai", "Shenzhen")
    )
    return 100 * sum(cities) / nation


@recounts("theil-gdp")
def theil_of_gdp():
    return theil(gdp(), people())


@recounts("regional-inequality: rd-theil")
@recounts("theil-ratio-rd")
def theil_of_research_spending_over_that_of_gdp():
    spent = provinces("rd_expenditure", "2023", "nbs_bulletin_2023")
    return theil(spent, people()) / theil(gdp(), people())


# 4.3


@recounts("s43-large-share")
def procurement_from_large_firms():
    return 100 - procurement_from_small_and_medium_firms()


# 4.4


@recounts("s44-rd-peers")
def government_share_of_research_in_the_median_peer():
    peers = ("United States", "Japan", "Korea", "Germany")
    return median(value("funding_sources", "gerd_funded_government", c, "2021", "sei_rd_2024") for c in peers)


@recounts("s44-nsf-change-china")
def change_of_venture_capital_in_a_year():
    before, after = (value("funding_sources", "vc_received_nsf", "China", y, "sei_vc_2024") for y in ("2021", "2022"))
    return 100 * (after / before - 1)


# Measures that decide ------------------------------------------------------------------------------------------------


def over(part: tuple[float, float], whole: tuple[float, float], times: float = 1.0) -> tuple[float, float]:
    """Range of a quotient of two positive ranges."""
    return times * part[0] / whole[1], times * part[1] / whole[0]


@recounts("gdp-share-nearly-13: Published share, 2022, Torch Center survey")
def published_gdp_share() -> tuple[float, float]:
    return ends("torch_zones", "htz_gdp_share", "All zones", "2022", "ed_20231218")


@recounts("gdp-share-nearly-13: Recomputed share, 2022")
def recomputed_gdp_share() -> tuple[float, float]:
    zones = ends("torch_zones", "htz_gdp", "All zones", "2022", "ed_20231218")
    total = value("national", "gdp_current", "China", "2022", "WDI_LCU_DDF")
    return over(zones, (total, total), 100)


@recounts("patents-over-20pct: All types granted, of all holders, 2016, recomputed")
def patents_of_2016() -> tuple[float, float]:
    zones = ends("zone_innovation", "htz_patents_granted", "All zones", "2016", "icr_2017_pd")
    inventions = ends("zone_innovation", "cn_patents_granted_invention", "China", "2016", "sipo_2016_unitalen")
    others = (f"cn_patents_granted_{k}" for k in ("utility_model", "design"))
    exact = sum(value("zone_innovation", s, "China", "2016", "cnipa_201612") for s in others)
    return over(zones, (inventions[0] + exact, inventions[1] + exact), 100)


@recounts("talent-pipelines: highly-cited")
def highly_cited_growth() -> float:
    last, first = (ends("talent", "highly_cited_researchers_share", "China", y, "rpn_2023") for y in ("2023", "2018"))
    return sum(over(last, first)) / 2


@recounts("lab-to-manufacturing: research-end")
def research_against_gdp() -> float:
    research = ends("torch_zones", "htz_rd_share_of_national_total", "All zones", "2017", "icr_2018_cif")
    return sum(over(research, ends("torch_zones", "htz_gdp_share", "All zones", "2017", "icr_2018_camdi"))) / 2


@recounts("zones-over-170", "htz_count", "2023-11-30", "xinhua_20231212")
@recounts("enterprises-over-100k", "htz_hnte", "2023", "gh_torch_yb2024_t1_3")
def deciding_count(series: str, period: str, source: str) -> float:
    return value("torch_zones", series, "All zones", period, source)
