"""The built pages are complete, linked and described, and request nothing from the network."""

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from checkout import ROOT
from finished_report import HTML, book_pages, plain, results, soup, text_outside

from claimbook.pages import LOOK_FOLDER
from claimbook.say.verdict_table import ANSWERS

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]
sys.path.insert(0, str(ROOT / "book"))
import make_fonts  # noqa: E402


@pytest.fixture(params=book_pages())
def article(request: pytest.FixtureRequest) -> Tag:
    """What each listed page says, one after the other."""
    return soup(HTML / f"{request.param}.html").select_one("article.bd-article")


def test_no_value_is_missing_and_the_text_contains_no_directive_or_role(article):
    prose = "".join(s for s in article.strings if not any(p.name in {"pre", "code"} for p in s.parents))
    assert not re.search(r"\{[a-z0-9-]+\}|%%prose|:::|<inline>", prose)


def test_every_number_in_the_prose_leads_to_evidence(article):
    for number in article.select("a.stat"):
        assert "book/evidence.html#" in number["href"], f"{number.get_text()} leads to {number['href']}"
        assert number.get("title"), f"{number.get_text()} does not say how it was made"


def test_every_picture_has_a_description(article):
    pictures = {picture["src"]: picture.get("alt", "") for picture in article.find_all("img")}
    for figure in article.select("figure.chart"):
        assert figure.svg["role"] == "img"
        pictures[figure["id"]] = figure.svg["aria-label"]
    for picture, alt in pictures.items():
        assert len(alt) > 20, f"{picture} has the description {alt!r}"
        assert not re.search(r"\.(svg|png)$", alt), f"{picture} is described by a file name"


def test_every_chart_offers_its_picture_and_its_data(article):
    for figure in article.select("figure.chart"):
        tools = figure.find_next_sibling()
        assert "figure-tools" in tools["class"], f"nothing is offered below {figure['id']}"
        files = [link["href"].rpartition(".")[2] for link in tools.select("p.downloads a[download]")]
        assert files == ["svg", "png", "csv", "ipynb"], f"{figure['id']} offers {files}"


def test_a_page_begins_with_its_only_title_and_headings_do_not_skip_a_level(article):
    levels = [int(h.name[1]) for h in article.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1 and levels.count(1) == 1
    jumps = [(above, below) for above, below in pairwise(levels) if below > above + 1]
    assert not jumps, f"heading levels jump in {article.h1.get_text()}: {jumps}"


LOADED = re.compile(r"http-equiv=.Content-Security-Policy|<(?:script|link|style|img)\b.*")
PLACES = ("file:/", str(ROOT), str(Path.home()) + "/", "/tmp/")  # on this machine


def without_quotation_marks(page: Path) -> list[str]:
    """Return the statements of the text that a page repeats as if they were ours."""
    text = plain(text_outside(page, "script", "style", "pre", "svg"))
    statements = [plain(claim["statement"]) for claim in results()["claims"]]
    return [says for says in statements for before in text.split(says)[:-1] if not before.endswith('"')]


FAULTS = {
    "something loaded before the policy that forbids requests": lambda page: [
        first for first in (LOADED.findall(page.read_text("utf-8")) or ["nothing"])[:1] if "Policy" not in first
    ],
    "place where it was built": lambda page: [place for place in PLACES if place in page.read_text("utf-8")],
    "words of the text without quotation marks": without_quotation_marks,
    "straight apostrophe": lambda page: re.findall(r"\w+'.*", text_outside(page, "script", "style", "pre", "code")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_page_has_one(fault):
    found = {path.relative_to(HTML).as_posix(): FAULTS[fault](path) for path in HTML.rglob("*.html")}
    assert found and {page: faults for page, faults in found.items() if faults} == {}


def test_every_chinese_character_of_the_project_is_in_the_font():
    used = make_fonts.chinese_characters(ROOT)
    for weight in make_fonts.CHINESE_WEIGHTS:
        held = make_fonts.characters_of(make_fonts.FONTS / f"claimbook-han-{weight}.woff2")
        assert held <= make_fonts.characters_of(make_fonts.TRUETYPE / f"claimbook-han-{weight}.ttf")
        missing = "".join(sorted(used - held))
        assert not missing, f"The Chinese font lacks {missing}: make it again as book/make_fonts.py says."


@pytest.mark.parametrize("name", make_fonts.LATIN)
def test_pages_and_charts_have_the_same_latin_characters(name):
    held = make_fonts.characters_of(make_fonts.FONTS / f"{name}.woff2")
    assert held == make_fonts.characters_of(make_fonts.TRUETYPE / f"{name}.ttf")


def test_the_chinese_of_the_front_page_is_in_its_small_font():
    used = set(make_fonts.CHINESE.findall(soup(HTML / "book" / "index.html").get_text()))
    css = (LOOK_FOLDER / "_static" / "pages.css").read_text(encoding="utf-8")
    declared = {chr(int(code, 16)) for code in re.findall(r"U\+([0-9A-F]+)", css)}
    held = make_fonts.characters_of(make_fonts.FONTS / "claimbook-han-title.woff2")
    assert used <= declared == held == set(make_fonts.TITLE)


def test_nbconvert_of_a_stored_notebook_shows_the_numbers_of_the_page():
    from nbconvert import HTMLExporter

    name = "notebooks/3-1-scale-and-integration"
    page, _ = HTMLExporter(exclude_input=True).from_filename(str(ROOT / f"{name}.ipynb"))
    text = plain(BeautifulSoup(page, "lxml").get_text())
    of_book = "a.reference, a[href*=claims]"  # links that only the book has
    paragraphs = [p for p in soup(HTML / f"{name}.html").select("p:has(a.stat)") if not p.select(of_book)]
    assert paragraphs
    assert not [output for output in (plain(p.get_text()) for p in paragraphs) if output not in text]


WORD = "|".join(answer.word for answer in ANSWERS)
MACHINE = re.compile(
    rf"""[●◆✗▷○]                                   # the sign of an answer
    |\((?:{WORD}|not\ settled)(?:[;,]\ (?:{WORD}))+\)  # several answers in brackets
    |\b({WORD})\ \(\1\)                             # an answer twice
    |\(not\ settled\)|\bliteral\ reading\b
    |\b1\ (?:have|are|were|do|agree|say|stay|answers)\b  # one of several
    |[{{}}]|\[\[|\]\]|\|\|                          # what templates are made of
    |\(\s*\)|\b(?:None|nan|NaT)\b(?=[\s.,;)]*$)""",
    re.VERBOSE | re.MULTILINE,
)


def sentences(page):
    """Return the paragraphs and items of prose of a page, as readers see them."""
    for each in soup(page).select("article p, article li"):
        if not each.find_parent(("table", "figure", "pre", "details")) and not each.select_one("pre, table"):
            if "counts" not in each.get("class", ()) and not each.find_parent(class_="admonition"):
                yield each


FOUND_OUT = ["It holds (● right; ● right).", "They hold (right; right).", "So the text is right (right), but late."]
FOUND_OUT += ["1 have the same answer.", "The rest: R&D staff (not settled).", "There were {towns} of them."]
FOUND_OUT += ["It grew to ()."]


def test_the_guard_knows_machine_speech():
    assert [says for says in FOUND_OUT if not MACHINE.search(says)] == []
    assert not MACHINE.search("The worry is sound (right). None of them asks, and 21 have none.")


def test_no_sentence_of_a_section_or_of_page_one_has_machine_speech_or_a_badge():
    read, found, badges = 0, [], []
    for name in [page for page in book_pages() if page.startswith("notebooks/") or page == "book/index"]:
        for each in sentences(HTML / f"{name}.html"):
            read += 1
            badges += [(name, str(b)) for b in each.select(".verdict") if not b.find_parent(class_="rests-on")]
            found += [(name, m[0], each.get_text()[:90]) for m in MACHINE.finditer(each.get_text())]
    assert read > 250 and not badges
    assert not found
