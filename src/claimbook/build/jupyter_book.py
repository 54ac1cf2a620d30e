"""Jupyter Book in a process of its own, which imports what it needs while others still work."""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from claimbook.build import patches

IMPORTED = (
    *("jupyter_book.cli.main", "jupyter_book.sphinx", "myst_nb.sphinx_ext", "sphinx_book_theme"),
    *("sphinx_copybutton", "sphinx_comments", "sphinx_external_toc", "sphinx.builders.html"),
    *("sphinx.util.parallel", "pydantic", "fontTools.subset", "PIL.PngImagePlugin"),
)
# Sphinx cuts the documents into as many parts, and writes one while it makes the next one ready: with few and large
# parts one processor waits.
JOBS = 3 * (os.cpu_count() or 1)
waiting: list["subprocess.Popen[str]"] = []  # processes that wait for an order
at_work: set["subprocess.Popen[str]"] = set()


def begin(library: Path) -> None:
    """Start a process that waits for an order, unless one does; `library` is the folder of our package.

    It inherits what this process holds for its children, such as the lock of a build, and ends with it if it waits.
    """
    if not waiting:
        waiting.append(
            subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                close_fds=False,
                start_new_session=True,  # a terminal's Ctrl-C does not reach it
                env=os.environ | {"PYTHONPATH": str(library), "PYTHONHASHSEED": "0"},
            )
        )


def build(source: Path, options: Sequence[str], library: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    """Build the book in `source`: exit code of Jupyter Book, and what it said."""
    begin(library)
    process = waiting.pop()
    at_work.add(process)
    order = {"arguments": ["build", str(source), *options], "folder": str(source), "variables": dict(variables)}
    try:
        said, _ = process.communicate(json.dumps(order))
        return process.returncode, said
    finally:
        at_work.discard(process)


def end() -> None:
    """Kill what waits and what works, with its children."""
    for process in (*waiting, *at_work):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    waiting.clear()


def main() -> None:
    """In the new process: import, wait for an order, carry it out, and end.

    The collector of cycles looks again and again through a tree of pages that lives until the end: it takes a third of
    the time and frees next to nothing. To take that tree apart at the end costs a second more.
    """
    for module in IMPORTED:
        import_module(module)
    order = json.loads(sys.stdin.read() or "null")
    if not order:
        return  # who began this process has ended, or needs it no longer
    os.environ.update(order["variables"])
    os.chdir(order["folder"])
    patches.sphinx_writes_in_parallel(JOBS)
    gc.disable()
    try:
        import_module("jupyter_book.cli.main").main(order["arguments"])
    except SystemExit as ended:  # it always ends so
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))


if __name__ == "__main__":
    main()
