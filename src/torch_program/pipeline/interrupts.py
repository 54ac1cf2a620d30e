"""Ctrl-C: the main process alone hears it, ends what it started and says so in one sentence.

A terminal sends it to every process in its foreground, and one that is just importing pandas answers with a traceback.
"""

import os
import pickle
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from torch_program import project
from torch_program.pipeline import forked
from torch_program.pipeline.files import SCRATCH, SCRATCH_FOLDER

INTERRUPTED = 130  # exit code that a shell reports after Ctrl-C


@contextmanager
def deaf() -> Iterator[None]:
    """A process or thread that is started inside does not hear Ctrl-C, from its first moment on; here it comes late."""
    resource_tracker.ensure_running()  # begun inside, it would lift the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stay_deaf() -> None:
    """In a worker: ignore Ctrl-C instead of blocking it, since a blocked one no kernel could undo for its cells.

    SIGTERM, which a shell or `timeout` sends to all at once, is ignored too: who began the worker ends it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


class Workers(Executor):
    """loky's processes, deaf to Ctrl-C; they are killed when they are shut down in the middle of a task.

    Those that have nothing to do for `idle` seconds end.
    """

    def __init__(self, processes: int, idle: float = 10) -> None:
        from loky import get_reusable_executor

        place = {SCRATCH_FOLDER: str(project.root() / "_build" / SCRATCH)} | forked.shared()
        self.pool = get_reusable_executor(max_workers=processes, timeout=idle, initializer=stay_deaf, env=place)
        self.unfinished: set[Future] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        """A worker gets what is handed in as it is now: a thread of loky's would pickle it while pytask changes it."""
        import cloudpickle

        call = cloudpickle.dumps(partial(fn, *args, **kwargs))
        with deaf():
            future = self.pool.submit(made, call)
            self.unfinished.add(future)
            future.add_done_callback(self.unfinished.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.pool.shutdown(wait=wait, kill_workers=not all(f.done() for f in self.unfinished))


def made(call: bytes) -> Any:
    """In a worker: what a call gives that was handed in."""
    return pickle.loads(call)()  # noqa: S301  from the process that started this one


def call(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> int:
    """Exit code of a command that hears Ctrl-C too: it gets the time to end in its own sentence."""
    process = subprocess.Popen(command, cwd=folder, env=environment or os.environ)
    try:
        return process.wait()
    except KeyboardInterrupt:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN:  # that came, and perhaps to this process alone
            process.terminate()
        process.wait()
        raise
