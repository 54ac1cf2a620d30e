"""A run that finds nothing changed ends at once. A change before, during or after the last run is noticed."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from claimbook.run.plan import Plan

WATCHED = (
    *("src/a.py", "data/a.csv", "_config.yml", "notebooks/a.ipynb", "book/a.md", "editions/2026.yml"),
    *("_build/2026/html/a.html", "_build/2026/a.pdf"),
)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    root = tmp_path / "project"
    made = Plan(root, SimpleNamespace(name="2026"), root / "data")
    for name in (*WATCHED, "requirements.lock", "log.txt"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a")
    assert not made.is_untouched(made.inputs())
    remember(made)
    return made


def remember(plan: Plan) -> None:
    plan.untouched.write_text(plan.inputs() + plan.products())
    assert plan.is_untouched(plan.inputs())


@pytest.mark.parametrize("name", WATCHED)
def test_a_file_that_is_written_again_or_gone_is_seen(plan: Plan, name: str) -> None:
    content = (plan.root / name).read_text()
    (plan.root / name).unlink()
    assert not plan.is_untouched(plan.inputs())
    (plan.root / name).write_text(content)  # the same, of the same size: looked at again
    assert not plan.is_untouched(plan.inputs())


def test_a_file_that_comes_is_seen_and_one_that_is_edited_during_a_run_too(plan: Plan) -> None:
    (plan.root / "data/b.csv").write_text("b")
    assert not plan.is_untouched(plan.inputs())
    before = plan.inputs()
    (plan.root / "data/b.csv").write_text("c, while it runs")
    plan.untouched.write_text(before + plan.products())
    assert not plan.is_untouched(plan.inputs())


def test_an_edit_of_the_same_size_with_its_old_date_put_back_is_seen(plan: Plan) -> None:
    edited = plan.root / "data/a.csv"
    before = edited.stat()
    edited.write_text("b")
    while edited.stat().st_ctime_ns == before.st_ctime_ns:  # until the clock of the file system goes on
        os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (edited.stat().st_size, edited.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert not plan.is_untouched(plan.inputs())


@pytest.mark.parametrize("linked", ["data/a.csv", "data"])
def test_an_edit_behind_a_linked_file_or_folder_is_seen(plan: Plan, linked: str) -> None:
    elsewhere = plan.root.parent / "elsewhere"
    (plan.root / linked).rename(elsewhere)
    (plan.root / linked).symlink_to(elsewhere)
    remember(plan)
    (plan.root / "data/a.csv").write_text("edited")
    assert (plan.root / linked).is_symlink() and not plan.is_untouched(plan.inputs())


def test_a_file_that_no_build_reads_does_not_count(plan: Plan) -> None:
    """As after `make report > log.txt`."""
    for name in ("log.txt", "new.txt", "notebooks/notes.txt"):
        (plan.root / name).write_text("written meanwhile")
    assert plan.is_untouched(plan.inputs())


@pytest.mark.parametrize("torn", [b"", b"\xff"])
def test_a_torn_list_of_what_was_up_to_date_counts_as_none(plan: Plan, torn: bytes) -> None:
    plan.untouched.write_bytes(torn)
    assert not plan.is_untouched(plan.inputs())
