"""Runs notebooks on the workers of a Dask scheduler: sends their files as bytes and receives the results."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from multiprocessing import current_process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimbook.evidence.reads import Read
from claimbook.project.folders import ENGINE, Files, digest_of
from claimbook.run import environment
from claimbook.run.execution import Ran, execute_bundle
from claimbook.run.plan import PlanError
from claimbook.say.words import some

if TYPE_CHECKING:
    from distributed import Client, Future

    from claimbook.run.runner import Progress

ASKS_AGAIN = 1  # seconds between checks whether the build was interrupted
MOST_NAMED = 3  # workers or versions in a sentence
INSTALL = "Install it: .venv/bin/uv pip install --require-hashes -r .venv/engine/run/locks/requirements-cluster.lock"


@dataclass
class Cluster:
    """Workers that run notebooks; `places` is how many notebooks they run at a time."""

    address: str
    client: "Client"
    progress: "Progress"
    places: int
    sent: dict[Any, "Future"] = field(default_factory=dict)

    def execute(self, files: Files, name: str, parameters: Mapping[str, Any]) -> Ran:
        """Run a notebook like `execute_bundle`, but on a worker; if a worker dies, another one takes over.

        Raises NotebookFailed, and PlanError if the scheduler stops or every worker that tried died.
        """
        from distributed import KilledWorker  # an optional package

        sections = {path: content for path, content in files.items() if path.startswith("notebooks/")}
        others = {path: content for path, content in files.items() if path not in sections}
        shared: Future = self.client.submit(dict, others, pure=True)  # is sent once, and workers pass it on
        self.sent[shared.key] = shared  # Dask keeps what somebody refers to
        ran = self.client.submit(_run_on_worker, shared, sections, name, parameters, pure=False)
        try:
            worker, executed, reads = self._result(ran)
        except KilledWorker:
            raise PlanError(f"{name}.ipynb: every worker that ran it died, perhaps because memory ran out") from None
        except (CancelledError, OSError):
            raise PlanError(f"SCHEDULER={self.address}: the scheduler stopped while {name}.ipynb ran.") from None
        self.progress.place(worker)
        return executed, reads

    def _result(self, ran: "Future") -> Any:
        from distributed import TimeoutError  # an optional package

        while True:
            try:
                return ran.result(timeout=ASKS_AGAIN)
            except TimeoutError:
                if self.progress.closed:
                    ran.cancel()


def _run_on_worker(shared: Files, sections: Files, *run: Any) -> tuple[str, bytes, set[Read]]:
    """Run a notebook on a worker. Returns the worker's name, the executed notebook and what it read."""
    from distributed import get_worker  # an optional package

    return str(get_worker().name), *execute_bundle({**shared, **sections}, *run)


@contextmanager
def connected(address: str, lock: Path, progress: "Progress") -> Iterator[Cluster]:
    """Connect to the workers of a scheduler, and yield them as a Cluster.

    Raises PlanError if there are none, or if a worker has other software than `lock`.
    """
    try:
        from distributed import Client  # an optional package
    except ImportError:
        raise PlanError(f"SCHEDULER={address}: distributed is not installed here. {INSTALL}") from None
    if not re.fullmatch(r"(\w+://)?\S+:\d+", address):  # for other texts Dask waits, and ends with a traceback
        raise PlanError(f"SCHEDULER={address}: this is no address. Write it like tcp://host:8786.")
    for name in ("distributed", "distributed.client"):  # our messages replace its logs
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=5, set_as_default=False)
    except (OSError, ValueError) as error:
        why = f"no Dask scheduler answers there. Start one: .venv/bin/dask scheduler ({error})"
        raise PlanError(f"SCHEDULER={address}: {why}") from None
    with client:
        if not (workers := client.scheduler_info(n_workers=-1)["workers"]):
            start = f".venv/bin/dask worker {address} --no-nanny"
            raise PlanError(f"SCHEDULER={address}: the scheduler has no workers. Start some: {start}")
        names = environment.packages_in(lock)
        refuse(address, software(names), client.run(software, names, on_error="return"))
        if any(client.run(lambda: current_process().daemon).values()):
            why = "the workers cannot start processes, which notebooks need. Start them with --no-nanny"
            raise PlanError(f"SCHEDULER={address}: {why}, or with DASK_DISTRIBUTED__WORKER__DAEMON=False set.")
        places = sum(worker["nthreads"] for worker in workers.values())
        named = some(sorted(str(worker["name"]) for worker in workers.values()), MOST_NAMED)
        progress.say(f"Notebooks run on {named}, {places} at a time")
        yield Cluster(address, client, progress, places)


def software(names: Sequence[str]) -> dict[str, str]:
    """Return the versions of Python, this package (by its code) and the named packages on this machine."""
    code = {str(path.relative_to(ENGINE)): path for path in ENGINE.rglob("*.py")}
    versions = {"Python": "{}.{}".format(*sys.version_info), "claimbook": digest_of(code)[:8]}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "missing"
    return versions


def refuse(address: str, ours: Mapping[str, str], theirs: Mapping[str, Any]) -> None:
    """Raise PlanError if a worker has other software, because the report would then differ in its bytes."""
    for worker, found in theirs.items():
        if not isinstance(found, dict):
            raise PlanError(f"SCHEDULER={address}: worker {worker} cannot run notebooks: {found}.")
        if other := [f"{n} {found[n]} and not {version}" for n, version in ours.items() if found[n] != version]:
            raise PlanError(
                f"SCHEDULER={address}: worker {worker} has {some(other, MOST_NAMED)}. "
                "Bring its folder to the same commit, run make setup there, and start it again."
            )
