"""Files beside the pages: written in a process of their own, and a build without them is none."""

import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError
from sphinx.events import EventManager
from tiny_project import ENDS

from torch_program.sphinx_ext import beside, pdf

pytestmark = pytest.mark.process


def application(folder: Path, *writers: Callable) -> SimpleNamespace:
    """As much of Sphinx as has events."""
    app = SimpleNamespace(outdir=folder, builder=SimpleNamespace(name="html"), pdb=False)
    app.events = EventManager(app)
    app.events.add(beside.EVENT)
    app.emit = app.events.emit
    for writer in writers:
        app.events.connect(beside.EVENT, writer, 500)
    return app


def writes_its_process(app: SimpleNamespace) -> None:
    (app.outdir / "by").write_text(str(os.getpid()))


def fails(app: SimpleNamespace) -> None:
    raise ValueError("no such series")


def test_they_are_written_by_another_process_when_the_pages_are_finished(tmp_path: Path) -> None:
    app = application(tmp_path, writes_its_process)
    beside.begin(app, None, [])
    beside.end(app, None)
    assert int((tmp_path / "by").read_text()) != os.getpid()


def test_a_build_without_them_fails_and_says_why(tmp_path: Path) -> None:
    app = application(tmp_path, fails)
    beside.begin(app, None, [])
    with pytest.raises(ExtensionError, match="were not written: .*no such series"):
        beside.end(app, None)


def test_a_writer_that_is_killed_is_noticed(tmp_path: Path) -> None:
    app = application(tmp_path, lambda app: os.kill(os.getpid(), 9))
    beside.begin(app, None, [])
    with pytest.raises(ExtensionError, match="their process was killed"):
        beside.end(app, None)


def test_a_build_that_fails_does_not_wait_for_them(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    app = application(tmp_path, lambda app: os.read(reading, 1))  # nobody ever writes
    beside.begin(app, None, [])
    beside.end(app, RuntimeError("a page is wrong"))
    assert not app.beside[0].is_alive()
    os.close(reading)
    os.close(writing)


def test_where_nobody_has_such_files_no_process_begins(tmp_path: Path) -> None:
    app = application(tmp_path)
    beside.begin(app, None, [])
    beside.end(app, None)
    assert not hasattr(app, "beside")


KILLED = """
import os
from pathlib import Path
from test_beside import application
from torch_program.sphinx_ext import beside, pdf

def waits(app):
    print("writing", flush=True)
    os.read(os.pipe()[0], 1)  # nobody ever writes

beside.begin(application(Path(), waits), None, [])
os.read(os.pipe()[0], 1)
"""


def test_nobody_writes_on_when_the_build_was_killed() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    build = subprocess.Popen([sys.executable, "-c", KILLED], env=environment, stdout=subprocess.PIPE)
    assert build.stdout.readline() == b"writing\n"
    build.kill()
    build.wait()
    assert select.select([build.stdout], [], [], ENDS)[0], "somebody has it open still"
    assert build.stdout.read() == b""


def test_prints_wait_for_the_drawings_of_figures(tmp_path: Path) -> None:
    app = SimpleNamespace(events=EventManager(SimpleNamespace(pdb=False)))
    app.add_event = app.events.add
    app.connect = lambda name, heard, priority=500: app.events.connect(name, heard, priority)
    pdf.setup(app)
    beside.setup(app)
    heard = [each.handler for each in sorted(app.events.listeners["build-finished"], key=lambda each: each.priority)]
    assert heard.index(beside.end) < heard.index(pdf.make_prints)
