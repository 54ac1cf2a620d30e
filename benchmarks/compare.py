"""Compare the seconds that this pipeline takes with those of the plain way, in one run: `make bench`.

The plain way is a loop of `papermill` commands, then `jupyter-book build`, and makes only HTML: the step that
sets our PDF is switched off, so that a faster PDF of ours does not change the comparison. The pipeline makes
HTML, PDF and results. The plain way does not know what changed, so it does the same each time. Both work in
temporary copies of the project. All cases run in turn, three times, and the medians are compared.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

import yaml
from copies import MACHINE, MADE, copy

from claimbook.project import folders
from claimbook.project.folders import csv_text, rows_in
from claimbook.run import plan

RUNS = 3
PDF = " pdf,"  # among the parts of our extension
WORD = "benchmark"
JUPYTER_BOOK = (sys.executable, "-c", "from jupyter_book.cli.main import main; main()")  # as its command line does


class Row(NamedTuple):
    """A row of a file in data/figures/, whose value is a whole number."""

    topic: str
    series: str
    entity: str
    period: str


ROWS = {
    "read by 3 notebooks": Row("incubation", "incubators_total", "China", "2012"),
    "read by 1 notebook": Row("incubation", "maker_spaces_total", "China", "2018"),
}


def run(command: list[str], folder: Path) -> None:
    environment = os.environ | {"PYTHONPATH": folders.python_path(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed in the benchmark:\n{done.stdout[-2000:]}")


def pipeline(folder: Path) -> None:
    run([sys.executable, "-m", "claimbook", "report"], folder)


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


# the cases: each changes a copy of the project -----------------------------------------------------------------------


def remove_build(folder: Path) -> None:
    shutil.rmtree(folder / "_build", ignore_errors=True)


def add_word(folder: Path) -> None:
    """Add the word to the first prose of the first notebook. In a title, it would change the contents of all pages."""
    here = plan.plan_of(folder)
    path = here.committed(here.notebooks[0])
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if "".join(cell["source"]).startswith("%%prose"))
    cell["source"] = [*cell["source"], f" {WORD}"]
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def raise_value(which: Row, folder: Path) -> None:
    """Raise the value of a row by one, and update the description of the data."""
    path = folder / "data" / "figures" / f"{which.topic}.csv"
    rows = rows_in(path)
    (row,) = (row for row in rows if (row["series"], row["entity"], row["period"]) == which[1:])
    row["value"] = str(int(row["value"]) + 1)
    path.write_bytes(csv_text(rows, list(row)))
    run([sys.executable, "-m", "claimbook", "check", "--refresh-datapackage"], folder)


def nothing(folder: Path) -> None:
    """Change nothing."""


def cases(folder: Path) -> dict[str, Callable[[Path], None]]:
    """Return the cases by the words that say what is changed."""
    values = {f"a value, {who}: {', '.join(row[1:])}": partial(raise_value, row) for who, row in ROWS.items()}
    word = f"a word, “{WORD}” in {plan.plan_of(folder).notebooks[0]}"
    return {"from nothing": remove_build, word: add_word, **values, "nothing": nothing}


# the clock -----------------------------------------------------------------------------------------------------------


def seconds(work: Callable[[Path], None], folder: Path) -> float:
    started = time.perf_counter()
    work(folder)
    return time.perf_counter() - started


def last_runs(folder: Path) -> dict[str, int]:
    """Return when each executed notebook was written."""
    here = plan.plan_of(folder)
    executed = {name: here.executed(name) for name in here.notebooks}
    return {name: path.stat().st_mtime_ns for name, path in executed.items() if path.exists()}


def timed(change: Callable[[Path], None], folder: Path) -> tuple[float, int]:
    """Return the seconds of a build after a change, and how many notebooks ran."""
    change(folder)
    before = last_runs(folder)
    took = seconds(pipeline, folder)
    return took, len(last_runs(folder).items() - before.items())


def main() -> None:
    root = folders.root(Path(__file__).parent)
    with tempfile.TemporaryDirectory(prefix="torch-program-bench-") as work:
        ours, theirs = (copy(root, Path(work) / name, *MADE) for name in ("pipeline", "plain"))
        print(f"{MACHINE}, medians of {RUNS} runs, seconds\n", flush=True)
        plain, taken = list[tuple[float, float]](), {case: list[tuple[float, int]]() for case in cases(ours)}
        for _ in range(RUNS):
            plain.append((seconds(papermill, theirs), seconds(jupyter_book, theirs)))
            for case, change in cases(ours).items():
                taken[case].append(timed(change, ours))
    notebooks, pages = (median(column) for column in zip(*plain, strict=True))
    print(f"the plain way, each time {notebooks + pages:.1f}: papermill {notebooks:.1f}, jupyter-book {pages:.1f}\n")
    print(f"{'after':<60}{'pipeline':>10}{'ratio':>8}{'notebooks ran':>15}")
    for case, runs in taken.items():
        fast, ran = (median(column) for column in zip(*runs, strict=True))
        print(f"{case:<60}{fast:>10.1f}{fast / (notebooks + pages):>8.3f}{ran:>15.0f}")


if __name__ == "__main__":
    main()
