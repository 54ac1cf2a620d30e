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
    with pytest.raises(SystemExit, match=f"^Error: report.yml, line 5, hooks.commands: {named}:? cannot be imported"):
        report_settings().hook("commands")


@pytest.mark.parametrize(
    ("hook", "named", "fault"),
    [
        ("parameters", "json:dumps", "json:dumps is not a class made from claimbook.project.parameters.Run"),
        ("parameters", "pathlib:Path", "pathlib:Path is not a class made from claimbook.project.parameters.Run"),
        ("evidence", "os.path", "os.path:load cannot be imported"),
        ("places", "json:dumps", "json:dumps is not a class made from claimbook.intake.tables.Places"),
        ("rules", "json:dumps", "json:dumps is not a list of functions"),
        ("commands", "string:digits", "string:digits is not a list of commands of click"),
        ("commands", "sys:path", "sys:path is not a list of commands of click"),
        ("defaults", "json:decoder", "json:decoder is not a function"),
        ("movable", "json:dumps", "json:dumps is not a dictionary of tables by name"),
    ],
)
def test_code_of_the_report_of_the_wrong_kind_is_named(least: Path, hook: str, named: str, fault: str) -> None:
    (least / "report.yml").write_text(f"{LEAST}hooks:\n  {hook}: '{named}'\n")
    with pytest.raises(SystemExit, match=f"^Error: report.yml, line 6, hooks.{hook}: {fault}"):
        report_settings().hook(hook)


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
        ("languages: [xx]", "languages.1 is 'xx'. Write one of: zh."),
        ("language: de", "language is 'de'. Did you mean en? Write one of: en, en-GB, en-US."),
        ("pictur: x", "pictur is unknown. Did you mean picture? Known: "),
        ("hooks: {rule: 'json:dumps'}", "hooks.rule is unknown. Did you mean rules? Known: parameters, "),
        ("edition: 2026", 'edition is 2026. Put it in quotes: "2026".'),
        ("first_year: 99999", "first_year is 99999. It must be less than or equal to 2100."),
        ("licences: {code: ../x}", "licences.code is '../x'. It must be like CC-BY-4.0."),
        ("2026-01-01: x", "2026-01-01 is unknown. Known: "),
    ],
)
def test_a_wrong_setting_is_refused_in_a_sentence(least: Path, setting: str, fault: str) -> None:
    (least / "report.yml").write_text(f"{LEAST}{setting}\n")
    with pytest.raises(SystemExit, match=f"^Error: report.yml, line 5: {re.escape(fault)}"):
        report_settings()
