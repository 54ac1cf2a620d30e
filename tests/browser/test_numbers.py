"""The cards of numbers and the downloads of figures."""

import csv
import io
import re

import pytest
from finished_report import DESK, PHONE

pytestmark = pytest.mark.book
PAGE = "notebooks/4-3-regulatory-uncertainty"
NUMBER = "a.stat[data-number]"
HOUR, LONG = 3600, 2000  # seconds after a page was opened; milliseconds after which a card is open, or closed
CARDS = """selector => [...document.querySelectorAll(selector)].filter(link => {
    link.focus();
    const c = document.querySelector("#number-card")?.getBoundingClientRect(), n = link.getBoundingClientRect();
    const inside = c && c.width && c.x >= 0 && c.y >= 0 && c.right <= innerWidth && c.bottom <= innerHeight;
    return !inside || c.y < n.bottom && c.bottom > n.y;
}).map(link => link.dataset.number)"""  # numbers whose card leaves the window, or lies on its number
CELLS = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"


def test_the_keyboard_leads_from_a_number_to_its_rows(page):
    link = page.locator(NUMBER).first
    link.focus()
    card = page.get_by_role("dialog")
    assert card.is_visible()
    facts = page.locator(f"#{link.get_attribute('aria-describedby')}").inner_text()
    assert "Value" in facts and "How" in facts
    assert link.get_attribute("aria-expanded") == "true"
    assert "Grade" in card.inner_text()
    page.keyboard.press("Tab")  # into the card
    assert card.evaluate("card => card.contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert link.evaluate("link => link === document.activeElement")
    assert link.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")  # into the card: the page stays
    assert card.evaluate("card => card.contains(document.activeElement)")
    card.locator("a.number-evidence").press("Enter")
    page.wait_for_url("**/book/evidence.html#*")
    target = page.url.partition("#")[2]
    assert page.evaluate("id => !!document.getElementById(id)", target)


def test_every_card_fits_the_window_and_leaves_its_number_free(open_tab):
    for size in (DESK, PHONE):
        with open_tab(size) as tab:
            page = tab.go("notebooks/4-2-overconcentration")
            assert page.locator(NUMBER).count() > 40
            assert not page.evaluate(CARDS, NUMBER)


def test_a_pointer_opens_a_card_and_may_rest_on_it(open_tab):
    with open_tab(still=True) as tab:
        page = tab.go(PAGE)
        link = page.locator(NUMBER).first
        card = page.locator("#number-card")
        page.clock.pause_at(HOUR)  # from now on time passes only where the test says so
        link.hover()
        assert not card.count()
        page.clock.run_for(LONG)
        card.hover()
        page.clock.run_for(LONG)
        assert card.is_visible()
        page.mouse.move(2, 2)
        page.clock.run_for(LONG)
        assert not card.count()
        link.click()  # the page stays, and the card until one is elsewhere
        page.mouse.move(2, 2)
        page.clock.run_for(LONG)
        assert card.is_visible() and page.url.endswith(f"{PAGE}.html")


def test_a_tap_opens_a_card_and_a_tap_elsewhere_closes_it(open_tab):
    with open_tab(PHONE) as tab:
        page = tab.go(PAGE)
        page.locator(NUMBER).first.tap()
        card = page.locator("#number-card")
        assert card.is_visible() and page.url.partition("#")[0].endswith(f"{PAGE}.html")
        page.locator(".bd-article h1").tap()
        assert card.count() == 0
        page.locator(NUMBER).first.tap()
        evidence = card.locator("a.number-evidence")
        assert evidence.is_visible() and "/evidence.html#" in evidence.get_attribute("href")


def test_the_address_of_a_number_leads_to_it(open_tab):
    with open_tab() as tab:
        page = tab.go(PAGE)
        key = page.locator(NUMBER).last.get_attribute("data-number")
        tab.go(PAGE, f"number-{key}")
        assert page.locator(f"#number-{key}").evaluate(
            "n => { const y = n.getBoundingClientRect().y; return y >= 0 && y < innerHeight; }"
        )


def test_without_a_script_a_number_is_a_link_with_a_title_and_downloads_give_what_the_chart_shows(
    open_tab, site, drawn
):
    with open_tab(javascript=False) as tab:
        page = tab.go(PAGE)
        link = page.locator(NUMBER).first
        assert link.get_attribute("title") and "/evidence.html#" in link.get_attribute("href")
        assert page.locator("figure.chart").count() == len(drawn(PAGE))
        for label, figure in drawn(PAGE).items():
            tools = page.locator(f"figure#{label} + .figure-tools")
            links = {a.inner_text(): a.get_attribute("href") for a in tools.locator("a[download]").all()}
            file = {name: page.request.get(f"{site}/notebooks/{address}") for name, address in links.items()}
            assert all(answer.ok for answer in file.values()), label
            assert file["CSV"].text() == figure["csv"]
            assert set(re.findall("<text.*", figure["svg"])) <= set(re.findall("<text.*", file["SVG"].text()))
            assert file["PNG"].body().startswith(b"\x89PNG")
            head, *rows = csv.reader(io.StringIO(file["CSV"].text()))
            tools.locator("summary").first.click()
            table = tools.locator("table")
            assert table.locator("thead th").all_inner_texts() == head
            shown = table.locator("tbody tr").evaluate_all(CELLS)
            assert 0 < len(shown) <= len(rows)
            pairs = ((a, b) for row, cells in zip(rows, shown, strict=False) for a, b in zip(row, cells, strict=True))
            assert all(same(a, b) for a, b in pairs)


def same(raw: str, shown: str) -> bool:
    """Whether a cell of the table says what the file says, up to its six digits."""
    return raw == shown or abs(float(raw) - float(shown)) <= 1e-5 * max(abs(float(raw)), 0.1)


def test_a_reference_can_be_copied(page):
    tools = page.locator(".figure-tools").first
    tools.locator("summary", has_text="Cite").click()
    assert tools.locator("button.copybtn").is_visible()
    assert "Chart fig-" in tools.locator("pre").inner_text()


def test_a_printed_figure_has_no_tools_and_a_printed_number_no_underline(page):
    page.emulate_media(media="print")
    assert not page.locator(".figure-tools").first.is_visible()
    number = page.locator(NUMBER).first
    assert "underline" not in number.evaluate("n => getComputedStyle(n).textDecorationLine")
