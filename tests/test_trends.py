"""The small multiples of a profile are tidy. Every figure here is hand-made and is no evidence."""

import pandas as pd
import pytest
from words_of_drawings import LONG, SOURCE, texts, tidy

from torch_program.trends import small_multiples


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
