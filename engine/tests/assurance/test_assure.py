"""`make test` of any report checks what every report guarantees about its numbers, and fails when one is broken."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import towns
from checkout import ROOT

UNNAMED = """\
from claimbook import of
every = ev.frame("libraries", annual=True)
section.stat("mean-of-years", of(lambda _: every["value"].mean(), every.head(1), unit="count", made="mean"));"""
PAGE = ROOT / "book/audit.md"
ELSEWHERE = """\
import os
section.word("processor", os.environ.get("OPENBLAS_CORETYPE", "its own"));"""

RUN_AGAIN = "from claimbook.run.plan import make_plan; make_plan().run_of('1-example').make()"


def add_cell(path: Path, code: str) -> None:
    """Add a cell to a notebook, above the one that writes the record."""
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "code", "execution_count": None, "id": "added", "metadata": {}, "outputs": [], "source": code}
    notebook["cells"].insert(-1, cell)
    path.write_text(json.dumps(notebook))


@pytest.mark.process
def test_the_towns_have_no_fault_and_without_a_report_there_is_nothing_to_check(project: Path) -> None:
    assert towns.run(project, "assure")[0] == 0
    (project / "_build/2026/results.json").unlink()
    missing = "Error: There is no finished report whose numbers could be checked. Run: make report\n"
    assert towns.run(project, "assure") == (1, missing)


@pytest.mark.slow
@pytest.mark.xdist_group("new report")
def test_a_card_that_leaves_out_values_and_other_digits_elsewhere_are_found_in_a_new_report(
    new_built: Path, tmp_path: Path
) -> None:
    mine = shutil.copytree(new_built, tmp_path / "mine")
    (mine / "test_recount.py").write_text(re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1])
    assert subprocess.run([sys.executable, "-m", "pytest", "test_recount.py"], cwd=mine).returncode == 0
    add_cell(mine / "notebooks/1-example.ipynb", f"{UNNAMED}\n{ELSEWHERE}")
    towns.of_project(mine, RUN_AGAIN)
    code, output = towns.run(mine, "assure", "--slow")
    faults = [line for line in output.splitlines() if line.startswith("notebooks/1-example.ipynb")]
    assert code == 1 and output.endswith("\n2 faults\n"), "the rest of a new report has no fault: " + output
    assert "differs on another processor" in faults[0] and "Prescott" in faults[0]
    assert "mean-of-years = " in faults[1] and "when values change that its card does not name" in faults[1]
