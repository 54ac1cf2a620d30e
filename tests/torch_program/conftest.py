"""Small correct data of this report, for tests of its rules."""

from pathlib import Path

import pytest
import real_project


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sound data folder that a test reads, and copies before it writes into it."""
    return real_project.sound_data(tmp_path_factory.mktemp("sound") / "data")
