"""A Dask scheduler and its workers, as processes of this machine, for benchmarks and tests."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

from claimbook.project.folders import python_path

PROJECT = Path(__file__).parents[1]


class Machines:
    """A scheduler and its workers. `folder` receives their files and what they print."""

    def __init__(self, folder: Path) -> None:
        self.folder, at = folder, folder / "scheduler.json"
        self.began: list[Popen[bytes]] = []
        where = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(at))
        self.scheduler = self.begin("scheduler", *where, "--no-dashboard")
        self.until(lambda: at.exists() and at.read_text().rstrip().endswith("}"))  # it exists before it is filled
        self.address = json.loads(at.read_text())["address"]

    def begin(self, *words: str, project: Path = PROJECT) -> "Popen[bytes]":
        with open(self.folder / "said", "a") as output:
            environment = os.environ | {"PYTHONPATH": python_path(project)}
            command = [sys.executable, "-m", "dask", *words]
            streams = {"stdout": output, "stderr": output}
            self.began.append(
                Popen(command, cwd=self.folder, env=environment, start_new_session=True, **streams)  # type: ignore[call-overload]
            )
        return self.began[-1]

    def worker(self, name: str, *words: str, project: Path = PROJECT) -> "Popen[bytes]":
        """Start a worker that runs one notebook at a time."""
        alone = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder / name))
        return self.begin("worker", self.address, "--name", name, *alone, *(words or ["--no-nanny"]), project=project)

    def until(self, there: Callable[[], bool]) -> None:
        """Wait for something that a process makes, and fail if one of them ends first."""
        while not there():
            ended = [process.args for process in self.began if process.poll() is not None]
            assert not ended, f"{ended} ended: {(self.folder / 'said').read_text()}"
            time.sleep(0.1)

    def known(self, *names: str) -> None:
        """Wait until the scheduler knows these workers."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            self.until(lambda: {w["name"] for w in client.scheduler_info(-1)["workers"].values()} >= {*names})

    def kill(self, process: "Popen[bytes]") -> None:
        """Kill one of the processes and forget it."""
        process.kill()
        process.wait()
        self.began.remove(process)

    def end(self) -> None:
        for process in [*self.began]:
            self.kill(process)
