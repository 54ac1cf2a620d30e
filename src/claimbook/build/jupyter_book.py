"""Jupyter Book in a process of its own."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from claimbook.build import patches

# Sphinx cuts the documents into as many parts, and writes one while it makes the next one ready: with few and large
# parts one processor waits.
JOBS = 3 * (os.cpu_count() or 1)
at_work: set["subprocess.Popen[str]"] = set()


def build(source: Path, options: Sequence[str], library: str, variables: Mapping[str, str]) -> tuple[int, str]:
    """Build the book in `source`: exit code of Jupyter Book, and what it said.

    `library` is where Python finds our code. The process inherits what this one holds for its children, such as the
    lock of a build.
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
        start_new_session=True,  # a terminal's Ctrl-C does not reach it
        env={**os.environ, **variables, "PYTHONPATH": library, "PYTHONHASHSEED": "0"},
    )
    at_work.add(process)
    try:
        said, _ = process.communicate()
        return process.returncode, said
    finally:
        at_work.discard(process)


def end() -> None:
    """Kill what is at work, with its children."""
    for process in at_work:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def main(arguments: Sequence[str]) -> None:
    """In the new process: be Jupyter Book, in the folder of the book.

    The collector of cycles looks again and again through a tree of pages that lives until the end: it takes a third of
    the time and frees next to nothing. To take that tree apart at the end costs a second more.
    """
    gc.disable()
    from jupyter_book.cli.main import main as jupyter_book

    os.chdir(arguments[1])
    patches.sphinx_writes_in_parallel(JOBS)
    try:
        jupyter_book(arguments)
    except SystemExit as ended:  # it always ends so
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))


if __name__ == "__main__":
    main(sys.argv[1:])
