"""The tests of the data check use data of the three towns, and their settings."""

from collections.abc import Iterator

import data_of_towns
import pytest


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    """The settings of the three towns."""
    with data_of_towns.settings_of_towns():
        yield
