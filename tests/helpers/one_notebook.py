"""A copy of the report of three towns with stored outputs, for the commands of Jupyter's own tools."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import towns

from claimbook.project.outputs import FIGURE_MIME

FILE = Path(towns.FIRST).name
SAID = "counted 46 libraries in 2023"


def create(folder: Path) -> Path:
    """Write the report; its outputs are stored by the library as it is now."""
    towns.create(folder)
    (folder / "tests/helpers").mkdir(parents=True)
    for name in ("pyproject.toml", "conftest.py", "tests/helpers/cell_outputs.py"):
        shutil.copy(towns.ROOT / name, folder / name)
    done = typed(f"jupyter nbconvert --execute --inplace notebooks/{FILE}", folder)
    assert done.returncode == 0, done.stderr
    return folder


def clean(folder: Path) -> dict[str, str]:
    """An environment that knows of Jupyter's tools and of the library in a project, and of nothing else."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": tempfile.gettempdir(),
        "PYTHONPATH": str(next(place for place in (folder, folder.parent) if (place / "src").exists()) / "src"),
        "LANG": "C.UTF-8",
    }


def typed(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """What a shell says to a command."""
    return subprocess.run(["sh", "-c", command], cwd=folder, env=clean(folder), capture_output=True, text=True)


def cells(path: Path) -> list[nbformat.NotebookNode]:
    """The code cells of a notebook."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def described(path: Path) -> list[str]:
    """Alt texts of the charts that a notebook has stored."""
    outputs = [output.get("data", {}) for cell in cells(path) for output in cell.outputs]
    return [data[FIGURE_MIME]["alt"] for data in outputs if FIGURE_MIME in data]
