"""The published data have no faults, are used, match their description, and give the numbers in the methods."""

import json
import re
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from checkout import ROOT

from claimbook.evidence.reads import TOPIC
from claimbook.intake import validation
from claimbook.project.folders import figures_in, rows_in
from claimbook.run.plan import make_plan
from claimbook.say.words import latest_day
from torch_program import evidence

DATA = ROOT / "data"
SOURCES = DATA / "sources.csv"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def everything():
    topics = [path.stem for path in sorted((DATA / "figures").glob("*.csv"))]
    return evidence.load(*topics, cutoff="2026-11-30")


@pytest.mark.book
@pytest.mark.slow  # a build has checked them
def test_the_data_pass_every_check_and_their_digests_are_in_step():
    problems = validation.find_faults(DATA)
    assert not problems, validation.render(problems)


def test_no_remark_on_a_copy_has_slipped_in():
    words = re.compile(r"mirror|spam|weird|unrelated host", re.IGNORECASE)
    reported = [r for name in ("sources.csv", "zones.csv", "timeline.csv") for r in rows_in(DATA / name)]
    reported += [r for _, r in figures_in(DATA)]
    assert not [row for row in reported if any(words.search(cell) for cell in row.values())]


VENDORS = re.compile("Zero2IPO|CVSource|ITjuzi|Preqin|PitchBook|Hurun|Zhizhong")


@pytest.mark.parametrize(
    "breaks",
    [
        pytest.param(lambda r: "repost" in r["seen"] and r["address"], id="a repost has no address of the publisher"),
        pytest.param(lambda r: "repost" in r["seen"] and r["grade"] == "A", id="grade A was read at its origin"),
        pytest.param(
            lambda r: VENDORS.search(r["origin"]) and r["redistribute"] != "no", id="no vendor is in the open download"
        ),
    ],
)
def test_no_source_breaks_a_rule(breaks):
    assert [r["source_id"] for r in rows_in(SOURCES) if breaks(r)] == []


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


def test_units_of_prefecture_level_by_size_and_the_zones_in_them(everything):
    people = everything.frame("city_population_census").set_index("entity")["value"]
    size = pd.cut(people, [0, 1e6, 3e6, 5e6, 1e7, np.inf], labels=False)
    assert size.value_counts().sort_index().tolist() == [55, 124, 87, 73, 18]
    entity = everything.prefectures.set_index("city_code")["entity"]
    assert set(entity) == set(people.index)
    hosts = everything.zones["city_code"].map(entity)
    assert everything.zones[hosts.isna()]["city"].tolist() == ["石河子"]  # of a corps, no unit of the census table
    assert hosts.map(size).value_counts().sort_index().tolist() == [4, 41, 51, 55, 27]


@pytest.mark.parametrize(
    "series", ["city_state_key_labs_academic", "city_rd_programme_money", "city_rd_programme_projects"]
)
def test_units_together_never_have_more_than_the_nation(everything, series):
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


def test_one_document_has_one_source():
    """The same value twice from one address would count as two independent sources."""
    by_address = defaultdict(set)
    for row in rows_in(SOURCES):
        if row["address"] and not row["address"].startswith("github:huhuaping/techme @"):
            by_address[row["address"]].add(row["source_id"])
    assert not {a: ids for a, ids in by_address.items() if len(ids) > 1}


def test_a_quote_has_at_most_25_words():
    """At most 25; of Chinese, two characters count as a word."""
    kept = [row["quote"] for _, row in figures_in(DATA)] + [row["words"] for row in rows_in(DATA / "studies.csv")]
    kept += [row["quote"] for row in rows_in(DATA / "timeline.csv")]
    long = [w for w in kept if len(re.findall(r"[㐀-鿿]", w)) / 2 + len(re.findall(r"[^\W㐀-鿿]\S*", w)) > 25]
    assert not long, "\n".join(long)


@pytest.mark.book
def test_every_table_of_figures_is_read_by_a_notebook():
    plan = make_plan()
    lists = [json.loads(plan.run_of(name).kept.read_bytes())["read"] for name in plan.notebooks]
    read = {tuple(part[:2]) for parts in lists for part in parts}
    assert {name for kind, name in read if kind == TOPIC} == {path.stem for path in (DATA / "figures").glob("*.csv")}
