"""A Dask cluster as the place where notebooks run.

Workers share no disk with us and need not have our package: every task carries the code of the pipeline and the files
of its notebook as bytes, and brings the executed notebook back as bytes. What they need is the environment of
requirements.lock, because other versions give other bytes.
"""

import hashlib
import logging
import pickle
import re
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from functools import partial
from importlib import metadata
from typing import Any

from torch_program.pipeline.execution import NotebookFailed, bundle
from torch_program.pipeline.plan import Plan, PlanError
from torch_program.pipeline.progress import step_and_name

STEPS = ("execute", "profile")  # tasks that run a notebook; all others need this machine's disk
ANSWERS = 60  # seconds in which a scheduler must answer, on however busy a machine
PATIENCE = 5  # seconds in which it must have a worker
ALONE = 60  # seconds that a run waits for a worker when all are gone
ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d+")


class ClusterError(PlanError):
    """The cluster cannot be used; the message says why and what to do."""


class Cluster(Executor):
    """Runs notebooks on a cluster and everything else on a local executor."""

    def __init__(self, client: Any, local: Executor, code: Mapping[str, bytes]) -> None:
        self.client, self.local, self.code = client, local, dict(code)
        self.digest = hashlib.sha256(pickle.dumps(sorted(code.items()))).hexdigest()[:16]
        self.address = client.scheduler.address
        self.threads = max(1, len(_workers(client)))
        self.waiting: dict[Future, Any] = {}
        self.closed = threading.Event()
        threading.Thread(target=self._look_after, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        """Hand in a task in the words of pytask-parallel: `fn` runs it here; a worker gets the notebook alone."""
        task, given = kwargs["task"], kwargs["kwargs"]
        if step_and_name(task.name)[0] not in STEPS:
            return self.local.submit(fn, *args, **kwargs)
        files = bundle(given["files"])
        job = by_value(run_there, self.code, self.digest, files, given["name"], given["parameters"])
        here: Future = Future()
        # a worker that is killed costs a run, not the sweep: the scheduler hands its task to another one
        there = self.client.submit(job, pure=False, key=f"notebook-{uuid.uuid4().hex}")
        self.waiting[here] = there
        there.add_done_callback(lambda done: self._settle(here, result_of(done, self.address)))
        return here

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.closed.set()
        for there in list(self.waiting.values()):
            there.cancel()
        self.client.close()
        self.local.shutdown(wait=wait)

    def _settle(self, here: Future, result: Any) -> None:
        if self.waiting.pop(here, None) is not None:
            here.set_result(result)

    def _look_after(self) -> None:
        """Give up what waits for a cluster that has had no worker for a while; nothing would ever say so."""
        alone_since = None
        while not self.closed.wait(1):
            if not self.waiting or _workers(self.client):
                alone_since = None
                continue
            alone_since = alone_since or time.monotonic()
            if time.monotonic() - alone_since > ALONE:
                sentence = f"{self.address} has had no worker for {ALONE} s. {start_workers(self.address)}"
                for here, there in list(self.waiting.items()):
                    there.cancel()
                    self._settle(here, failed(ClusterError(sentence)))


def connect(address: str, plan: Plan, local: Executor) -> Cluster:
    """The cluster of the scheduler at `address`; raises ClusterError within seconds where it cannot run notebooks."""
    import cloudpickle
    from distributed import Client

    if not ADDRESS.fullmatch(address):
        raise ClusterError(f"SCHEDULER={address}: write the address of a Dask scheduler, like tcp://192.168.0.7:8786.")
    for name in ("distributed", "tornado"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters of it is said in our words
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of other versions, which are refused below
            client = Client(address, timeout=f"{ANSWERS}s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(
            f"SCHEDULER={address}: no Dask scheduler answers there ({type(error).__name__}). "
            "Start one with `dask scheduler` and copy the address that it prints, or leave SCHEDULER out to run here."
        ) from None
    try:
        return Cluster(checked(client, address, plan), local, package(plan))
    except BaseException:
        client.close()
        raise


def checked(client: Any, address: str, plan: Plan) -> Any:
    """The client, when every worker runs one notebook at a time in the environment of this machine."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise ClusterError(f"The scheduler at {address} has no workers. {start_workers(address)}") from None
    for name, worker in sorted(_workers(client).items()):
        if worker["nthreads"] > 1:
            raise ClusterError(
                f"The worker {name} runs {worker['nthreads']} tasks at a time, and a notebook needs a process for "
                f"itself. {start_workers(address)}"
            )
    names = locked(plan)
    here = environment(names)
    for name, there in sorted(client.run(by_value(environment, names)).items()):
        differing = [what for what in here if here[what] != there[what]]
        if differing:
            told = "; ".join(f"{what} {there[what] or 'missing'} instead of {here[what]}" for what in differing[:3])
            more = f"; {len(differing) - 3} more differ" if len(differing) > 3 else ""
            raise ClusterError(
                f"The worker {name} has another environment and would give other results: {told}{more}. "
                "Install requirements.lock there with the same Python, and start the worker from that environment."
            )
    return client


def start_workers(address: str) -> str:
    return f"Start workers with `dask worker {address} --nthreads 1`, as many as the machine has cores."


def locked(plan: Plan) -> list[str]:
    """Names of the packages in requirements.lock that are installed here; others are for other systems."""
    lock = (plan.root / "requirements.lock").read_text(encoding="utf-8")
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)==", lock, flags=re.MULTILINE)
    return [name for name in names if environment([name])[name]]


def package(plan: Plan) -> dict[str, bytes]:
    """The code of our package by its path below src/, for workers that do not have it."""
    return {n.removeprefix("src/"): p.read_bytes() for n, p in plan.package.items() if n.endswith(".py")}


def by_value(function: Callable[..., Any], *arguments: Any) -> Callable[[], Any]:
    """A call that can be made where our package is missing: functions of this module travel as code, not by name."""
    import cloudpickle

    call = cloudpickle.dumps(partial(function, *arguments))
    return lambda: pickle.loads(call)()  # noqa: S301  from our own client, over a connection that carries code anyway


def result_of(done: Any, address: str) -> Any:
    """What pytask-parallel expects of a finished task, from a finished future of Dask."""
    from distributed import KilledWorker
    from pytask import PythonNode

    try:
        notebook, failure = done.result()
    except KilledWorker as error:
        return failed(ClusterError(f"Worker after worker died over a notebook (out of memory?): {error}"))
    except BaseException as error:  # whatever it is, the sweep has to go on and to tell it
        return failed(
            ClusterError(
                f"The cluster at {address} did not finish this notebook ({type(error).__name__}: {error}). "
                "What was finished is kept; start again to go on from there."
            )
        )
    if failure:
        return failed(NotebookFailed(*failure))
    return finished({"return": PythonNode(value=notebook)})


def failed(error: Exception) -> Any:
    """The same for a task that did not do its work."""
    return finished(None, (type(error), error, None))


def finished(products: dict[str, Any] | None, fault: tuple[Any, ...] | None = None) -> Any:
    from pytask_parallel.wrappers import WrapperResult

    return WrapperResult(carry_over_products=products, warning_reports=[], exc_info=fault, stdout="", stderr="")


def _workers(client: Any) -> dict[str, Any]:
    return client.scheduler_info(n_workers=-1)["workers"]


# what runs on a worker; it may use the standard library and Dask, nothing else of this module --------------------


def environment(names: list[str]) -> dict[str, str]:
    """Versions of Python ("python") and of packages; empty where one is missing."""

    def version(name: str) -> str:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return ""

    return {"python": "{}.{}".format(*sys.version_info)} | {name: version(name) for name in names}


def run_there(
    code: dict[str, bytes], digest: str, files: dict[str, bytes], name: str, parameters: dict[str, Any]
) -> tuple[bytes, tuple[str, str, bytes] | None]:
    """Run a notebook; returns it, or nothing and what NotebookFailed is made of. Only plain values travel."""
    import importlib
    from pathlib import Path

    from distributed import get_worker

    home = Path(get_worker().local_directory) / f"torch-program-{digest}"
    if str(home) not in sys.path:
        for relative, content in code.items():
            path = home / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for module in [m for m in sys.modules if m.partition(".")[0] == "torch_program"]:
            del sys.modules[module]  # of an earlier sweep, or of a package that is installed there
        sys.path[:] = [str(home), *(p for p in sys.path if not Path(p).name.startswith("torch-program-"))]
        importlib.invalidate_caches()
    execution = importlib.import_module("torch_program.pipeline.execution")
    try:
        return execution.execute_bundle(files, name, parameters), None
    except execution.NotebookFailed as error:
        return b"", (error.sentence, error.name, error.partial)
