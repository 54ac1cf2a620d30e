"""Search and copying work on pages that somebody opens as files, which may fetch nothing."""

import re

import pytest

pytestmark = pytest.mark.book
SEARCHES = {  # what one types, and what leads to it: the beginning of its first line, and of its address
    "178": ("Number 178 National high-tech zones", "notebooks/2-1-torch-program.html#number-"),
    "14.3": ("Number 14.3\xa0% GDP of the zones", "notebooks/2-1-torch-program.html#number-"),
    "156,763": ("Number 156,763 Certified high-tech enterprises", "notebooks/2-1-torch-program.html#number-"),
    "13 %": ("Claim Zones’ share of GDP: “The zones contribute nearly 13 %", "claims/gdp-share-nearly-13.html"),
    "guidance funds": ("Term Government guidance fund", "book/glossary.html#term-"),
    "火炬": ("Term Torch Program 火炬计划", "book/glossary.html#term-torch-program"),
    "高新": ("Term National high-tech zone", "book/glossary.html#term-"),
    # only pages have it
    "Suzhou Industrial Park": ("Claim High-tech zones: “The programme facilitates", "claims/torch-zones.html"),
}
MOST_READ = 120  # words from where the way ends to the end of the answer
QUESTIONS = {  # what a busy reader asks: what one types into the search of page one, and the answer
    "GDP share": r"made [\d.]+ % of GDP in \d{4}",
    "early money": r"Nearest: [\d.]+ % of commitments",
    "created": r"no size is known for these zones",
    "Thousand Talents": r"of later years we have one call \(\w+ \d{4}\) and no count",
    "OECD average": r"relative to GDP [\d.]+ %, the OECD’s average [\d.]+ % .\d{4}.. World Bank, \d{4}: [\d.]+ against",
    "unequal": r"Beijing gets \d+ times the state research money of Henan",
    "guidance fund": r"a fund that a government sets up to draw private money into firms",
    "one source": r"Heading One source",
    "figure 25": r"Chart 25 ",
    "who runs": r"until \w+ \d{4}, when its centre went to the industry ministry",
    "budget": r"No budget of the programme was found",
    "number of zones": r"had approved \d+ national high-tech zones",
    "Made in China": r"dropped its name in \d{4}, and its aims stayed",
}
ON_PAGES = {  # the same for a part of a page
    ("book/index", "article"): r"Only what evidence contradicts is “wrong”; nothing here is",
    ("book/index", "#trust"): r"The makers have not said who they are",
    ("book/changed", "article"): r"changed \d+ of \d+ answers",
}
NUMBER = "notebooks/2-1-torch-program"
COPIED = 'button.copy:has-text("Copied")'


@pytest.fixture
def opened(browser, html):
    """A page opened from a file. It may request only files and must log no error."""
    context = browser.new_context()
    page, wrong = context.new_page(), []
    page.on("request", lambda asked: wrong.append(asked.url) if asked.resource_type == "fetch" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.go = lambda name, more="": page.goto(f"{(html / name).as_uri()}.html{more}")
    yield page
    assert not wrong
    context.close()


def test_the_page_of_results_finds_numbers_claims_and_chinese_of_two_letters_above_the_pages(opened):
    for query, (says, place) in SEARCHES.items():
        opened.go("search")
        opened.locator("main input[name=q]").fill(query)
        opened.keyboard.press("Enter")
        opened.wait_for_url("**/search.html?q=*")
        first = opened.locator("main .found a").first
        assert first.text_content().startswith(says), query
        assert place in first.get_attribute("href"), query
    assert opened.locator("main .found + #search-results ul.search").count() == 1


def words_until(answer, text):
    """Return how many words one reads to the end of the answer, or None if it is not there."""
    found = re.search(answer, text := " ".join(text.split()))
    return found and len(text[: found.end()].split())


def test_sixteen_questions_of_a_busy_reader_are_answered_within_a_minute(opened):
    read = {}
    opened.go("book/index")
    opened.keyboard.press("Control+k")
    for query, answer in QUESTIONS.items():
        opened.locator("dialog input[name=q]").fill(query)
        opened.locator("dialog .found-count", has_text=re.compile(r"^\d")).wait_for()
        read[query] = words_until(answer, opened.locator("dialog .found").inner_text())
    for (name, part), answer in ON_PAGES.items():
        opened.go(name)
        read[name, part] = words_until(answer, opened.locator(part).inner_text())
    assert len(read) == 16
    assert {question: words for question, words in read.items() if not words or words > MOST_READ} == {}


def test_typing_on_any_page_leads_to_a_number(opened):
    opened.go("claims/zones-over-170")
    opened.keyboard.press("Control+k")
    opened.keyboard.type("178")
    opened.locator("dialog .found a").first.wait_for()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/2-1-torch-program.html#number-zones-latest")


@pytest.mark.parametrize("refused", [False, True])
def test_a_number_a_chart_and_a_claim_are_copied_with_their_source_even_where_a_browser_refuses(opened, refused):
    if refused:
        opened.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    opened.go(NUMBER)
    opened.locator("#number-zones-latest").focus()
    for key in ("Enter", "Tab", "Tab", "Enter"):  # into the card, and its last stop is the button
        opened.keyboard.press(key)
    opened.locator(f".number-card {COPIED}").wait_for()
    assert re.match(r"National high-tech zones: 178 \(30 November 2023; [^“]+, “", pasted(opened))
    assert pasted(opened).endswith(f", {NUMBER}.html#number-zones-latest)")
    opened.locator("#fig-zones + .figure-tools button.copy").click()
    opened.locator(f".figure-tools {COPIED}").wait_for()
    assert "National high-tech zones [Chart fig-zones" in pasted(opened)
    opened.go("claims/zones-over-170")
    opened.locator(".claim-page button.copy").press("Enter")
    opened.locator(f".claim-page {COPIED}").wait_for()
    assert "says “There are over 170 national high-tech zones" in pasted(opened)


def pasted(page) -> str:
    """Return the content of the clipboard, pasted into a field."""
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    field = page.locator("main > textarea")
    field.press("Control+v")
    text = field.input_value()
    field.evaluate("field => field.remove()")
    return text
