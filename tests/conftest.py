"""Set-up of all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import real_project
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


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sound data folder that a test reads, and copies before it writes into it."""
    return real_project.sound_data(tmp_path_factory.mktemp("sound") / "data")
