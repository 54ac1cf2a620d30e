"""Notebooks that are run by hand may read another copy of the data, and a build never does."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import tiny_project
from matplotlib.figure import Figure
from real_project import executed

from claimbook.build.displays import displays
from claimbook.build.plan import make, of
from claimbook.say import project
from claimbook.say import recorded as results

ROOT = Path(__file__).parents[1]


@pytest.mark.process
def test_a_notebook_run_by_hand_may_read_another_copy_and_a_build_never_does(tmp_path, monkeypatch):
    folder = tiny_project.create(tmp_path / "project")
    copy = shutil.copytree(folder / "data", tmp_path / "copy")
    (copy / "figures" / "one.csv").write_text("value\n117\n")
    monkeypatch.chdir(folder / "notebooks")
    monkeypatch.setenv(project.DATA, str(copy))
    assert project.data() == copy
    plan = make()
    ran = executed(plan, "2-1-first", plan.parameters)
    assert json.loads(results.as_json(results.read(ran)))["statistics"]["one"]["value"] == 111
    said = [display for cell in displays(plan, "2-1-first", {}) for display in cell]
    assert [d[results.RESULTS_MIME]["statistics"]["one"]["value"] for d in said if results.RESULTS_MIME in d] == [111]
    assert project.data() == copy
    monkeypatch.setenv(project.DATA, str(tmp_path))
    with pytest.raises(project.ProjectNotFound, match="is no copy of data/"):
        project.data()


@pytest.mark.process
def test_a_notebook_whose_displays_are_only_compared_draws_nothing(monkeypatch):
    monkeypatch.setattr(Figure, "savefig", None)
    said = [display for cell in displays(of(ROOT), "2-2-deep-tech-instruments", {}) for display in cell]
    assert [display["error"] for display in said if "error" in display] == []
    assert any(results.FIGURE_MIME in display for display in said)


def test_make_lab_hands_the_copy_on_whatever_it_is_called(tmp_path):
    copy = tmp_path / "it's; data"
    copy.mkdir()
    shows = f"PYTHON=sh -c 'echo $${project.DATA}' --"
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in {project.DATA, "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    }
    for given, expected in (([f"DATA={copy}"], str(copy)), ([], "")):
        command = ["make", "--no-print-directory", "lab", shows, *given]
        done = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True)
        assert done.stdout.strip() == expected, done.stderr
