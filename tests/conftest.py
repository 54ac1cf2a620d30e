"""Set-up of all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_project import Meeting

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """Where a process waits for the test, so that neither depends on how fast the other is."""
    place = Meeting(tmp_path / "meeting")
    yield place
    place.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT
