"""The tests of the data check use data of the three towns, and their settings."""

from collections.abc import Iterator
from pathlib import Path

import data_of_towns
import pytest


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small sound project that a test reads, and copies before it writes into it."""
    with data_of_towns.settings_of_towns():
        return data_of_towns.write_sound_project(tmp_path_factory.mktemp("sound"))


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    """The settings of the three towns."""
    with data_of_towns.settings_of_towns():
        yield
