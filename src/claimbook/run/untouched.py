"""Checks by names, sizes and times whether any file changed since everything was up to date."""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from claimbook.project.files import made_by_people
from claimbook.project.folders import ENGINE, lock
from claimbook.run.plan import Plan

UNTOUCHED_FILE = "untouched.txt"  # in the folder of a build
PEOPLE = ("src", "notebooks", "book", "editions")  # folders with what people write, besides the data


def inputs(plan: Plan) -> str:
    """Return a digest of names, sizes and times of all inputs.

    If it is taken before a run, an edit during the run is noticed.
    """
    folders = [*(plan.root / name for name in PEOPLE), plan.data, ENGINE]
    return f"{sys.version} {sys.prefix} {_times_digest(plan.root, folders, [lock(plan.root)])} "


def untouched(plan: Plan, now: str) -> bool:
    """Return whether inputs and products are as they were at `remember`, with no file new or missing."""
    stored = plan.build / UNTOUCHED_FILE
    return stored.exists() and stored.read_text() == now + _products(plan)


def remember(plan: Plan, before: str) -> None:
    """Record that everything is up to date, with the inputs as they were before the run."""
    (plan.build / UNTOUCHED_FILE).write_text(before + _products(plan))


def _products(plan: Plan) -> str:
    return _times_digest(plan.build, [plan.source, plan.html])


def _times_digest(above: Path, folders: Iterable[Path], files: Iterable[Path] = ()) -> str:
    """Return a digest of names, sizes and times of all files in `folders`, of those next to them, and of `files`."""
    found = {path for folder in folders for path in made_by_people(folder).values()} | {*files}
    found |= {path for path in above.iterdir() if path.is_file() and path.name != UNTOUCHED_FILE}
    stats = ((path, path.stat()) for path in sorted(found))
    states = [(str(path), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for path, stat in stats]
    return hashlib.sha256(repr(states).encode()).hexdigest()
