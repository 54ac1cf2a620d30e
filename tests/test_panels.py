"""Tables with a row for each place: provinces, shares with their range, counts from a list, ranks, peers, cities."""

import ast
import json
import math

import numpy as np
import pandas as pd
import pytest
from checkout import ROOT
from hand_made_evidence import row
from hypothesis import given
from hypothesis import strategies as st
from real_project import executed

from claimbook.evidence import reads
from claimbook.evidence.evidence import NothingPublished
from claimbook.notebook.notebook_file import PYTHON, written_cells
from claimbook.project.outputs import read_section_record
from claimbook.run.plan import make_plan
from torch_program import evidence, panels


@pytest.fixture(scope="module")
def ev():
    return evidence.load("provinces", "torch_zones", cutoff="2026-11-25")


def rows(**values: tuple[float, float]) -> pd.DataFrame:
    """Rows of evidence of 2020 with the ends of their ranges."""
    ends = {place: {"low": low, "high": high, "source_id": f"s_{place}"} for place, (low, high) in values.items()}
    return pd.DataFrame([row(sum(values[p]) / 2, p, period="2020", **more) for p, more in ends.items()])


def test_a_share_is_smallest_with_its_own_value_low_and_the_others_high():
    got = panels.share(rows(A=(9, 11), B=(19, 21)), "A")
    assert got.value == pytest.approx(1 / 3)
    assert (got.interval.low, got.interval.high) == pytest.approx((9 / 30, 11 / 30))
    assert {place.locator for place in got.behind} == {"row A 2020", "row B 2020"}  # the others move it too


def test_a_quotient_takes_the_ends_that_favour_and_harm_the_place():
    part, whole = (panels.share(f, "A") for f in (rows(A=(9, 11), B=(19, 21)), rows(A=(50, 50), B=(50, 50))))
    got = panels.share_over_share(part, whole, "A's due")
    assert (got.interval.low, got.interval.high) == pytest.approx((9 / 30 / 0.5, 11 / 30 / 0.5))
    assert (got.value, got.unit, got.period, got.made) == (pytest.approx(2 / 3), "quotient", "2020", "A's due")


def test_a_place_without_a_value_has_no_share():
    with pytest.raises(NothingPublished, match="Shenzhen has no value"):
        panels.share(rows(A=(1, 1)), "Shenzhen")
    with pytest.raises(NothingPublished, match="both for Shenzhen and for the nation"):
        panels.share_of_nation(rows(Shenzhen=(1, 1)), "Shenzhen")


def test_a_share_of_the_nation_is_of_the_last_period_that_has_both():
    later = rows(China=(10, 10)).assign(period="2021", year=2021)
    got = panels.share_of_nation(pd.concat([rows(A=(2, 2), China=(8, 8)), later], ignore_index=True), "A")
    assert (got.value, got.period) == (0.25, "2020")


def test_gdp_that_is_not_published_is_expenditure_over_intensity_with_the_sources_of_both(ev):
    assert 2022 not in set(ev.frame("gdp")["year"])
    derived = panels.provincial_gdp(ev, 2022).set_index("entity").loc["Beijing"]
    both = [panels.provincial(ev, series, 2022).set_index("entity") for series in ("rd_expenditure", "rd_intensity")]
    spent, intensity = (rows.loc["Beijing"] for rows in both)
    assert derived["value"] == pytest.approx(spent["value"] / intensity["value"] * 100)
    assert derived["low"] < derived["value"] < derived["high"]
    assert set(derived["behind"]) == {*spent["behind"], *intensity["behind"]}


def test_the_last_year_is_one_in_which_every_province_has_a_value(ev):
    years = panels.complete_years(ev, "rd_expenditure", 2019)
    assert years[-1] == 2019 and years == sorted(years)
    assert set(panels.latest(ev, "rd_expenditure", 2019)["year"]) == {2019}


def test_gdp_is_of_the_last_year_that_has_it_for_every_province(ev):
    last = panels.complete_years(ev, "rd_intensity", 2100)[-1]
    for until in (2022, last, last + 2):
        gdp = panels.latest_gdp(ev, until)
        assert panels.year_of(gdp) == min(until, last) and len(gdp) == len(ev.provinces)


def test_tables_of_several_years_name_every_year_and_one_of_two_years_is_refused(ev):
    old, new = (panels.latest(ev, "rd_expenditure", year) for year in (2019, 2022))
    assert panels.years_in_words([new, old, new]) == "2019, 2022"
    with pytest.raises(ValueError):
        panels.year_of(pd.concat([old, new]))


def test_a_province_missing_from_a_complete_list_has_none_and_rests_on_the_whole_list(ev):
    zones = ev.approved_zones(2023, undated=True).query("province != 'Tibet'")
    counted = panels.from_list(ev, zones, 2023).set_index("entity")
    assert counted["value"].sum() == len(zones) and counted.loc["Tibet", "value"] == 0
    assert set(counted.loc["Tibet", "behind"]) == {place for own in zones["behind"] for place in own}


def test_a_panel_has_the_provinces_and_never_the_nation_and_both_are_recorded_as_read(ev):
    with reads.recording() as made:
        columns = ev.panel("population_census").index
    assert sorted(columns) == sorted(ev.provinces) and "China" not in columns
    assert made == {("series", "population_census")}


def test_the_list_of_zones_is_read_with_the_sources_that_it_cites_however_often_it_is_asked(ev):
    for year in (1995, 2020):
        with reads.recording() as made:
            zones = ev.approved_zones(year)
        cited = {source for ids in zones["source_id"] for source in ids.split("; ")}
        assert {("table", "zones"), ("series", "htz_count"), *(("source", source) for source in cited)} <= made


def test_a_list_that_does_not_add_up_to_the_nation_is_passed_over(ev):
    labs = ev.frame("state_key_labs_academic")
    named, nation = (labs[labs["entity"].isin(e)].groupby("year")["value"].sum() for e in (ev.provinces, ["China"]))
    assert named[2016] < nation[2016]  # a list with gaps, which is not taken
    with pytest.raises(NothingPublished, match="adds up to what is published for the nation"):
        panels.last_whole_list(ev, "state_key_labs_academic", 2018)
    assert panels.last_whole_list(ev, "state_key_labs_academic", 2023)["value"].sum() == nation[2019]


def test_zones_without_a_known_year_count_only_where_they_are_asked_for(ev):
    dated, every = ev.approved_zones(2023), ev.approved_zones(2023, undated=True)
    more = set(every["entity"]) - set(dated["entity"])
    unknown = ev.zones.loc[ev.zones["approved_year"] == "", "zone_en"]
    assert more and more <= set(unknown) and set(dated["entity"]) <= set(every["entity"])


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_notebook_prints_the_year_that_was_asked_for(path):
    trees = [ast.parse(text) for _, kind, text in written_cells(path.read_bytes()) if kind == PYTHON]
    printed = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.FormattedValue)]
    assert not [ast.unparse(n) for n in printed if any(getattr(m, "id", "") == "panel_year" for m in ast.walk(n.value))]


@pytest.mark.process
@pytest.mark.slow
def test_a_year_after_the_last_figures_is_on_no_page():
    plan = make_plan()
    ran = json.loads(executed(plan, "4-2-overconcentration", plan.parameters | {"panel_year": 2025}))
    texts = [str(out.get("data", {})) for cell in ran["cells"] for out in cell.get("outputs", ())]
    assert not any("over share of GDP, 2025" in text for text in texts)
    known = evidence.load("provinces", cutoff=plan.parameters["cutoff"])
    last = panels.complete_years(known, "rd_funds_government", 2025)[-1]
    assert read_section_record(ran)["statistics"]["money-year"]["value"] == last < 2025


# how one province compares with others -------------------------------------------------------------------------


def test_the_highest_is_first_ties_share_the_better_place_and_gaps_do_not_count() -> None:
    values = pd.Series({"a": 3.0, "b": 5.0, "c": 3.0, "d": np.nan, "e": 1.0})
    assert [panels.rank(values, unit) for unit in "bace"] == [(1, 4), (2, 4), (2, 4), (4, 4)]


def test_columns_with_gaps_zeros_or_one_value_are_not_comparable() -> None:
    table = pd.DataFrame({"fit": [1.0, 2], "gap": [1, np.nan], "zero": [0.0, 1], "same": [4.0, 4]}, index=["a", "b"])
    assert panels.columns_for_logs(table) == ["fit"]


def test_distances_worked_by_hand() -> None:
    """The logarithms are 0, 1 and 2. Their standard deviation is √(2/3), so neighbours lie √1.5 apart."""
    table = pd.DataFrame({"x": [1.0, 10, 100]}, index=["a", "b", "c"])
    assert panels.distances(table, "a").to_dict() == pytest.approx({"b": math.sqrt(1.5), "c": 2 * math.sqrt(1.5)})
    both = table.assign(y=[100.0, 10, 1])
    assert panels.distances(both, "b").to_dict() == pytest.approx({"a": math.sqrt(1.5), "c": math.sqrt(1.5)})
    assert list(panels.distances(both, "b").index) == ["a", "c"]  # equal distances: by name


POSITIVE = st.floats(0.01, 1e6)


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=3, max_size=12, unique_by=(lambda t: t[0], lambda t: t[1])))
def test_distance_does_not_depend_on_units_or_direction(rows: list[tuple[float, float]]) -> None:
    table = pd.DataFrame(rows, columns=["x", "y"], index=[f"p{i:02}" for i in range(len(rows))])
    if np.log(table).std(ddof=0).min() < 1e-6:
        return
    there = panels.distances(table, "p00")
    scaled = panels.distances(table * [1000, 0.001], "p00")
    assert scaled[there.index].to_numpy() == pytest.approx(there.to_numpy(), abs=1e-6)
    assert panels.distances(table, "p01")["p00"] == pytest.approx(there["p01"], abs=1e-9)


# cities by size -------------------------------------------------------------------------------------------------


RESIDENTS = pd.DataFrame({"entity": ["Big", "Middle", "Small"], "value": [12e6, 4e6, 1e6]})


def count(**values: float) -> pd.DataFrame:
    named = {place.replace("_", " "): value for place, value in values.items()}
    rows = pd.DataFrame([row(value, place, period="2019", half=0, unit="count") for place, value in named.items()])
    return rows.assign(size=rows["entity"].map(panels.sizes_of_cities(RESIDENTS)))


def test_a_unit_is_placed_by_its_residents_and_a_sum_by_its_name():
    found = count(Big=1, Small=2, China=9, Units_of_3_to_5_million_people=4).dropna(subset=["size"])
    assert dict(zip(found["entity"], found["size"], strict=True)) == {
        "Big": "over 10 million",
        "Small": "under 3 million",
        "Units of 3 to 5 million people": "3 to 5 million",
    }


def test_what_could_not_be_placed_widens_the_range_of_a_share():
    rows = count(Big=6, Middle=1, Small=1)
    got = panels.share_of_smaller_cities(rows, count(Big=12e6, Middle=4e6, Small=1e6), count(China=10))
    assert got.value == pytest.approx(2 / 8) and got.period == "2019"
    assert (got.interval.low, got.interval.high) == pytest.approx((2 / 10, 4 / 10))


def test_an_origin_with_a_single_row_is_left_out_of_a_count():
    rows = count(**{f"c{n}": 1 for n in range(20)})
    rows.loc[0, "origin"], rows.loc[1, "grade"] = "Lonely", "D"
    assert len(panels.carrying_rows(rows)) == 18


def test_a_table_is_of_the_last_year_that_is_whole():
    first, second = (count(Big=1, Small=2).assign(year=year) for year in (2019, 2021))
    rows = pd.concat([first, second, count(Big=3).assign(year=2022)])
    assert set(panels.last_table(rows, 2023)["year"]) == {2021} and set(panels.last_table(rows, 2020)["year"]) == {2019}
    assert not len(panels.last_table(rows, 2018))
