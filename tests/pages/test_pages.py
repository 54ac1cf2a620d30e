"""The built pages are complete, linked and described, and request nothing from the network."""

import re
import sys
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from checkout import ROOT
from finished_report import HTML, book_pages, soup

from claimbook.pages import LOOK_FOLDER

sys.path.insert(0, str(ROOT / "book"))
import make_fonts  # noqa: E402

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(element["id"] for element in soup(page).find_all(id=True))


def article(name: str) -> BeautifulSoup:
    return soup(HTML / f"{name}.html").select_one("article.bd-article")


@cache
def prose(name: str) -> str:
    """What a page says, without code."""
    return "".join(s for s in article(name).strings if not any(p.name in {"pre", "code"} for p in s.parents))


@pytest.mark.parametrize("name", book_pages())
def test_every_listed_page_has_an_article_with_one_title(name):
    assert len(article(name).find_all("h1")) == 1


@pytest.mark.parametrize("name", book_pages())
def test_no_value_is_missing_and_the_text_contains_no_directive_or_role(name):
    assert not re.search(r"\{[a-z0-9-]+\}|%%prose|:::|<inline>", prose(name))


@pytest.mark.parametrize("name", book_pages())
def test_every_number_in_the_prose_leads_to_evidence(name):
    for number in article(name).select("a.stat"):
        assert "book/evidence.html#" in number["href"], f"{number.get_text()} leads to {number['href']}"
        assert number.get("title"), f"{number.get_text()} does not say how it was made"


@pytest.mark.parametrize("name", book_pages())
def test_every_picture_has_a_description(name):
    pictures = {picture["src"]: picture.get("alt", "") for picture in article(name).find_all("img")}
    for figure in article(name).select("figure.chart"):
        assert figure.svg["role"] == "img"
        pictures[figure["id"]] = figure.svg["aria-label"]
    for picture, alt in pictures.items():
        assert len(alt) > 20, f"{picture} has the description {alt!r}"
        assert not re.search(r"\.(svg|png)$", alt), f"{picture} is described by a file name"


@pytest.mark.parametrize("name", [n for n in book_pages() if n.startswith("notebooks/")])
def test_every_chart_offers_its_picture_and_its_data(name):
    for figure in article(name).select("figure.chart"):
        tools = figure.find_next_sibling()
        assert "figure-tools" in tools["class"], f"nothing is offered below {figure['id']}"
        files = [link["href"].rpartition(".")[2] for link in tools.select("p.downloads a[download]")]
        assert files == ["svg", "png", "csv", "ipynb"], f"{figure['id']} offers {files}"


@pytest.mark.parametrize("name", book_pages())
def test_headings_do_not_skip_a_level(name):
    levels = [int(h.name[1]) for h in article(name).find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    jumps = [(a, b) for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
    assert not jumps, f"heading levels jump in {name}: {jumps}"


def test_every_page_forbids_requests_to_elsewhere_before_it_loads_anything():
    for page in HTML.rglob("*.html"):
        first = re.search(r"<(?:script|link|style|img)\b|http-equiv=.Content-Security-Policy", page.read_text("utf-8"))
        assert first and "Policy" in first[0], f"{page.relative_to(HTML)} is not held to its own folder"


def test_no_page_tells_where_it_was_built():
    for page in sorted(HTML.rglob("*.html")):
        html = page.read_text(encoding="utf-8")
        for place in ("file:/", str(ROOT), str(Path.home()) + "/", "/tmp/"):
            assert place not in html, f"{page.relative_to(HTML)} holds {place}"


def test_every_source_has_its_place_on_the_evidence_page():
    from claimbook.project.csv_tables import rows_in
    from claimbook.say.anchors import source_anchor

    wanted = {source_anchor(row["source_id"]) for row in rows_in(ROOT / "data" / "sources.csv")}
    assert wanted
    assert wanted <= anchors(HTML / "book" / "evidence.html")


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


def spoken(text: str) -> str:
    """Text without typographic quotation marks, on one line."""
    return " ".join(text.translate(str.maketrans("’‘“”", "''\"\"")).split())


def test_nbconvert_of_a_stored_notebook_shows_the_numbers_of_the_page():
    from nbconvert import HTMLExporter

    name = "notebooks/3-1-scale-and-integration"
    page, _ = HTMLExporter(exclude_input=True).from_filename(str(ROOT / f"{name}.ipynb"))
    text = spoken(BeautifulSoup(page, "lxml").get_text())
    of_book = "a.reference, a[href*=claims]"  # links that only the book has
    paragraphs = [p for p in article(name).select("p:has(a.stat)") if not p.select(of_book)]
    assert paragraphs
    assert not [output for output in (spoken(p.get_text()) for p in paragraphs) if output not in text]
