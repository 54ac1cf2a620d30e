"""The front page shows the result at one glance, and works without scripts."""

import re

import pytest
from finished_report import DESK, PHONE
from tab import PATIENCE

pytestmark = pytest.mark.book
PAGE = "book/index"
MOST = 720_000  # bytes, as they are on disk, 400,000 of them the theme's style sheet; a server packs that to 66,000
WORDS = 260
WEIGHTS = """() => Object.fromEntries(
    ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind)).map(e => [e.name, e.decodedBodySize])
)"""


@pytest.mark.parametrize("size", (DESK, PHONE), ids=("desk", "telephone"))
def test_the_lead_is_on_the_first_screen_and_at_a_desk_the_picture_too(open_tab, size):
    with open_tab(size) as tab:
        page = tab.go(PAGE)
        for shown in ("p.lead", *["table.found-chart"] * (size == DESK)):
            box = page.locator(shown).bounding_box()
            assert box["y"] + box["height"] <= size[1], shown


def test_few_words_come_before_the_claims(page):
    before = " ".join(page.locator(".bd-article h1, .brief > p:is(.which, .lead, .counts)").all_inner_texts())
    assert len(re.findall(r"\w[\w’.,]*", before)) <= WORDS


def test_dark_mode_needs_no_script(open_tab):
    with open_tab(dark=True, javascript=False) as tab:
        assert tab.go(PAGE).evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 26, 31)"


def test_the_button_opens_the_list_of_pages_on_a_telephone_and_closes_it_at_a_desk(open_tab):
    for size, state in ((PHONE, "visible"), (DESK, "hidden")):
        with open_tab(size) as tab:
            tab.go(PAGE).locator(".primary-toggle").click()
            tab.page.locator(".bd-docs-nav a").first.wait_for(state=state)


def fetched(browser, site, rest=None):
    """Bytes by file that a browser fetches for a front page new to it; `rest` lets go what was held back.

    That is when the browser has shown what it has.
    """
    context = browser.new_context()  # a tab that was elsewhere shows fonts of there
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{site}/{PAGE}.html", wait_until="commit")
    if rest:
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
        assert not page.locator(".brief").count()
        rest.set()
    page.wait_for_load_state("networkidle")
    weights = page.evaluate(WEIGHTS)
    context.close()
    return {name.removeprefix(f"{site}/"): size for name, size in weights.items()}


def test_the_front_page_is_light(browser, site):
    weights = fetched(browser, site)
    counted = (f"{size:9,} {name}" for name, size in sorted(weights.items(), key=lambda item: -item[1]))
    print(f"{sum(weights.values()):9,} of {MOST:,} at most", *counted, sep="\n")  # pytest shows it, if it is red
    assert len(weights) > 5 and sum(weights.values()) < MOST


def test_a_front_page_that_comes_in_pieces_fetches_what_it_does_as_a_whole(browser, site, held_back):
    """On a slow connection the browser lays out the top of the page first. It must fetch no other font for that."""
    with held_back(PAGE, b'<div class="brief">') as (slow, rest):
        assert sorted(fetched(browser, slow, rest)) == sorted(fetched(browser, site))


def test_the_front_page_prints_without_what_is_for_a_screen(page):
    page.emulate_media(media="print")
    assert page.locator("section.answer").first.is_visible() and page.locator("h1").last.is_visible()
    for gone in ("#pst-primary-sidebar", ".prev-next-footer", ".bd-header-article"):
        assert not page.locator(gone).first.is_visible(), gone
