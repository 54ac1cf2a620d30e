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
    plan: Any = SimpleNamespace(root=tmp_path, state=tmp_path / "state")
    with pytest.raises(SystemExit):
        report.run_build(plan, [], runner.Progress(print), tmp_path)
    said = capsys.readouterr().err
    assert said.startswith("Document is empty") and ("Free some space and start again" in said) is full
