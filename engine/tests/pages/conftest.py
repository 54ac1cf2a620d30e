"""Pages that Sphinx builds from a small source tree."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from small_book import BuiltPage, build_book

from claimbook.project.folders import csv_text, write_whole


@pytest.fixture
def built_page(tmp_path: Path) -> BuiltPage:
    """Build a page with one directive of a part. `tables` has rows by the path of their file, without its ending."""

    def build(directive: str, tables: dict[str, list[dict[str, str]]], part: str = "evidence_pages") -> BeautifulSoup:
        for name, rows in tables.items():
            write_whole(tmp_path / f"{name}.csv", csv_text(rows, list(rows[0])))
        (tmp_path / "index.rst").write_text(f"Title\n=====\n\n.. {directive}::\n")
        return build_book(tmp_path, part)

    return build


@pytest.fixture
def two_opinions(tmp_path: Path) -> None:
    """Write a ledger with two opinions, `one` and `two`, into the source tree."""
    claims = "".join(f'  - {{id: {c}, section: "1", kind: opinion, statement: It is {c}.}}\n' for c in ("one", "two"))
    write_whole(tmp_path / "data/claims.yml", f'text_date: "2023-12-31"\nclaims:\n{claims}'.encode())
