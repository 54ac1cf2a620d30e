"""Runs the stale steps of a build, one build at a time per project, and reports on each step."""

import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial, wraps
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimbook import patches
from claimbook.project.files import write_whole
from claimbook.run import jupyter_book

if TYPE_CHECKING:
    from pytask import Session, TaskWithoutPath

NOTEBOOK_STEPS = "notebooks"  # name of the kind of steps that run them, as printed
INTERRUPTED = 130  # exit code of shells after Ctrl-C
THREAD_PREFIX = "step"  # prefix of the names of threads
TIDIES_UP = 2  # seconds for a step to clean up after Ctrl-C


@contextmanager
def build_lock(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of `folder`, so that no other build works in it. If one does, `say` so and wait.

    The system releases the lock when this process and all its Jupyter Book processes have ended.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "a+") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"Another build of this project is running (process {lock.read().strip()}). Waiting for it to end.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
        fcntl.flock(lock, fcntl.LOCK_UN)  # now, because the process of Jupyter Book may take a moment to end


@dataclass
class Progress:
    """Prints a line for each finished step, and records when steps of each kind ran."""

    say: Callable[[str], None]
    spans: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    closed: bool = False  # after Ctrl-C; interrupted steps print no line
    _here: threading.local = field(default_factory=threading.local)

    def place(self, name: str) -> None:
        """Record on which other machine the step of this thread ran, for its line of output."""
        self._here.place = f" on {name}"

    def step(
        self,
        kind: str,
        function: Callable[..., Any],
        needs: Mapping[str, Any],
        makes: Any,
        plan: str,
        name: str = "",
        early: bool = False,
    ) -> "TaskWithoutPath":
        """Return a step for pytask that calls `function` with the inputs `needs` to make `makes`.

        `makes` are nodes of what the function returns, or a dict of nodes for arguments that say where it writes.
        `kind` is the name of the step in output, `plan` that of the run. Steps with `early` start first.
        """
        from pytask import Mark, TaskWithoutPath  # takes a third of a second to import

        return TaskWithoutPath(
            name=f"{kind} {name} [{plan}]",
            function=self.timed(kind, name, function),
            depends_on=dict(needs),
            produces=makes if isinstance(makes, dict) else {"return": makes},
            markers=[Mark("try_first", (), {})] if early else [],
        )

    def timed(self, kind: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function of a step; when it ends, it prints a line with its time and place."""

        @wraps(function)
        def run(**arguments: Any) -> Any:
            began, word, self._here.place = time.time(), "failed", ""
            try:
                made = function(**arguments)
                word = "done  "
                return made
            finally:
                ended = time.time()
                if not self.closed:
                    self.spans.setdefault(kind, []).append((began, ended))
                    with suppress(OSError):  # output closed, as after `| head`: go on
                        self.say(f"  {word} {ended - began:6.1f} s  {kind}{name and ': '}{name}{self._here.place}")

        return run

    def in_words(self) -> str:
        """Return the elapsed seconds for each kind of step, from the first start to the last end."""
        spans = self.spans.items()
        return ", ".join(f"{kind} {max(e for _, e in times) - min(b for b, _ in times):.1f} s" for kind, times in spans)


class Threads(ThreadPoolExecutor):
    """Threads that wait for processes. When a build is interrupted, they kill these processes."""

    def __init__(self, progress: Progress, n_workers: int) -> None:
        super().__init__(n_workers, THREAD_PREFIX)
        self._progress = progress

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._progress.closed = True
        jupyter_book.kill_running()
        for kernel in active_children():
            kernel.kill()
        super().shutdown(wait=False, cancel_futures=True)


def run_command(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> int:
    """Run a command and return its exit code. On Ctrl-C, let the command end by itself first."""
    process = subprocess.Popen(command, cwd=folder, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN:  # a SIGTERM came, perhaps only to this process
            process.terminate()
        process.wait()
        raise


def run_steps(
    tasks: Sequence["TaskWithoutPath"], workers: int, state: Path, progress: Progress
) -> tuple[int, list[BaseException]]:
    """Run the stale steps, `workers` at a time. Returns an exit code and the errors that stopped steps.

    `state` is the folder for pytask's state. The code after Ctrl-C is INTERRUPTED; steps finished by then are
    kept.
    """
    import pytask  # takes a third of a second to import
    from pytask_parallel import ParallelBackend, registry

    patches.pytask_looks_often()
    registry.register_parallel_backend(ParallelBackend.CUSTOM, partial(Threads, progress), worker_type="threads")
    done = session(tasks, state, parallel_backend=ParallelBackend.CUSTOM, n_workers=workers)
    reports: list[Any] = [*done.collection_reports, *done.execution_reports]
    faults = [r.exc_info[1] for r in reports if r.exc_info and r.outcome.name == "FAIL"]
    left = len(done.tasks) - len(done.execution_reports)
    if done.exit_code == pytask.ExitCode.OK and left:
        for thread in [t for t in threading.enumerate() if t.name.startswith(THREAD_PREFIX)]:
            thread.join(TIDIES_UP)
        return INTERRUPTED, []
    return int(done.exit_code), [fault for fault in faults if fault]


def session(tasks: Sequence["TaskWithoutPath"], state: Path, **how: Any) -> "Session":
    """Run pytask on the steps without its output, and return its session.

    pytask stores its state in a lock file next to its settings, so its database can be in memory, which is
    faster.
    """
    import pytask  # takes a third of a second to import

    pytask.console.quiet = True
    config = state / "pytask.toml"
    write_whole(config, b"[tool.pytask.ini_options]\n")
    settled: dict[str, Any] = {"database_url": "sqlite://", "capture": "no", "show_traceback": False, "verbose": 0}
    return pytask.build(tasks=tasks, config=config, **settled, **how)
