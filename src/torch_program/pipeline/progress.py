"""Progress: a line for every task that ends, and the seconds that each step took."""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

STEPS = {
    "check": "check",
    "execute": "notebooks",
    "weave": "prose and pictures",
    "compile": "HTML and PDF",
    "collect": "results",
    "record": "record",
    "profile": "profiles",
    "bind": "HTML",
}


@dataclass(frozen=True)
class Span:
    """When a task was handed in and when it ended, in seconds."""

    step: str
    start: float
    end: float


@dataclass
class Progress:
    """Watches an executor; `say` gets one line a task."""

    say: Callable[[str], None]
    spans: list[Span] = field(default_factory=list)
    running: int = 0
    changed: threading.Event = field(default_factory=threading.Event)

    def watch(self, pool: Executor) -> Executor:
        return _Watched(pool, self)

    def ended(self, task: str, started: float, future: Future) -> None:
        step, name = step_and_name(task)
        span = Span(step, started, time.time())
        self.spans.append(span)
        failed = future.cancelled() or future.exception() or future.result().exc_info
        self.say(
            f"  {'failed' if failed else 'done  '} {span.end - span.start:6.1f} s  {STEPS[step]}{name and ': '}{name}"
        )

    def wait(self) -> None:
        """Return as soon as a task that was handed in has ended; at once when none is running."""
        if self.running:
            self.changed.wait(1)
            self.changed.clear()

    def of(self, step: str) -> list[Span]:
        return [span for span in self.spans if span.step == step]

    def seconds(self, step: str) -> float:
        """From the first task of a step to the end of its last."""
        spans = self.of(step)
        return max(s.end for s in spans) - min(s.start for s in spans) if spans else 0.0

    def in_words(self) -> str:
        return ", ".join(f"{label} {self.seconds(step):.1f} s" for step, label in STEPS.items() if self.of(step))


def step_and_name(task: str) -> tuple[str, str]:
    """("execute", "2-1-torch-program") of ".../task_execute.py::task_execute[2026|2-1-torch-program]"."""
    step = re.search(r"task_(\w+)\.py::", task)
    name = re.search(r"\|(.+)\]$", task)
    return step[1] if step else task, name[1] if name else ""


class _Watched(Executor):
    """An executor that reports the end of what it was given, and waits where the wrapped one would."""

    def __init__(self, pool: Executor, progress: Progress) -> None:
        self.pool, self.progress, self.lock = pool, progress, threading.Lock()
        self.closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        """A future that is done once its line is said: at the end of a run nobody would wait for the line."""
        started, name = time.time(), kwargs["task"].name
        told: Future[Any] = Future()
        future = self.pool.submit(fn, *args, **kwargs)
        with self.lock:
            self.progress.running += 1

        def ended(future: Future) -> None:
            with self.lock, suppress(OSError):  # nobody reads the lines any more, as after `| head`: the work goes on
                if not self.closed:  # what Ctrl-C cut off has not ended
                    self.progress.ended(name, started, future)
            try:
                told.set_result(future.result())
            except BaseException as error:  # of a worker that died, or of a pool that was closed
                told.set_exception(error)
            with self.lock:
                self.progress.running -= 1
            self.progress.changed.set()

        future.add_done_callback(ended)
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.closed = True
        self.pool.shutdown(wait=wait)
