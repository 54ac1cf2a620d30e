"""What if in a browser: with only the keyboard, by address, and the verdict is always the one that Python computed."""

from urllib.parse import quote

import pytest
from finished_report import DESK, PHONE

from claimbook.say.verdict_table import answer_of

pytestmark = pytest.mark.book
SCRIPT, MOST = "_static/what_if.js", 30_000  # bytes of script for all pages together
TRIED, SURVEY = "gdp-share-nearly-13", "Torch Center survey"
PAGE = f"claims/{TRIED}"

CHOOSE = """() => [...document.querySelectorAll("form.what-if option[data-at]")].map(option => {
    const list = option.closest("select");
    list.value = option.value;
    list.dispatchEvent(new Event("change", {bubbles: true}));
    const found = [Number(option.value), document.querySelector("form.what-if .verdict").textContent];
    list.value = "";
    list.dispatchEvent(new Event("change", {bubbles: true}));
    return found;
})"""


@pytest.fixture
def tried(claims):
    return next(claim for claim in claims if claim["id"] == TRIED)


def verdict(page):
    return page.locator("form.what-if .verdict").inner_text()


def focus(page, label):
    """Go to a list with only the Tab key."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent") == label:
            return
    pytest.fail(f"no Tab leads to {label!r}")


def computed(claim, axis, of="", to=""):
    table = claim["robustness"]["choices"]["table"]
    found = next(c for c in table["choices"] if (c["axis"], c["of"], c["to"]) == (axis, of, to))
    return shown_verdict(claim, table["verdicts"][table["cases"][found["case"]][0]])


def shown_verdict(claim, verdict):
    """Return a verdict as the page shows it: "out of date (understated)"."""
    return f"{answer_of(claim['stands_as'] if verdict == claim['verdict'] else verdict).word} ({verdict})"


def test_the_script_is_small(html):
    assert (html / SCRIPT).stat().st_size < MOST


def test_three_what_ifs_work_with_only_the_keyboard(page, tried):
    declared = shown_verdict(tried, tried["verdict"])
    assert verdict(page) == declared
    focus(page, "Day of the text")
    page.keyboard.press("ArrowDown")
    day = tried["robustness"]["choices"]["table"]["choices"][0]["to"]
    assert verdict(page) == computed(tried, "day", to=day)
    page.keyboard.press("ArrowUp")
    assert verdict(page) == declared
    focus(page, "Leave out a producer")
    page.keyboard.type(SURVEY)
    assert verdict(page) == computed(tried, "origin", of=SURVEY)
    assert page.url.endswith(f"#without={quote(SURVEY)}")
    focus(page, "As declared")
    page.keyboard.press("Enter")
    assert verdict(page) == declared and "#" not in page.url
    page.keyboard.press("Shift+Tab")  # the last list: the year of the text
    page.keyboard.press("End")
    assert verdict(page) == computed(tried, "year", to="2024")
    assert page.locator("form.what-if .becomes[role=status]").inner_text().startswith(verdict(page))


def test_the_word_and_the_number_of_the_text_are_moved_by_keyboard_and_what_decides_moves_along(page, tried):
    assert page.locator("form.what-if .because li").count() == 2
    changed = page.locator("form.what-if .because strong")
    assert changed.count() == 0
    focus(page, "Word of the text")
    page.keyboard.type("over")
    assert verdict(page) == computed(tried, "word", to="over") == "right (supported)"
    (reason,) = changed.all_inner_texts()
    assert "above 13" in reason
    page.keyboard.press("Tab")
    page.keyboard.press("End")  # the largest number; the word is the declared one again
    assert verdict(page) == computed(tried, "number", to="19.5")
    assert page.url.endswith("#number=19.5")
    said = page.locator("form.what-if .said").inner_text()
    assert "“over”" not in said and "19.5" in said


def axes(claim):
    return frozenset(choice["axis"] for choice in claim["robustness"]["choices"]["table"]["choices"])


def test_every_choice_on_every_page_gives_what_python_computed(open_tab, claims):
    few: list[dict] = []
    for claim in sorted(claims, key=lambda claim: -len(axes(claim))):
        if axes(claim) - frozenset().union(*map(axes, few)):
            few.append(claim)
    assert 1 < len(few) < 8
    assert_computed(open_tab, few)


@pytest.mark.slow
def test_every_single_choice_of_every_claim_gives_what_python_computed(open_tab, claims):
    assert_computed(open_tab, [claim for claim in claims if axes(claim)])


def assert_computed(open_tab, claims):
    wrong = []
    with open_tab() as tab:
        for claim in claims:
            choices = claim["robustness"]["choices"]
            differ = {(d["axis"], d["of"], d["to"]): shown_verdict(claim, d["verdict"]) for d in choices["differ"]}
            found = dict(map(tuple, tab.go(f"claims/{claim['id']}").evaluate(CHOOSE)))
            assert len(found) == len(choices["table"]["choices"])
            for place, shown in found.items():
                c = choices["table"]["choices"][place]
                key = c["axis"], c["of"], c["to"]
                if shown != computed(claim, *key) or shown != differ.get(key, shown):
                    wrong.append(f"{claim['id']}, {c['says']}: {shown}")
    assert not wrong, "\n".join(wrong)


def test_an_address_holds_the_choice_as_people_type_it(open_tab, claims):
    claim = next(c for c in claims if c["id"] == "catch-up-to-breakthrough")
    with open_tab() as tab:
        page = tab.go(f"claims/{claim['id']}", "mark=+10%")
        assert verdict(page) == computed(claim, "mark", "all", "+10 %") == "right (supported)"
        page.evaluate("location.hash = '#without=NSF&mark=+200%&mark=+10%'")
        page.locator(".strange:not(:empty)").wait_for()
        assert page.locator(".strange").inner_text().endswith("second one: mark=+200%, mark=+10%.")
        assert verdict(page) == computed(claim, "origin", of="NSF")


def test_a_page_works_from_a_file_and_without_a_script(browser, html):
    context = browser.new_context()
    page = context.new_page()
    page.goto((html / f"{PAGE}.html").as_uri() + f"#without={quote(SURVEY)}")
    row = page.locator(".every-choice tr", has_text=SURVEY).first
    assert row.locator("td").nth(1).text_content() == verdict(page) != "out of date (understated)"
    page.locator("form.what-if button").click()
    assert verdict(page) == "out of date (understated)"
    context.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((html / f"{PAGE}.html").as_uri())
    assert not page.locator("form.what-if").is_visible()
    assert page.locator(".every-choice table").is_visible()
    context.close()


CLIPPED = """() => [...document.querySelectorAll("form.what-if option")].filter(option => {
    const list = option.closest("select");
    list.value = option.value;
    const style = getComputedStyle(list), pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const inside = list.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const lines = Math.ceil(pen.measureText(option.text).width / inside);
    return list.clientHeight < lines * parseFloat(style.lineHeight);
}).map(option => option.text)"""


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_longest_words_of_a_choice_are_whole_and_a_cause_leaves_out_studies(open_tab, size):
    with open_tab(size) as tab:
        page = tab.go("claims/scale-made")
        assert page.evaluate(CLIPPED) == []
        assert "Leave out a study" in page.locator("form.what-if label").all_inner_texts()
        assert " origins" not in page.locator("#judged").inner_text()


COVERED = """() => {
    const box = document.querySelector("form.what-if .becomes").getBoundingClientRect();
    return [...document.querySelectorAll("form.what-if :is(label, select)")].filter(each => {
        const own = each.getBoundingClientRect();
        return own.top < box.bottom && own.bottom > box.top && own.left < box.right && own.right > box.left;
    }).map(each => each.textContent.slice(0, 30));
}"""


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_result_stands_below_the_list_that_was_chosen_from_and_covers_no_list(open_tab, size):
    with open_tab(size) as tab:
        page = tab.go(PAGE)
        for chosen in page.locator("form.what-if select").all():
            chosen.select_option(index=1)
            chosen.scroll_into_view_if_needed()
            assert page.evaluate(COVERED) == []
            becomes = page.locator("form.what-if .becomes")
            assert becomes.evaluate("box => box.previousElementSibling.querySelector('select').value") != ""


@pytest.mark.parametrize("name", [PAGE, pytest.param("claims/talent-plans", marks=pytest.mark.slow)])
def test_pages_with_what_if_are_accessible(open_tab, axe, name):
    with open_tab(PHONE) as tab:
        page = tab.go(name)
        assert not axe(page, "best-practice")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
