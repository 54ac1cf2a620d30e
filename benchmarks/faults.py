"""Kill builds at random moments; check that no half-written file is published and that the next run succeeds:

`make faults`.

Three towns have two states, A and B, whose bytes are known from undisturbed builds. Each round changes the
state, starts a build, kills one of its processes after a random time, and looks at what a reader would see: every
published part must be that of A or that of B. Then the next run must finish with the bytes of the new state.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine" / "tests" / "helpers"))
import towns  # noqa: E402

VALUES = (towns.LATEST, towns.LATEST.replace("46", "47"))
Parts = dict[str, dict[str, bytes]]


def published(folder: Path) -> Parts:
    """Return what a reader sees: pages, PDF and results, each as a whole."""
    build = folder / "_build/2026"
    files = {
        "pages": [*(build / "html").rglob("*")],
        "PDF": [*build.glob("*.pdf")],
        "results": [build / "results.json"],
    }
    return {
        part: {p.relative_to(build).as_posix(): p.read_bytes() for p in paths if p.is_file()}
        for part, paths in files.items()
    }


def kind(process: psutil.Process) -> str:
    """Return what a process of a build does."""
    words = " ".join(process.cmdline())
    known = {"kernel": "multiprocessing.forkserver", "pages": "claimbook.run.environment"}
    return next((name for name, word in known.items() if word in words), "other")


def victim(main: psutil.Process, chance: random.Random) -> tuple[str, list[psutil.Process]]:
    """Choose what to kill: the build with or without its children, a kernel, the forkserver, or Jupyter Book."""
    children: dict[str, list[psutil.Process]] = {}
    for child in main.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            children.setdefault(kind(child), []).append(child)
    wanted = chance.choice(["everything", "main", "kernel", "pages"])
    if wanted in children:
        return wanted, [chance.choice(children[wanted])]
    return ("everything", [main, *main.children(recursive=True)]) if wanted == "everything" else ("main", [main])


def put(folder: Path, value: str) -> None:
    """Write one of the two values, whichever is there now."""
    path = folder / towns.FIGURES
    path.write_text(re.sub("|".join(VALUES), value, path.read_text()))


def undisturbed(folder: Path) -> tuple[dict[str, Parts], float]:
    """Return what is published for each value, and how many seconds a build takes after a change."""
    known, seconds = {}, 0.0
    for value in reversed(VALUES):
        put(folder, value)
        started = time.monotonic()
        code, output = towns.run(folder, "report")
        seconds = time.monotonic() - started
        if code:
            sys.exit(f"an undisturbed build failed:\n{output}")
        known[value] = published(folder)
    return known, seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=20, help="how many builds to kill (20)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same victims and moments (1)")
    wanted = parser.parse_args()
    if wanted.n < 0:
        parser.error(f"--n is {wanted.n}, but builds are counted from 0. Write N=20.")
    chance = random.Random(wanted.seed)
    faults: list[str] = []
    killed: Counter[str] = Counter()
    failed_runs = 0
    with tempfile.TemporaryDirectory(prefix="torch-program-faults-") as work:
        folder = towns.with_more(Path(work) / "project")
        known, seconds = undisturbed(folder)
        state = VALUES[0]
        for round_ in range(1, wanted.n + 1):
            state = VALUES[1 - VALUES.index(state)]
            put(folder, state)
            process = towns.start(folder, "report")
            with suppress(psutil.NoSuchProcess):
                time.sleep(chance.uniform(0.2, seconds))
                who, victims = victim(psutil.Process(process.pid), chance)
                for one in victims:
                    with suppress(psutil.NoSuchProcess):
                        one.kill()
                killed[who] += 1
            output = process.communicate()[0]
            failed_runs += bool(process.returncode)
            if "Traceback" in output:
                faults.append(f"round {round_}: killing {who} gave a traceback:\n{output}")
            seen = published(folder)
            torn = [part for part in seen if all(seen[part] != whole[part] for whole in known.values())]
            if torn:
                faults.append(f"round {round_}: after killing {who}, torn: {', '.join(torn)}")
            code, output = towns.run(folder, "report")
            if code or published(folder) != known[state]:
                faults.append(f"round {round_}: the run after killing {who} did not end well:\n{output}")
            ended = "failed!" if code else "finished"
            print(f"  {round_:3}  killed {who:10} {'torn!' if torn else 'whole'}  then {ended}", flush=True)
    victims_in_words = ", ".join(f"{n} {who}" for who, n in sorted(killed.items()))
    print(
        f"{wanted.n} builds, {sum(killed.values())} kills ({victims_in_words}), {failed_runs} builds stopped by them;"
    )
    print(f"{os.cpu_count()} processors, seed {wanted.seed}")
    print("\n".join(faults) or "Nothing torn was published, and every next run ended with the expected bytes.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
