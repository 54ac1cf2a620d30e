"""The published data: sound, in step with their description, and giving the numbers that the method quotes."""

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from inequality.gini import Gini

from torch_program import evidence, validation
from torch_program.periods import latest_day

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"


@pytest.fixture(scope="module", autouse=True)
def in_the_project():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        yield


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def all_figures() -> list[dict[str, str]]:
    return [row for path in sorted((DATA / "figures").glob("*.csv")) for row in rows(f"figures/{path.name}")]


@pytest.fixture(scope="module")
def everything():
    topics = [path.stem for path in sorted((DATA / "figures").glob("*.csv"))]
    return evidence.load(*topics, cutoff="2026-11-25")


def test_the_data_pass_every_check_and_their_digests_are_in_step():
    problems = validation.check(DATA)
    assert not problems, validation.render(problems)


def test_no_address_or_remark_of_a_copy_has_slipped_in():
    words = re.compile(r"mirror|spam|weird|unrelated host", re.IGNORECASE)
    told = [r for name in ("sources.csv", "zones.csv", "timeline.csv") for r in rows(name)] + all_figures()
    assert not [row for row in told if any(words.search(cell) for cell in row.values())]
    reposts = [r["source_id"] for r in rows("sources.csv") if "repost" in r["seen"] and r["address"]]
    assert not reposts, "a source seen in a repost has no address of the publisher"


def test_grade_a_is_for_what_was_read_at_its_origin():
    lent = [r["source_id"] for r in rows("sources.csv") if r["grade"] == "A" and "repost" in r["seen"]]
    assert not lent


def test_vendors_figures_stay_out_of_the_open_download():
    vendors = re.compile("Zero2IPO|CVSource|ITjuzi|Preqin|PitchBook|Hurun")
    open_rows = [
        r["source_id"] for r in rows("sources.csv") if vendors.search(r["origin"]) and r["redistribute"] != "no"
    ]
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
    assert round(Gini(np.asarray(values, dtype=float)).g, 3) == expected


def test_the_gdp_share_of_2022_is_on_record_twice_and_recomputes(everything):
    shares = everything.frame("htz_gdp_share", entity="All zones", annual=True)
    of_2022 = shares[shares["year"] == 2022].set_index("status")["value"].to_dict()
    assert of_2022 == {"": 14.3, "preliminary": 13.6}
    zones = everything.frame("htz_gdp", entity="All zones").set_index("period").loc["2022", "value"]
    nation = everything.frame("gdp_current").set_index("period").loc["2022", "value"]
    assert round(100 * zones / nation, 1) == 14.3


def test_one_document_has_one_source():
    """The same value of the same thing, twice from one address, would be two witnesses made of one."""
    by_address = defaultdict(set)
    for row in rows("sources.csv"):
        if row["address"] and not row["address"].startswith("github:huhuaping/techme @"):
            by_address[row["address"]].add(row["source_id"])
    assert not {a: ids for a, ids in by_address.items() if len(ids) > 1}


def test_every_column_is_described():
    package = json.loads((DATA / "datapackage.json").read_text())
    tables = [r for r in package["resources"] if "schema" in r]
    assert all(field["description"] for table in tables for field in table["schema"]["fields"])
