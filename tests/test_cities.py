"""Cities by size: who is smaller, and how far what could not be placed may move their share."""

import pandas as pd
import pytest
from hand_made_evidence import row

from torch_program import panels

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
