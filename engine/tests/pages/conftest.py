"""What directives show, without a build."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from bs4 import BeautifulSoup
from docutils.core import publish_from_doctree
from docutils.utils import new_document

from claimbook.pages import evidence_pages
from claimbook.project.folders import csv_text, write_whole


@pytest.fixture
def shown_page(tmp_path: Path) -> Callable[..., BeautifulSoup]:
    """Return a page with one directive. `tables` has rows by the path of their file, without its ending."""

    def show(directive: str, tables: dict[str, list[dict[str, str]]]) -> BeautifulSoup:
        for name, rows in tables.items():
            write_whole(tmp_path / f"{name}.csv", csv_text(rows, list(rows[0])))
        app = MagicMock(srcdir=tmp_path, env=SimpleNamespace(temp_data={}))
        evidence_pages.setup(app)
        directives = dict(call.args for call in app.add_directive.call_args_list)
        page = new_document("page")
        page += directives[directive].run(None)
        return BeautifulSoup(publish_from_doctree(page, writer_name="html5"), "html.parser")

    return show


@pytest.fixture
def two_opinions(tmp_path: Path) -> None:
    """Write a ledger with two opinions, `one` and `two`, into the source tree."""
    claims = "".join(f'  - {{id: {c}, section: "1", kind: opinion, statement: It is {c}.}}\n' for c in ("one", "two"))
    write_whole(tmp_path / "data/claims.yml", f'text_date: "2023-12-31"\nclaims:\n{claims}'.encode())
