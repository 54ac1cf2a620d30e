"""Files next to the pages are written by separate processes, and a build without them fails."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError
from sphinx.events import EventManager

from claimbook.pages.pdf import PrintFaulty
from claimbook.pages.writing import FILES, FILES_EVENT, FORK, PRINTS_EVENT, begin_files, begin_prints, wait_for_writers
from claimbook.run import publication

pytestmark = pytest.mark.process


def started(folder: Path, writer: Callable, *prints: Callable) -> SimpleNamespace:
    """Return a Sphinx application with only its events, which has begun to write files with `writer`."""
    builder = SimpleNamespace(name="html", copy_image_files=lambda: None)
    app = SimpleNamespace(outdir=folder, builder=builder, pdb=False, shown={FILES: "what is shown"}, shown_before={})
    app.events = EventManager(app)
    for event, writers in {FILES_EVENT: [writer], PRINTS_EVENT: prints}.items():
        app.events.add(event)
        for each in writers:
            app.events.connect(event, each, 500)
    begin_files(app, None, [])
    return app


def fails(app: SimpleNamespace) -> None:
    raise ValueError("no such series")


def tells(app: SimpleNamespace) -> None:
    raise PrintFaulty("the PDF cannot be set: unknown variable: nothing, print.typ:2")


WHY = {fails: "were not written: .*no such series", lambda _: os.kill(os.getpid(), 9): "their process was killed"}


@pytest.mark.parametrize(("writer", "why"), WHY.items())
def test_a_build_without_them_fails_and_says_why(tmp_path: Path, writer: Callable, why: str) -> None:
    with pytest.raises(ExtensionError, match=why):
        wait_for_writers(started(tmp_path, writer))


def test_a_mistake_in_the_style_is_reported_in_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture) -> None:
    app = started(tmp_path, tells)
    with pytest.raises(ExtensionError, match="were not written: the PDF cannot be set: .*print.typ:2$") as fault:
        wait_for_writers(app)
    assert "Traceback" not in capfd.readouterr().err
    log = f"\x1b[91mExtension error:\x1b[39;49;00m\n{fault.value}\nTraceback (most recent call last):\n====\n"
    assert publication.warnings_in_log(log, tmp_path) == str(fault.value)


def test_a_build_that_fails_does_not_wait_for_them(tmp_path: Path) -> None:
    app = started(tmp_path, lambda app: FORK.Event().wait())  # nobody ever sets it
    ((process, _),) = app.writers
    wait_for_writers(app, RuntimeError("a page is wrong"))
    assert not process.is_alive()


def test_the_build_waits_for_files_and_prints_and_neither_for_the_other(tmp_path: Path) -> None:
    printed = FORK.Event()

    def draws(app: SimpleNamespace) -> Iterator[tuple[str, bytes]]:
        printed.wait()
        yield "drawing", b"of a figure"

    def prints(app: SimpleNamespace) -> Iterator[tuple[str, bytes]]:
        yield "print", b"of all pages"
        printed.set()  # nothing is drawn before

    app = started(tmp_path, draws, prints)
    begin_prints(app)
    wait_for_writers(app)
    assert [(tmp_path / name).read_text() for name in ("drawing", "print")] == ["of a figure", "of all pages"]
