"""Runs Jupyter Book in a separate process."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from claimbook import patches

# Number of parts into which Sphinx cuts the documents. It prepares one part while it writes another, so with few large
# parts a processor would wait.
JOBS = 3 * (os.cpu_count() or 1)
at_work: set["subprocess.Popen[str]"] = set()


def run_jupyter_book(
    source: Path, options: Sequence[str], library: str, variables: Mapping[str, str]
) -> tuple[int, str]:
    """Build the book in `source`. Returns the exit code of Jupyter Book and its output.

    `library` is PYTHONPATH for our code. The process inherits open files such as the lock of the build.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, "build", str(source), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=source,  # where our code finds out which report this is
        encoding="utf-8",
        close_fds=False,
        start_new_session=True,  # Ctrl-C in a terminal does not reach it
        env={**os.environ, **variables, "PYTHONPATH": library, "PYTHONHASHSEED": "0"},
    )
    at_work.add(process)
    try:
        output, _ = process.communicate()
        return process.returncode, output
    finally:
        at_work.discard(process)


def kill_running() -> None:
    """Kill the running processes of Jupyter Book with their children."""
    for process in at_work:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def run_in_this_process(arguments: Sequence[str]) -> None:
    """Run Jupyter Book in the folder of the book; the new process calls this.

    The garbage collector is off: the tree of pages is needed until the end, so collecting takes a third of the
    time and frees almost nothing. The process then exits without dismantling that tree, which saves a second.
    """
    gc.disable()
    from jupyter_book.cli.main import main as jupyter_book  # takes a tenth of a second, which other processes save

    os.chdir(arguments[1])
    patches.sphinx_writes_in_parallel(JOBS)
    try:
        jupyter_book(arguments)
    except SystemExit as ended:  # it always ends this way
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))


if __name__ == "__main__":
    run_in_this_process(sys.argv[1:])
