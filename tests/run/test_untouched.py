"""A run that finds nothing changed ends at once. A change before, during or after the last run is noticed."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from claimbook.run import untouched


@pytest.fixture
def plan(tmp_path: Path) -> Any:
    root, build = tmp_path / "project", tmp_path / "project" / "_build" / "2026"
    made = SimpleNamespace(root=root, data=root / "data", build=build, source=build / "source", html=build / "html")
    for path in (
        root / "src/a.py",
        root / "data/a.csv",
        root / "_config.yml",
        build / "html/a.html",
        build / "a.pdf",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a")
    assert not untouched.untouched(made, untouched.inputs(made))
    untouched.remember(made, untouched.inputs(made))
    assert untouched.untouched(made, untouched.inputs(made))
    return made


@pytest.mark.parametrize(
    "name", ("src/a.py", "data/a.csv", "_config.yml", "_build/2026/html/a.html", "_build/2026/a.pdf")
)
def test_a_file_that_is_written_again_or_gone_is_seen(plan: Any, name: str) -> None:
    content = (plan.root / name).read_text()
    (plan.root / name).unlink()
    assert not untouched.untouched(plan, untouched.inputs(plan))
    (plan.root / name).write_text(content)  # the same, of the same size: looked at again
    assert not untouched.untouched(plan, untouched.inputs(plan))


def test_a_file_that_comes_is_seen_and_one_that_is_edited_during_a_run_too(plan: Any) -> None:
    (plan.root / "data/b.csv").write_text("b")
    assert not untouched.untouched(plan, untouched.inputs(plan))
    before = untouched.inputs(plan)
    (plan.root / "data/b.csv").write_text("c, while it runs")
    untouched.remember(plan, before)
    assert not untouched.untouched(plan, untouched.inputs(plan))


def test_an_edit_of_the_same_size_with_its_old_date_put_back_is_seen(plan: Any) -> None:
    edited = plan.root / "data/a.csv"
    before = edited.stat()
    edited.write_text("b")
    while edited.stat().st_ctime_ns == before.st_ctime_ns:  # until the clock of the file system goes on
        os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (edited.stat().st_size, edited.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert not untouched.untouched(plan, untouched.inputs(plan))


@pytest.mark.parametrize("linked", ["data/a.csv", "data"])
def test_an_edit_behind_a_linked_file_or_folder_is_seen(plan: Any, linked: str) -> None:
    elsewhere = plan.root.parent / "elsewhere"
    (plan.root / linked).rename(elsewhere)
    (plan.root / linked).symlink_to(elsewhere)
    untouched.remember(plan, untouched.inputs(plan))
    assert untouched.untouched(plan, untouched.inputs(plan))
    (plan.root / "data/a.csv").write_text("edited")
    assert (plan.root / linked).is_symlink() and not untouched.untouched(plan, untouched.inputs(plan))
