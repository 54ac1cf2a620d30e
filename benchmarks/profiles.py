"""Profiles of all provinces in three ways in one run: `make bench`. With years as an argument, only the third way.

The plain way is a loop of `papermill` commands. The second is what `make profiles` does with the notebooks. The third
does the same on two workers of a Dask scheduler on this machine; one of them is killed at work, and another one starts
in its place. Each way has a fresh copy of the project. No pages are made.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from compare import run
from copies import MACHINE, MADE, copy
from machines import Machines

from claimbook.project import folders
from claimbook.project.folders import write_whole
from claimbook.run import plan
from torch_program.profiles import steps as profiles

SWEEP = """
import sys
import click
from claimbook.commands.report import notebooks_run, run_build
from claimbook.run import plan
from claimbook.run.runner import Progress
from torch_program.profiles import steps as profiles

here, progress = plan.make_plan(), Progress(click.echo)
wanted = profiles.make_profiles(here, sys.argv[1] or None, None)
with notebooks_run(here, sys.argv[2], progress) as (execute, at_once):
    steps = [step for step in profiles.steps(wanted, execute) if step.kind in ('check', profiles.PROFILES)]
    run_build(wanted, steps, progress, here.inputs(), at_once)
"""
KILL_AFTER = 10  # profiles that are done when a worker is killed
LOOKS = 0.2  # seconds between two looks at processes
MB = 2**20


class Watch(threading.Thread):
    """Watches processes: the most memory that each used, and the processor time of them and their children."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.watched: dict[str, psutil.Process] = {}
        self.peak: dict[str, float] = {}
        self.seconds: dict[int, float] = {}
        self.start()

    def add(self, name: str, process: "subprocess.Popen[Any]") -> None:
        self.watched = {**self.watched, name: psutil.Process(process.pid)}

    def run(self) -> None:
        while True:
            for name, process in self.watched.items():
                with suppress(psutil.NoSuchProcess):
                    self.peak[name] = max(self.peak.get(name, 0), process.memory_info().rss / MB)
                    for one in [process, *process.children(recursive=True)]:
                        with suppress(psutil.NoSuchProcess):
                            self.seconds[one.pid] = sum(one.cpu_times()[:2])
            time.sleep(LOOKS)


def loop(folder: Path, wanted: profiles.Profiles, watch: Watch) -> Iterator[int]:
    """Run papermill for each province in turn, and yield how many are done."""
    source = str(wanted.report.committed(profiles.NOTEBOOK))
    for done, (name, profile) in enumerate(wanted.profiles.items(), start=1):
        target = wanted.executed(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        given = [
            ("-r" if isinstance(v, str) else "-p", key, str(v))
            for key, v in profiles.values_of(profile, wanted.parameters).items()
        ]
        command = [sys.executable, "-m", "papermill", source, str(target), *(word for words in given for word in words)]
        run([*command, "--cwd", str(folder / "notebooks"), "--no-progress-bar"], folder)
        yield done


def here(folder: Path, wanted: profiles.Profiles, watch: Watch, address: str = "") -> Iterator[int]:
    """Run the notebooks as `make profiles` does, and yield how many are done."""
    command = [sys.executable, "-c", SWEEP, profiles.years_as_range(wanted.years), address]
    environment = os.environ | {"PYTHONPATH": folders.python_path(folder)}
    done = 0
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        watch.add("submits", process)
        for line in process.stdout or ():
            if f"  {profiles.PROFILES}: " in line:
                yield (done := done + 1)
    if process.returncode:
        sys.exit(f"The sweep ended with {process.returncode}.")


def workers(folder: Path, wanted: profiles.Profiles, watch: Watch) -> Iterator[int]:
    """Do the same on two workers, kill one of them, and yield how many are done."""
    with machines(folder) as cluster:
        watch.add("scheduler", cluster.scheduler)
        one, two = cluster.worker("one"), cluster.worker("two")
        watch.add("one", one)
        watch.add("two", two)
        cluster.known("one", "two")
        for done in here(folder, wanted, watch, cluster.address):
            if done == KILL_AFTER:
                cluster.kill(one)
                watch.add("three", cluster.worker("three"))
            yield done


@contextmanager
def machines(folder: Path) -> Iterator[Machines]:
    (files := folder / "_build" / "machines").mkdir(parents=True)
    begun = Machines(files)
    try:
        yield begun
    finally:
        begun.end()


def measured(way: Callable[..., Iterator[int]], root: Path, folder: Path, years: str | None) -> dict[str, Any]:
    """Measure a sweep in a fresh copy, also after each 31 profiles. Every notebook must be there afterwards."""
    copy(root, folder, *MADE)
    wanted = profiles.make_profiles(plan.plan_of(folder), years, None)
    watch, started, found = Watch(), time.perf_counter(), []
    for done in way(folder, wanted, watch):
        if done % len(profiles.PROFILED) == 0:
            memory = {
                f"mb_of_{name}": round(watch.peak[name]) for name in ("submits", "scheduler") if name in watch.peak
            }
            found.append({"profiles": done, "seconds": round(time.perf_counter() - started, 1), **memory})
            print(f"    {found[-1]}", flush=True)
    made = {name: wanted.executed(name).read_bytes() for name in wanted.notebooks}
    return {"growth": found, "processor_seconds": round(sum(watch.seconds.values()), 1), "made": made}


def main(years: str | None = None) -> None:
    root = folders.root(Path(__file__).parent)
    machine = f"{MACHINE}, {time.strftime('%B %Y')}"
    print(f"Profiles of {len(profiles.PROFILED)} provinces, {years or 'one year'}; {machine}; single runs")
    ways = {"two workers, one killed": workers}
    if not years:
        ways = {"loop of papermill": loop, "make profiles": here} | ways
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="torch-program-bench-") as folder:
        for number, (label, way) in enumerate(ways.items()):
            print(label, flush=True)
            found[label] = measured(way, root, Path(folder) / f"copy-{number}", years)
    made = {label: own.pop("made") for label, own in found.items()}
    if not years:
        before, after = made["make profiles"], made["two workers, one killed"]
        same = sum(before[name] == after[name] for name in before)
        size = sum(map(len, after.values()))
        print(f"{same} of {len(before)} executed notebooks are the same on the workers, {size:,} bytes in all")
    kept = root / "_build" / "bench" / f"profiles{years or ''}.json"
    write_whole(kept, (json.dumps({"machine": machine, "ways": found}, indent=1) + "\n").encode())
    print(f"{kept.relative_to(root)}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
