"""Every page is accessible, shows no error in a browser, fits a telephone, and breaks no word in a table.

A printed claim has two pages at most. One visit to each page notes what most of these tests read.
"""

from pathlib import Path

import pytest
from finished_report import PHONE, texts_of

pytestmark = pytest.mark.book
WIDTHS = (390, 768, 1280, 1920)
ALIKE = 4  # rows, list items, sources … of one kind that are looked at; hundreds of others are made in the same way
SMALLEST = 11  # CSS pixels of a word in a chart on so small a telephone; 12 on one of 390 pixels
ELSEWHERE = "https://example.org/"  # which a page must not ask
SHORTEN = """most => {
    for (const code of [...document.querySelectorAll("details:not([open]) pre")].slice(1)) code.remove();  // unseen
    for (const box of document.querySelectorAll("article, article *")) {
        const seen = {};
        for (const child of [...box.children]) {
            const kind = `${child.tagName} ${child.className}`;
            seen[kind] = (seen[kind] ?? 0) + 1;
            if (seen[kind] > most) child.remove();
        }
    }
}"""

UNSEEN = """() => {
    const all = document.querySelectorAll("a[href], button, summary, select, input, [tabindex='0']");
    const places = [...all].filter(e => {
        e.focus();
        return document.activeElement === e;
    });
    return [places.length, places.filter(e => {
        e.focus();
        const s = getComputedStyle(e), outlined = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
        return !outlined && s.boxShadow === "none";
    }).map(e => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 40)}`)];
}"""
IN_ICONS = """() => [...document.querySelectorAll("body *")].flatMap(e => ["", "::before", "::after"].filter(part => {
    const style = getComputedStyle(e, part);
    return style.fontFamily.includes("Awesome") && !(part && style.content === "none");
}).map(part => e.className + part))"""
ASK = """elsewhere => new Promise(done => {
    const refused = [];
    document.addEventListener("securitypolicyviolation", event => {
        refused.push(event.effectiveDirective);
        if (refused.length === 3) done(refused);
    });
    fetch(elsewhere).catch(() => 0);
    new Image().src = elsewhere + "a.png";
    const script = document.head.appendChild(document.createElement("script"));
    script.onerror = () => setTimeout(() => done(refused), 1000);  // where nothing refuses, the network does
    script.src = elsewhere + "a.js";
})"""
BROKEN = Path(__file__).with_name("broken_words.js").read_text("utf-8")


@pytest.fixture(scope="module")
def visited(open_tab, charts, claims, page_names, part):
    """What is seen on each page: width, charts, print, cells by width of the window, errors, what it may not ask."""
    addresses = {f"claims/{claim['id']}": claim for claim in claims}
    seen = {}
    with open_tab(PHONE) as tab:
        for name in part([*page_names, *addresses]):
            tab.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            page = tab.go(name)
            wide = page.evaluate("document.documentElement.scrollWidth")
            seen[name] = noted = {"width": wide, "charts": charts(page)}
            if name in addresses:
                words = page.locator("figure.chart > svg text")
                noted["words"] = words.first.text_content() if words.count() else addresses[name]["answer"]
                noted["answer"], noted["paper"] = addresses[name]["answer"], page.pdf(prefer_css_page_size=True)
            noted["cells"] = {}
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                noted["cells"][width] = page.evaluate(BROKEN)
            noted["refused"] = sorted(page.evaluate(ASK, ELSEWHERE))
            noted["errors"] = [line for line in (*tab.errors, *tab.outside) if ELSEWHERE not in line]
            tab.errors.clear()  # the browser reports what it refused
            tab.outside.clear()
    return seen


def test_every_page_fits_a_telephone_with_its_charts(visited, drawn, page_names):
    homes = {  # a chart of a claim is on the page of the claim
        label: f"claims/{figure['claim']}" if figure.get("claim") else notebook
        for notebook in page_names
        if notebook.startswith("notebooks/")
        for label, figure in drawn(notebook).items()
    }
    due, shown = {label for label, home in homes.items() if home in visited}, set()
    for name, noted in visited.items():
        assert noted["width"] <= PHONE[0], name
        for chart in noted["charts"]:
            assert chart["drawings"] == 1 and chart["type"] >= SMALLEST, name
            assert 0 <= chart["left"] and chart["right"] <= PHONE[0], name
            shown.add(chart["label"] or name.replace("claims/", "fig-"))
    assert due and due <= shown <= homes.keys()


def test_no_page_shows_an_error_or_may_ask_another_machine(visited):
    assert not [line for noted in visited.values() for line in noted["errors"]]
    refused = {name: noted["refused"] for name, noted in visited.items()}
    assert refused == dict.fromkeys(visited, ["connect-src", "img-src", "script-src-elem"])


def test_no_cell_breaks_a_word_or_is_narrower_than_three_letters(visited):
    seen = {(name, width): cells for name, noted in visited.items() for width, cells in noted["cells"].items()}
    assert all(sum(seen[name, width][0] for name in visited) > 10 * len(visited) for width in WIDTHS)
    assert not {where: found[:5] for where, (_, found) in seen.items() if found}


def test_a_claim_on_paper_has_two_pages_at_most_with_answer_and_chart_on_the_first(visited):
    for name, noted in visited.items():
        if "paper" in noted:
            printed = texts_of(noted["paper"])
            assert len(printed) <= 2, name
            assert noted["answer"] in printed[0] and noted["words"].strip()[:12] in printed[0], name


def test_no_page_breaks_a_rule_of_wcag_in_light_or_dark_or_text_in_the_font_of_icons(open_tab, axe, page_names, part):
    with open_tab() as tab:
        found = {}
        for name in part(page_names):
            icons = tab.go(name).evaluate(IN_ICONS)
            tab.page.evaluate(SHORTEN, ALIKE)
            found[name] = icons + axe(tab.page)
    assert not any(found.values()), "\n".join(f"{name}: {line}" for name, f in found.items() for line in f[:5])


def test_the_place_of_the_keyboard_is_seen_in_the_light_and_in_the_dark(open_tab):
    with open_tab() as tab:
        page = tab.go("notebooks/3-4-talent-pipelines")
        page.keyboard.press("Tab")  # from now on the browser shows where the keyboard is
        for colors in ("light", "dark"):
            page.emulate_media(color_scheme=colors)
            places, unseen = page.evaluate(UNSEEN)
            assert places > 100 and not unseen, (colors, unseen)
