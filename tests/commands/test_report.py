"""What a build that fails says last."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from claimbook.commands import report
from claimbook.run import runner


@pytest.mark.parametrize(("free", "full"), [(0, True), (2**30, False)])
def test_a_step_that_fails_on_a_full_disk_says_so_whatever_its_own_error_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free: int, full: bool
) -> None:
    monkeypatch.setattr(runner, "run_steps", lambda *_: (1, [ValueError("Document is empty")]))
    monkeypatch.setattr(report.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    printed = printed_by_failing_build(tmp_path, capsys)
    assert printed.startswith("Document is empty") and ("Free some space and start again" in printed) is full


@pytest.mark.parametrize(("edited", "warned"), [("data/claims.yml", True), ("_build/page.html", False)])
def test_a_build_that_fails_while_files_of_the_project_change_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], edited: str, warned: bool
) -> None:
    """This happens when somebody changes to another commit during a build."""

    def edit_and_fail(*_: Any) -> tuple[int, list[BaseException]]:
        (tmp_path / edited).parent.mkdir()
        (tmp_path / edited).touch()
        return 1, [ValueError("Kernel died")]

    monkeypatch.setattr(runner, "run_steps", edit_and_fail)
    printed = printed_by_failing_build(tmp_path, capsys)
    assert ("Files of the project changed" in printed) is warned


def printed_by_failing_build(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    plan: Any = SimpleNamespace(root=root, data=root / "data", state=root / "state")
    with pytest.raises(SystemExit):
        report.run_build(plan, [], runner.Progress(print), root)
    return capsys.readouterr().err
