"""Anything that seaborn draws becomes a chart of the book in one call; its numbers are read from the drawing."""

import pandas as pd
import pytest
import seaborn
from matplotlib import pyplot

from claimbook import charts
from claimbook.charts import figures
from claimbook.project.outputs import FIGURE_MIME, drawing_of

FRAME = pd.DataFrame({"year": [2020, 2021] * 2, "value": [1, 2.5, 4, -3], "town": ["A", "A", "B", "B"]})


@pytest.fixture
def shown(monkeypatch):
    def show(axes, **more):
        reported = []
        monkeypatch.setattr(figures, "display", lambda bundle, raw: reported.append(bundle))
        charts.show(axes, "Two towns", "in two years", "Source: me.", **more)
        (bundle,) = reported
        assert drawing_of(bundle["text/html"]).startswith("<svg")
        assert not pyplot.get_fignums(), "the figure would be shown a second time"
        return bundle[FIGURE_MIME]

    pyplot.close("all")
    return show


def test_lines_are_read_with_the_names_of_their_legend(shown):
    chart = shown(seaborn.lineplot(FRAME, x="year", y="value", hue="town"))
    assert chart["csv"] == "name,year,value\nA,2020.0,1.0\nA,2021.0,2.5\nB,2020.0,4.0\nB,2021.0,-3.0\n"
    assert chart["alt"] == "Two towns. in two years. A: 2020: 1; 2021: 2.5. B: 2020: 4; 2021: −3"
    assert chart["label"] == "fig-two-towns" and "A, 2021: 2.5 (me)" in chart["marks"][1]


def test_grouped_bars_are_read_with_the_name_of_their_category(shown):
    bars = seaborn.barplot(FRAME, x="town", y="value", hue="year", errorbar=None)
    chart = shown(bars, label="fig-mine", caption="Mine.")
    assert chart["csv"] == "name,town,value\n2020,A,1.0\n2020,B,4.0\n2021,A,2.5\n2021,B,-3.0\n"
    assert (chart["label"], chart["caption"]) == ("fig-mine", "Mine.")


def test_level_bars_and_dots_without_a_legend_need_no_name(shown):
    bars = seaborn.barplot(FRAME[:2], x="value", y=["first", "second"], errorbar=None)
    assert shown(bars)["csv"] == "value,y\n1.0,first\n2.5,second\n"
    assert shown(seaborn.scatterplot(FRAME, x="year", y="value"))["csv"].startswith("year,value\n2020.0,1.0\n")


OTHERS = {
    "heatmap": lambda: seaborn.heatmap(FRAME.pivot(index="town", columns="year", values="value")),
    "boxplot": lambda: seaborn.boxplot(FRAME, x="town", y="value"),
    "histplot": lambda: seaborn.histplot(FRAME, x="value"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_marks_than_lines_bars_and_dots_are_shown_with_their_words(shown, kind):
    assert shown(OTHERS[kind]())["alt"].startswith("Two towns. in two years")
