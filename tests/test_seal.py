"""The seal of a build on a tiny project whose products are hand-made: it breaks at whatever could make a step stale."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import tiny_project
from tiny_project import edit

from torch_program.pipeline import editions, seal
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.plan import Plan, of

PRODUCTS = ["check.txt", "results.json", "record.json", "torch-program.pdf", "html/index.html", "html/_static/a.css"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a sealed build."""
    folder = tiny_project.create(tmp_path / "project")
    plan = of(folder)
    ran = [path(name) for name in plan.notebooks for path in (plan.executed, plan.staged)]
    for path in [*ran, *(plan.build / name for name in PRODUCTS)]:
        write_whole(path, b"hand-made")
    seal.put(plan, seal.inputs(plan))
    assert seal.holds(of(folder))
    return folder


def kept_times(path: Path, old: str, new: str) -> None:
    """An edit that leaves size and time of the file as they were."""
    before = path.stat()
    edit(path, old, new)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


CHANGES: dict[str, Callable[[Path], None]] = {
    "a figure": lambda root: kept_times(root / "data/figures/one.csv", "111", "117"),
    "a word of a notebook": lambda root: edit(root / "notebooks/2-1-first.ipynb", "Some prose", "Other prose"),
    "the order of the book": lambda root: edit(root / "_toc.yml", "2-1-first", "4-2-second"),
    "a page": lambda root: edit(root / "book/index.md", "Front", "First"),
    "a template": lambda root: write_whole(root / "book/_templates/more.html", b"more"),
    "a source that is gone": lambda root: (root / "data/sources.csv").unlink(),
    "a figure file that is new": lambda root: write_whole(root / "data/figures/three.csv", b"value\n333\n"),
    "a rule": lambda root: edit(root / "src/torch_program/claims.py", "def ", "def  "),
    "the wiring": lambda root: edit(root / "pipeline/task_weave.py", "prose of", "words of"),
    "the packages": lambda root: edit(root / "requirements.lock", "pandas==", "pandas==0"),
    "a parameter": lambda root: edit(root / "editions/2026.yml", "panel_year: 2023", "panel_year: 2022"),
    "a page that was spoilt": lambda root: write_whole(root / "_build/2026/html/index.html", b"hand-work"),
    "a page too many": lambda root: write_whole(root / "_build/2026/html/more.html", b"hand-made"),
    "a page that is gone": lambda root: (root / "_build/2026/html/_static/a.css").unlink(),
    "the PDF that is gone": lambda root: (root / "_build/2026/torch-program.pdf").unlink(),
    "results that were spoilt": lambda root: write_whole(root / "_build/2026/results.json", b"spoilt"),
    "a notebook that was spoilt": lambda root: write_whole(root / "_build/2026/executed/2-1-first.ipynb", b"spoilt"),
    "a seal that was spoilt": lambda root: write_whole(root / "_build/2026/seal.txt", b"\xff"),
    "a seal that is gone": lambda root: (root / "_build/2026/seal.txt").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_changes_breaks_the_seal(root: Path, change: Callable[[Path], None]) -> None:
    change(root)
    assert not seal.holds(of(root))


def test_a_file_that_is_touched_leaves_the_seal_whole(root: Path) -> None:
    for name in ("data/figures/one.csv", "_build/2026/html/index.html"):
        os.utime(root / name, (1, 1))
    assert seal.holds(of(root))


@pytest.mark.parametrize(
    ("what", "value"),
    [("environment", {"lock": "another", "python": "3.99.0"}), ("other_data", True)],
)
def test_what_the_steps_learn_beside_files_is_under_the_seal(
    root: Path, monkeypatch: pytest.MonkeyPatch, what: str, value: object
) -> None:
    monkeypatch.setattr(Plan, what, value)
    assert not seal.holds(of(root))


def test_a_run_with_other_parameters_has_a_seal_of_its_own(root: Path) -> None:
    later = editions.read(root, "2026", ["cutoff=2024-12-31"])
    other = replace(of(root), edition=later)
    write_whole(other.seal, (root / "_build/2026/seal.txt").read_bytes())
    assert not seal.holds(other)


def test_inputs_that_change_while_a_build_runs_leave_it_without_a_seal(root: Path) -> None:
    plan = of(root)
    plan.seal.unlink()
    before = seal.inputs(plan)
    edit(root / "data/figures/one.csv", "111", "117")
    seal.put(plan, before)
    assert not plan.seal.exists()
