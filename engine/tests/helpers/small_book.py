"""A book that Sphinx builds from a small source tree."""

import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from claimbook.templates import FILLED

BuiltPage = Callable[..., BeautifulSoup]


def build_book(folder: Path, part: str, *extensions: str) -> BeautifulSoup:
    """Build the book in a folder with one part of our extension, and return its first page."""
    overrides = {"extensions": [*extensions, "claimbook.pages"], "book_parts": [part]}
    with patch.dict(os.environ), patch.object(FILLED, "bytecode_cache", None):  # which other tests must not see
        Sphinx(folder, None, folder / "out", folder / "trees", "html", overrides, status=None, warning=None).build()
    return BeautifulSoup((folder / "out" / "index.html").read_text(encoding="utf-8"), "html.parser")
