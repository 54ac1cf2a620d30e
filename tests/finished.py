"""The finished pages of the default edition, each parsed once by a process."""

from functools import cache
from pathlib import Path

import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "2026" / "html"
DESK, PHONE = (1440, 900), (360, 800)  # widths and heights of windows in CSS pixels


def book_pages() -> list[str]:
    """Names of the pages that `_toc.yml` lists."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]


@cache
def soup(page: Path) -> BeautifulSoup:
    """A page, which a test reads and leaves as it is."""
    assert page.exists(), f"{page.relative_to(ROOT)} is not there: run `make report` first."
    return BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
