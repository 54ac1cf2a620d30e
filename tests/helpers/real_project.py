"""Copies of the real project and of small sound data from it, for tests that change them."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from checkout import ROOT

from claimbook.intake.description import describe
from claimbook.run.plan import Plan


def sound_data(folder: Path) -> Path:
    """Write a small data folder without faults, and return it."""
    shutil.copytree(ROOT / "tests" / "intake" / "sound", folder)
    shutil.copy(ROOT / "data" / "datapackage.json", folder)
    (folder / "claims.yml").write_text("text_date: '2023-12-31'\nclaims: []\n")
    describe(folder)
    return folder


def executed(plan: Plan, name: str, parameters: Mapping[str, Any], run_as: str = "") -> bytes:
    """Run a notebook in a folder with only the files that the plan gives it, under its own or another name."""
    return replace(plan.run_of(name), name=run_as or name, parameters=parameters).execute()[0]
