"""What a build that fails says last."""

from types import SimpleNamespace
from typing import Any

import pytest

from claimbook.commands import report
from claimbook.run import runner
from claimbook.run.plan import Plan


@pytest.mark.parametrize(
    ("free", "edited", "sentences"),
    [
        (2**30, "_build/page.html", ["Document is empty"]),
        (2**30, "log/log.txt", ["Document is empty"]),
        (0, "_build/page.html", ["Free some space and start again"]),
        (2**30, "data/claims.yml", ["Document is empty", "Files of the project changed"]),
    ],
)
def test_a_build_that_fails_says_what_else_is_wrong(tmp_path, monkeypatch, capsys, free, edited, sentences):
    """On a full disk a step may fail for another reason. Files change if somebody checks out another commit."""

    def edit_and_fail(*_: Any) -> tuple[int, list[BaseException]]:
        (tmp_path / edited).parent.mkdir()
        (tmp_path / edited).touch()
        return 1, [ValueError("Document is empty")]

    monkeypatch.setattr(runner, "run_steps", edit_and_fail)
    monkeypatch.setattr(report.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    plan = Plan(tmp_path, SimpleNamespace(name="2026"), tmp_path / "data")
    with pytest.raises(SystemExit):
        report.run_build(plan, [], runner.Progress(print), plan.inputs())
    printed = capsys.readouterr().err.splitlines()
    assert [sentence in line for sentence, line in zip(sentences, printed, strict=True)] == [True] * len(sentences)


def test_a_build_ends_with_the_findings_that_are_not_written() -> None:
    claims = [{"id": "open", "unfinished": "No finding is written."}, {"id": "done"}]
    assert report.unfinished({"claims": claims}) == ["Unfinished: open. No finding is written."]
