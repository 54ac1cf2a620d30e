"""A copy of the project with one notebook, cut after its first claim, for the commands of Jupyter's own tools."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from claimbook.say.recorded import FIGURE_MIME

ROOT = Path(__file__).resolve().parents[1]
NAME = "3-4-talent-pipelines"
FILE = f"{NAME}.ipynb"
SAID = "2,200 recruits by 2011 over a goal of 2,000"  # in the table of the claim
ROW = "thousand_talents_target,China,2008,2000,"  # the goal
MOVED = ", value: 1.1 → 0.55 (−0.55, −50.00 %)"  # what is told of the quotient when the goal is doubled
VALUES = "data/figures/instruments.csv"


def create(folder: Path) -> Path:
    """Write the project; its outputs are stored by the library as it is now, whatever the committed ones say."""
    for name in ("data", "editions"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "conftest.py", "_toc.yml"):
        shutil.copy(ROOT / name, folder)
    (folder / "src").symlink_to(ROOT / "src")
    (folder / "notebooks").mkdir()
    notebook = nbformat.read(ROOT / "notebooks" / FILE, as_version=4)
    claim = next(n for n, cell in enumerate(notebook.cells) if "section.judge_" in cell.source)
    notebook.cells = [cell for cell in notebook.cells[: claim + 1] if not is_text(cell)]
    nbformat.write(notebook, folder / "notebooks" / FILE)
    done = typed(f"jupyter nbconvert --execute --inplace notebooks/{FILE}", folder)
    assert done.returncode == 0, done.stderr
    return folder


def is_text(cell: nbformat.NotebookNode) -> bool:
    """It may name numbers that are made further down."""
    return cell.cell_type == "markdown" or cell.source.startswith("%%")


def doubled(rows: str) -> str:
    """The file of VALUES with twice the goal."""
    assert rows.count(ROW) == 1
    return rows.replace(ROW, ROW.replace("2000", "4000"))


def clean() -> dict[str, str]:
    """An environment that knows of Jupyter's tools and of the library of this checkout, and of nothing else."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": tempfile.gettempdir(),
        "PYTHONPATH": str(ROOT / "src"),  # an environment may hold the library of another checkout
        "LANG": "C.UTF-8",
    }


def typed(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """What a shell says to a command."""
    return subprocess.run(["sh", "-c", command], cwd=folder, env=clean(), capture_output=True, text=True)


def cells(path: Path) -> list[nbformat.NotebookNode]:
    """The code cells of a notebook."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def described(path: Path) -> list[str]:
    """Alt texts of the charts that a notebook has stored."""
    outputs = [output.get("data", {}) for cell in cells(path) for output in cell.outputs]
    return [data[FIGURE_MIME]["alt"] for data in outputs if FIGURE_MIME in data]
