"""Checks by names, sizes and times whether any file changed since everything was up to date."""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from claimbook.project.folders import ENGINE, lock
from claimbook.run.plan import Plan

UNTOUCHED_FILE = "untouched.txt"  # in the folder of a build
PEOPLE = ("src", "notebooks", "book", "editions")  # folders with what people write, besides the data


def inputs(plan: Plan) -> str:
    """Return a digest of names, sizes and times of all inputs.

    If it is taken before a run, an edit during the run is noticed.
    """
    folders = [*(plan.root / name for name in PEOPLE), plan.data]
    folders += [] if ENGINE.is_relative_to(plan.root) else [ENGINE]
    packages = str(lock(plan.root).stat().st_mtime_ns)
    return _times_digest([sys.version, sys.prefix, packages], folders, plan.root)


def untouched(plan: Plan, now: str) -> bool:
    """Return whether inputs and products are as they were at `remember`, with no file new or missing."""
    stored = plan.build / UNTOUCHED_FILE
    return stored.exists() and stored.read_text() == now + _products(plan)


def remember(plan: Plan, before: str) -> None:
    """Record that everything is up to date, with the inputs as they were before the run."""
    (plan.build / UNTOUCHED_FILE).write_text(before + _products(plan))


def _products(plan: Plan) -> str:
    return _times_digest([], [plan.source, plan.html], plan.build)


def _times_digest(lines: list[str], folders: Iterable[Path], flat_folder: Path) -> str:
    """Return a digest of names, sizes and times of all files in `folders`, and of the files in `flat_folder`."""
    files = [path for path in flat_folder.iterdir() if path.is_file() and path.name != UNTOUCHED_FILE]
    for folder in folders:
        for at, _, names in os.walk(folder, followlinks=True):
            files += [Path(at, name) for name in names if not at.endswith("__pycache__")]
    for path in files:
        stat = path.stat() if path.exists() else path.lstat()  # lstat for a broken link
        lines.append(f"{path} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
