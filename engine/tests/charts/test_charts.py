"""Charts. Every figure here is hand-made and is no evidence."""

import itertools
import math
from functools import cache
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
import seaborn
from hand_made_evidence import cause, claim, comparison, estimate, measure
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from words_of_drawings import LONG, SOURCE, texts, tidy, untidy, words

from claimbook import charts
from claimbook.charts import claims as pictures
from claimbook.charts import labels, lines, style
from claimbook.charts.claims import CRITERION_OUTCOMES, HIGHEST, NO_STUDY, _panels, by_weight, groups_of_measures, votes
from claimbook.charts.rows import Panel, Scale, draw_axis
from claimbook.charts.style import Canvas, Sheet
from claimbook.evidence.claims import Criterion, Facets, Reading
from claimbook.evidence.intervals import Interval
from claimbook.rule.comparisons import judge_criterion
from claimbook.rule.kinds import judge
from claimbook.say.verdict_table import ANSWERS, BAND_CLOSE, CLAIM_COLOUR, OUTCOMES

PLACE = {"place": "Threeland", "mode": "flow"}
SHARE = Facets(quantity="share of GDP", numerator="GDP of towns", base="GDP of Threeland", **PLACE)


# helpers -------------------------------------------------------------------------------------------------------


def placed(chart, pixels):
    """Places of a drawn figure, as the boxes of its texts have them."""
    left, up = np.asarray(pixels).T * 72 / chart.figure.dpi
    return np.column_stack([left, 72 * chart.figure.get_size_inches()[1] - up])


def share(printed, period, origin="Board", **more):
    more.setdefault("label", f"Share of GDP, {period}, {origin}")
    return measure(printed, period, SHARE, origin=origin, **more)


def judged(measures, **more):
    c = claim(op="nearly", value=13.0, unit="percent", facets=SHARE, **more)
    return judge(c, measures, "2023-12-31", {})


def one_of(measures, **more):
    """The chart of a claim with these measures, which has to be tidy."""
    return tidy(pictures.claim_plot(judged(measures, **more), "Hand-made", "", SOURCE))


@cache
def many(n):
    """A claim with n measures of every kind."""
    value_added, other = {"base": "value added of industry"}, {"quantity": "operating revenue", "numerator": "revenue"}
    made = [
        share("14.3", "2022", grade="A"),
        share("13.6", "2022", "MOST", status="preliminary"),
        share("12.3", "2019"),
        share("11.5", "2017", "Union"),
        share("13.0", "2018", bound="~"),
        share("16.2", "2022", "Office", differ=value_added, label="Share of industrial value added, 2022, Office"),
        share("12", "2022", "Vendor", bound=">", differ={"scope": "all market towns"}, grade="C"),
        share("15.1", "2022", "Vendor", holds="superset", differ={"scope": "all towns"}, grade="D"),
        share("55", "2022", differ=other, unit="CNY trillion", label="Operating revenue, 2022, Board"),
        share("51", "2021", differ=other, unit="CNY trillion", label="Operating revenue, 2021, Board"),
    ]
    made += [share(f"{10 + i / 3:.1f}", str(2016 - i), f"Origin {i}") for i in range(n)]
    return judged(made[:n], readings=(Reading(name="share of industrial value added", facets=value_added),))


# the check of words in drawings ---------------------------------------------------------------------------------


WRONG = {
    "<text x='90' y='30' font-size='10' textLength='20'>cut</text>": "'cut' leaves the drawing",
    "<text x='20' y='22' font-size='10' textLength='20'>over</text>": "'words' and 'over' overlap",
    "<text x='10' y='40' font-size='9.4' textLength='20'>tiny</text>": "'tiny' has only 11.9 pixels",
    "<g transform='translate(60 20) rotate(-90)'><text font-size='10' textLength='30'>u</text></g>": "'u' leaves",
}


@pytest.mark.parametrize(("more", "wrong"), WRONG.items())
def test_the_check_sees_words_that_are_cut_overlap_or_are_tiny(more, wrong):
    words = "<text x='10' y='20' font-size='10' textLength='30'>words</text>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='100pt' height='50pt'>{words}{more}</svg>"
    (found,) = untidy(svg)
    assert found.startswith(wrong)


# claim plot ----------------------------------------------------------------------------------------------------


def test_a_claim_plot_with_few_measures_is_tidy_and_one_without_any_says_so():
    for n in (1, 5):
        tidy(pictures.claim_plot(many(n), LONG, LONG, SOURCE))
    chart = one_of([])
    assert "no published figure" in chart.alt and "none found" in words(chart)


def test_no_printed_value_covers_the_line_of_the_claim():
    chart = pictures.claim_plot(many(10), "Hand-made", "", SOURCE)
    plane = chart.figure.axes[0]
    (line,) = [li.get_xydata() for li in plane.lines if li.get_color() == CLAIM_COLOUR]
    (x, low), (_, high) = placed(chart, plane.transData.transform(line))
    assert not [t for t, (left, top, right, end) in texts(chart) if left < x < right and low < end and top < high]


def test_outcomes_differ_by_colour_and_by_shape_and_verdicts_in_print_too():
    assert len({(answer.marker, answer.filled) for answer in ANSWERS}) == len(ANSWERS), "these by shape or filling"
    looks = OUTCOMES.values()
    assert len({k.color for k in looks}) == len({k.marker for k in looks}) == len(OUTCOMES) == 5
    assert all(style.contrast(k.color, paper) >= 4.5 for k in looks for paper in (style.PAPER, BAND_CLOSE))


def test_only_deciding_marks_are_filled_and_the_description_has_verdict_and_extremes():
    chart = pictures.claim_plot(many(10), "Hand-made", "", SOURCE)
    assert chart.data.loc[chart.data["decides"], "measure"].to_list() == ["Share of GDP, 2022, Board"]
    drawn = chart.data[chart.data["outcome"] != "not comparable"]["decides"].to_list()
    assert [m.filled for m in _first_panel(many(10)).marks] == drawn
    assert all(output in chart.alt for output in ("This is out of date", "14.3", "11.5", "16.2", "55", "51"))


def _first_panel(judgement):
    return _panels(judgement, groups_of_measures(judgement), by_weight(judgement))[0]


def test_what_cannot_be_compared_is_counted_and_left_to_the_data():
    chart = pictures.claim_plot(many(10), "Hand-made", "", SOURCE)
    apart, output = chart.data.query("dimension == 'operating revenue'"), words(chart)
    assert len(apart) == 2 and set(apart["outcome"]) == {"not comparable"} and "and 2 more, not drawn" in output
    assert not [w for w in output if "evenue" in w or "not comparable" in w]


@pytest.mark.parametrize("title", ["Hand-made", LONG])
def test_a_claim_plot_fits_a_page_and_leaves_out_first_what_cannot_decide(title):
    judgement = many(40)
    chart = tidy(pictures.claim_plot(judgement, title, title, SOURCE))
    assert HIGHEST - 1.2 < chart.figure.get_size_inches()[1] <= HIGHEST
    drawn, voting = words(chart), [f"{a.measure.value:g}" for a in judgement.assessed if votes(judgement, a)]
    (left_out,) = [int(t.split()[1]) for t in drawn if t.endswith("more, not drawn")]
    assert len(chart.data) == 40 and 0 < left_out <= 40 - len(voting) < 38
    assert all(any(value in t.split("\u202f")[0] for t in drawn) for value in voting)


def test_measures_are_sorted_by_weight_and_then_by_year():
    judgement = many(25)
    for heading, own, _ in groups_of_measures(judgement):
        ranks = [(not votes(judgement, a), len(a.differs) if a.match in {"near", "bound"} else 0) for a in own]
        years = [int(a.measure.period) for a in own]
        assert ranks == sorted(ranks), heading
        assert heading != "Other years, same definition" or years == sorted(years, reverse=True)


def test_measures_with_a_vote_and_the_newest_are_drawn_first_and_then_those_of_the_nearest_years():
    measures = [share("14.3", "2022"), share("13.6", "2024"), share("12.3", "2019"), share("13.4", "2021")]
    ranked = by_weight(judged(measures + [share("9", "2022", f"V{i}", differ={"scope": "x"}) for i in range(3)]))
    assert [a.measure.period for a in ranked] == ["2022", "2022", "2024", "2022", "2022", "2021", "2019"]
    assert [a.match for a in ranked][:5] == ["exact", "near", "same, later", "near", "near"]


@pytest.mark.parametrize(("edge", "ticks"), [(2.2, 3), (3.6, 5)])
def test_an_axis_has_as_many_ticks_as_fit(edge, ticks):
    sheet = Sheet("Hand-made")
    draw_axis(sheet, Panel([], "number"), Scale(169_000, 191_000, 0.5, edge))
    sheet.foot(SOURCE)
    chart = tidy(charts.finish(Canvas(sheet), series([2010]), "alt"))
    assert sum(text.endswith("000") for text in words(chart)) == ticks


DIGITS = [("13", "=", "13"), ("13.4", "=", "13.4"), ("13.45", "=", "13.45"), ("13", ">", "> 13"), ("13", "~", "13")]


@pytest.mark.parametrize(("printed", "bound", "text"), DIGITS)
def test_a_value_is_printed_with_the_digits_of_its_source_and_a_bound_has_no_end(printed, bound, text):
    measures = [share(printed, "2022", bound=bound)]
    (mark,), chart = _first_panel(judged(measures)).marks, one_of(measures)
    assert mark.text == f"{text}\u202f%"
    assert [mark.high] == [*chart.data["high"]] and math.isinf(mark.high) == (bound == ">")


def test_the_same_judgement_gives_the_same_bytes_whatever_the_order_of_measures():
    measures = [share("14.3", "2022"), share("13.4", "2021"), share("12.3", "2019")]
    assert one_of(measures).svg() == one_of(measures[::-1]).svg()


# criteria and facts --------------------------------------------------------------------------------------------


SEVEN = [
    ("above", 1.25, "at least", 6.2),
    ("a rather long criterion that has to be broken into lines", 1.25, "at least", 0.84),
    ("on the line", 1.25, "at least", 1.25),
    ("below parity", 1.0, "below", 0.26),
    ("documented", None, "documented", 1.0),
    ("no data", 2.0, "at least", None),
    ("of the sign alone", 0.0, "at least", -5.0),
]


def criteria(declared=SEVEN):
    results = []
    for i, (says, threshold, op, value) in enumerate(declared):
        criterion = {"says": says, "threshold": threshold, "op": op, "unit": "percent" if op == "below" else "quotient"}
        printed = (Interval(value - 0.005, value + 0.005), f"{value:g}") if isinstance(value, float) else (value, "")
        results.append(judge_criterion(Criterion(id=f"c{i}", **criterion), *printed))
    return judge(comparison(results), results, "2023-12-31")


def test_a_plot_of_criteria_is_tidy_and_says_every_result():
    chart = tidy(pictures.criteria_plot(criteria(), LONG, "", SOURCE))
    assert chart.data["result"].to_list() == ["met", "not met", "on the line", "met", "met", "no data", "not met"]
    for said in ("3 met, 2 not met, 1 on the line and 1 no data, of 7 criteria", "6.2, at least 1.25, met"):
        assert said in chart.alt
    output = words(chart)
    assert output.count("no figure") == 1 and not [w for w in output if "×" in w or "threshold" in w]


def test_each_criterion_is_drawn_in_its_own_unit_with_its_own_threshold():
    expected = {("at least 1.25", "ratio"): ["6.20", "0.84", "1.25"], ("at least 0", "ratio"): ["−5.00"]}
    expected[("below 1\u202f%", "percent")] = ["0.26\u202f%"]
    panels = [panel for panel in _criteria_panels(criteria()) if panel.marks]
    assert {(p.lines[0].label, p.axis): [m.text for m in p.marks] for p in panels} == expected


def test_a_value_that_is_only_a_floor_or_a_ceiling_says_so():
    sides = [("one", 50.0, "at least", Interval(48.3, math.inf)), ("other", 50.0, "below", Interval(-math.inf, 52.0))]
    marks = [mark.text for panel in _criteria_panels(criteria(sides)) for mark in panel.marks]
    assert marks == ["> 48.30", "< 52\u202f%"]


def test_a_value_that_meets_its_criterion_is_on_the_shaded_side_of_the_threshold():
    for panel in _criteria_panels(criteria()):
        for mark in panel.marks:
            ((low, high, _),) = panel.bands
            met = "met" if low <= mark.value < high else "not met"
            assert mark.color in {CRITERION_OUTCOMES[met][0], CRITERION_OUTCOMES["on the line"][0]}


def _criteria_panels(judgement):
    """The panels that a chart of criteria draws."""
    with patch.object(pictures, "rows_sheet", wraps=pictures.rows_sheet) as drawn:
        pictures.criteria_plot(judgement, "Hand-made", "", SOURCE)
    return drawn.call_args.args[0]


# causes --------------------------------------------------------------------------------------------------------


def test_a_chart_of_a_cause_names_the_studies_that_count_and_counts_the_others():
    found = [estimate("Ash"), estimate("Ash", "lowers"), estimate("Oak", "no effect", "a side of it")]
    found += [estimate(f"Related {n}", counts=False) for n in range(9)]
    chart = tidy(pictures.causes_plot(judge(cause("money", "growth"), found, "2023-12-31")))
    drawn = words(chart)
    assert {NO_STUDY, "A side of it", "9 related"} <= set(drawn) and "Ash 2010 (raises in part)" in " ".join(drawn)
    assert "Money: mixed: Ash 2010; raises: 9 only related. Growth: no study. A side of it, not in" in chart.alt
    assert len(chart.data) == 11 and chart.data["counts"].sum() == 2
    (related,) = [by for *_, by in chart.figure.marks() if "Related" in by]
    assert all(f"Related {n}" in related for n in range(9))


# lines ---------------------------------------------------------------------------------------------------------


def series(years, values=None, **more):
    return pd.DataFrame({"year": years, "value": values or [float(i + 1) for i in range(len(years))]} | more)


JOINED = [([2000, 2001, 2003, 2004], "", ""), ([2000, 2001, 2002, 2003], "2002: a -> b", "")]
JOINED += [([2000, 2001, 2002, 2003, 2004], "", ["", "", "partial", "", ""])]


@pytest.mark.parametrize(("years", "breaks", "status"), JOINED)
def test_a_line_joins_neighbouring_whole_years_and_crosses_no_break(years, breaks, status):
    chart = charts.line_chart(series(years, status=status), "Hand-made", breaks=breaks)
    pairs = itertools.pairwise(chart.figure.axes[1].lines[0].get_xdata())
    assert [pair for pair in pairs if not math.isnan(sum(pair))] == [(2000, 2001), (years[-1] - 1, years[-1])]


def test_a_year_has_one_value_unless_its_sources_disagree():
    frame = series([2010, 2011, 2011, 2011, 2012], [1.0, 2.0, 2.4, 9.0, 3.0], grade=["B", "B", "B", "D", "B"])
    frame["low"], frame["high"] = frame["value"] - 0.05, frame["value"] + 0.05
    frame.loc[1, ["low", "high"]] = [1.5, 2.5]  # "2", rounded, agrees with 2.4
    assert lines.representative(lines.prepared(frame, None))["y"].to_list() == [1.0, 2.4, 3.0]
    frame["conflict"] = ["", "a", "a", "", ""]
    assert lines.representative(lines.prepared(frame, None))["y"].to_list() == [1.0, 2.0, 2.4, 3.0]


def test_rounding_is_drawn_where_it_is_wide_enough_on_the_axis_of_all_lines():
    low = series([2010, 2011], [2.0, 3.0], low=[1.9, 2.9], high=[2.1, 3.1], name="low")
    high = series([2010, 2011], [90.0, 95.0], low=[90.0, 95.0], high=[90.0, 95.0], name="high")
    for frame, bars in ((low, 2), (pd.concat([low, high]), 0)):
        chart = charts.line_chart(frame, "Hand-made", series="name")
        assert sum(line.get_alpha() == 0.35 for line in chart.figure.axes[1].lines) == bars
        assert ("rounding" in words(chart)) == (bars > 0)


def test_a_final_value_represents_its_year_and_parts_of_a_year_never_do():
    def values(**more):
        return lines.representative(lines.prepared(series([2010, 2010], [1.0, 2.0], **more), None))["y"].to_list()

    assert values(status=["", "preliminary"]) == [1.0] and values(status=["partial", "partial"]) == []
    assert values(low=[0.5, None], high=[2.5, None]) == [2.0], "a point without ends is exact"


def test_breaks_are_read_as_the_register_writes_them_if_they_are_within_the_years():
    years = pd.Series([2022, 2024])
    text = "2022: too early; 2023: survey -> above-size; 2024: other office; 2025: too late"
    found = {2023: "survey → above-size", 2024: "other office"}
    assert lines.parse_breaks(text, years) == found and lines.parse_breaks("", years) == {}
    with pytest.raises(ValueError, match="2023: reason"):
        lines.parse_breaks("in 2023", years)


def disputed():
    signs = {"bound": [*"=~==><"], "conflict": ["", "", "a", "a", "", ""], "status": [*[""] * 5, "partial"]}
    frame = series([2010, 2011, 2013, 2013, 2014, 2015], [9.0, 9.5, 10.2, 10.9, 11.0, 11.4], **signs)
    return frame.assign(low=frame["value"] - 0.05, high=frame["value"] + 0.05)


@pytest.mark.parametrize("title", ["Hand-made", LONG])
def test_a_line_chart_with_breaks_claim_and_conflict_is_tidy(title):
    breaks, claimed = "2011: a -> b; 2013: survey -> survey; 2014: c -> d", charts.Target(11.3, 11.5, "about 11 %")
    chart = tidy(charts.line_chart(disputed(), title, LONG, SOURCE, breaks=breaks, zero=False, claim=claimed))
    for output in ("9", "11.4", "broken at 2013", "about 11 %"):
        assert output in chart.alt


def test_both_values_of_a_conflict_have_a_bar_between_bounds_are_arrows_and_about_is_hollow():
    chart, drawn = charts.line_chart(disputed(), "Hand-made", "", SOURCE, zero=False), {}
    axes = chart.figure.axes[1]
    assert [10.2, 10.9] in [list(li.get_ydata()) for li in axes.lines if list(li.get_xdata()) == [2013, 2013]]
    assert chart.data.query("year == 2013")["value"].to_list() == [10.2, 10.9]
    for marks in axes.collections:
        hollow = to_hex(marks.get_facecolor()[0]) == style.PAPER
        for (x, _), path in zip(marks.get_offsets(), itertools.cycle(marks.get_paths()), strict=False):
            corners = path.vertices
            points_up = corners[corners[:, 1].argmax(), 0] == 0 and len(corners) < 6
            drawn[float(x)] = ("o" if len(corners) > 6 else "^" if points_up else "v", hollow)
    expected = {2014: ("^", False), 2015: ("v", True), 2011: ("o", True), 2010: ("o", False)}
    assert {year: drawn[year] for year in expected} == expected


# what is refused ----------------------------------------------------------------------------------------------


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="at most 6"):
        charts.line_chart(pd.concat([series([2010]).assign(who=str(k)) for k in range(7)]), "Hand-made", series="who")
    with pytest.raises(ValueError, match="nothing to draw"):
        charts.line_chart(series([2010], [float("nan")]), "Hand-made")


# dots, bars ----------------------------------------------------------------------------------------------------


def test_a_dot_plot_is_tidy_says_what_has_no_data_and_names_its_lines():
    inputs, values = ["government money for research", *3 * ["laboratories"]], [6.2, 1.3, 0.9, float("nan")]
    dots = pd.DataFrame({"place": ["Alder", "Alder", "Birch", "Cedar"], "input": inputs, "value": values})
    dots = dots.assign(low=dots["value"] - 0.1, high=dots["value"] + 0.1)
    marks = (charts.Line(1, "in proportion"), charts.Line(1.25, "threshold"))
    chart = tidy(charts.dot_plot(dots, LONG, "", SOURCE, label="input", group="place", axis="quotient", lines=marks))
    assert {"no data", "0"} <= set(words(chart))
    for said in ("6.2", "0.9", "No data: Cedar, laboratories", "threshold (1.25)"):
        assert said in chart.alt


NAMES = {"Alder": False, "A name of more than half the width of a chart": False, 4 * LONG: True}


@pytest.mark.parametrize(("label", "below"), NAMES.items(), ids=("short", "half", "long"))
def test_marks_are_next_to_short_words_and_below_long_ones(label, below):
    frame = pd.DataFrame({"what": [label], "value": [123_456.0]})
    chart = tidy(charts.dot_plot(frame, "Hand-made", label="what", axis="number"))
    ((_, y, _, _),) = chart.figure.marks()
    assert (y > max(bottom for text, (*_, bottom) in texts(chart) if text in label)) == below


@pytest.mark.parametrize("other", [0.28, 0.279, 0.1, float("nan")])
def test_a_dumbbell_is_tidy_even_where_its_ends_meet(other):
    frame = pd.DataFrame({"what": ["R&D", "GDP"], "all": [0.28, 0.07], "without Alder": [other, 0.07]})
    chart = tidy(charts.dot_plot(frame, "Hand-made", label="what", values=("all", "without Alder"), axis="Theil"))
    assert "0.28" in chart.alt and "0.07" in chart.alt


# style ---------------------------------------------------------------------------------------------------------

# Machado, Oliveira and Fernandes (2009), full severity
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def lab(linear):
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(linear, 0, 1) / (0.9505, 1, 1.089)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_colours_of_lines_stay_apart_for_every_eye(deficiency):
    rgb = [np.array([int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)]) for c in style.PALETTE]
    linear = [np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) for c in rgb]
    seen = [lab(np.array(DEFICIENCIES[deficiency]) @ c) for c in linear]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 13


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 20)), min_size=1, max_size=8))
def test_labels_moved_apart_keep_their_order_and_never_overlap(wanted):
    at, heights = [w for w, _ in wanted], [h for _, h in wanted]
    placed = style.spread(at, heights, 0, 200)
    order = sorted(range(len(at)), key=lambda i: placed[i])
    for lower, upper in itertools.pairwise(order):
        apart = placed[upper] - placed[lower]
        assert apart >= (heights[lower] + heights[upper]) / 2 - 1e-6 and at[lower] <= at[upper]


@given(st.text(alphabet="abc defgh%", min_size=1, max_size=80), st.floats(0.5, 5))
def test_broken_lines_fit_unless_one_word_does_not(text, width):
    for line in style.wrap(text, width):
        assert style.text_width(line, style.BASE_SIZE) <= width or " " not in line


def test_a_longer_title_makes_the_figure_taller_and_takes_nothing_from_the_axes():
    both = [charts.canvas(title, "", SOURCE) for title in ("Hand-made", LONG[:60])]
    for figure, axes in both:
        axes.plot([0, 1], [0, 1])
        figure.settle()
    (low, inner), (high, as_high) = ((f.get_size_inches()[1], axes.get_window_extent().height) for f, axes in both)
    assert high - low == pytest.approx(style.line_height(style.TITLE_SIZE), abs=0.01)
    assert as_high == pytest.approx(inner, abs=0.5)


def test_numbers_on_axes_are_short_and_never_powers_of_ten_and_ticks_have_all_digits():
    short = {178: "178", 14.3: "14.3", 156763: "156,763", 1.25e6: "1.25 m", 2.1e9: "2.1 bn", -0.5: "−0.5", 0: "0"}
    assert [style.short_number(value) for value in short] == [*short.values()]
    ticks = {44.0: "44", 44.65: "44.65", 172.5: "172.5", 0.1 + 0.2: "0.3", -1002.5: "−1,002.5", 1.25e6: "1.25 m"}
    assert [style.tick_text(tick) for tick in ticks] == [*ticks.values()]


# labels in place of legends --------------------------------------------------------------------------------------


@pytest.fixture
def axes():
    return charts.canvas(LONG, "Subtitle", SOURCE)[1]


def finished(axes):
    """Return the chart of these axes, which has to be tidy."""
    return tidy(charts.finish(axes.get_figure(), series([2010]), "alt"))


def test_a_run_ends_at_a_missing_year_a_missing_value_and_another_name():
    years = [2010, 2011, 2013, 2014, 2015, 2016, 2010, 2011]
    frame = series(years, [1.0, 2.0, 3.0, math.nan, 5.0, 6.0, 7.0, 8.0], who=[*"aaaaaabb"]).set_axis([5] * 8)
    for some in (frame, frame.iloc[[7, 2, 0, 6, 1, 5, 4, 3]]):
        of = some.groupby(["who", charts.runs(some, by="who").to_numpy()])["year"].apply(sorted)
        assert of.to_list() == [[2010, 2011], [2013], [2015, 2016], [2010, 2011]]


@pytest.mark.parametrize("panels", [(1, 1), (1, 2)])
def test_ends_of_lines_have_names_that_do_not_touch_and_no_legend(panels):
    frame = pd.concat([series([2010, 2011], [1.0, 1.0 + k / 100]).assign(who=f"Place {k}") for k in range(5)])
    lines_ = {"data": frame, "x": "year", "y": "value", "hue": "who"}
    for axes in np.ravel(charts.canvas(LONG, "Subtitle", SOURCE, panels=panels)[1]):
        seaborn.lineplot(**lines_, ax=axes)
        charts.label_ends(axes, **lines_, format_value="{:.2f}".format)
    assert {f"Place {k} {1 + k / 100:.2f}" for k in range(5)} <= set(words(finished(axes)))
    assert axes.get_legend() is None and not axes.get_xlabel() and not axes.get_ylabel()


@pytest.mark.parametrize(("x", "y"), [("place", "value"), ("value", "place")])
def test_upright_and_level_bars_have_their_values_beyond_their_ends(axes, x, y):
    frame = pd.DataFrame({"place": ["A", "B", "C"], "value": [3.0, 12.0, float("nan")]})
    seaborn.barplot(frame, x=x, y=y, ax=axes)
    charts.label_values(axes)
    found = dict(texts(chart := finished(axes)))
    assert {"A", "B", "C", "3", "12"} <= set(found) and "nan" not in found
    end = max(itertools.chain(*labels.parts_of_stacks(axes)), key=lambda bar: bar.length)
    ((across, up),) = placed(chart, [axes.transData.transform(end.spot(end.end))])
    left, _, _, bottom = found["12"]
    assert bottom <= up if end.upright else left >= across, "the value is beyond the end of its bar"


def test_level_bars_with_long_names_have_the_names_above(axes):
    frame = pd.DataFrame({"place": [f"A rather long name of a place, {k}" for k in "ab"], "value": [3.0, 0.1]})
    seaborn.barplot(frame, x="value", y="place", width=0.4, ax=axes)
    charts.label_values(axes, names=True)
    assert [t for t in words(finished(axes)) if "rather" in t] == [f"{p}: {v:g}" for p, v in frame.to_numpy()]


@pytest.mark.parametrize("way", ["x", "y"])
def test_parts_of_a_stack_have_value_name_and_sum_and_a_part_too_small_has_no_value(axes, way):
    frame = pd.DataFrame({"year": ["2019", "2020"], "small": [40.0, 30.0], "large": [35.0, 0.2]})
    how = {way: "year", "hue": "part", "weights": "value"} | charts.stacked(["small", "large"])
    seaborn.histplot(frame.melt("year", ["small", "large"], "part", "value"), **how, ax=axes)
    charts.label_values(axes, "{:.1f}".format, totals=True)
    charts.label_parts(axes, ["small", "large"])
    found = set(words(finished(axes)))
    assert {"40.0", "35.0", "75.0", "30.0", "30.2", "small", "large", "2019", "2020"} <= found and "0.2" not in found


ROWS = [("a row", False), ("a row with a name that is longer than half a chart", True)]


@pytest.mark.parametrize(("name", "above"), ROWS)
def test_names_of_rows_are_next_to_their_cells_and_long_ones_above(axes, name, above):
    grid = pd.DataFrame(np.arange(30).reshape(3, 10), columns=range(2010, 2020))
    seaborn.heatmap(grid, annot=True, cbar=False, ax=axes)
    charts.label_cells(axes, [f"{name}, number {n}" for n in range(3)], texts=grid.astype(str))
    found = dict(texts(chart := finished(axes)))
    assert (found[f"{name}, number 0"][3] < found["0"][1]) == above
    assert chart.figure.marks()[0][2] == f"{name}, number 0, 2010: 0"


def test_names_of_points_cover_neither_marks_nor_each_other(axes):
    near = {"x": [4.0, 4.4] * 3 + [0.0, 10.0], "y": [2.0, 2.0, 5.0, 5.0, 8.0, 8.0, 0.0, 10.0]}
    frame = pd.DataFrame(near | {"name": [f"Place {k}" for k in range(8)]})
    seaborn.scatterplot(frame, x="x", y="y", ax=axes)
    charts.label_points(axes, frame, x="x", y="y", text="name")
    marks = placed(chart := finished(axes), labels.trace(axes))
    for text, (left, top, right, bottom) in texts(chart):
        on = [(x, y) for x, y in marks if left < x < right and top < y < bottom]
        assert not text.startswith("Place") or not on, f"{text} lies on a mark"


def test_a_timeline_is_tidy_shows_an_unknown_end_as_an_arrow_and_plans_to_their_end():
    name = "A rule of a name that needs more than one line of words"
    dates = {name: ("2007", "2011-06"), "Another": ("2015-05-01", ""), "A third": ("2012", "2021")}
    rows = {rule: charts.span(*ends, "2020-12-31") for rule, ends in dates.items()}
    rows["A plan"] = {"start": 2016.0, "end": 2051.0}
    frame = pd.DataFrame([{"rule": k, "kind": "Rules", "held": v["start"] > 2010} | v for k, v in rows.items()])
    look = {"label": "rule", "group": "kind", "strong": "held", "until": 2021.0, "line": (2019.0, "the text")}
    chart = tidy(charts.timeline(frame, LONG, "", SOURCE, **look))
    assert chart.alt.endswith("words: 2007–2011. Another: since 2015. A third: since 2012. A plan: 2016–2051.")
    axes = chart.figure.axes[1]
    assert [li.get_marker() for li in axes.lines].count(">") == 2 and axes.get_xlim()[1] > 2051
    assert charts.moment("2020-01-01") == 2020.0 and 2020.9 < charts.moment("2020", end=True) < 2021
