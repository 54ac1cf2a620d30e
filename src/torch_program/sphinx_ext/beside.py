"""Files beside the pages, written in processes of their own while this one goes on.

An extension that has such files connects to an event; what hears it writes below `app.outdir`, in its own process.
`FILES` are made of no page, and no page or print of them: they are written while pages are read and written. `PRINTS`
are made of all pages, while those pages are made that no document has, like the pages of claims.
"""

import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from torch_program.project import Told

FILES, PRINTS = "files-beside", "prints-beside"
FORK = get_context("fork")  # it has all that was imported, and reads its part of the application as it is now


def write(app: Sphinx, make: Callable[[Sphinx], Any], answer: Connection) -> None:
    """Have files written, and answer what failed, or nothing."""
    try:
        make(app)
    except Told as error:
        answer.send(str(error))
    except Exception as error:
        traceback.print_exc()
        answer.send(f"{type(error).__name__}: {error}")
    else:
        answer.send("")


def begin(app: Sphinx, event: str) -> None:
    """Begin a process for each function that hears an event."""
    running = app.beside = getattr(app, "beside", [])  # type: ignore[attr-defined]
    for listener in app.events.listeners.get(event, ()) if app.builder.name == "html" else ():
        asked, answer = FORK.Pipe(duplex=False)
        process = FORK.Process(target=write, args=(app, listener.handler, answer), daemon=True)
        process.start()
        answer.close()
        running.append((process, asked))


def begin_files(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Start writing: one processor has nothing to do while the other reads."""
    begin(app, FILES)


def begin_prints(app: Sphinx) -> list[None]:
    """Start to print when all documents are written; the pictures that they show must be there."""
    if app.builder.name == "html" and app.events.listeners.get(PRINTS):
        app.builder.copy_image_files()  # type: ignore[attr-defined]  # Sphinx does so later, and finds them there
    begin(app, PRINTS)
    return []


def end(app: Sphinx, exception: Exception | None = None) -> None:
    """Wait until what was begun is written; without it pages would lead nowhere."""
    running, faults = getattr(app, "beside", []), []
    app.beside = []  # type: ignore[attr-defined]
    for process, asked in running:
        if exception is not None:
            process.kill()
        else:
            try:
                faults.append(asked.recv())
            except EOFError:
                faults.append("their process was killed")
        process.join()
    if said := "; ".join(filter(None, faults)):
        raise ExtensionError(f"Files beside the pages were not written: {said}")


def setup(app: Sphinx) -> None:
    for event in (FILES, PRINTS):
        app.add_event(event)
    app.connect("env-before-read-docs", begin_files, priority=900)
    app.connect("html-collect-pages", begin_prints)
    app.connect("build-finished", end, priority=900)  # when the rest is done
