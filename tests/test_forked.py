"""Forked kernels give what ordinary ones give, and nothing leaks from one notebook into the next."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbformat import writes
from nbformat.v4 import new_code_cell, new_notebook

from torch_program.pipeline import forked
from torch_program.pipeline.execution import NotebookFailed, execute_bundle

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not forked.available(), reason="kernels are forked on Linux only"),
]

PARAMETERS = {"edition": "2026"}


def run(*codes: str, **files: bytes) -> list[Any]:
    """Texts that the cells of a notebook print, one a cell."""
    cells = [new_code_cell('edition = ""', id="parameters", metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(code, id=f"code-{i}") for i, code in enumerate(codes)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    bundle = {"notebooks/a.ipynb": writes(new_notebook(cells=cells, metadata=kernel)).encode(), "_toc.yml": b""} | files
    executed = json.loads(execute_bundle(bundle, "a", PARAMETERS))
    return ["".join(t for o in cell["outputs"] for t in o.get("text", [])).strip() for cell in executed["cells"][2:]]


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
    assert int(parent) == forked._template.pid


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
    os.kill(forked._template.pid, signal.SIGKILL)
    forked._template.wait()
    assert run("print(1)") == ["1"]


def test_without_a_template_an_ordinary_kernel_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(forked, "__file__", str(broken))
    monkeypatch.setattr(forked, "_template", None)
    (parent,) = run("import os; print(os.getppid())")
    assert int(parent) == os.getpid()


def test_a_kernel_that_dies_is_told() -> None:
    with pytest.raises(NotebookFailed, match="the kernel died"):
        run("import os; os._exit(1)")


def test_no_kernel_is_left_behind() -> None:
    (kernel,) = run("import os; print(os.getpid())")
    assert not Path(f"/proc/{kernel}").exists()


def template(**more: Any) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-P", forked.__file__], stdin=subprocess.PIPE, text=True, **more)


def test_a_template_whose_worker_was_killed_before_it_was_ready_says_nothing() -> None:
    read, write = os.pipe()
    process = template(stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    os.close(read)
    assert (process.communicate()[1], process.returncode) == ("", 0)


def test_half_a_request_of_a_killed_worker_is_no_request() -> None:
    process = template(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.communicate('{"argv": [')[:2] == ("", "")
    assert process.returncode == 0
