"""A project of three tiny notebooks around the real library and pipeline, for tests that build."""

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
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from torch_program.parameters import cell

ROOT = Path(__file__).resolve().parents[1]
COPIED = (
    "src",
    "editions",
    "book/print",
    "book/_static/tokens.css",
    "book/_static/badges.css",
    "CITATION.cff",
    "requirements.lock",
    "pyproject.toml",
)
TOC = """\
format: jb-book
root: book/index
parts:
  - caption: Report
    chapters:
      - file: notebooks/2-1-first
      - file: notebooks/4-2-second
      - file: notebooks/5-conclusion
  - caption: Reference
    chapters:
      - file: book/colophon
"""
CONFIG = """\
title: Tiny
only_build_toc_files: true
execute:
  execute_notebooks: "off"
sphinx:
  local_extensions:
    torch_program.sphinx_ext: src
  config:
    torch_parts: [prose, colophon, pdf]
"""
CLAIMS = """\
text_date: "2023-12-31"
claims:
  - {id: first, section: "2.1", kind: opinion, statement: The first.}
  - {id: second, section: "4.2", kind: opinion, statement: The second.}
  - {id: third, section: "3.1", kind: opinion, statement: The third.}
"""
VALIDATION = """\
from types import SimpleNamespace

def check(folder, notebooks=None):
    bad = [p.name for p in sorted((folder / "figures").glob("*.csv")) if "BAD" in p.read_text()]
    return [SimpleNamespace(severity="error", says=f"{name}: BAD is no value.") for name in bad]

def render(problems):
    return "\\n".join(getattr(problem, "says", str(problem)) for problem in problems)
"""
DEFAULTS = {"edition": "2026", "cutoff": "2026-11-25", "panel_year": 2023}
PARAMETERS = cell(DEFAULTS)
LOAD = """\
from types import SimpleNamespace

from IPython.display import display
from torch_program import project, prose, results

evidence = SimpleNamespace(load=lambda topic, cutoff: (project.data() / "figures" / f"{topic}.csv").read_text())
value = int(evidence.load("TOPIC", cutoff=cutoff).split()[1])
text = prose.Prose()
"""
SAID = "%%prose\nThe value is {value}."  # above the cell that makes it
KEEP = 'text.keep("value", str(value), f"<b>{value}</b>")\n'
RECORD = """\
claim = {"id": "CLAIM", "section": "SECTION", "kind": "opinion", "statement": "It is so.", "test": None,
         "verdict": "supported", "stands_as": "supported", "qualifiers": [], "would_change": "", "measures": [],
         "robustness": {"label": "stable", "grid": [], "flips": []}}
number = {"value": value, "unit": "count", "period": "2022", "bound": "=", "made": "published", "sources": []}
display({results.RESULTS_MIME: {"section": "SECTION", "claims": [claim], "statistics": {"TOPIC": number},
                                "values": text.record()}}, raw=True)
"""
END = """\
display({results.RESULTS_MIME: {"section": "5", "claims": [], "statistics": {}}}, raw=True)
"""
# it looks ten times a second: a signal that comes just before one long wait would be heard only after it
MEETS = (
    "import os, select; os.write(os.open({here!r}, os.O_WRONLY), b'x'); "
    "all(iter(lambda go=os.open({go!r}, os.O_RDONLY): not select.select([go], [], [], 0.1)[0], False))"
)
READ = """\
from torch_program import results

print(edition, panel_year, [record['statistics'] for record in results.beside()])
"""


def section(topic: str, claim: str, number: str) -> list[str]:
    codes = [PARAMETERS, LOAD, SAID, KEEP, RECORD]
    return [c.replace("TOPIC", topic).replace("CLAIM", claim).replace("SECTION", number) for c in codes]


def notebook(title: str, codes: Sequence[str]) -> str:
    """The file of a notebook that was not run: a title, then cells of code, the first of which has the parameters."""
    cells = [new_markdown_cell(f"# {title}\n\nSome prose.", id="title")]
    cells += [new_code_cell(code, id=f"code-{i}") for i, code in enumerate(codes)]
    cells[1].metadata.tags = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.writes(new_notebook(cells=cells, metadata=kernel)) + "\n"


def create(folder: Path) -> Path:
    """Write the project; returns its folder."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    files = {
        "src/torch_program/intake/validation.py": VALIDATION,
        "_toc.yml": TOC,
        "_config.yml": CONFIG,
        "book/index.md": "# Front\n\nThe value stands in the first section.\n",
        "book/colophon.md": "# Colophon\n\n:::{colophon}\n:::\n",
        "data/claims.yml": CLAIMS,
        "data/sources.csv": "source_id,published\nsomeone,2020\n",
        "data/series.csv": "series\n",
        "data/search_log.csv": "claim_ids\n",
        "data/datapackage.json": "{}\n",
        "data/figures/one.csv": "value\n111\n",
        "data/figures/two.csv": "value\n222\n",
        "notebooks/2-1-first.ipynb": notebook("First", section("one", "first", "2.1")),
        "notebooks/4-2-second.ipynb": notebook("Second", section("two", "second", "4.2")),
        "notebooks/5-conclusion.ipynb": notebook("Conclusion", [PARAMETERS, READ, END]),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


ENDS = 600  # seconds in which anything ends that ends at all, on the slowest machine


def hear_ctrl_c() -> None:
    """What a shell starts in the background ignores Ctrl-C, and so would everything that tests start there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def begin(command: Sequence[str], folder: Path, **more: Any) -> subprocess.Popen:
    """Start a command that hears Ctrl-C however the tests were started, in a process group of its own."""
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=folder, start_new_session=True, preexec_fn=hear_ctrl_c, **piped | more)


def start(folder: Path, *arguments: str, within: Sequence[str] = ()) -> subprocess.Popen:
    """Start our command line in the project, with its own copy of the library, behind the words of another command."""
    command = [*within, sys.executable, "-m", "torch_program", *arguments]
    return begin(command, folder, env=os.environ | {"PYTHONPATH": str(folder / "src")})


def ctrl_c(process: subprocess.Popen) -> None:
    """As a terminal does it: to every process of the group."""
    os.killpg(process.pid, signal.SIGINT)


def when(process: subprocess.Popen, pattern: str) -> str:
    """Wait until a process says something; returns all it said so far."""
    said = ""
    for told in process.stdout:
        said += told
        if re.search(pattern, told):
            return said
    raise AssertionError(f"never said {pattern}: {said}")


class Meeting:
    """Where processes wait for a test: each says that it is there, and goes on when the test lets it.

    `code` is what they run, in one line without a quotation mark that JSON would have to escape.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._here, self._go = (self._pipe(folder / name) for name in ("here", "go"))
        self.code = MEETS.format(here=str(folder / "here"), go=str(folder / "go"))

    def before(self, code: str, condition: str = "") -> tuple[str, str]:
        """An edit, after which a process waits here before it runs the code; indented code keeps its indentation."""
        bare = code.lstrip()
        return code, f"{code[: -len(bare)]}{condition}{self.code}; {bare}"

    def _pipe(self, path: Path) -> int:
        os.mkfifo(path)
        return os.open(path, os.O_RDWR | os.O_NONBLOCK)  # open at both ends: nobody waits for the other to open it

    def reached(self, process: subprocess.Popen) -> None:
        """Wait until somebody is there; a process that ends before is told."""
        while not select.select([self._here], [], [], 1)[0]:
            if process.poll() is not None:
                raise AssertionError(f"ended before anybody was there: {process.communicate()[0]}")
        os.read(self._here, 1)

    def go(self) -> None:
        """Let everybody go on who is there, or comes later."""
        os.write(self._go, b"x")

    def close(self) -> None:
        """Nobody waits any longer, and whoever comes finds no place to meet."""
        for name in ("here", "go"):
            (self.folder / name).unlink()
        os.close(self._here)
        os.close(self._go)


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run our command line in the project; returns exit code and all it said."""
    process = start(folder, *arguments)
    said, _ = process.communicate()
    return process.returncode, said


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
