"""Files beside the pages that are made of no page, written in a process of their own while pages are read and written.

An extension that has such files connects to the event `files-beside`; what hears it writes below `app.outdir`.
"""

import ctypes
import traceback
from multiprocessing import get_context
from multiprocessing.connection import Connection
from signal import SIGKILL
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

EVENT = "files-beside"
FORK = get_context("fork")  # it has all that was imported, and reads its part of the application as it is now
PR_SET_PDEATHSIG = 1  # of linux/prctl.h


def write(app: Sphinx, answer: Connection) -> None:
    """Have all files written, and answer what failed, or nothing."""
    end_with_parent()
    try:
        app.emit(EVENT)
    except Exception as error:
        traceback.print_exc()
        answer.send(f"{type(error).__name__}: {error}")
    else:
        answer.send("")


def end_with_parent() -> None:
    """Where the system can do that: nobody writes into pages whose build was killed, and which the next one makes."""
    system = ctypes.CDLL(None)
    if hasattr(system, "prctl"):  # Linux
        system.prctl(PR_SET_PDEATHSIG, SIGKILL)


def begin(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Start writing: one processor has nothing to do while the other reads."""
    if app.builder.name == "html" and app.events.listeners.get(EVENT):
        asked, answer = FORK.Pipe(duplex=False)
        process = FORK.Process(target=write, args=(app, answer), daemon=True)
        process.start()
        answer.close()
        app.beside = process, asked  # type: ignore[attr-defined]


def end(app: Sphinx, exception: Exception | None) -> None:
    """Wait until they are written; without them pages would lead nowhere."""
    if not hasattr(app, "beside"):
        return
    process, asked = app.beside
    if exception is not None:
        process.kill()
        process.join()
        return
    try:
        fault = asked.recv()
    except EOFError:
        fault = "their process was killed"
    process.join()
    if fault:
        raise ExtensionError(f"Files beside the pages were not written: {fault}")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_event(EVENT)
    app.connect("env-before-read-docs", begin, priority=900)
    app.connect("build-finished", end, priority=100)  # before what reads them: the PDFs show the drawings of figures
    return {"parallel_read_safe": True, "parallel_write_safe": True}
