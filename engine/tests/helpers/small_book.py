"""A book that Sphinx builds from a small source tree."""

from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

BuiltPage = Callable[..., BeautifulSoup]


def build_book(folder: Path, part: str, *extensions: str) -> BeautifulSoup:
    """Build the book in a folder with one part of our extension, and return its first page."""
    overrides = {"extensions": [*extensions, "claimbook.pages"], "book_parts": [part]}
    app = Sphinx(folder, None, folder / "out", folder / "trees", "html", overrides, status=None, warning=None)
    app.build()
    return BeautifulSoup((folder / "out" / "index.html").read_text(encoding="utf-8"), "html.parser")
