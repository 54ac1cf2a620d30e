"""Small correct data of the three towns, faults to make in them, and the settings of their report."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

import yaml
from checkout import ROOT
from openpyxl import Workbook
from towns import EXAMPLE

from claimbook.intake.adding import Offer
from claimbook.intake.description import describe
from claimbook.intake.validation import render
from claimbook.project.editions import Parameters
from claimbook.project.report import report_settings

SETTINGS = {"geography": {"nation": "Threeland", "whole": "All towns"}, "languages": ["zh"]}
HEAD = "series,entity,period,value,unit,bound,source_id,locator\n"  # of new figures
ROW = "members,All towns,2021,115000,count,=,herald_20220918,para 5\n"


def write_sound_project(folder: Path) -> Path:
    """Write a project without notebooks, with small sound data, complete and described; return the folder of data."""
    shutil.copytree(ROOT / "engine" / "tests" / "intake" / "sound", folder / "data")
    (folder / "data" / "claims.yml").write_text("text_date: '2023-12-31'\nclaims: []\n")
    write_settings(folder)
    (folder / "editions").mkdir()
    years = {name: 2023 for name in Parameters.model_fields}  # what else the report of this process may ask for
    for edition, cutoff in (("2026", "2026-11-25"), ("2023", "2023-12-31")):
        written = {"title": "A", "parameters": years | {"edition": edition, "cutoff": cutoff}}
        (folder / "editions" / f"{edition}.yml").write_text(yaml.safe_dump(written))
    describe(folder / "data")
    return folder / "data"


def write_settings(folder: Path, **changed: Any) -> None:
    """Write the settings of the three towns, with another name for the whole, with Chinese, and with changes."""
    own = yaml.safe_load((EXAMPLE / "report.yml").read_text()) | SETTINGS | changed
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    (folder / "report.yml").write_text(yaml.safe_dump(own, allow_unicode=True))


@contextmanager
def settings_of_towns(**changed: Any) -> Iterator[None]:
    """Let the engine read the settings that `write_settings` writes."""
    with tempfile.TemporaryDirectory() as folder:
        write_settings(Path(folder), **changed)
        _load_settings(folder)
    try:
        yield
    finally:
        _load_settings(ROOT)


def _load_settings(folder: Path | str) -> None:
    """Let the engine read the settings of the report in a folder."""
    report_settings.cache_clear()
    with chdir(folder):
        report_settings()


def read_cases(path: Path) -> Any:
    """Return cases: what each changes in sound data, and what the check then says."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def make_fault(folder: Path, case: dict[str, Any]) -> None:
    """Make the changes of a case: file, old text, new text. Without an old text, the new text is the whole file."""
    for name, old, new in case["change"]:
        before = "" if old is None else (folder / name).read_text(encoding="utf-8")
        assert old is None or old in before, f"{name} has no {old!r}"
        (folder / name).write_text(new if old is None else before.replace(old, new, 1), encoding="utf-8")


def book_of(*rows: list[Any]) -> Workbook:
    """Return a workbook with these rows in its sheet; "=" is a bound, no formula."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s" if cell.value == "=" else cell.data_type
    return book


def told(offer: Offer) -> str:
    """Return what somebody is told of an offer."""
    return f"{render(offer.problems)} {' '.join(offer.said)}"


def accepted(offer: Offer) -> Offer:
    """Return an offer, which has no fault."""
    assert not offer.problems, told(offer)
    return offer
