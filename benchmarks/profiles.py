"""Notebooks a minute for a sweep of all province profiles, three ways in one run: `make bench`.

The plain way is a loop of `papermill` commands. The other two are what `make profiles` does with the notebooks, on
this machine and on a Dask cluster of two workers here, each in a fresh copy of the project. No pages are made. Starting
the cluster is not counted: it outlives a sweep.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from compare import run
from copies import MACHINE, copy

from claimbook.build import plan
from claimbook.build.files import write_whole
from claimbook.say import project
from torch_program.profiles import steps as profiles

WORKERS = 2
SWEEP = """
import sys
from contextlib import ExitStack
from claimbook.commands.report import build
from claimbook.build import cluster, plan
from torch_program.profiles import steps as profiles
from claimbook.build.run import Progress

here = plan.make()
wanted, progress = profiles.make(here, None, None), Progress(print)
with ExitStack() as stack:
    there = stack.enter_context(cluster.connected(sys.argv[2], here)) if len(sys.argv) > 2 else None
    *steps, book = profiles.steps(wanted, progress, there.execute) if there else profiles.steps(wanted, progress)
    build(here, steps, progress, wanted.html, int(sys.argv[1]))
"""


def loop(folder: Path) -> None:
    """papermill for one province after the other."""
    here = plan.of(folder)
    wanted = profiles.Profiles(here, here.parameters["panel_year"])
    source = str(here.committed(profiles.NOTEBOOK))
    for province in wanted.provinces:
        target = wanted.executed(province)
        target.parent.mkdir(parents=True, exist_ok=True)
        given = [
            ("-r" if isinstance(v, str) else "-p", name, str(v)) for name, v in wanted.parameters(province).items()
        ]
        command = [sys.executable, "-m", "papermill", source, str(target), *(word for words in given for word in words)]
        run([*command, "--cwd", str(folder / "notebooks"), "--no-progress-bar"], folder)


def sweep(folder: Path, *scheduler: str) -> None:
    """What `make profiles` does with the notebooks, on this machine or on the cluster of a scheduler."""
    run([sys.executable, "-c", SWEEP, str(WORKERS), *scheduler], folder)


@contextmanager
def dask(work: Path) -> Iterator[str]:
    """A scheduler and its workers in empty folders; gives the address."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def start(*command: str) -> Path:
        """Start a process of Dask; returns the file that it writes its log to."""
        folder = work / f"dask-{len(started)}"
        folder.mkdir()
        log = folder / "log"
        with open(log, "wb") as file:
            words = [sys.executable, "-m", "dask", *command]
            started.append(subprocess.Popen(words, cwd=folder, env=environment, stdout=file, stderr=file))
        return log

    try:
        log = start("scheduler", "--host", "tcp://127.0.0.1:0", "--no-dashboard", "--no-show")
        while not (named := re.search(r"Scheduler at: +(tcp://\S+)\n", log.read_text())):
            time.sleep(0.1)
        address = named[1]
        for _ in range(WORKERS):
            start("worker", address, "--nthreads", "1", "--no-dashboard")
        from distributed import Client

        with Client(address, timeout="60s") as client:
            client.wait_for_workers(WORKERS, timeout=60)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def seconds(way: Callable[[Path], None], root: Path, folder: Path) -> float:
    """Seconds of a sweep in a fresh copy; every notebook must be there afterwards."""
    copy(root, folder)
    started = time.perf_counter()
    way(folder)
    took = time.perf_counter() - started
    made = len(list((folder / "_build").glob("*/profiles/*/notebooks/*.ipynb")))
    if made != len(profiles.PROVINCES):
        sys.exit(f"{made} notebooks instead of {len(profiles.PROVINCES)} in the benchmark")
    return took


def main() -> None:
    root = project.root(Path(__file__).parent)
    machine = f"{MACHINE}, {time.strftime('%B %Y')}"
    print(f"Profiles of {len(profiles.PROVINCES)} provinces; {machine}; single runs\n")
    print(f"{'':<26}{'seconds':>10}{'notebooks a minute':>22}{'against the loop':>20}", flush=True)
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="torch-program-bench-") as folder, dask(Path(folder)) as address:
        ways: dict[str, Callable[[Path], None]] = {
            "loop of papermill": loop,
            f"{WORKERS} local workers": sweep,
            f"Dask, {WORKERS} workers": lambda copied: sweep(copied, address),
        }
        for number, (label, way) in enumerate(ways.items()):
            took = seconds(way, root, Path(folder) / f"copy-{number}")
            rate = len(profiles.PROVINCES) / took * 60
            first = next(iter(found.values()), {"notebooks_a_minute": rate})
            ratio = rate / first["notebooks_a_minute"]
            found[label] = {"seconds": took, "notebooks_a_minute": rate, "against_the_loop": ratio}
            print(f"{label:<26}{took:>10.1f}{rate:>22.1f}{ratio:>20.2f}", flush=True)
    kept = root / "_build" / "bench" / "profiles.json"
    content = {"machine": machine, "notebooks": len(profiles.PROVINCES), "ways": found}
    write_whole(kept, (json.dumps(content, indent=1) + "\n").encode())
    print(f"\n{kept.relative_to(root)}")


if __name__ == "__main__":
    main()
