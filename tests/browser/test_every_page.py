"""Every page is accessible, shows no error in a browser, and is no wider than a phone."""

import pytest
from finished_report import OF_EACH_KIND, PHONE

pytestmark = pytest.mark.book
ALIKE = 4  # rows, list items, sources … of one kind that are looked at; hundreds of others are made in the same way
SMALLEST = 11  # CSS pixels of a word in a chart on so small a telephone; 12 on one of 390 pixels
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
ASK = """() => new Promise(done => {
    const refused = [];
    document.addEventListener("securitypolicyviolation", event => {
        refused.push(event.effectiveDirective);
        if (refused.length === 3) done(refused);
    });
    fetch("https://example.org/").catch(() => 0);
    new Image().src = "https://example.org/a.png";
    const script = document.head.appendChild(document.createElement("script"));
    script.onerror = () => setTimeout(() => done(refused), 1000);  // where nothing refuses, the network does
    script.src = "https://example.org/a.js";
})"""


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_no_page_breaks_a_rule_of_wcag_in_light_or_dark_or_has_text_in_the_font_of_icons(open_tab, axe, name):
    with open_tab() as tab:
        assert tab.go(name).evaluate(IN_ICONS) == []
        assert not broken(tab.page, axe)


@pytest.mark.slow
def test_no_other_page_breaks_a_rule_of_wcag_either(open_tab, axe, page_names):
    with open_tab() as tab:
        found = {name: broken(tab.go(name), axe) for name in page_names if name not in OF_EACH_KIND}
    assert not any(found.values()), "\n".join(f"{name}: {line}" for name, f in found.items() for line in f[:5])


def broken(page, axe):
    page.evaluate(SHORTEN, ALIKE)
    return axe(page)


def test_every_page_fits_a_telephone_with_its_charts_and_may_ask_no_other_machine(
    open_tab, charts, drawn, page_names, visited
):
    made = {label for name in page_names if name.startswith("notebooks/") for label in drawn(name)}
    refused, shown = {}, set()
    with open_tab(PHONE) as tab:
        for name in visited:
            page = tab.go(name)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], name
            for chart in charts(page):
                assert chart["drawings"] == 1 and chart["type"] >= SMALLEST, name
                assert 0 <= chart["left"] and chart["right"] <= PHONE[0], name
                shown.add(chart["label"] or name.replace("claims/", "fig-"))
            refused[name] = sorted(page.evaluate(ASK))
        tab.errors.clear()  # the browser reports what it refused
        tab.outside.clear()
    assert shown and shown <= made and (shown == made or not {*page_names} <= {*visited})
    assert refused == dict.fromkeys(visited, ["connect-src", "img-src", "script-src-elem"])


def test_the_place_of_the_keyboard_is_seen_in_the_light_and_in_the_dark(open_tab):
    with open_tab() as tab:
        page = tab.go("notebooks/3-4-talent-pipelines")
        page.keyboard.press("Tab")  # from now on the browser shows where the keyboard is
        for colors in ("light", "dark"):
            page.emulate_media(color_scheme=colors)
            places, unseen = page.evaluate(UNSEEN)
            assert places > 100 and not unseen, (colors, unseen)
