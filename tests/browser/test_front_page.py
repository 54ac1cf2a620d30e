"""The front page in a browser: the answer at one look, filters and orders, and all of it without a script too.

Without these most readers would meet a broken page, for many never see another.
"""

import re

import pytest
from finished import DESK, PHONE

from claimbook.say.verdict_table import verdict_of

pytestmark = pytest.mark.book
FRONT = "book/index"
MOST = 720_000  # bytes, as they are on disk, 400,000 of them the theme's style sheet; a server packs that to 66,000
WORDS = 370
WEIGHTS = """() => Object.fromEntries(
    ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind)).map(e => [e.name, e.decodedBodySize])
)"""
ROWS = "table.claims tbody tr"


@pytest.fixture
def page(open_tab):
    """The page of these tests, in a window on a desk."""
    with open_tab() as tab:
        yield tab.go(FRONT)


def shown(page):
    """Ids of the claims in the table, from top to bottom."""
    return page.eval_on_selector_all(
        ROWS, "rows => rows.filter(r => !r.hidden).map(r => r.querySelector('a').hash.slice(7))"
    )


def test_the_answer_is_on_the_first_screen_of_a_desk(open_tab):
    with open_tab(DESK) as tab:
        page = tab.go(FRONT)
        boxes = [box.bounding_box() for box in page.locator("p.lead, .brief .answer, p.firmness").all()]
        assert len(boxes) > 3
        assert all(box["y"] + box["height"] <= DESK[1] for box in boxes)


def test_what_is_right_out_of_date_and_unknown_is_said_on_the_first_screen_of_a_telephone(open_tab):
    with open_tab(PHONE) as tab:
        page = tab.go(FRONT)
        lead, right = (page.locator(s).bounding_box() for s in ("p.lead", ".brief .answer-right"))
        assert lead["y"] < right["y"] and right["y"] + right["height"] <= PHONE[1]


def test_few_words_stand_before_the_table_which_has_every_claim_and_the_counts_of_the_results(page, claims):
    before = " ".join(page.locator(".bd-article h1, .brief > :is(.lead, .answers, .firmness)").all_inner_texts())
    assert len(re.findall(r"\w[\w’.,]*", before)) <= WORDS
    named = page.eval_on_selector_all(".brief .answer a", "links => links.map(a => a.hash.slice(7))")
    assert {c["id"] for c in claims if c["kind"] == "number"} <= set(named)
    assert page.locator(".brief .answer .verdict").count() == len(named)
    assert sorted(shown(page)) == sorted(c["id"] for c in claims)
    counts = list(map(int, page.locator("ul.verdicts .count").all_inner_texts()))
    facts = [c for c in claims if c["kind"] == "fact"]
    assert sum(counts) == len(claims) - len(facts)  # plain facts are counted apart
    apart = page.locator("ul.verdicts .facts").all_inner_texts()
    assert sum(int(text.split()[1]) for text in apart) == len(facts)
    assert counts[0] == sum(verdict_of(c["stands_as"]).group.id == "borne-out" for c in claims if c["kind"] != "fact")


def test_a_group_of_verdicts_filters_and_a_second_press_takes_the_filter_away(page, claims):
    button = page.get_by_role("button", name="borne out")
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    borne_out = [c["id"] for c in claims if verdict_of(c["stands_as"]).group.id == "borne-out"]
    assert sorted(shown(page)) == sorted(borne_out)
    assert page.locator("form output").inner_text() == f"{len(borne_out)} of {len(claims)} claims"
    button.click()
    assert len(shown(page)) == len(claims)
    page.get_by_label("Section").select_option("5")
    page.get_by_role("button", name="not as written").click()
    assert shown(page) == []
    assert page.get_by_text("No claim fits this choice.").is_visible()


def test_section_and_verdict_filter_together_and_the_address_keeps_the_choice(page, claims):
    page.get_by_label("Section").select_option("3.1")
    page.get_by_role("button", name="no evidence decides").click()
    wanted = [c["id"] for c in claims if c["section"] == "3.1" and verdict_of(c["stands_as"]).group.id == "open"]
    assert wanted and sorted(shown(page)) == sorted(wanted)
    page.reload()
    assert sorted(shown(page)) == sorted(wanted)
    page.get_by_role("button", name="Show all").click()
    page.wait_for_url(lambda url: "?" not in url)
    assert len(shown(page)) == len(claims)


def test_claims_can_be_read_in_the_order_of_the_text_and_by_verdict_and_each_leads_to_its_section(page, claims):
    assert shown(page)[0] == next(c["id"] for c in claims if c["kind"] == "number")
    page.get_by_label("Order").select_option("place")
    assert shown(page) == [c["id"] for c in claims]
    page.get_by_label("Order").select_option("verdict")
    by_id = {c["id"]: c["verdict"] for c in claims}
    verdicts = [by_id[i].partition(",")[0] for i in shown(page)]
    assert verdicts[0] == "supported"
    assert len([a for a, b in zip(verdicts, verdicts[1:], strict=False) if a != b]) == len(set(verdicts)) - 1
    page.locator("#every-claim").get_by_role("link", name="There are over 170 national high-tech zones").click()
    page.wait_for_url("**/notebooks/2-1-torch-program.html#claim-zones-over-170")
    assert page.locator("#claim-zones-over-170").count() == 1


def test_everything_is_there_without_a_script(open_tab, claims):
    for size in (DESK, PHONE):
        with open_tab(size, javascript=False) as tab:
            page = tab.go(FRONT)
            page.locator("details.folded summary").click()
            assert page.locator(f"{ROWS}:visible").count() == len(claims)
            assert page.locator("p.lead").is_visible() and page.locator("ul.verdicts").is_visible()
            assert not page.locator("form.controls").is_visible()
            assert page.locator("table.claims .verdict").first.is_visible()
            assert page.locator("#pst-primary-sidebar").get_by_role("link", name="Methods").is_visible()


def test_the_dark_is_dark_without_a_script_too(open_tab):
    with open_tab(dark=True, javascript=False) as tab:
        page = tab.go(FRONT)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 26, 31)"


def test_the_front_page_is_light(browser, site):
    context = browser.new_context()  # a tab that was elsewhere shows fonts of there
    page = context.new_page()
    page.goto(f"{site}/{FRONT}.html", wait_until="networkidle")
    weights = page.evaluate(WEIGHTS)
    context.close()
    assert len(weights) > 5 and sum(weights.values()) < MOST, weights


def test_the_front_page_prints_its_table_and_not_its_buttons(page):
    page.emulate_media(media="print")
    assert page.locator("table.claims").first.is_visible() and page.locator("h1").last.is_visible()
    assert page.locator("details.folded table").is_visible()
    for gone in ("form.controls", "#pst-primary-sidebar", ".prev-next-footer", ".bd-header-article"):
        assert not page.locator(gone).first.is_visible(), gone
