"""The site: editions side by side, linked page by page, and a root that leads to the newest."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hand_made_records import WORK
from PIL import Image

from claimbook import citation
from claimbook.project import editions
from claimbook.project.folders import UserError
from claimbook.publish import site
from claimbook.templates import filled

PAGE = '<html><body><div><article class="bd-article"><h1>T</h1></article></div></body></html>'


@pytest.fixture
def two_editions(tmp_path, root):
    """Two editions of one page each, and a page that only the newer one has."""
    for name, pages in {"2023": ("book/index", "index"), "2026": ("book/index", "book/new", "index")}.items():
        for page in pages:
            path = tmp_path / name / f"{page}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(PAGE)
    (tmp_path / "2026" / "three-towns.pdf").write_bytes(b"%PDF")
    (tmp_path / "2026" / "changes.atom").write_text('<link href="book/changed.html#changed-2023-2026" />')
    works = {"2023": WORK, "2026": replace(WORK, edition="2026", cutoff=dt.date(2026, 11, 25))}
    return [site.SiteEdition(editions.read_edition(root, name), work, tmp_path / name) for name, work in works.items()]


def links(path) -> dict[str, str]:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return {link.get_text(): link["href"] for link in page.select("a[href]")}


def test_every_page_links_to_itself_in_the_other_edition_or_to_its_front(two_editions, tmp_path):
    target = tmp_path / "_build" / "site"
    target.parent.mkdir()
    site.write_site(two_editions, target)
    expected = {"Edition 2023": "../../2023/book/index.html", "All editions": "../../index.html"}
    assert links(target / "2026/book/index.html") == expected
    assert links(target / "2026/book/new.html")["Edition 2023"] == "../../2023/index.html"
    assert links(target / "2023/index.html")["Edition 2026"] == "../2026/index.html"
    assert (target / "changes.atom").read_text() == '<link href="2026/book/changed.html#changed-2023-2026" />'
    for page in target.rglob("*.html"):
        for href in links(page).values():
            assert (page.parent / href).resolve().exists(), f"{page}: {href}"


def test_charts_have_pictures_for_slides_next_to_their_pictures(two_editions, tmp_path):
    link = '<a href="../figures/fig-a.png" download>PNG</a>'
    (tmp_path / "2026/book/new.html").write_text(PAGE.replace("<h1>", f"{link}<h1>"))
    (tmp_path / "2026/figures").mkdir()
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='295pt' height='700pt'><rect width='9' height='9'/></svg>"
    (tmp_path / "2026/figures/fig-a.svg").write_text(drawing)
    site.write_site(two_editions, tmp_path / "site")
    page = tmp_path / "site/2026/book/new.html"
    assert Image.open(page.parent / links(page)["PNG 16:9"]).size == (1920, 1080)
    assert not (tmp_path / "2026/figures/fig-a-slide.png").exists(), "a build makes none"


def test_the_root_leads_to_the_newest_and_lists_all(two_editions):
    site.write_site(two_editions, two_editions[0].html.with_name("site"))
    page = BeautifulSoup(two_editions[0].html.with_name("site").joinpath("index.html").read_text(), "html.parser")
    assert page.select_one("p.newest a")["href"] == "2026/index.html"
    assert [a["href"] for a in page.select("li a")] == ["2026/index.html", "2023/index.html"]
    assert not page.select('link[rel="canonical"]')
    placed = [replace(e, work=replace(e.work, site="https://example.org/t")) for e in reversed(two_editions)]
    page = BeautifulSoup(filled("site.html", editions=placed), "html.parser")
    assert page.select_one('link[rel="canonical"]')["href"] == "https://example.org/t/"


def test_an_address_gives_a_list_of_all_pages_and_no_address_none(two_editions, tmp_path):
    site.write_site(two_editions, tmp_path / "site")
    assert not (tmp_path / "site" / "sitemap.xml").exists()
    placed = [replace(e, work=replace(e.work, site="https://example.org/t")) for e in two_editions]
    site.write_site(placed, tmp_path / "site")
    listed = re.findall("<loc>(.*)</loc>", (tmp_path / "site" / "sitemap.xml").read_text(encoding="utf-8"))
    own = ["", "2023/book/index.html", "2026/book/index.html", "2026/book/new.html"]
    assert sorted(listed) == [f"https://example.org/t/{name}" for name in own]


def test_the_address_is_written_once_into_the_citation_file_and_read_from_there(tmp_path):
    (tmp_path / "CITATION.cff").write_text("title: A\n", encoding="utf-8")
    assert citation.write_address(tmp_path, "https://example.org/t/")
    assert not citation.write_address(tmp_path, "https://example.org/t")
    assert citation.write_address(tmp_path, "https://example.org/u")
    assert (tmp_path / "CITATION.cff").read_text(encoding="utf-8") == 'title: A\nurl: "https://example.org/u"\n'
    for wrong in ("example.org", "https://a b", 'https://a"\nurl: b', "ftp://a"):
        with pytest.raises(UserError, match="is not the address of a site"):
            citation.write_address(tmp_path, wrong)
