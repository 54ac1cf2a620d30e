"""Files beside the pages, written in a process of their own while this one goes on.

An extension that has such files connects to an event; what hears it writes below `app.outdir`. `FILES` are made of no
page, and are written while pages are read and written. `PRINTS` are made of all pages, and are written while those are
made that no document has, like the pages of claims.
"""

import ctypes
import traceback
from multiprocessing import get_context
from multiprocessing.connection import Connection
from signal import SIGKILL

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from torch_program.project import Told

FILES, PRINTS = "files-beside", "prints-beside"
FORK = get_context("fork")  # it has all that was imported, and reads its part of the application as it is now
PR_SET_PDEATHSIG = 1  # of linux/prctl.h


def write(app: Sphinx, event: str, answer: Connection) -> None:
    """Have all files of an event written, and answer what failed, or nothing."""
    end_with_parent()
    try:
        app.emit(event, allowed_exceptions=(Told,))
    except Told as error:
        answer.send(str(error))
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


def begin(app: Sphinx, event: str) -> None:
    if app.builder.name == "html" and app.events.listeners.get(event):
        asked, answer = FORK.Pipe(duplex=False)
        process = FORK.Process(target=write, args=(app, event, answer), daemon=True)
        process.start()
        answer.close()
        app.beside = process, asked  # type: ignore[attr-defined]


def begin_files(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Start writing: one processor has nothing to do while the other reads."""
    begin(app, FILES)


def begin_prints(app: Sphinx) -> list[None]:
    """Start to print when all documents are written; the drawings and pictures that they show must be there."""
    end(app)
    if app.events.listeners.get(PRINTS):
        app.builder.copy_image_files()  # type: ignore[attr-defined]  # Sphinx does so later, and finds them there
    begin(app, PRINTS)
    return []


def end(app: Sphinx, exception: Exception | None = None) -> None:
    """Wait until what was begun is written; without it pages would lead nowhere."""
    if not hasattr(app, "beside"):
        return
    process, asked = app.beside
    del app.beside
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


def setup(app: Sphinx) -> None:
    for event in (FILES, PRINTS):
        app.add_event(event)
    app.connect("env-before-read-docs", begin_files, priority=900)
    app.connect("html-collect-pages", begin_prints)
    app.connect("build-finished", end, priority=900)  # when the rest is done
