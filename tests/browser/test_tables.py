"""A table that is too wide scrolls in its box; code is folded away until a reader asks for it."""

import pytest

pytestmark = pytest.mark.book


def test_a_table_that_is_too_wide_scrolls_in_a_box_with_a_visible_edge(open_tab):
    with open_tab((768, 900)) as tab:
        page = tab.go("book/evidence")
        boxes = page.locator(".pst-scrollable-table-container")
        wide = boxes.evaluate_all("all => all.filter(box => box.scrollWidth > box.clientWidth).length")
        assert wide and page.evaluate("document.documentElement.scrollWidth") <= 768
        assert "linear-gradient" in boxes.first.evaluate("box => getComputedStyle(box).backgroundImage")


def test_code_is_shown_if_a_reader_asks_for_it_which_is_remembered_and_never_printed(browser, html):
    address = (html / "notebooks/5-conclusion.html").as_uri()
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.goto(address)
        folds, switch = page.locator("details.hide"), page.get_by_label("Show code")
        assert folds.count() and not folds.first.is_visible()
        switch.check()
        assert folds.first.is_visible() and folds.first.locator("pre").is_visible() == script
        page.emulate_media(media="print")
        assert not folds.first.is_visible() and not switch.is_visible()
        page.emulate_media(media="screen")
        page.goto(address.replace("5-conclusion", "1-introduction"))
        assert page.locator("details.hide pre").first.is_visible() == script
        context.close()
