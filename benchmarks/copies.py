"""Temporary copies of the project, and edits in them, for benchmarks."""

import json
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


def add_to_cell(path: Path, kind: str, which: int, text: str) -> None:
    """Add a text to one of the cells of a kind in a notebook: 0 is the first, -1 the last."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = [cell for cell in notebook["cells"] if cell["cell_type"] == kind][which]
    cell["source"] = [*cell["source"], text]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
