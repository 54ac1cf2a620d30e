"""Charts as a reader meets them: with marks that say their value and source."""

import pytest
from finished_report import DESK, PHONE

from claimbook.charts.style import PAD, WIDTH

pytestmark = pytest.mark.book
NAME = "notebooks/2-1-torch-program"
CHART = "#fig-gdp-share"


@pytest.fixture(scope="module")
def says(drawn):
    """What the marks of the chart say, as the executed notebook holds it."""
    return [mark.split(" ", 2)[2] for mark in drawn(NAME)[CHART[1:]]["marks"]]


def test_on_a_desk_a_chart_is_no_wider_than_reads_well_and_begins_where_the_text_does(open_tab, charts):
    with open_tab(DESK) as tab:
        page = tab.go(NAME)
        text = page.locator("article p").first.bounding_box()["x"]
        for chart in charts(page):
            words = chart["left"] + (chart["right"] - chart["left"]) * PAD / WIDTH
            assert chart["right"] - chart["left"] < 680 and abs(words - text) < 1


def test_a_pointer_near_a_mark_shows_what_the_mark_says(open_tab, says):
    with open_tab() as tab:
        page = tab.go(NAME)
        marks = page.locator(f"{CHART} .marks circle")
        assert marks.count() == len(says) and not page.locator(f"{CHART} .marks title").count()
        marks.last.scroll_into_view_if_needed()
        box = marks.last.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2 + 1)
        tip = page.locator(f"{CHART} .chart-tip")
        assert tip.inner_text() == says[-1]
        page.mouse.move(0, 0)
        assert not tip.is_visible()


def test_a_chart_is_one_stop_of_the_keyboard_and_its_arrows_go_from_mark_to_mark(open_tab, says):
    with open_tab(PHONE) as tab:
        page = tab.go(NAME)
        slider, tip = page.locator(f"{CHART} > .chart-values"), page.locator(f"{CHART} .chart-tip")
        slider.focus()
        assert tip.inner_text() == says[0]
        for key, number in (("ArrowRight", 1), ("End", -1), ("ArrowRight", -1), ("ArrowLeft", -2), ("Home", 0)):
            page.keyboard.press(key)
            assert tip.inner_text() == says[number], key
            assert slider.get_attribute("aria-valuetext").endswith(f" of {len(says)}: {says[number]}")
            assert page.locator(f"{CHART} circle.at").count() == 1
            box = tip.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0], "the words are cut"
            assert 0 < box["y"] < PHONE[1] - box["height"], "the words are out of sight"
        page.keyboard.press("Escape")
        assert not tip.is_visible()


@pytest.mark.parametrize("name", [NAME, "claims/gdp-share-nearly-13"])
def test_without_sight_a_chart_is_an_image_named_in_sentences_a_slider_and_a_table_one_step_away(open_tab, drawn, name):
    with open_tab() as tab:
        page = tab.go(name)
        figure = page.locator("figure.chart").last
        (image,) = figure.get_by_role("img").all()
        named = " ".join(image.get_attribute("aria-label").split())
        assert [f for f in drawn(NAME).values() if named == " ".join(f"{f['title']}. {f['alt']}".split())]
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        texts = (node for node in tree if not node["ignored"] and node["role"]["value"] == "StaticText")
        spoken = {node["name"]["value"] for node in texts}
        words = [text for text in figure.locator("svg text").all_text_contents() if len(text) > 30]
        assert words and spoken.isdisjoint(words), "words without their places are read too"
        figure.get_by_role("slider", name="The values of this chart, one by one").focus()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Data as a table"
        page.keyboard.press("Enter")
        assert page.locator("details[open] tbody tr").first.is_visible()
