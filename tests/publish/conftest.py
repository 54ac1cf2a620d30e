"""A deposit, which tests read and forge."""

import shutil
from pathlib import Path

import pytest
from towns import run


@pytest.fixture(scope="module")
def deposited(built, tmp_path_factory) -> Path:
    """The towns with a finished report and its deposit."""
    folder = shutil.copytree(built, tmp_path_factory.mktemp("deposit") / "project")
    code, output = run(folder, "deposit")
    assert code == 0, output
    return folder
