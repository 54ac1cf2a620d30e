"""Cost against size: the seconds when data/ has 10 and 100 times its rows, and the report 4 times its notebooks.

The added rows are copies of the published ones under series of their own, in a temporary copy; no notebook uses them,
so every second more is the price of carrying them.
"""

import csv
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from math import log
from pathlib import Path

from torch_program import intervals, periods, project
from torch_program.evidence import load
from torch_program.intake import description, validation
from torch_program.pipeline import editions, plan
from torch_program.pipeline.execution import execute_bundle
from torch_program.pipeline.interrupts import Workers

FACTORS = (1, 10, 100)
NOTEBOOK = "4-2-overconcentration"
COPIES = 4


def read(path: Path) -> list[list[str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: list[list[str]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def grow(data: Path, factor: int) -> int:
    """Give the folder `factor` times its rows of figures; returns how many it has."""
    head, *series = read(data / "series.csv")
    write(
        data / "series.csv", [head, *series, *([f"{r[0]}_copy{n}", *r[1:]] for n in range(1, factor) for r in series)]
    )
    rows = 0
    for path in sorted((data / "figures").glob("*.csv")):
        head, *figures = read(path)
        copies = ([f"{r[0]}_copy{n}", *r[1:]] for n in range(1, factor) for r in figures)
        write(path, [head, *figures, *copies])
        rows += len(figures) * factor
    description.describe(data)
    return rows


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def check(data: Path) -> None:
    errors = [problem for problem in validation.check(data) if problem.severity == "error"]
    if errors:  # a check that stops early would look fast
        sys.exit(validation.render(errors))


def load_all(data: Path, topics: list[str], cutoff: str) -> None:
    """Load every topic of a folder called data/, as a notebook beside it does."""
    before = Path.cwd()
    (data.parent / project.MARKER).touch()
    for known in (intervals.printed_interval, periods.parse):
        known.cache_clear()  # a notebook starts without what the check has read
    os.chdir(data.parent)
    load(*topics, cutoff=cutoff)
    os.chdir(before)


def bundle(here: plan.Plan, name: str) -> dict[str, bytes]:
    files = {n: path.read_bytes() for n, path in here.inputs(name).items()}
    return files | {f"notebooks/{name}.ipynb": here.committed(name).read_bytes(), project.MARKER: b""}


def run_all(here: plan.Plan, names: list[str]) -> None:
    pool = Workers(os.cpu_count() or 1)
    for future in [pool.submit(execute_bundle, bundle(here, name), name, here.parameters) for name in names]:
        future.result()


def main() -> None:
    root = project.root(Path(__file__).parent)
    edition = editions.read(root, editions.DEFAULT)
    steps = ("check", "load all topics", NOTEBOOK)
    taken: dict[int, tuple[float, ...]] = {}
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, single runs, seconds\n")
    print(f"{'rows of figures':>16}" + "".join(f"{step:>24}" for step in steps), flush=True)
    for factor in FACTORS:
        with tempfile.TemporaryDirectory(prefix="torch-program-growth-") as folder:
            data = Path(folder) / "data"
            shutil.copytree(root / "data", data)
            rows = grow(data, factor)
            here = plan.Plan(root, edition, data)
            topics = [path.stem for path in sorted((data / "figures").glob("*.csv"))]
            taken[factor] = (
                seconds(lambda data=data: check(data)),
                seconds(lambda topics=topics, data=data: load_all(data, topics, edition.parameters.cutoff)),
                seconds(lambda here=here: execute_bundle(bundle(here, NOTEBOOK), NOTEBOOK, here.parameters)),
            )
        print(f"{rows:>16,}" + "".join(f"{s:>24.1f}" for s in taken[factor]), flush=True)
    before, after = (taken[factor] for factor in FACTORS[-2:])
    powers = [log(b / a) / log(FACTORS[-1] / FACTORS[-2]) for a, b in zip(before, after, strict=True)]
    print(f"{'grows as rows^':>16}" + "".join(f"{power:>24.2f}" for power in powers))
    here = plan.Plan(root, edition, root / "data")
    once, more = (seconds(lambda n=n: run_all(here, [*here.sections] * n)) for n in (1, COPIES))
    print(
        f"\n{len(here.sections)} notebooks {once:.1f} s, {COPIES} times as many {more:.1f} s: {more / once:.1f} times"
    )


if __name__ == "__main__":
    main()
