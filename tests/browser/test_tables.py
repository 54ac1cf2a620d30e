"""Tables and paper: no cell breaks a word or is too narrow to be read, and a printed claim has two pages at most."""

import pytest
from finished_report import texts_of

pytestmark = pytest.mark.book
WIDTHS = (1280, 1920, 768, 390)
BROKEN = r"""() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    const word = /(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\d-])|[\p{L}\p{N}]+/gu;
    const everywhere = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;  // a line may end after each sign
    const found = [], range = document.createRange();
    const height = () => {  // of the places where lines of the range begin: more than 3 pixels are two lines
        const tops = [...range.getClientRects()].filter(box => box.width).map(box => box.top);
        return Math.max(...tops) - Math.min(...tops);
    };
    const cells = [...document.querySelectorAll("article :is(td, th)")].filter(cell => cell.offsetHeight);
    for (const cell of cells) {
        const style = getComputedStyle(cell);
        const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const says = cell.textContent.trim();
        if (says.length >= 3 && room < 1.3 * parseFloat(style.fontSize)) found.push(`narrow: ${says.slice(0, 40)}`);
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            range.selectNodeContents(texts.currentNode);
            if (!(height() > 3)) continue;
            for (const {0: letters, index} of texts.currentNode.data.matchAll(word)) {
                range.setStart(texts.currentNode, index);
                range.setEnd(texts.currentNode, index + letters.length);
                if (height() > 3 && !everywhere.test(letters)) found.push(letters);
            }
        }
    }
    return [cells.length, found];
}"""


def test_no_cell_breaks_a_word_or_is_narrower_than_three_letters(open_tab, visited):
    seen: dict[tuple[str, int], tuple[int, list[str]]] = {}
    with open_tab((WIDTHS[0], 900)) as tab:
        for name in visited:
            page = tab.go(name)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                seen[name, width] = page.evaluate(BROKEN)
    assert all(sum(seen[name, width][0] for name in visited) > 10 * len(visited) for width in WIDTHS)
    assert not {where: found[:5] for where, (_, found) in seen.items() if found}


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


def test_a_claim_on_paper_has_two_pages_at_most_with_answer_and_chart_on_the_first(open_tab, claims, visited):
    with open_tab() as tab:
        for claim in (claim for claim in claims if f"claims/{claim['id']}" in visited):
            page = tab.go(f"claims/{claim['id']}")
            chart = page.locator("figure.chart > svg text")
            words = chart.first.text_content() if chart.count() else claim["answer"]
            printed = texts_of(page.pdf(prefer_css_page_size=True))
            assert len(printed) <= 2, claim["id"]
            assert claim["answer"] in printed[0] and words.strip()[:12] in printed[0], claim["id"]
