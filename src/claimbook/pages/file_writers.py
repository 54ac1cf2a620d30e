"""Write files next to the pages in separate processes, while Sphinx goes on.

An extension connects a function to one of two events. The function yields the name of each file below `app.outdir`
and its content, in a separate process. `FILES_EVENT` do not depend on pages, nor pages on them: they start before
pages are read. `PRINTS_EVENT` need the pages of all documents: they start when the remaining pages, such as those of
claims, are made.
"""

import os
import traceback
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from multiprocessing.connection import Connection

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from claimbook.project.files import write_whole
from claimbook.project.folders import UserError

FILES_EVENT, PRINTS_EVENT = "files-start", "prints-start"
NICER = 5  # a process with this much more niceness gets a third of the time of another on the same processor
FORK = get_context("fork")  # inherits all imports and the current state of the application


Files = Iterable[tuple[str, bytes]]  # names below the folder of the pages, and contents


def write_and_report(app: Sphinx, files: Callable[[Sphinx], Files], answer: Connection, niceness: int) -> None:
    """Write files, and send a sentence on what failed, or "" if all are written."""
    os.nice(niceness)
    try:
        for name, content in files(app):
            write_whole(app.outdir / name, content)
    except UserError as error:
        answer.send(str(error))
    except Exception as error:
        traceback.print_exc()
        answer.send(f"{type(error).__name__}: {error}")
    else:
        answer.send("")


def start_writers(app: Sphinx, event: str) -> None:
    """Start a process for each function that listens to an event. All but the first one give way to Sphinx."""
    running = app.writers = getattr(app, "writers", [])  # type: ignore[attr-defined]
    listeners = app.events.listeners.get(event, ()) if app.builder.name == "html" else ()
    for rank, listener in enumerate(listeners):
        result, answer = FORK.Pipe(duplex=False)
        niceness = NICER if rank else 0
        process = FORK.Process(target=write_and_report, args=(app, listener.handler, answer, niceness), daemon=True)
        process.start()
        answer.close()
        running.append((process, result))


def begin_files(app: Sphinx, env: BuildEnvironment, documents: list[str]) -> None:
    """Start writing, because one processor is idle while the other reads pages."""
    start_writers(app, FILES_EVENT)


def begin_prints(app: Sphinx) -> list[None]:
    """Start to make the PDFs, which need the written pages and their pictures."""
    if app.builder.name == "html" and app.events.listeners.get(PRINTS_EVENT):
        app.builder.copy_image_files()  # type: ignore[attr-defined]  # Sphinx itself copies them later
    start_writers(app, PRINTS_EVENT)
    return []


def wait_for_writers(app: Sphinx, exception: Exception | None = None) -> None:
    """Wait until all files are written. Raises ExtensionError if any are not, because pages link to them."""
    running, faults = getattr(app, "writers", []), []
    app.writers = []  # type: ignore[attr-defined]
    for process, result in running:
        if exception is not None:
            process.kill()
        else:
            try:
                faults.append(result.recv())
            except EOFError:
                faults.append("their process was killed")
        process.join()
    if failures := "; ".join(filter(None, faults)):
        raise ExtensionError(f"The files that accompany the pages were not written: {failures}")


def setup(app: Sphinx) -> None:
    for event in (FILES_EVENT, PRINTS_EVENT):
        app.add_event(event)
    app.connect("env-before-read-docs", begin_files, priority=900)
    app.connect("html-collect-pages", begin_prints)
    app.connect("build-finished", wait_for_writers, priority=900)  # after everything else
