"""What a build that fails says last."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from claimbook.commands import report
from claimbook.run import runner


@pytest.mark.parametrize(
    ("free", "edited", "sentences"),
    [
        (2**30, "_build/page.html", []),
        (0, "_build/page.html", ["Free some space and start again"]),
        (2**30, "data/claims.yml", ["Files of the project changed"]),
    ],
)
def test_a_build_that_fails_says_what_else_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    free: int,
    edited: str,
    sentences: list[str],
) -> None:
    """On a full disk a step may fail for another reason. Files change if somebody checks out another commit."""

    def edit_and_fail(*_: Any) -> tuple[int, list[BaseException]]:
        (tmp_path / edited).parent.mkdir()
        (tmp_path / edited).touch()
        return 1, [ValueError("Document is empty")]

    monkeypatch.setattr(runner, "run_steps", edit_and_fail)
    monkeypatch.setattr(report.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    plan: Any = SimpleNamespace(root=tmp_path, data=tmp_path / "data", state=tmp_path / "state")
    with pytest.raises(SystemExit):
        report.run_build(plan, [], runner.Progress(print), tmp_path)
    first, *others = capsys.readouterr().err.splitlines()
    assert first == "Document is empty"
    assert [sentence in printed for sentence, printed in zip(sentences, others, strict=True)] == [True] * len(sentences)


def test_a_build_ends_with_the_findings_that_are_not_written() -> None:
    claims = [{"id": "open", "unfinished": "No finding is written."}, {"id": "done"}]
    assert report.unfinished({"claims": claims}) == ["Unfinished: open. No finding is written."]
