"""Runs Jupyter Book in a separate process, which may start early and do its imports while a processor is idle."""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from claimbook import patches
from claimbook.run import environment

# Number of parts into which Sphinx cuts the documents. It prepares one part while it writes another, so with few large
# parts a processor would wait.
JOBS = 3 * (os.cpu_count() or 1)
at_work: set["subprocess.Popen[str]"] = set()
waiting: list["subprocess.Popen[str]"] = []


@contextmanager
def started_early(library: str) -> Iterator[None]:
    """Start a process that waits for the next call of `run_jupyter_book`. Kill it if there was none.

    `library` is PYTHONPATH for our code.
    """
    waiting.append(_start(library))
    try:
        yield
    finally:
        for process in waiting:
            process.kill()
            with process:  # waits for its end
                at_work.discard(process)
        waiting.clear()


def _start(library: str) -> "subprocess.Popen[str]":
    """Start a process that waits for a line about what to do. It inherits open files such as the lock of the build."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        close_fds=False,
        start_new_session=True,  # Ctrl-C in a terminal does not reach it
        env=environment.clean(PYTHONPATH=library),
    )
    at_work.add(process)
    return process


def run_jupyter_book(
    source: Path, options: Sequence[str], library: str, variables: Mapping[str, str]
) -> tuple[int, str]:
    """Build the book in `source`. Returns the exit code of Jupyter Book and its output.

    `library` is PYTHONPATH for our code, `variables` are added to the environment.
    """
    process = waiting.pop() if waiting else _start(library)
    try:
        output, _ = process.communicate(json.dumps([["build", str(source), *options], dict(variables)]))
        return process.returncode, output
    finally:
        at_work.discard(process)


def kill_running() -> None:
    """Kill the running processes of Jupyter Book with their children."""
    for process in at_work:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def wait_and_run() -> None:
    """Run in the new process: import Jupyter Book, wait for a line that describes the job, and do the job.

    If the build ends without sending a job, the process ends too. Until then it imports none of our code, because
    our code looks for `report.yml` in the working directory, and the job says which directory that is.

    The garbage collector is off: the tree of pages is needed until the end, so collecting takes a third of the
    time and frees almost nothing. The process then exits without dismantling that tree, which saves a second.
    """
    gc.disable()
    import myst_nb.sphinx_  # noqa: F401
    import sphinx.builders.html  # noqa: F401
    from jupyter_book.cli.main import main as jupyter_book

    patches.sphinx_writes_in_parallel(JOBS)
    if not (order := sys.stdin.readline()):
        return
    arguments, variables = json.loads(order)
    os.environ.update(variables)
    os.chdir(arguments[1])
    try:
        jupyter_book(arguments)
    except SystemExit as ended:  # it always ends this way
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))


if __name__ == "__main__":
    wait_and_run()
