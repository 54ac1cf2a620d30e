"""Notebooks that are run by hand may read another copy of the data, and a build never does."""

import os
import shutil
import subprocess

import pytest
import towns
from checkout import ROOT

from claimbook.project import folders


@pytest.mark.slow
def test_a_notebook_run_by_hand_may_read_another_copy_and_a_build_never_does(tmp_path, monkeypatch):
    folder = towns.create(tmp_path / "project")
    copy = shutil.copytree(folder / "data", tmp_path / "copy")
    towns.edit(copy / "figures" / "libraries.csv", towns.LATEST, towns.LATEST.replace("46", "47"))
    monkeypatch.chdir(folder / "notebooks")
    monkeypatch.setenv(folders.DATA_VARIABLE, str(copy))
    assert folders.data_folder() == copy
    assert towns.executed(folder)["statistics"]["libraries"]["value"] == 46
    monkeypatch.setenv(folders.DATA_VARIABLE, str(tmp_path))
    with pytest.raises(folders.ProjectNotFound, match="is not a copy of data/"):
        folders.data_folder()
    monkeypatch.setenv(folders.DATA_VARIABLE, "my dat")
    with pytest.raises(
        folders.ProjectNotFound, match=f"is my dat, but there is no folder {folder}/my dat. Give a copy of"
    ):
        folders.data_folder()


def test_make_lab_hands_the_copy_on_whatever_it_is_called(tmp_path):
    copy = tmp_path / "it's; data"
    copy.mkdir()
    shows = f"PYTHON=sh -c 'echo $${folders.DATA_VARIABLE}' --"
    hidden = {folders.DATA_VARIABLE, "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    plain = {name: value for name, value in os.environ.items() if name not in hidden}
    for given, expected in (([f"DATA={copy}"], str(copy)), ([], "")):
        command = ["make", "--no-print-directory", "lab", shows, *given]
        done = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True)
        assert done.stdout.strip() == expected, done.stderr
