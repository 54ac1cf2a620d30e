"""Notebooks a minute for a sweep of all province profiles, two ways in one run: `make bench`.

The plain way is a loop of `papermill` commands. The other one is what `make profiles` does with the notebooks, in a
fresh copy of the project. No pages are made.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from compare import run
from copies import MACHINE, copy

from claimbook.project import folders
from claimbook.project.files import write_whole
from claimbook.run import plan
from torch_program.profiles import steps as profiles

SWEEP = """
from claimbook.commands.report import build
from claimbook.run import plan
from torch_program.profiles import steps as profiles
from claimbook.run.runner import Progress

here = plan.make_plan()
wanted, progress = profiles.make(here, None, None), Progress(print)
*steps, book = profiles.steps(wanted, progress)
build(here, steps, progress, wanted.html)
"""


def loop(folder: Path) -> None:
    """papermill for one province after the other."""
    here = plan.plan_of(folder)
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


def sweep(folder: Path) -> None:
    """What `make profiles` does with the notebooks."""
    run([sys.executable, "-c", SWEEP], folder)


def seconds(way: Callable[[Path], None], root: Path, folder: Path) -> float:
    """Seconds of a sweep in a fresh copy; every notebook must be there afterwards."""
    copy(root, folder)
    started = time.perf_counter()
    way(folder)
    took = time.perf_counter() - started
    made = len(list((folder / "_build").glob("*/profiles/*/notebooks/*.ipynb")))
    if made != len(profiles.PROFILED):
        sys.exit(f"{made} notebooks instead of {len(profiles.PROFILED)} in the benchmark")
    return took


def main() -> None:
    root = folders.root(Path(__file__).parent)
    machine = f"{MACHINE}, {time.strftime('%B %Y')}"
    print(f"Profiles of {len(profiles.PROFILED)} provinces; {machine}; single runs\n")
    print(f"{'':<26}{'seconds':>10}{'notebooks a minute':>22}{'against the loop':>20}", flush=True)
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="torch-program-bench-") as folder:
        ways: dict[str, Callable[[Path], None]] = {"loop of papermill": loop, "make profiles": sweep}
        for number, (label, way) in enumerate(ways.items()):
            took = seconds(way, root, Path(folder) / f"copy-{number}")
            rate = len(profiles.PROFILED) / took * 60
            first = next(iter(found.values()), {"notebooks_a_minute": rate})
            ratio = rate / first["notebooks_a_minute"]
            found[label] = {"seconds": took, "notebooks_a_minute": rate, "against_the_loop": ratio}
            print(f"{label:<26}{took:>10.1f}{rate:>22.1f}{ratio:>20.2f}", flush=True)
    kept = root / "_build" / "bench" / "profiles.json"
    content = {"machine": machine, "notebooks": len(profiles.PROFILED), "ways": found}
    write_whole(kept, (json.dumps(content, indent=1) + "\n").encode())
    print(f"\n{kept.relative_to(root)}")


if __name__ == "__main__":
    main()
