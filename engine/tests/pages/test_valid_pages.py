"""A strict parser finds every page valid; Chinese text is marked as Chinese."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import lxml.html
import pytest
from data_of_towns import settings_of_towns
from finished_report import HTML
from tinyhtml5.parser import HTMLParser

from claimbook.pages.writing import HAN, finished, mark_text

X, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
HEADINGS = tuple(f"h{level}" for level in range(1, 7))
WORDS = ("button", *HEADINGS, "label", "legend", "output", "p", "pre", "span", "summary")  # hold no block
BLOCKS = {"article", "aside", "details", "div", "dl", "figure", "form", "li", "main", "nav", "ol", "p", "pre"}
BLOCKS |= {"section", "table", "ul", *HEADINGS}
UNSAID = {X + tag for tag in ("script", "style", "title", "option", "textarea")} | {f"{SVG}title"}  # unmarked


@cache
def read(path: Path) -> tuple[Element, list]:
    """Parse a page by the HTML standard; return it, and each error with its line and column."""
    parser = HTMLParser()
    return parser.parse(path.read_bytes()), parser.errors


def each(root: Element, *tags: str) -> list[Element]:
    return [e for e in root.iter() if e.tag in {X + tag for tag in tags}]


@cache
def ids(path: Path) -> tuple[str, ...]:
    return tuple(lxml.html.document_fromstring(path.read_bytes()).xpath("//@id"))  # much faster than the strict parser


def text_of(element: Element) -> str:
    return "".join(element.itertext()).strip()


def misplaced(path: Path) -> list[str]:
    """Return blocks where HTML allows only text; a summary may contain a heading."""
    found = []
    for element in each(read(path)[0], *WORDS):
        inside = {child.tag.removeprefix(X) for child in element.iter() if child is not element}
        allowed = {*HEADINGS} if element.tag == f"{X}summary" else set()
        if wrong := inside & BLOCKS - allowed:
            found.append(f"{element.tag.removeprefix(X)} holds {sorted(wrong)}: {text_of(element)[:60]}")
    return found


def nameless(path: Path) -> list[str]:
    """Return empty headings, and heads of tables without a scope."""
    heads = [text_of(e) for e in each(read(path)[0], "th") if e.get("scope") not in {"col", "row"}]
    return heads + [e.tag for e in each(read(path)[0], *HEADINGS) if not text_of(e)]


def dead(path: Path) -> list[str]:
    """Links within the pages that lead to no file, or to no place of a page."""
    found = []
    for href in {e.get("href", "") for e in each(read(path)[0], "a")}:
        file, _, fragment = href.partition("#")
        if re.match(r"[a-z]+:", href) or href in {"", "#"}:
            continue
        target = (path.parent / unquote(file.partition("?")[0])).resolve() if file else path
        within = fragment and target.suffix == ".html"
        if not target.exists() or (within and unquote(fragment) not in ids(target)):
            found.append(href)
    return found


def unmarked(element: Element, known: bool = False) -> Iterator[str]:
    """Return Chinese text in elements that are not marked as Chinese."""
    known = known or element.get("lang", "en") != "en"
    own = [element.text or ""] if element.tag not in UNSAID and isinstance(element.tag, str) else []
    for child in element:
        yield from unmarked(child, known)
        own.append(child.tail or "")
    yield from (text for text in own if not known and re.search(HAN, text))


FAULTS = {
    "error of syntax": lambda path: read(path)[1],
    "block among words": misplaced,
    "empty heading, or head without scope": nameless,
    "id twice": lambda path: sorted({i for i in ids(path) if ids(path).count(i) > 1}),
    "dead link": dead,
    "unmarked Chinese": lambda path: list(unmarked(read(path)[0])),
}


@pytest.mark.book
@pytest.mark.xdist_group("finished")
@pytest.mark.parametrize("fault", FAULTS)
def test_no_page_has_one(fault, part):
    names = part(path.relative_to(HTML).with_suffix("").as_posix() for path in sorted(HTML.rglob("*.html")))
    assert names and {name: found for name in names if (found := FAULTS[fault](HTML / f"{name}.html"))} == {}


@pytest.mark.book
@pytest.mark.slow
@pytest.mark.xdist_group("finished")
def test_marks_of_language_hold_chinese_on_pages_of_every_kind_and_in_charts():
    kinds: dict[tuple[str, str], int] = {}
    for path in HTML.rglob("*.html"):
        for element in read(path)[0].iter():
            if element.get("lang", "en") != "en":
                assert re.search(HAN, text_of(element)), f"{path.name}: {text_of(element)}"
                kind = path.relative_to(HTML).parts[0], element.tag
                kinds[kind] = kinds.get(kind, 0) + 1
    assert {("book", f"{X}span"), ("notebooks", f"{X}span"), ("notebooks", f"{SVG}tspan")} <= kinds.keys()
    assert sum(kinds.values()) > 600


def test_a_page_with_faults_is_found_out(tmp_path):
    path = tmp_path / "page.html"
    table = "<table><tr><span id=a></span><th>火<td></table><h2></h2>"
    rest = "<p id=a><a href=#b>b</a><summary><p>c</p></summary>"
    path.write_text(f"<meta charset=utf-8><title>A</title>{table}{rest}")
    assert {code for _, code, _ in read(path)[1]} >= {"unexpected-start-tag-implies-table-voodoo"}
    assert nameless(path) == ["火", f"{X}h2"] and dead(path) == ["#b"] and ids(path) == ("a", "a")
    assert misplaced(path) == ["summary holds ['p']: c"] and list(unmarked(read(path)[0])) == ["火"]


def test_a_run_is_one_with_the_digits_in_it_and_the_text_stays_the_same():
    says = "<p title='图书'>The 图书计划 of 1988, 国发〔2007〕40号</p><svg><text>京</text></svg><option>京</option>"
    made = mark_text(says)
    assert '<span lang="zh-Hans">图书计划</span> of 1988, <span lang="zh-Hans">国发〔2007〕40号</span>' in made
    assert '<text><tspan lang="zh-Hans">京</tspan></text>' in made and "<option>京</option>" in made
    assert "title='图书'" in made and re.sub(r"</?t?span[^>]*>", "", made) == says
    assert mark_text("<p>a firm's <code>a's</code> firms&#39;</p>") == "<p>a firm’s <code>a's</code> firms’</p>"
    assert mark_text("<p>わが国</p>") == '<p><span lang="ja">わが国</span></p>'


def test_letters_of_a_language_that_the_report_does_not_switch_on_are_not_said_to_be_of_it():
    with settings_of_towns(languages=[]):
        assert mark_text("<p>The 图书计划</p>") == "<p>The 图书计划</p>"


def test_heads_that_docutils_writes_say_what_they_head():
    made = finished('<th class="head text-right">A</th><th class="stub">B</th><th scope="row" class="head">C</th>')
    assert made.startswith('<th scope="col" class="head') and '<th scope="row" class="stub"' in made
    assert made.count("scope=") == 3


def test_a_cell_with_much_text_gets_room_and_a_day_is_kept_on_one_line():
    much, day = "word " * 10, "<time>2026-11-24</time>"
    stat = '<a class="stat%s" href="#x">%s</a>'
    assert finished(stat % ("", 2023)) == stat % (" year", 2023) and finished(stat % ("", 178)) == stat % ("", 178)
    assert finished(f'<td class="text-right">{much}</td>') == f'<td class="text-right long">{much}</td>'
    assert finished(f"<th><a href='{much}'>short</a></th>") == f"<th><a href='{much}'>short</a></th>"
    in_title = "<td title='2026-11-24'>2021-2023</td>"
    assert finished(f"<td>2026-11-24</td>{in_title}") == f"<td>{day}</td>{in_title}"
    drawn = "<svg><text>2026-11-24</text></svg>"
    assert finished(f"{drawn}<p>2023-08</p>") == f"{drawn}<p><time>2023-08</time></p>"
