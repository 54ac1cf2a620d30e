"""The deposit of the towns, made once for the tests that open, forge or verify it."""

import shutil
from pathlib import Path

import pytest
from towns import run


@pytest.fixture(scope="session")
def deposited(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The towns with a finished report and its deposit. Tests restore what they change in it."""
    folder = shutil.copytree(built, tmp_path_factory.mktemp("deposit") / "project")
    code, output = run(folder, "deposit")
    assert code == 0, output
    return folder


@pytest.fixture(scope="session")
def packed(deposited: Path) -> Path:
    """The archive of that deposit."""
    (found,) = (deposited / "_build" / "2026").glob("*.zip")
    return found
