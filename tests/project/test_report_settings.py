"""What `report.yml` may leave out, and what the engine then assumes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from checkout import ROOT

from claimbook.project.report import report_settings

LEAST = """\
slug: a
subject: libraries
text: A text
geography: {nation: Threeland, whole: Threeland}
"""


@pytest.fixture
def least(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the least settings, whose settings are read when a test asks for them."""
    (tmp_path / "_toc.yml").touch()
    (tmp_path / "editions").mkdir()
    (tmp_path / "report.yml").write_text(LEAST)
    with monkeypatch.context() as inside:
        inside.chdir(tmp_path)
        report_settings.cache_clear()
        yield tmp_path
    report_settings.cache_clear()
    with monkeypatch.context() as outside:
        outside.chdir(ROOT)
        report_settings()


@pytest.mark.parametrize("named", ["nothing_there:x", "json:nothing", "json"])
def test_code_of_the_report_that_cannot_be_imported_is_named(least: Path, named: str) -> None:
    (least / "report.yml").write_text(f"{LEAST}hooks: {{commands: '{named}'}}\n")
    with pytest.raises(SystemExit, match=f"^Error: report.yml, hooks.commands: {named} cannot be imported"):
        report_settings().hook("commands")


def test_the_default_edition_is_the_last_by_name_unless_the_settings_name_one(least: Path) -> None:
    for name in ("2024", "2031", "2026"):
        (least / "editions" / f"{name}.yml").touch()
    assert report_settings().edition == "2031"
    report_settings.cache_clear()
    (least / "report.yml").write_text(f'{LEAST}edition: "2026"\n')
    assert report_settings().edition == "2026"


def test_without_more_settings_there_is_no_conclusion_and_pages_and_tables_are_in_english(least: Path) -> None:
    own = report_settings()
    assert (own.conclusion, own.language, own.languages, own.native) == ("", "en", (), "")


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("languages: [xx]", "languages.0: Input should be 'zh', not 'xx'."),
        ("language: de", "language: Input should be 'en', 'en-GB' or 'en-US', not 'de'."),
    ],
)
def test_a_language_that_the_engine_does_not_have_is_refused_in_a_sentence(
    least: Path, setting: str, fault: str
) -> None:
    (least / "report.yml").write_text(f"{LEAST}{setting}\n")
    with pytest.raises(SystemExit, match=f"^Error: report.yml, {re.escape(fault)}$"):
        report_settings()
