"""Forked kernels give what ordinary ones give, and nothing leaks from one notebook into the next."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from tiny_project import notebook

from torch_program.pipeline import forked, template
from torch_program.pipeline.execution import NotebookFailed, execute_bundle

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not forked.available(), reason="kernels are forked on Linux only"),
]

PARAMETERS = {"edition": "2026"}


def run(*codes: str, **files: bytes) -> list[Any]:
    """Texts that the cells of a notebook print, one a cell."""
    bundle = {"notebooks/a.ipynb": notebook("A", ['edition = ""', *codes]).encode(), "_toc.yml": b""} | files
    _title, _parameters, _injected, *cells = json.loads(execute_bundle(bundle, "a", PARAMETERS))["cells"]
    return ["".join(t for o in cell["outputs"] for t in o.get("text", [])).strip() for cell in cells]


DRAW = """
import matplotlib.pyplot as plt, io
figure, axes = plt.subplots()
axes.plot([1, 3, 2])
drawing = io.StringIO()
figure.savefig(drawing, format="svg", metadata={"Date": None})
print(drawing.getvalue())
"""


def test_both_kinds_of_kernel_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = ("import matplotlib; matplotlib.rcParams['svg.hashsalt'] = 'a'", DRAW, "print(edition)")
    here = run(*codes)
    monkeypatch.setenv(forked.ORDINARY, "1")
    assert run(*codes) == here
    assert here[2] == "2026" and "<svg" in here[1]


def test_a_kernel_is_really_forked() -> None:
    run("")
    (parent,) = run("import os; print(os.getppid())")
    assert int(parent) == forked.begun[template.KERNELS].pid


LEAVE = """
import builtins, os, sys, warnings
import matplotlib, numpy, pandas
pandas.set_option("display.precision", 2)
matplotlib.rcParams["font.size"] = 40
os.environ["LEFT"] = "1"
builtins.left = 1
sys.path.insert(0, "/left")
warnings.simplefilter("error")
pandas.DataFrame.left = 1
import torch_program
"""
LOOK = """
import builtins, os, sys, warnings
import matplotlib, numpy, pandas, torch_program
print([
    pandas.get_option("display.precision"), matplotlib.rcParams["font.size"], "LEFT" in os.environ,
    hasattr(builtins, "left"), "/left" in sys.path, ("error", None, Warning, None, 0) in warnings.filters,
    hasattr(pandas.DataFrame, "left"), torch_program.MINE,
])
"""


def test_nothing_leaks_from_one_notebook_into_the_next() -> None:
    run(LEAVE, **{"src/torch_program/__init__.py": b"MINE = 1"})
    (seen,) = run(LOOK, **{"src/torch_program/__init__.py": b"MINE = 2"})  # its own library too, not the first one's
    assert seen == "[6, 10.0, False, False, False, False, False, 2]"


def test_two_kernels_draw_different_random_numbers() -> None:
    code = "import numpy; print(numpy.random.random())"
    assert run(code) != run(code)


def test_a_template_that_was_killed_is_replaced() -> None:
    run("")
    forked.begun[template.KERNELS].kill()
    forked.begun[template.KERNELS].wait()
    assert run("print(1)") == ["1"]


def ended(*command: Any, **options: Any) -> subprocess.Popen:
    """A process that is over before anybody can turn to it."""
    process = subprocess.Popen(*command, **options)
    process.wait()
    return process


@pytest.mark.parametrize("start", [subprocess.Popen, ended], ids=["it ends soon", "it ends at once"])
def test_without_a_template_an_ordinary_kernel_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: Callable[..., subprocess.Popen]
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(template, "__file__", str(broken))
    monkeypatch.setattr(forked, "place", lambda: (os.getpid(), str(tmp_path)))
    monkeypatch.setattr(forked, "subprocess", SimpleNamespace(Popen=start, DEVNULL=subprocess.DEVNULL))
    (parent,) = run("import os; print(os.getppid())")
    assert int(parent) == os.getpid()


def test_a_kernel_that_dies_is_told() -> None:
    with pytest.raises(NotebookFailed, match="the kernel died"):
        run("import os; os._exit(1)")


def test_no_kernel_is_left_behind() -> None:
    (kernel,) = run("import os; print(os.getpid())")
    assert not Path(f"/proc/{kernel}").exists()


def modules(folder: Path) -> dict[str, str]:
    """The environment of a process that finds two modules there."""
    (folder / "tells.py").write_text("import sys; print(sys.argv[1:]); sys.exit(3)")
    (folder / "waits.py").write_text("import signal; signal.pause()")
    return {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize("ordinary", ["", "1"])
def test_a_process_writes_where_it_is_told_and_its_exit_code_comes_back(
    ordinary: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(forked.ORDINARY, ordinary)
    with open(tmp_path / "log", "w+b") as log:
        command = forked.Command("tells", ["one", "two"], str(tmp_path), modules(tmp_path))
        code = forked.run(template.KERNELS, command, log.fileno())
        assert (code, (tmp_path / "log").read_text()) == (3, "['one', 'two']\n")


def test_a_process_that_was_killed_has_no_good_exit_code(tmp_path: Path) -> None:
    process = forked.fork(template.KERNELS, forked.Command("waits", [], str(tmp_path), modules(tmp_path)), 2, 2)
    assert process.poll() is None
    process.kill()
    assert process.wait() == -signal.SIGKILL


ASK = """
import os, sys
from torch_program.pipeline import forked, template
command = forked.Command("waits", [], os.getcwd(), {"PYTHONPATH": os.getcwd()})
process = forked.fork(template.KERNELS, command, 2, 2)
print(process.pid, forked.place()[1], flush=True)
sys.stdin.read()
"""


BEGIN = """
import sys
from torch_program.pipeline import forked, template
forked.begin(template.KERNELS)
print(forked.begun[template.KERNELS].pid, forked.place()[1], flush=True)
sys.stdin.read()
"""


@contextmanager
def asking(
    folder: Path, code: str = ASK, **environment: str
) -> Iterator[tuple[subprocess.Popen, psutil.Process, Path]]:
    """A process that has started another one and waits; that other one, and the folder of their template."""
    modules(folder)
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        forked_one, place = process.stdout.readline().split()
        yield process, psutil.Process(int(forked_one)), Path(place)
        process.kill()


def test_with_its_owner_end_a_template_and_what_was_forked_from_it(tmp_path: Path) -> None:
    with asking(tmp_path) as (owner, process, place):
        parent = process.parent()
        assert place.is_dir()
        owner.kill()
        process.wait(60)
        parent.wait(60)
        assert not place.exists()


def test_a_template_whose_owner_is_killed_while_it_imports_ends_too(tmp_path: Path) -> None:
    with asking(tmp_path, BEGIN) as (owner, process, place):
        owner.kill()
        process.wait(60)
        assert not place.exists()


def test_workers_share_the_template_of_who_started_them_and_what_one_asked_for_ends_with_it(tmp_path: Path) -> None:
    shared = forked.shared()
    with asking(tmp_path, **shared) as (worker, process, _), asking(tmp_path, **shared) as (_, other, _):
        assert process.parent() == other.parent()
        worker.kill()
        process.wait(60)
        assert other.is_running()


def test_what_nobody_has_shared_with_a_process_it_does_not_use(tmp_path: Path) -> None:
    with asking(tmp_path, **{forked.SHARED: f"1:{os.getpid()}:{tmp_path}"}) as (_, process, place):
        assert place != tmp_path
        assert process.is_running()
