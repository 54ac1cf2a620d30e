"""A copy of the report of three towns with stored outputs, for the commands of Jupyter's tools."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import towns

from claimbook.project.folders import python_path
from claimbook.project.outputs import FIGURE_MIME

FILE = Path(towns.FIRST).name
SAID = "counted 46 libraries in 2023"


def create(folder: Path) -> Path:
    """Write the report, with outputs made by the current library."""
    towns.create(folder)
    (folder / "engine/tests/helpers").mkdir(parents=True)
    for name in ("pyproject.toml", "conftest.py", "engine/tests/helpers/cell_outputs.py"):
        shutil.copy(towns.ROOT / name, folder / name)
    (folder / "engine/tests/helpers/shared_fixtures.py").touch()
    executed(f"--inplace {FILE}", folder / "notebooks")
    return folder


def executed(words: str, folder: Path) -> None:
    """Run a notebook by nbconvert, which may not warn of our code."""
    done = typed(f"jupyter nbconvert --execute {words}", folder)
    assert done.returncode == 0, done.stderr
    warned = [line for line in done.stderr.splitlines() if "WARN" in line.upper()]
    assert [line for line in warned if "Kernel is running over TCP" not in line] == []  # ipykernel's, on every machine


def clean(folder: Path) -> dict[str, str]:
    """Return an environment with only Jupyter's tools and the library of a project, at home next to it."""
    project = next(place for place in (folder, folder.parent) if (place / "engine").exists())
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(project.parent),
        "PYTHONPATH": python_path(project),
        "LANG": "C.UTF-8",
    }


def typed(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command in a shell, and return its exit code and output."""
    return subprocess.run(["sh", "-c", command], cwd=folder, env=clean(folder), capture_output=True, text=True)


def cells(path: Path) -> list[nbformat.NotebookNode]:
    """The code cells of a notebook."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def described(path: Path) -> list[str]:
    """Return the alt texts of the charts stored in a notebook."""
    outputs = [output.get("data", {}) for cell in cells(path) for output in cell.outputs]
    return [data[FIGURE_MIME]["alt"] for data in outputs if FIGURE_MIME in data]
