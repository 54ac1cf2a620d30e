"""The charts that only this report has: the map of provinces, and the small multiples of a profile.

Every figure here is hand-made and is no evidence.
"""

import numpy as np
import pandas as pd
import pytest
from words_of_drawings import LONG, SOURCE, texts, tidy, words

from claimbook.charts import style
from claimbook.project import folders
from torch_program.charts import DIVERGING, TILES, place, small_multiples, tile_map
from torch_program.provinces import REGION_OF


def provinces(seed=0):
    values = np.exp(np.random.default_rng(seed).normal(0, 1, 31))
    return pd.Series(values, index=list(TILES))


def test_there_are_31_tiles_on_31_places_with_31_names():
    for called in (lambda t: (t["column"], t["row"]), lambda t: t["letters"], lambda t: t["character"]):
        assert len(set(map(called, TILES.values()))) == len(TILES) == 31


def test_tile_maps_are_tidy_and_describe_their_extremes():
    values = provinces(0)
    values["Beijing"], values["Tibet"], values["Hubei"] = 62.0, 0.0, float("nan")
    chart = tidy(tile_map("Hand-made", values, LONG, "", SOURCE, scale="one is even"))
    assert "Beijing 62" in chart.alt and "Tibet 0" in chart.alt
    assert len(chart.data) == 31 and "30 values" in chart.alt and "–" in words(chart)


def test_words_on_tiles_have_a_contrast_of_4_5_on_every_colour():
    colors = [DIVERGING(place(quotient)) for quotient in [0.0, *np.geomspace(0.05, 20, 300)]]
    assert min(style.contrast(style.readable_on(c), c) for c in colors) >= 4.5


def test_the_scale_of_quotients_is_centred_on_one_and_even_on_both_sides():
    assert [place(quotient) for quotient in (0.0, 0.1, 0.5, 1.0, 2.0, 9.0)] == [0, 0, 0.25, 0.5, 0.75, 1]


# the table of regions ------------------------------------------------------------------------------------------


def test_every_province_of_the_tile_map_is_in_one_region():
    assert REGION_OF.keys() == TILES.keys()


def test_regions_agree_with_the_list_of_zones():
    zones = pd.read_csv(folders.data_folder() / "zones.csv", dtype=str).drop_duplicates(["province", "region"])
    assert zones.set_index("province")["region"].to_dict().items() <= REGION_OF.items()


# small multiples -----------------------------------------------------------------------------------------------


def series(name, years, values):
    return pd.DataFrame({"year": years, "value": [float(value) for value in values], "what": name})


@pytest.mark.parametrize("n", [2, 5])
def test_small_multiples_are_tidy_and_name_their_breaks(n):
    grown = [series(f"Thing {k}, unit", range(2010, 2024), [10**k * (i + 1) for i in range(14)]) for k in range(n)]
    breaks = {"Thing 1, unit": "2015: a -> b"}
    chart = tidy(small_multiples(pd.concat(grown), LONG, "", SOURCE, panel="what", breaks=breaks))
    assert "2015: a → b" in chart.alt and chart.figure.source == SOURCE
    assert len([a for a in chart.figure.axes if a.get_title(loc="left")]) == n


def test_the_first_label_of_a_short_line_is_left_of_it():
    both = [series("long", [2000, 2010, 2020], [1, 2, 3]), series("short", [2018, 2019, 2021], [4100, 4200, 4150])]
    chart = tidy(small_multiples(pd.concat(both), "Hand-made", "", SOURCE, panel="what", breaks={}))
    places = dict(texts(chart))
    assert places["4,100"][2] < places["4,150"][0] + 1
