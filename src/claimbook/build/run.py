"""Runs the steps that are stale, one build at a time in a project, and says what became of each."""

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

from claimbook.build import jupyter_book, patches
from claimbook.build.files import write_whole

if TYPE_CHECKING:
    from pytask import PNode, Session, TaskWithoutPath

NOTEBOOKS = "notebooks"  # the steps that run them, as they are told
INTERRUPTED = 130  # exit code that a shell reports after Ctrl-C
STEP = "step"  # begin of the names of threads
TIDIES_UP = 2  # seconds that a step has, after Ctrl-C, to remove what it worked in


@contextmanager
def alone(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Inside, no other build works in `folder`; `say` gets a sentence when that takes waiting.

    The system lets go of the lock when this process has ended, and with it every process of Jupyter Book that it began.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "a+") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"Another build is at work in this project (process {lock.read().strip()}). Waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
        fcntl.flock(lock, fcntl.LOCK_UN)  # at once: Jupyter Book has ended its work, and its process may take a moment


@dataclass
class Progress:
    """Says a line for each step that ends, and how long those of each kind took together."""

    say: Callable[[str], None]
    spans: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    closed: bool = False  # after Ctrl-C: what it cut off has neither failed nor ended
    _here: threading.local = field(default_factory=threading.local)

    def place(self, name: str) -> None:
        """Where the step of this thread was done, if not here: its line says so."""
        self._here.place = f" on {name}"

    def step(
        self,
        kind: str,
        function: Callable[..., Any],
        needs: Mapping[str, Any],
        makes: "PNode | Mapping[str, Any]",
        plan: str,
        name: str = "",
        early: bool = False,
    ) -> "TaskWithoutPath":
        """A step for pytask: `function` gets what the nodes in `needs` hold, and makes or returns what `makes` names.

        `kind` is what is said of it, `plan` the name of the run; those that are to begin `early` go first.
        """
        from pytask import Mark, TaskWithoutPath

        return TaskWithoutPath(
            name=f"{kind} {name} [{plan}]",
            function=self._told(kind, name, function),
            depends_on=dict(needs),
            produces=dict(makes) if isinstance(makes, Mapping) else {"return": makes},
            markers=[Mark("try_first", (), {})] if early else [],
        )

    def _told(self, kind: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(**given: Any) -> Any:
            began, word, self._here.place = time.time(), "failed", ""
            try:
                made = function(**given)
                word = "done  "
                return made
            finally:
                ended = time.time()
                if not self.closed:
                    self.spans.setdefault(kind, []).append((began, ended))
                    with suppress(OSError):  # nobody reads the lines any more, as after `| head`: the work goes on
                        self.say(f"  {word} {ended - began:6.1f} s  {kind}{name and ': '}{name}{self._here.place}")

        return run

    def in_words(self) -> str:
        """Of each kind the seconds from the first beginning to the last end."""
        spans = self.spans.items()
        return ", ".join(f"{kind} {max(e for _, e in own) - min(b for b, _ in own):.1f} s" for kind, own in spans)


class Threads(ThreadPoolExecutor):
    """Threads that wait for processes: when a build is cut off, these are killed, so that nobody waits for them."""

    def __init__(self, progress: Progress, n_workers: int) -> None:
        super().__init__(n_workers, STEP)
        self._progress = progress

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._progress.closed = True
        jupyter_book.end()
        for kernel in active_children():
            kernel.kill()
        super().shutdown(wait=False, cancel_futures=True)


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


def run(
    tasks: Sequence["TaskWithoutPath"], workers: int, state: Path, progress: Progress
) -> tuple[int, list[BaseException]]:
    """Run what is stale of the steps, `workers` at a time: an exit code, and what stopped steps that failed.

    `state` is the folder in which pytask keeps what it knows. INTERRUPTED is the code after Ctrl-C; steps that had
    ended by then are kept.
    """
    import pytask
    from pytask_parallel import ParallelBackend, registry

    patches.pytask_looks_often()
    registry.register_parallel_backend(ParallelBackend.CUSTOM, partial(Threads, progress), worker_type="threads")
    done = session(tasks, state, parallel_backend=ParallelBackend.CUSTOM, n_workers=workers)
    reports: list[Any] = [*done.collection_reports, *done.execution_reports]
    faults = [r.exc_info[1] for r in reports if r.exc_info and r.outcome.name == "FAIL"]
    left = len(done.tasks) - len(done.execution_reports)
    if done.exit_code == pytask.ExitCode.OK and left:
        for thread in [t for t in threading.enumerate() if t.name.startswith(STEP)]:
            thread.join(TIDIES_UP)
        return INTERRUPTED, []
    return int(done.exit_code), [fault for fault in faults if fault]


def session(tasks: Sequence["TaskWithoutPath"], state: Path, **how: Any) -> "Session":
    """What pytask did with the steps, without a word: its table is drawn on terminals only, our lines are for logs too.

    What it knows it keeps in a lock file beside its settings, so that its database may be in memory, which is quicker.
    """
    import pytask

    pytask.console.quiet = True
    config = state / "pytask.toml"
    write_whole(config, b"[tool.pytask.ini_options]\n")
    settled: dict[str, Any] = {"database_url": "sqlite://", "capture": "no", "show_traceback": False, "verbose": 0}
    return pytask.build(tasks=tasks, config=config, **settled, **how)
