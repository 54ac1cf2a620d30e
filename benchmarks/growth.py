"""Cost against size: seconds and memory when data/ has 10 and 100 times its rows, and the report 4 times its notebooks
or 3 times its pages.

The added rows are copies of the published ones under series of their own, in a temporary copy; no notebook uses them,
so every second more is the price of carrying them. Added pages are copies of the pages of the last report. Memory is
the most that one process of a step held, that of kernels not counted.
"""

import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import chdir
from dataclasses import replace
from math import log10
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml
from copies import MACHINE

from claimbook.evidence import intervals
from claimbook.evidence.evidence import load
from claimbook.intake import description, validation
from claimbook.project import folders, products
from claimbook.project.csv_tables import csv_text, figures_in, rows_in
from claimbook.run import jupyter_book, plan
from claimbook.run.execution import execute_bundle
from claimbook.say import periods

FACTORS = (1, 10, 100)
NOTEBOOK = "4-2-overconcentration"
COPIES = 4
PAGES = 3


def grow(data: Path, factor: int) -> int:
    """Give the folder `factor` times its rows of figures; returns how many it has."""
    for path in (data / "series.csv", *(data / "figures").glob("*.csv")):
        rows = rows_in(path)
        copies = (row | {"series": f"{row['series']}_copy{n}"} for n in range(1, factor) for row in rows)
        path.write_bytes(csv_text([*rows, *copies], list(rows[0])))
    description.describe(data)
    return sum(1 for _ in figures_in(data))


def measured(work: Callable[..., object], *arguments: Any) -> tuple[float, float]:
    """Seconds of a step, and the most megabytes that this process or one that it started held."""
    started = time.perf_counter()
    work(*arguments)
    took = time.perf_counter() - started
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return took, max(resource.getrusage(one).ru_maxrss for one in who) / 1024


def apart(work: Callable[..., object], *arguments: Any) -> tuple[float, float]:
    """The same of a step in a process of its own, which holds nothing of the step before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, work, *arguments).result()


def in_words(taken: tuple[float, float]) -> str:
    return f"{taken[0]:>16.1f} {taken[1]:>5.0f} MB"


def check(data: Path) -> None:
    errors = [problem for problem in validation.find_faults(data) if problem.severity == "error"]
    if errors:  # a check that stops early would look fast
        sys.exit(validation.render(errors))


def load_all(data: Path, topics: list[str], cutoff: str) -> None:
    """Load every topic of a folder called data/, as a notebook beside it does."""
    (data.parent / folders.MARKER).touch()
    for known in (intervals.printed_interval, periods.parse):
        known.cache_clear()  # a notebook starts without what the check has read
    with chdir(data.parent):
        load(*topics, cutoff=cutoff)


def bundle(here: plan.Plan, name: str) -> dict[str, bytes]:
    files = {n: path.read_bytes() for n, path in here.seen.items()}
    return files | {f"notebooks/{name}.ipynb": here.committed(name).read_bytes(), folders.MARKER: b""}


def run_one(here: plan.Plan, name: str) -> None:
    execute_bundle(bundle(here, name), name, here.parameters)


def run_all(here: plan.Plan, names: list[str]) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in [pool.submit(execute_bundle, bundle(here, name), name, here.parameters) for name in names]:
            future.result()


def multiply(source: Path, times: int) -> int:
    """Give a source tree `times` its pages beside the first; returns how many it has."""
    toc = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        for entry in list(part["chapters"]):
            path = next((source / entry["file"]).parent.glob(f"{Path(entry['file']).name}.*"))
            for n in range(1, times):
                shutil.copy(path, path.with_name(f"{path.stem}-copy{n}{path.suffix}"))
                part["chapters"].append({"file": f"{entry['file']}-copy{n}"})
    (source / "_toc.yml").write_text(yaml.safe_dump(toc, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return 1 + sum(len(part["chapters"]) for part in toc["parts"])


def compile_book(source: Path, library: str) -> None:
    """Pages and PDF; copies share labels, of which Sphinx warns."""
    code, said = jupyter_book.run_jupyter_book(source, ["-q"], str(library), {"SOURCE_DATE_EPOCH": "0"})
    if code or not (source / "_build" / "html" / products.PDF).exists():
        sys.exit(f"the book with more pages was not made:\n{said[-2000:]}")


def more_rows(here: plan.Plan) -> None:
    steps = ("check", "load all topics", NOTEBOOK)
    taken: dict[int, list[tuple[float, float]]] = {}
    print(f"{'rows of figures':>16}" + "".join(f"{step:>25}" for step in steps), flush=True)
    for factor in FACTORS:
        with tempfile.TemporaryDirectory(prefix="torch-program-growth-") as folder:
            data = Path(folder) / "data"
            shutil.copytree(here.data, data)
            rows = grow(data, factor)
            topics = [path.stem for path in sorted((data / "figures").glob("*.csv"))]
            taken[factor] = [
                apart(check, data),
                apart(load_all, data, topics, here.parameters["cutoff"]),
                apart(run_one, replace(here, data=data), NOTEBOOK),
            ]
        print(f"{rows:>16,}" + "".join(map(in_words, taken[factor])), flush=True)
    before, after = (taken[factor] for factor in FACTORS[-2:])
    powers = [log10(b[0] / a[0]) / log10(FACTORS[-1] / FACTORS[-2]) for a, b in zip(before, after, strict=True)]
    print(f"{'grows as rows^':>16}" + "".join(f"{power:>16.2f}{'':9}" for power in powers))


def more_notebooks(here: plan.Plan) -> None:
    once, more = (measured(run_all, here, [*here.sections] * n)[0] for n in (1, COPIES))
    print(
        f"\n{len(here.sections)} notebooks {once:.1f} s, {COPIES} times as many {more:.1f} s: {more / once:.1f} times"
    )


def more_pages(here: plan.Plan) -> None:
    print(f"\n{'pages':>16}{'HTML and PDF':>25}", flush=True)
    for times in (1, PAGES):
        with tempfile.TemporaryDirectory(prefix="torch-program-growth-") as folder:
            source = Path(folder) / "source"
            shutil.copytree(here.source, source, ignore=shutil.ignore_patterns("_build"))
            number = multiply(source, times)
            print(f"{number:>16,}{in_words(apart(compile_book, source, here.path))}", flush=True)


def main() -> None:
    here = plan.plan_of(folders.root(Path(__file__).parent))
    if not here.record.exists():
        sys.exit("There is no report whose pages could be copied. Run `make report` first.")
    print(f"{MACHINE}, single runs, seconds and memory\n")
    more_rows(here)
    more_notebooks(here)
    more_pages(here)


if __name__ == "__main__":
    main()
