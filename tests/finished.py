"""The finished pages of the default edition, each parsed once by a process."""

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "2026" / "html"


@cache
def soup(page: Path) -> BeautifulSoup:
    """A page, which a test reads and leaves as it is."""
    assert page.exists(), f"{page.relative_to(ROOT)} is not there: run `make report` first."
    return BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
