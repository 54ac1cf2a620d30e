"""Copies of the invented report of three towns, for tests that build, and the processes of such builds."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from checkout import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from claimbook.project.folders import python_path

EXAMPLE = ROOT / "engine" / "examples" / "three_towns"
NAME = "1-towns"
FIRST = f"notebooks/{NAME}.ipynb"
FIGURES = "data/figures/libraries.csv"
LATEST = "Threeland,2023,46,"  # the figure that the prose names, and that decides the first claim
LOADS = 'section = Section("1",'  # code of that notebook, which a test may stop at
PARAMETERS = 'edition: str = "2026"\ncutoff: str = "2026-06-30"'
SECTION = """\
from claimbook import Section, section_records

section = Section("NUMBER", edition=edition, cutoff=cutoff)
"""
MORE = {  # a section that reads no figures and has a module for itself, and a conclusion that reads the sections
    "2-more": 'from claimbook import theil\nsection.word("said", "nothing")',
    "5-conclusion": 'section.word("said", " ".join(key for one in section_records() for key in one["statistics"]))',
}
COMMANDS = """
import json, sys
from click.testing import CliRunner
from claimbook.commands import main

done = [CliRunner().invoke(main, words) for words in json.loads(sys.argv[1])]
print(json.dumps([(one.exit_code, one.output) for one in done]))
"""
AFTER_EDITS = """
import json, sys
from pathlib import Path
from click.testing import CliRunner
from claimbook.commands import main

answers = []
for name, old, new, *verbs in json.loads(sys.argv[1]):
    content = Path(name).read_text("utf-8")
    assert old in content, (name, old)
    Path(name).write_text(content.replace(old, new, 1) if old else new, "utf-8")
    answers += [(done.exit_code, done.output) for done in (CliRunner().invoke(main, [verb]) for verb in verbs)]
    Path(name).write_text(content, "utf-8")
print(json.dumps(answers))
"""
EXECUTED = """
import json, sys
from claimbook.run.plan import make_plan
from claimbook.project.outputs import read_section_record

ran, _ = make_plan().run_of(sys.argv[1]).execute()
print(json.dumps(read_section_record(json.loads(ran))))
"""
# it looks ten times a second: a signal that comes just before one long wait would be heard only after it
MEETS = (
    "import os, select; os.write(os.open({here!r}, os.O_WRONLY), b'x'); "
    "all(iter(lambda go=os.open({go!r}, os.O_RDONLY): not select.select([go], [], [], 0.1)[0], False))"
)


def notebook(title: str, codes: Sequence[str]) -> str:
    """The file of a notebook that was not run: a title, then cells of code, the first of which has the parameters."""
    cells = [new_markdown_cell(f"# {title}\n\nSome prose.", id="title")]
    cells += [new_code_cell(code, id=f"code-{i}") for i, code in enumerate(codes)]
    cells[1].metadata.tags = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.writes(new_notebook(cells=cells, metadata=kernel)) + "\n"


def create(folder: Path) -> Path:
    """Write the report with an engine of its own; returns its folder."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("_build"))
    shutil.copytree(ROOT / "engine/src/claimbook", folder / "engine/src/claimbook")  # with its bytecode
    shutil.copy(ROOT / "requirements.lock", folder)
    return folder


def with_more(folder: Path) -> Path:
    """Write the report with two more notebooks."""
    edit(create(folder) / "report.yml", "slug:", f"conclusion: {max(MORE)}\nslug:")
    for name, says in MORE.items():
        code = SECTION.replace("NUMBER", name[0]) + says
        codes = [PARAMETERS, code, "%%prose\nIt says {said}.", "section.record()"]
        (folder / f"notebooks/{name}.ipynb").write_text(notebook(name.replace("-", " "), codes))
        edit(folder / "_toc.yml", "  - caption: Reference", f"      - file: notebooks/{name}\n  - caption: Reference")
    return folder


ENDS = 300  # seconds in which anything ends that ends at all, on the slowest machine


def hear_ctrl_c() -> None:
    """Let child processes receive Ctrl-C, which a shell disables for commands in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begin(command: Sequence[str], folder: Path, **more: Any) -> subprocess.Popen:
    """Start a command in its own process group. It receives Ctrl-C however the tests were started."""
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=folder, start_new_session=True, preexec_fn=hear_ctrl_c, **piped | more)


def start(folder: Path, *arguments: str, within: Sequence[str] = ()) -> subprocess.Popen:
    """Start our command line in a project, perhaps through another command."""
    command = [*within, sys.executable, "-m", "claimbook", *arguments]
    return begin(command, folder, env=with_library(folder))


def with_library(folder: Path) -> dict[str, str]:
    """Return an environment in which Python finds the project's copy of the library, or ours if it has none."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(python_path, (folder, ROOT)))}


def ctrl_c(process: subprocess.Popen) -> None:
    """Send Ctrl-C to every process of the group, like a terminal."""
    os.killpg(process.pid, signal.SIGINT)


def when(process: subprocess.Popen, pattern: str) -> str:
    """Wait until a process prints a text, and return its output so far."""
    output = ""
    for reported in process.stdout:
        output += reported
        if re.search(pattern, reported):
            return output
    raise AssertionError(f"never said {pattern}: {output}")


class Meeting:
    """A place where processes wait for a test: each reports its arrival and continues when the test says so.

    `code` is what they run, in one line without a quotation mark that JSON would have to escape.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._here, self._go = (self._pipe(folder / name) for name in ("here", "go"))
        self.code = MEETS.format(here=str(folder / "here"), go=str(folder / "go"))

    def before(self, code: str) -> tuple[str, str]:
        """Return an edit that makes a process wait here before it runs this code."""
        bare = code.lstrip()
        return code, f"{code[: -len(bare)]}{self.code}; {bare}"

    def _pipe(self, path: Path) -> int:
        os.mkfifo(path)
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)  # open at both ends: nobody waits for the other to open it

    def reached(self, process: subprocess.Popen) -> None:
        """Wait until a process has arrived; report one that ends first."""
        while not select.select([self._here], [], [], 1)[0]:
            if process.poll() is not None:
                raise AssertionError(f"ended before anybody was there: {process.communicate()[0]}")
        os.read(self._here, 1)

    def go(self) -> None:
        """Let every process continue, including those that arrive later."""
        os.write(self._go, b"x")

    def close(self) -> None:
        """Let all processes continue, and remove the place."""
        for name in ("here", "go"):
            (self.folder / name).unlink()
        os.close(self._here)
        os.close(self._go)


def published(folder: Path) -> dict[str, bytes]:
    """Return every file that a build made for readers."""
    build = folder / "_build" / "2026"
    made = [*(build / "html").rglob("*"), *build.glob("*.pdf"), build / "results.json"]
    return {path.relative_to(build).as_posix(): path.read_bytes() for path in made if path.is_file()}


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run our command line in the project; returns exit code and all it said."""
    process = start(folder, *arguments)
    output, _ = process.communicate()
    return process.returncode, output


def make(folder: Path, *words: str, python: str = sys.executable) -> subprocess.CompletedProcess:
    """Run verbs of a report with a Python that has the engine. Then make does not set one up."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTHON"))}
    command = ["make", "--no-print-directory", f"PYTHON={python}", f"CLAIMBOOK={python} -m claimbook", *words]
    return subprocess.run(command, cwd=folder, env=outside, capture_output=True, text=True)


def of_project(folder: Path, code: str, *arguments: str) -> str:
    """Run code in the project, and return its output."""
    command, env = [sys.executable, "-c", code, *arguments], with_library(folder)
    return subprocess.run(command, cwd=folder, env=env, check=True, text=True, stdout=subprocess.PIPE).stdout


def run_all(folder: Path, *commands: Sequence[str]) -> list[tuple[int, str]]:
    """Run several commands in one process, and return exit codes and output. At most one may build."""
    return json.loads(of_project(folder, COMMANDS, json.dumps(commands)).splitlines()[-1])


def run_after_edits(folder: Path, *edits: Sequence[str]) -> list[tuple[int, str]]:
    """Run verbs after each of several edits, which is then undone, in one process; return exit codes and output.

    An edit is a file, the old text ("" for all), the new text, and the verbs. They may not get as far as a build.
    """
    return json.loads(of_project(folder, AFTER_EDITS, json.dumps(edits)).splitlines()[-1])


def executed(folder: Path, name: str = NAME) -> dict[str, Any]:
    """Run a notebook with only the files that the plan gives it, and return its record."""
    return json.loads(of_project(folder, EXECUTED, name).splitlines()[-1])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
