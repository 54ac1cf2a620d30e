"""Products of the finished report: its results and pages, read once per process, and the text of a PDF."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import yaml
from bs4 import BeautifulSoup
from checkout import BUILT, ROOT

HTML = BUILT / "html"
OF_EACH_KIND = {"book/index", "book/methods", "notebooks/3-4-talent-pipelines", "search"}
OF_EACH_KIND |= {"claims/gdp-share-nearly-13", "claims/talent-plans", "claims/regional-inequality"}  # of three kinds
DESK, PHONE = (1440, 900), (360, 800)  # widths and heights of windows in CSS pixels


def book_pages() -> list[str]:
    """Names of the pages that `_toc.yml` lists."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]


def pdf(content: Path | bytes) -> Any:
    """Return a PDF, read by another library than the one that wrote it."""
    import pymupdf  # takes half a second, which tests of other things need not wait for

    return pymupdf.open(content) if isinstance(content, Path) else pymupdf.open("pdf", content)


def text_of(content: Path | bytes) -> str:
    """Return the text of a PDF, without the characters that keep a number and its word together."""
    return "\n".join(texts_of(content))


def texts_of(content: Path | bytes) -> list[str]:
    """Return the text of each page of a PDF."""
    return [page.get_text().replace("\u2060", "") for page in pdf(content)]


def plain(text: str) -> str:
    """Return text on one line, with straight quotation marks."""
    return " ".join(text.split()).translate(str.maketrans("’‘“”", "''\"\""))


@cache
def soup(page: Path) -> BeautifulSoup:
    """Return a parsed page, which tests must not change."""
    assert page.exists(), f"{page.relative_to(ROOT)} is not there: run `make report` first."
    return BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")


def told(page: Path) -> dict[str, tuple[str, str]]:
    """Return the answer and the finding of each claim on a page one, by its id."""
    found = {}
    for item in soup(page).select("section.answer li"):
        firm = "".join(e.get_text() for e in item.select(".firm"))
        says = item.get_text().removeprefix(item.strong.get_text()).removesuffix(firm)
        found[item.a["href"].partition("#claim-")[2]] = item.find_parent("section")["id"], says.strip()
    return found


def article_text(page: Path) -> str:
    """Return the text of the article on a page, in one line."""
    article = BeautifulSoup(page.read_bytes(), "lxml").select_one("article")
    return " ".join(article.get_text(" ", strip=True).split())


def text_outside(page: Path, *tags: str) -> str:
    """Return the text of a page that is in no element of these kinds."""
    parsed = lxml.html.parse(page, lxml.html.HTMLParser(encoding="utf-8", remove_comments=True))
    lxml.etree.strip_elements(parsed, *tags, with_tail=False)
    return " ".join(parsed.getroot().itertext())


def dead_links(page: Path, within: str = "a[href]") -> list[str]:
    """Return the links on a page that lead to no file."""
    links = BeautifulSoup(page.read_bytes(), "lxml").select(within)
    files = [re.split("[?#]", link["href"])[0] for link in links]
    return [file for file in files if file and ":" not in file and not (page.parent / file).exists()]


@cache
def results() -> dict[str, Any]:
    """Return the results of the default edition, which tests must not change."""
    path = BUILT / "results.json"
    assert path.exists(), f"{path.relative_to(ROOT)} is not there: run `make report` first."
    return json.loads(path.read_text(encoding="utf-8"))


def claim(name: str) -> dict[str, Any]:
    """Return one judged claim of these results."""
    return next(c for c in results()["claims"] if c["id"] == name)
