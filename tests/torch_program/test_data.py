"""The published data: sound, in use, in step with their description, and giving the numbers that the method quotes."""

import ast
import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from claimbook.build.execution import code_cells, declared_topics
from claimbook.evidence import concentration
from claimbook.intake import validation
from claimbook.say.csv_tables import figures_in, rows_in
from claimbook.say.periods import latest_day
from torch_program import evidence

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
SOURCES = DATA / "sources.csv"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# Series that no notebook draws yet and that stay on record, by the reason.
KEPT = {
    "parts and counts that a sentence of the sections sums up, for a reader of the evidence page": (
        "ggf_industrial_target_by_level ggf_target_without_ppp htz_net_profit htz_rd_personnel_fte_growth "
        "key_materials_missing_share venture_fund_ticket_cap"
    ),
    "the panel of provinces is published whole, and section 4.2 can take any of its indicators by name": (
        "hightech_manufacturing_enterprises hightech_manufacturing_rd_expenditure invention_patent_applications "
        "rd_funds_enterprise rd_funds_total sci_papers state_key_labs_enterprise state_key_labs_province_ministry "
        "tech_contract_value_absorbed"
    ),
    "printed totals and counts against which the panel of provinces is recomputed": (
        "patents_granted_sum31 provinces_with_rd_above_100bn provinces_with_rd_intensity_above_national "
        "provinces_with_state_key_labs provinces_with_up_to_4_state_key_labs "
        "rd_expenditure_share_of_national rd_expenditure_sum31 rd_personnel_fte_sum31 tech_contract_value_sum31"
    ),
    "a part, a total or a second count that checks a series that is used": (
        "cn_rd_expenditure "
        "cn_rd_expenditure_enterprises gerd_funded_other_domestic hnte_total htz_count_new "
        "htz_industrial_value_added htz_industrial_value_added_share "
        "ip_protection_adequate pct_applications_received_cnipa "
        "procurement_small_micro_share_of_sme "
        "tech_transfer_univ_contracts tech_transfer_univ_ip_contracts tech_transfer_univ_ip_value_equity "
        "tech_transfer_univ_ip_value_licence tech_transfer_univ_ip_value_transfer"
    ),
    "the tax rules behind section 2.1, in numbers": "cit_rate_general hnte_cit_rate rd_extra_deduction_rate",
    "what incubators, parks and bases hold, beside their number in section 2.1": (
        "incubated_firms_and_teams incubated_ip_inventions torch_bases_count university_science_park_tenants"
    ),
    "where money, firms and zones gather, for a reader of section 4.2 who asks about one place": (
        "cities_in_innovation_network cities_with_high_tech_zone counties_with_incubator_share "
        "city_invention_patents_in_force city_rd_share_of_national city_rd_share_of_province "
        "city_tech_contract_value hightech_enterprises_city htz_share_of_city_gdp htz_st_personnel_region_share "
        "htz_top50_count state_direct_deals_share_of_named vc_deals vcpe_deals_share_of_named "
        "vcpe_investment_share_of_named"
    ),
    "numbers of the documents read last, beside the dated rules and the table of cities that sections rest on": (
        "gii_rank "
        "htz_exports_cny "
        "sme_fund_first_subfunds "
        "sme_fund_startups "
        "ai_pilot_zones "
        "chip_deals_early_share chip_vc_preqin city_rd_programme_projects "
        "city_state_key_labs_enterprise data_rules_higher_cost "
        "entrepreneurship_bases "
        "gerd_ppp_china_to_us guiding_fund_grant_max "
        "guiding_fund_grant_venture_money "
        "innovative_cities_share_hnte "
        "univ_firm_platforms "
        "zgc_guided_venture_capital "
    ),
    "measures of state money, purchases and burdens found last, near what sections 2.1, 3.2 and 4.3 say": (
        "ggf_own_money ggf_social_capital lp_share_government_zhizhong subsidies_state_to_private "
        "vc_deals_change_data_law zgc_procurement_of_year zgc_procurement_of_year_projects"
    ),
    "what the zones have beside GDP: sectors, profits, land, new firms, high-tech industries, contracts, funds": (
        "htz_secondary_value_added "
        "htz_industrial_value_added_share_of_secondary htz_tertiary_value_added "
        "htz_industrial_profit htz_industrial_profit_share "
        "htz_industrial_output_above_size htz_new_firms "
        "htz_exports_goods_services htz_share_land_area "
        "htz_st_personnel_share_of_employees htz_industrial_funds htz_top53_revenue htz_top53_revenue_share "
        "htz_venture_investment htz_share_technology_innovation_centres "
        "htz_invention_applications_per_10k_employees htz_invention_applications_per_10k_ratio "
        "htz_invention_grants_per_10k_ratio htz_inventions_in_force_per_10k_ratio htz_tech_contract_value "
        "htz_tech_contract_share htz_returnees_growth htz_returnees_and_foreigners_share "
        "htz_hightech_industry_revenue htz_hightech_industry_output "
        "htz_hightech_industry_net_profit htz_hightech_industry_taxes htz_hightech_industry_exports "
    ),
    "the other class of national zones, without which a share of GDP has no scale": (
        "etz_count etz_gdp etz_trade_share etz_fdi_share two_zone_classes_gdp_share "
    ),
    "what innovation costs the budget, and the line that took in the programme's small-firm funds": (
        "tax_relief_innovation_cumulative tax_relief_hnte_and_new_industries "
        "tax_relief_rd_and_transfer guiding_line_total guiding_line_subfunds "
    ),
    "inventions by field and economy, and grants in the United States: the nearest to patents cited abroad": (
        "patent_families_granted_all_fields patent_families_granted_computer_technology "
        "us_patents_granted_computer_technology patent_families_granted_semiconductors "
        "us_patents_granted_semiconductors patent_families_granted_digital_communication "
        "us_patents_granted_digital_communication patent_families_granted_telecommunications "
        "us_patents_granted_telecommunications patent_families_granted_optics us_patents_granted_optics "
        "patent_families_granted_biotechnology us_patents_granted_biotechnology "
        "patent_families_granted_pharmaceuticals us_patents_granted_pharmaceuticals "
        "patent_families_granted_medical_technology us_patents_granted_medical_technology "
        "patent_families_granted_micro_and_nano_technology us_patents_granted_micro_and_nano_technology "
    ),
    "shares of money, deals, firms and cities that verdicts of sections 2.1, 4.2, 4.3 and 4.4 are to be held against": (
        "incubated_jobs_new_graduates incubator_tenant_staff_college_and_above incubators_national_new "
        "gvc_share_of_funds_raised gvc_share_of_deals vc_investment_share vcpe_investment_cvsource "
        "innovative_cities_share_land innovative_cities_share_rd_staff "
        "innovative_cities_share_inventions_in_force innovative_cities_share_hnte_revenue "
        "vcpe_investment_south_to_north vcpe_investment_share_of_north vcpe_investment_share_of_south "
        "torch_parks_abroad_new "
    ),
    "people by country, for a reader of section 3.4 who asks how China compares": (
        "researchers_per_million stem_phd_graduates"
    ),
}


@pytest.fixture(scope="module", autouse=True)
def in_the_project():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield


@pytest.fixture(scope="module")
def everything():
    topics = [path.stem for path in sorted((DATA / "figures").glob("*.csv"))]
    return evidence.load(*topics, cutoff="2026-11-25")


def test_the_data_pass_every_check_and_their_digests_are_in_step():
    problems = validation.check(DATA)
    assert not problems, validation.render(problems)


def test_no_address_or_remark_of_a_copy_has_slipped_in():
    words = re.compile(r"mirror|spam|weird|unrelated host", re.IGNORECASE)
    told = [r for name in ("sources.csv", "zones.csv", "timeline.csv") for r in rows_in(DATA / name)]
    told += [r for _, r in figures_in(DATA)]
    assert not [row for row in told if any(words.search(cell) for cell in row.values())]
    reposts = [r["source_id"] for r in rows_in(SOURCES) if "repost" in r["seen"] and r["address"]]
    assert not reposts, "a source seen in a repost has no address of the publisher"


def test_grade_a_is_for_what_was_read_at_its_origin():
    lent = [r["source_id"] for r in rows_in(SOURCES) if r["grade"] == "A" and "repost" in r["seen"]]
    assert not lent


def test_vendors_figures_stay_out_of_the_open_download():
    vendors = re.compile("Zero2IPO|CVSource|ITjuzi|Preqin|PitchBook|Hurun|Zhizhong")
    open_rows = [r["source_id"] for r in rows_in(SOURCES) if vendors.search(r["origin"]) and r["redistribute"] != "no"]
    assert not open_rows


def test_the_2023_edition_sees_the_panel_up_to_2022_and_national_gdp_up_to_2022():
    early = evidence.load("provinces", "national", cutoff="2023-12-31")
    assert early.panel("rd_funds_government").columns.max() == 2022
    assert early.panel("rd_funds_government")[2022].notna().all()
    assert early.panel("rd_expenditure").columns.max() == 2022
    assert early.frame("gdp_current")["year"].max() == 2022
    assert all(latest_day(day).isoformat() <= "2023-12-31" for day in early.figures["published"])


def test_every_year_from_2008_has_a_count_of_zones(everything):
    counted = everything.frame("htz_count", entity="All zones")
    assert set(range(2008, 2026)) - {2013} <= set(counted["year"])
    as_of_2023 = counted[counted["year"] == 2023]
    assert as_of_2023["value"].tolist() == [178]


@pytest.mark.parametrize(("year", "percent"), [(2023, 16.7), (2024, 18.4)])
def test_zhongguancuns_share_of_zone_revenue(everything, year, percent):
    def of(entity):
        frame = everything.frame("htz_operating_revenue", entity=entity)
        return frame.loc[(frame["year"] == year) & frame["complete"], "value"].item()

    assert round(100 * of("Zhongguancun Science Park") / of("All zones"), 1) == percent


def test_beijings_government_money_is_six_times_its_share_of_gdp(everything):
    money, gdp = everything.panel("rd_funds_government")[2023], everything.panel("gdp")[2023]
    quotient = (money["Beijing"] / money.sum()) / (gdp["Beijing"] / gdp.sum())
    assert round(quotient, 1) == 6.2


@pytest.mark.parametrize(("series", "expected"), [("invention_patents_in_force", 0.615), ("gdp", 0.414)])
def test_the_gini_over_the_31_provinces_in_2023(everything, series, expected):
    values = everything.panel(series)[2023]
    assert values.notna().all() and len(values) == 31
    assert round(concentration.gini(values), 3) == expected


def test_the_gdp_share_of_2022_is_on_record_twice_and_recomputes(everything):
    shares = everything.frame("htz_gdp_share", entity="All zones", annual=True)
    of_2022 = shares[shares["year"] == 2022].set_index("status")["value"].to_dict()
    assert of_2022 == {"": 14.3, "preliminary": 13.6}
    zones = everything.frame("htz_gdp", entity="All zones").set_index("period").loc["2022", "value"]
    nation = everything.frame("gdp_current").set_index("period").loc["2022", "value"]
    assert round(100 * zones / nation, 1) == 14.3


def test_units_of_prefecture_level_by_size_and_the_zones_in_them(everything):
    people = everything.frame("city_population_census").set_index("entity")["value"]
    size = pd.cut(people, [0, 1e6, 3e6, 5e6, 1e7, np.inf], labels=False)
    assert size.value_counts().sort_index().tolist() == [55, 124, 87, 73, 18]
    entity = everything.prefectures.set_index("city_code")["entity"]
    assert set(entity) == set(people.index)
    hosts = everything.zones["city_code"].map(entity)
    assert everything.zones[hosts.isna()]["city"].tolist() == ["石河子"]  # of a corps, no unit of the census table
    assert hosts.map(size).value_counts().sort_index().tolist() == [4, 41, 50, 55, 27]


@pytest.mark.parametrize(
    "series", ["city_state_key_labs_academic", "city_rd_programme_money", "city_rd_programme_projects"]
)
def test_what_units_have_is_no_more_than_what_the_nation_has(everything, series):
    values = everything.frame(series).set_index("entity")["value"]
    units = values.drop("China")
    assert set(units.index) <= set(everything.prefectures["entity"])
    assert 0.75 * values["China"] < units.sum() <= values["China"]


def test_a_laboratory_is_counted_once_in_provinces_and_cities(everything):
    provinces = everything.panel("state_key_labs_academic")[2019]
    cities = everything.frame("city_state_key_labs_academic").set_index("entity")["value"]
    assert provinces.sum() == cities["China"] == 253
    municipalities = ["Beijing", "Tianjin", "Shanghai", "Chongqing"]
    assert (provinces[municipalities] == cities[municipalities]).all()


def test_the_oecds_own_intensity_is_never_in_one_series_with_the_world_banks_aggregate(everything):
    own, world_bank = everything.frame("rd_intensity_msti"), everything.frame("rd_expenditure_pct_gdp")
    assert set(own["entity"]) == {"OECD total", "China"} and set(own["origin"]) == {"OECD"}
    named = {entity for entity in world_bank["entity"] if "OECD" in entity}
    assert named == {"OECD members (World Bank)"}
    release = own[own["source_id"] == "msti_2023_09"].pivot(index="year", columns="entity", values="value")
    assert (release["OECD total"] - release["China"]).round(2).to_dict() == {2000: 1.23, 2010: 0.58, 2021: 0.29}


def test_what_ended_is_known_only_once_its_source_was_published(everything):
    early = evidence.load("national", cutoff="2020-12-31")
    assert {f.ended for f in everything.dated("conversion-fund-2011")} == {"2021"}
    assert {f.ended for f in early.dated("conversion-fund-2011")} == {""}


def test_one_document_has_one_source():
    """The same value of the same thing, twice from one address, would be two witnesses made of one."""
    by_address = defaultdict(set)
    for row in rows_in(SOURCES):
        if row["address"] and not row["address"].startswith("github:huhuaping/techme @"):
            by_address[row["address"]].add(row["source_id"])
    assert not {a: ids for a, ids in by_address.items() if len(ids) > 1}


def code(notebook: dict) -> ast.Module:
    """The code of a notebook as one syntax tree."""
    sources = [source for _, source, _ in code_cells(notebook)]
    return ast.parse("\n".join(s for s in sources if not s.startswith("%%prose")))


def literal(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def named(tree: ast.Module, series: set[str]) -> set[str]:
    """Series that code spells out, whole or put together from literals: `f"new_{part}"`, `name + "_error"`."""
    words = {literal(node) for node in ast.walk(tree)} - {None}
    shapes = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [literal(part) for part in node.values]
            shapes.append("".join("(.+)" if part is None else re.escape(part) for part in parts))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = (literal(side) for side in (node.left, node.right))
            if (left is None) != (right is None):
                shapes.append("".join("(.+)" if side is None else re.escape(side) for side in (left, right)))
    shaped = [found for shape in set(shapes) for s in series if (found := re.fullmatch(shape, s))]
    return (series & words) | {found.string for found in shaped if set(found.groups()) <= words}


def unused(topics: dict[str, set[str]], notebooks: list[dict]) -> dict[str, set[str]]:
    """By topic, the series that no notebook which loads the topic names."""
    read = [(declared_topics(notebook), code(notebook)) for notebook in notebooks]
    return {
        topic: series - set().union(*(named(tree, series) for loaded, tree in read if topic in loaded))
        for topic, series in topics.items()
    }


def test_words_of_a_source_are_few():
    """At most 25; of Chinese, two characters count as a word."""
    kept = [row["quote"] for _, row in figures_in(DATA)] + [row["words"] for row in rows_in(DATA / "studies.csv")]
    long = [w for w in kept if len(re.findall(r"[㐀-鿿]", w)) / 2 + len(re.findall(r"[^\W㐀-鿿]\S*", w)) > 25]
    assert not long, "\n".join(long)


def test_every_series_of_a_topic_is_named_by_a_notebook_that_loads_it_or_is_kept_for_a_reason():
    topics: dict[str, set[str]] = defaultdict(set)
    for topic, row in figures_in(DATA):
        topics[topic].add(row["series"])
    kept = {series for names in KEPT.values() for series in names.split()}
    idle = unused(topics, [json.loads(notebook.read_bytes()) for notebook in NOTEBOOKS])
    told = [
        f"data/figures/{topic}.csv: no notebook that loads {topic!r} names the series {series!r}. Use it, remove its "
        f"rows and its line in data/series.csv, or put it under a reason in KEPT of tests/torch_program/test_data.py."
        for topic, names in sorted(idle.items())
        for series in sorted(names - kept)
    ]
    assert not told, "\n".join(told)
    busy = kept - set().union(*idle.values())
    assert not busy, f"KEPT of tests/torch_program/test_data.py lists used or gone series, take out {sorted(busy)}"


@pytest.mark.parametrize(
    ("source", "idle"),
    [
        ('ev = evidence.load("t")\nev.frame("a_one")', {"a_two"}),
        ('ev = evidence.load("t")\nfor k in ("one", "two"):\n    ev.frame(f"a_{k}")', set()),
        ('ev = evidence.load("t")\nev.frame(k + "_two")\nk = "a"', {"a_one"}),
        ('ev = evidence.load("other")\nev.frame("a_one")', {"a_one", "a_two"}),
        ('ev = evidence.load("t")\n# a_one\nev.frame(f"{x}")', {"a_one", "a_two"}),
    ],
)
def test_a_series_counts_as_used_only_where_its_topic_is_loaded_and_its_name_is_spelled_out(source, idle):
    notebook = {"cells": [{"cell_type": "code", "metadata": {}, "source": source}]}
    assert unused({"t": {"a_one", "a_two"}}, [notebook]) == {"t": idle}
