"""Zones and provinces are known by their Chinese and English names, also in printed tables."""

from dataclasses import replace

import pytest
from checkout import ROOT
from data_of_towns import accepted, told

from claimbook.intake import tables
from claimbook.intake.printed import Stated
from claimbook.project.folders import rows_in
from torch_program.places import PROVINCES_ZH, ZonesAndProvinces
from torch_program.provinces import REGION_OF

TABLE = "高新区,高新技术企业数（家）\n中关村科技园区,17000\n"


def test_places_are_known_in_both_languages():
    zones = rows_in(ROOT / "data" / "zones.csv")
    places = ZonesAndProvinces({"zones": zones, "prefectures": rows_in(ROOT / "data" / "prefectures.csv")}, ())
    assert all(places.resolve(row[c]) == row["zone_en"] for row in zones for c in ("zone_zh", "zone_en"))
    assert {places.resolve(f"{name}省") for name in PROVINCES_ZH} == set(REGION_OF)
    assert places.resolve("内蒙古自治区") == "Inner Mongolia" and places.resolve("全国") == "China"
    assert places.resolve("宜昌高新区") == "" and places.suggest("宜昌高新区") == "Yichang High-tech Zone"
    assert places.resolve("火星高新区") == ""


@pytest.mark.parametrize(
    ("name", "province"),
    [("Hubei Province", "Hubei"), ("Beijing Municipality", "Beijing"), ("Tibet Autonomous Region", "Tibet"),
     ("Guangxi Zhuang Autonomous Region", "Guangxi"), ("Hubei Provinces", "")],
)  # fmt: skip
def test_a_province_with_its_rank_in_english_is_that_province(name, province):
    assert ZonesAndProvinces({"zones": [], "prefectures": []}, ()).resolve(name) == province


@pytest.fixture
def offered_zones(offered):
    """Offer a printed table of zones."""
    said = Stated(period="2021", source="ed_20220918")
    return lambda table, *series: offered(table, stated=replace(said, series=series or ("htz_hnte",)), name="table.csv")


def test_a_printed_table_has_zones_by_their_chinese_names(offered_zones):
    offer = accepted(offered_zones(TABLE))
    assert [(row["entity"], row["value"]) for row in offer.figures] == [("Zhongguancun Science Park", "17000")]


def test_a_table_in_the_wrong_unit_is_noticed_by_its_sum_and_a_column_of_faults_is_one(offered_zones, sound):
    names = [row["zone_zh"] for row in tables.read_stored(sound)[0]["zones"]]
    table = "区,数（万家）\n" + "".join(f"{name},0.02\n" for name in names)
    (reported,) = offered_zones(table).problems
    assert "add up to about the total" in reported.rule and "81000" in reported.fix
    output = told(offered_zones(table, "htz_hntes"))
    assert f'table.csv, lines 2–{len(names) + 1} ({len(names)} rows), column B (数): "htz_hntes"' in output
    assert output.count("htz_hntes") == 1
