"""Temporary copies of the project, for benchmarks."""

import os
import platform
import shutil
from pathlib import Path

NOT_COPIED = (".git", ".venv*", "__pycache__", ".*_cache", ".hypothesis")
MADE = ("_build",)  # left out as well where nothing may be built yet

MACHINE = f"{os.cpu_count()} processors, Python {platform.python_version()}"


def copy(root: Path, folder: Path, *without: str) -> Path:
    """Copy the project with its uncommitted changes, except names that match the patterns in `without`."""
    ignore = shutil.ignore_patterns(*NOT_COPIED, *without)
    return Path(shutil.copytree(root, folder, ignore=ignore, dirs_exist_ok=True))
