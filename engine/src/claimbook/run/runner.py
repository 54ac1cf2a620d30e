"""Runs the stale steps of a build side by side, one build at a time per project, and reports on each step."""

import fcntl
import json
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from graphlib import TopologicalSorter
from multiprocessing import active_children
from pathlib import Path
from typing import Any, NamedTuple

from claimbook.project.folders import Paths, UserError, content_of, digest_of, times_of, write_whole
from claimbook.run import environment

NOTEBOOK_STEPS = "notebooks"  # name of the kind of steps that run them, as printed
INTERRUPTED = 130  # exit code of shells after Ctrl-C
THREAD_PREFIX = "step"  # prefix of the names of threads
OPEN_FILES = 512  # enough for the kernels of any build
TIDIES_UP = 2  # seconds for a step to clean up after Ctrl-C
LOOKS = 0.1  # seconds between two looks at running work: Python hears a signal just before a long wait only after it


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


def allow_open_files() -> None:
    """Let this process open as many files as a build needs. Raises UserError if it may not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if not 0 <= soft < OPEN_FILES:  # "no limit" may be a negative number
        return
    if 0 <= hard < OPEN_FILES:
        raise UserError(f"A build opens up to {OPEN_FILES} files, but {hard} are allowed here. Raise `ulimit -n`.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, hard))


@dataclass
class Progress:
    """Prints a line for each finished step, and records when steps of each kind ran."""

    say: Callable[[str], None]
    spans: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    closed: bool = False  # after Ctrl-C; interrupted steps print no line
    started: float = field(default_factory=time.time)
    _here: threading.local = field(default_factory=threading.local)

    def place(self, name: str) -> None:
        """Record on which other machine the step of this thread ran, for its line of output."""
        self._here.place = f" on {name}"

    def timed(self, kind: str, name: str, function: Callable[[], Any]) -> Any:
        """Run the function of a step, and print how long it took and where it ran."""
        began, word, self._here.place = time.time(), "failed", ""
        try:
            made = function()
            word = "done  "
            return made
        finally:
            ended = time.time()
            if not self.closed:
                self.spans.setdefault(kind, []).append((began, ended))
                with suppress(OSError):  # output closed, as after `| head`: go on
                    self.say(f"  {word} {ended - began:6.1f} s  {kind}{name and ': '}{name}{self._here.place}")

    def in_words(self) -> str:
        """Return the elapsed seconds for each kind of step, from the first start to the last end."""
        spans = self.spans.items()
        return ", ".join(f"{kind} {max(e for _, e in times) - min(b for b, _ in times):.1f} s" for kind, times in spans)


class Step(NamedTuple):
    """A step of a build: `stale` says whether it must run, and `do` runs it.

    `kind` and `name` are printed. It begins when the steps `after`, given by their titles, have ended well. If a `gate`
    fails, nothing else counts: all other steps are stopped.
    """

    kind: str
    name: str
    stale: Callable[[], bool]
    do: Callable[[], Any]
    after: Sequence[str] = ()
    gate: bool = False

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}".rstrip()

    def run(self, progress: Progress) -> None:
        """Run the step if it is stale."""
        if self.stale():
            progress.timed(self.kind, self.name, self.do)


class State(NamedTuple):
    """The inputs and products of a step, which the file `stored` describes as they were when it last ended well.

    `inputs` are files by name, `makes` returns the files that it makes, `others` what else it depends on, as JSON.
    """

    stored: Path
    inputs: Paths
    others: Callable[[], Any]
    makes: Callable[[], Paths]

    def stale(self) -> bool:
        """Return whether an input or product has changed. A description that cannot be read counts as none."""
        return content_of(self.stored) != self._described(self._now())

    def kept(self, do: Callable[[], None]) -> None:
        """Do the step and describe its state, unless somebody saved an input meanwhile: then the step stays stale.

        Times are compared too, because an input may have changed and changed back.
        """
        before, times = self._now(), times_of(self.inputs.values())
        do()
        if before == self._now() and times == times_of(self.inputs.values()):
            write_whole(self.stored, self._described(before))

    def _now(self) -> list[Any]:
        return [digest_of(self.inputs), self.others()]

    def _described(self, inputs: list[Any]) -> bytes:
        return json.dumps([*inputs, digest_of(self.makes())]).encode()


def kept_step(kind: str, name: str, state: State, do: Callable[[], None], after: Sequence[str] = ()) -> Step:
    """Return a step that is stale when its state differs from the one after its last run."""
    return Step(kind, name, state.stale, partial(state.kept, do), after)


class Threads(ThreadPoolExecutor):
    """Threads that wait for processes. When a build is interrupted, they kill these processes."""

    def __init__(self, progress: Progress, n_workers: int) -> None:
        super().__init__(n_workers, THREAD_PREFIX)
        self._progress = progress

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._progress.closed = True
        environment.kill_running()
        for kernel in active_children():
            kernel.kill()
        super().shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Stop all steps, and give them a moment to clean up."""
        self.shutdown()
        for thread in [t for t in threading.enumerate() if t.name.startswith(THREAD_PREFIX)]:
            thread.join(TIDIES_UP)


def as_they_end(running: Collection[Future]) -> Iterator[Future]:
    """Yield each future as soon as it ends. Ctrl-C is heard meanwhile."""
    left = set(running)
    while left:
        ended, left = wait(left, LOOKS, FIRST_COMPLETED)
        yield from ended


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
    steps: Sequence[Step], workers: int, progress: Progress, idle: Callable[[], Any] = lambda: None
) -> tuple[int, list[BaseException]]:
    """Run the stale steps, `workers` at a time. Returns an exit code and the errors that stopped steps.

    Workers are one more than processors. `idle` is called whenever fewer notebooks and gates run than processors.

    The first step that is ready, in the given order, begins. If one fails, those that need it do not begin; if a gate
    fails, all stop and only its error counts. After Ctrl-C the code is INTERRUPTED; what has finished is kept.
    """
    by_title = {step.title: step for step in steps}
    order = TopologicalSorter({title: step.after for title, step in by_title.items()})
    order.prepare()
    running: dict[Future[None], str] = {}
    ready, place = list[str](), [*by_title].index
    faults: list[BaseException] = []
    with Threads(progress, workers) as pool:
        try:
            while True:
                ready = sorted([*ready, *order.get_ready()], key=place)
                while ready and len(running) < workers:
                    title = ready.pop(0)
                    running[pool.submit(by_title[title].run, progress)] = title
                if not running:
                    return bool(faults), faults
                busy = (by_title[title] for title in running.values())
                if sum(step.kind == NOTEBOOK_STEPS or step.gate for step in busy) < workers - 1:
                    idle()
                ended = next(as_they_end(running))
                title = running.pop(ended)
                if fault := ended.exception():
                    faults.append(fault)
                    if by_title[title].gate:
                        pool.stop()
                        return True, [fault]
                else:
                    order.done(title)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would interrupt the cleaning up
            pool.stop()
            return INTERRUPTED, []
