"""The number of this report, read a second time with the csv module alone."""

import csv
import json

import pytest

pytestmark = pytest.mark.book  # `make test` runs it once the report is finished


def test_removed_modules() -> None:
    """The count in the issue that planned the removals."""
    with open("data/figures/modules.csv", encoding="utf-8", newline="") as file:
        (value,) = [row["value"] for row in csv.DictReader(file) if row["source_id"] == "issue_104773"]
    with open("_build/2026/results.json", encoding="utf-8") as file:
        assert json.load(file)["statistics"]["modules"]["value"] == float(value)
