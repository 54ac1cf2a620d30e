"""Text of the data stays text in pages, PDF, drawings and machine-readable parts, whatever it contains."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
import towns
import yaml
from bs4 import BeautifulSoup
from finished_report import text_of
from towns import FIGURES

from claimbook.intake import description
from claimbook.project.folders import csv_text, rows_in

pytestmark = [pytest.mark.process, pytest.mark.slow]
HOSTILE = (
    "<script>alert(1)</script><b>fat</b></title></script> {{ 7*7 }} $E=mc^2$ `code` "
    '[click](javascript:alert(1)) ![spy](http://192.0.2.1/spy.png) {glue:}`x` <!-- & " onfocus="x" \'q\' '
    '#panic("run") #read("/etc/passwd")'
)
MARK = "alert(1)"  # what a reader must see of it, as text


def edit_table(path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    rows = [change(row) for row in rows_in(path)]
    path.write_bytes(csv_text(rows, [*rows[0]]))


def spoil(folder: Path) -> None:
    """Append the hostile text to every kind of free text, and let two sources disagree."""

    def behind(*columns: str) -> Callable[[dict[str, str]], dict[str, str]]:
        return lambda row: row | {c: f"{row[c]} {HOSTILE}" for c in columns if row[c] or c == "note"}

    def in_conflict(row: dict[str, str]) -> dict[str, str]:
        disagree = row["entity"] == "Threeland" and row["period"] == "2023"
        dozens = {"value": "5"} if row["unit"] == "dozen" else {}
        return row | dozens | ({"conflict": "libraries-2023"} if disagree else {})

    data = folder / "data"
    edit_table(data / "sources.csv", behind("title", "title_en", "publisher", "note"))
    edit_table(data / "sources.csv", lambda row: row | {"address": "javascript:alert(1)"})
    edit_table(data / "series.csv", behind("label", "counts", "note"))
    edit_table(data / "timeline.csv", behind("event"))
    edit_table(folder / FIGURES, behind("locator", "note"))
    edit_table(folder / FIGURES, in_conflict)
    ledger = yaml.safe_load((data / "claims.yml").read_text(encoding="utf-8"))
    for claim in ledger["claims"]:
        claim["care"] = HOSTILE
        for part in (claim, *claim.get("parts", ())):
            part |= {name: f"{part[name]} {HOSTILE}" for name in ("statement", "name", "says") if name in part}
    (data / "claims.yml").write_text(yaml.safe_dump(ledger, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / "book" / "methods.md").write_text("# Methods\n\n## The day of the text\n\n:::{conflicts}\n:::\n")
    description.describe(data)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the towns, made from spoilt data."""
    folder = towns.create(tmp_path_factory.mktemp("hostile") / "project")
    towns.edit(folder / "_config.yml", "downloads, ", "")  # test_downloads shows that they hold no formula
    spoil(folder)
    code, output = towns.run(folder, "report")
    assert code == 0, output
    return folder / "_build" / "2026"


def pages(build: Path) -> list[Path]:
    return sorted(build.glob("html/*/*.html"))


def test_pages_hold_it_as_text_and_run_nothing(build: Path) -> None:
    shown = 0
    for page in pages(build):
        soup = BeautifulSoup(page.read_bytes(), "html.parser")
        for script in soup.find_all("script"):
            kind = script.get("type", "")
            if "json" in kind:
                json.loads(script.string)
            else:
                assert MARK not in (script.string or ""), page.name
        assert not [b for b in soup.find_all("b") if "fat" in b.get_text()], page.name
        for tag in soup.find_all(True):
            for name in ("href", "src", "action", "data"):
                target = str(tag.get(name, ""))
                assert not re.match(r"\s*javascript:", target), (page.name, target)
                assert "192.0.2.1" not in target, (page.name, target)
            assert not [a for a in tag.attrs if a.startswith("on")], (page.name, tag.attrs)
        text = soup.get_text()
        shown += MARK in text
        assert "{{ 49 }}" not in text and " 49 $" not in text
    assert shown >= 10


def test_drawings_are_complete_and_contain_no_script(build: Path) -> None:
    drawings = sorted(build.glob("html/figures/*.svg"))
    assert any(MARK in drawing.read_text() for drawing in drawings)
    for drawing in drawings:
        tree = ElementTree.parse(drawing)
        assert not [e for e in tree.iter() if e.tag.endswith("}script") or any(a.startswith("on") for a in e.attrib)]


def test_tables_and_results_hold_it_as_it_was_written(build: Path) -> None:
    claims = {c["id"]: c for c in json.loads((build / "results.json").read_text())["claims"]}
    assert claims["libraries-over-50"]["statement"].endswith(HOSTILE)


def test_the_pdf_shows_it(build: Path) -> None:
    text = text_of(build / "three-towns.pdf")
    assert MARK in text and "7*7" in text and '#panic("run")' in text.replace("“", '"').replace("”", '"')
