"""What tests of this report share: small correct data, and the claims of the finished report."""

from pathlib import Path
from typing import Any

import finished_report
import pytest
import real_project
from checkout import ROOT

from claimbook.project.folders import rows_in


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sound data folder that a test reads, and copies before it writes into it."""
    return real_project.sound_data(tmp_path_factory.mktemp("sound") / "data")


@pytest.fixture(scope="session")
def claims() -> list[dict[str, Any]]:
    """The judged claims of the finished report."""
    return finished_report.results()["claims"]


@pytest.fixture(scope="session")
def searched() -> set[str]:
    """The claims for which something was looked for."""
    return {claim for row in rows_in(ROOT / "data" / "search_log.csv") for claim in row["claim_ids"].split(";")}
