"""A Dask cluster as the place where notebooks run.

Workers share no disk with us and need not have our package, which Dask uploads: every notebook travels with its files
as bytes, and comes back as bytes. What workers need is the environment of requirements.lock, because other versions
give other bytes.
"""

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from claimbook.build.files import write_whole
from claimbook.build.plan import Plan, PlanError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from distributed import Client

ANSWERS = 60  # seconds in which a scheduler must answer, on however busy a machine
PATIENCE = 5  # seconds in which it must have a worker
ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d+")
PACKAGES = ("numpy", "pandas", "matplotlib", "seaborn", "ipykernel", "nbclient", "papermill")  # these decide the bytes


class ClusterError(PlanError):
    """The cluster cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """Runs notebooks on the workers of a scheduler, as many at a time as there are workers."""

    address: str
    executor: "Executor"
    workers: int

    def execute(self, files: Mapping[str, bytes], name: str, parameters: Mapping[str, Any]) -> bytes:
        """As `execute_bundle`, on a worker. A worker that dies costs a run: the scheduler asks another one."""
        from distributed import KilledWorker

        def run(*given: Any) -> bytes:  # a function within another travels as code: a scheduler has no package of ours
            from claimbook.build.execution import execute_bundle

            return execute_bundle(*given)

        try:
            return self.executor.submit(run, dict(files), name, dict(parameters)).result()
        except KilledWorker as error:
            raise ClusterError(f"{name}: worker after worker died over it (out of memory?): {error}") from None
        except OSError as error:
            raise ClusterError(
                f"The cluster at {self.address} did not finish {name} ({type(error).__name__}: {error}). "
                "What was finished is kept; start again to go on from there."
            ) from None


@contextmanager
def connected(address: str, plan: Plan) -> Iterator[Cluster]:
    """The cluster of the scheduler at `address`; raises ClusterError within seconds where it cannot run notebooks."""
    from distributed import Client

    if not ADDRESS.fullmatch(address):
        raise ClusterError(f"SCHEDULER={address}: write the address of a Dask scheduler, like tcp://192.168.0.7:8786.")
    for name in ("distributed", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters of it is said in our words
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of other versions, which are refused below
            client = Client(address, timeout=f"{ANSWERS}s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"SCHEDULER={address}: no Dask scheduler answers there ({type(error).__name__}). "
            "Start one with `dask scheduler` and copy the address that it prints, or leave SCHEDULER out to run here."
        ) from None
    with client:
        workers = checked(client, address)
        upload(client, plan)
        yield Cluster(address, client.get_executor(pure=False), workers)


def checked(client: "Client", address: str) -> int:
    """Number of the workers, each of which runs one notebook at a time in the environment of this machine."""
    start = f"Start workers with `dask worker {address} --nthreads 1`, as many as the machine has cores."
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise ClusterError(f"The scheduler at {address} has no workers. {start}") from None
    workers = client.scheduler_info(n_workers=-1)["workers"]
    for name, worker in sorted(workers.items()):
        if worker["nthreads"] > 1:
            raise ClusterError(
                f"The worker {name} runs {worker['nthreads']} tasks at a time, and a notebook needs a process for "
                f"itself. {start}"
            )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            client.get_versions(check=True, packages=PACKAGES)
    except UserWarning as told:
        raise ClusterError(
            f"The cluster at {address} has another environment and would give other results. {told}\n"
            "Install requirements.lock there with the same Python, and start scheduler and workers from it."
        ) from None
    return len(workers)


def upload(client: "Client", plan: Plan) -> None:
    """Let every worker, also one that joins later, have our package as the plan has it."""
    from distributed.diagnostics.plugin import UploadDirectory

    with TemporaryDirectory(prefix="claimbook-") as folder:
        source = Path(folder) / "src"
        for name, path in plan.package.items():
            write_whole(source.parent / name, path.read_bytes())
        client.register_plugin(UploadDirectory(str(source), restart_workers=True, update_path=True))
