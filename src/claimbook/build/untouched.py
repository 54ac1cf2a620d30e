"""Whether anything was touched since a run found all up to date, told by names, sizes and times, without reading."""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from claimbook.build.plan import Plan

FILE = "untouched.txt"  # in the folder of a build
PEOPLE = ("src", "notebooks", "book", "editions")  # folders of what people write, beside the data


def inputs(plan: Plan) -> str:
    """A digest of names, sizes and times of change of what goes into a run: asked before it, it misses no edit."""
    return _digest([sys.version, sys.prefix], [*(plan.root / name for name in PEOPLE), plan.data], plan.root)


def untouched(plan: Plan, now: str) -> bool:
    """Whether inputs and products are as they were at `remember`; a file that is gone, or a new one, is a touch."""
    kept = plan.build / FILE
    return kept.exists() and kept.read_text() == now + _products(plan)


def remember(plan: Plan, before: str) -> None:
    """All is up to date now, with the inputs as they were before the run."""
    (plan.build / FILE).write_text(before + _products(plan))


def _products(plan: Plan) -> str:
    return _digest([], [plan.source, plan.html], plan.build)


def _digest(seen: list[str], folders: Iterable[Path], beside: Path) -> str:
    """Of all files in some folders, and of those that lie beside them."""
    files = [path for path in beside.iterdir() if path.is_file() and path.name != FILE]
    for folder in folders:
        for at, _, names in os.walk(folder, followlinks=True):
            files += [Path(at, name) for name in names if not at.endswith("__pycache__")]
    for path in files:
        told = path.stat() if path.exists() else path.lstat()  # a link that leads nowhere
        seen.append(f"{path} {told.st_size} {told.st_mtime_ns} {told.st_ctime_ns}")
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()
