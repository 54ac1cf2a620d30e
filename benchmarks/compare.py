"""Compare the seconds that this pipeline takes with those of the plain way, in one run: `make bench`.

The plain way is a loop of `papermill` commands, then `jupyter-book build`, and makes only HTML: the step that
sets our PDF is switched off, so that a faster PDF of ours does not change the comparison. The pipeline makes
HTML, PDF and results. The plain way does not know what changed, so it does the same each time and is timed
once. Both work in temporary copies of the project.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from copies import MACHINE, MADE, add_to_cell, copy

from claimbook.project import folders
from claimbook.project.csv_tables import csv_text, rows_in
from claimbook.run import plan

PDF = " pdf,"  # among the parts of our extension
TOPIC = "incubation"  # a topic that one section reads
STEPS: list[str] = []  # how long the steps of each run of the pipeline took, as it prints it
JUPYTER_BOOK = (sys.executable, "-c", "from jupyter_book.cli.main import main; main()")  # as its command line does


def run(command: list[str], folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed in the benchmark:\n{done.stdout[-2000:]}")
    return done.stdout


def pipeline(folder: Path) -> None:
    output = run([sys.executable, "-m", "claimbook", "report"], folder)
    STEPS.append(next((line for line in output.splitlines() if " in all" in line), "nothing to do"))


def papermill(folder: Path) -> None:
    """Run papermill for each notebook, into a copy of the book."""
    book = copy(folder, folder / "_build" / "book", *MADE)
    here = plan.plan_of(folder)
    parameters = yaml.safe_dump(here.parameters)
    for name in here.notebooks:
        target = str(book / "notebooks" / f"{name}.ipynb")
        command = [sys.executable, "-m", "papermill", str(here.committed(name)), target, "-y", parameters]
        run([*command, "--cwd", str(book / "notebooks"), "--no-progress-bar"], folder)
        hide_injected(Path(target))


def jupyter_book(folder: Path) -> None:
    """Build the pages of that copy, without our PDF."""
    book = folder / "_build" / "book"
    text = (book / "_config.yml").read_text(encoding="utf-8")
    (book / "_config.yml").write_text(text.replace(PDF, ""), encoding="utf-8")
    run([*JUPYTER_BOOK, "build", str(book), "-n", "-W", "--keep-going", "-q"], folder)


def hide_injected(path: Path) -> None:
    """Tag papermill's cell, or the book shows it."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if "injected-parameters" in cell["metadata"].get("tags", ()):
            cell["metadata"]["tags"].append("remove-cell")
    path.write_text(json.dumps(notebook))


def edit_prose(folder: Path) -> None:
    """Add a sentence to the first Markdown cell of the first notebook."""
    here = plan.plan_of(folder)
    words = "\n\nA sentence that was added by the benchmark."
    add_to_cell(here.committed(here.notebooks[0]), "markdown", 0, words)


def change_value(folder: Path) -> None:
    """Raise the first large whole number of one topic by one, and update the description of the data."""
    path = folder / "data" / "figures" / f"{TOPIC}.csv"
    rows = rows_in(path)
    first = next(row for row in rows if row["value"].isdigit() and int(row["value"]) > 1000)
    first["value"] = str(int(first["value"]) + 1)
    path.write_bytes(csv_text(rows, list(first)))
    run([sys.executable, "-m", "claimbook", "check", "--refresh-datapackage"], folder)


def seconds(work: Callable[[Path], None], folder: Path) -> float:
    started = time.perf_counter()
    work(folder)
    return time.perf_counter() - started


def nothing(folder: Path) -> None:
    """No change."""


def plain(folder: Path) -> float:
    """Print and return the seconds of the plain way."""
    notebooks, pages = seconds(papermill, folder), seconds(jupyter_book, folder)
    print(f"the plain way, each time {notebooks + pages:>9.1f}  papermill {notebooks:.1f}, jupyter-book {pages:.1f}\n")
    return notebooks + pages


def main() -> None:
    root = folders.root(Path(__file__).parent)
    cases: list[tuple[str, Callable[[Path], None]]] = [
        ("from nothing", nothing),
        ("one notebook's prose", edit_prose),
        ("one value of the data", change_value),
        ("nothing to do", nothing),
    ]
    with tempfile.TemporaryDirectory(prefix="torch-program-bench-") as work:
        ours, theirs = (copy(root, Path(work) / name, *MADE) for name in ("pipeline", "plain"))
        print(f"{MACHINE}, single runs, seconds\n", flush=True)
        slow = plain(theirs)
        print(f"{'after':<22}{'pipeline':>12}{'ratio':>8}", flush=True)
        for label, change in cases:
            change(ours)
            fast = seconds(pipeline, ours)
            print(f"{label:<22}{fast:>12.1f}{fast / slow:>8.3f}", flush=True)
        print("\nwhere the pipeline's time went")
        for (label, _), steps in zip(cases, STEPS, strict=True):
            print(f"{label:<22}{steps}")


if __name__ == "__main__":
    main()
