"""Only the notebooks that read a changed row run again."""

import re
import shutil

import pytest
from checkout import ROOT

from claimbook.run import build
from claimbook.run.plan import make_plan


@pytest.mark.book
def test_only_notebooks_that_read_a_changed_row_are_run_and_it_is_said_why(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    plan, merged = make_plan(), shutil.copytree(ROOT / "data", tmp_path / "data")
    talent = merged / "figures" / "talent.csv"
    talent.write_text(re.sub(r"(?m)^(returnees,.*)$", r"\1 ", talent.read_text(), count=1))
    read = {"3-4-talent-pipelines": ["1 row of returnees changed"]}
    assert build.readers(plan, merged) == read
    (merged / "zones.csv").write_text((merged / "zones.csv").read_text() + "\n")
    assert build.readers(plan, merged) == read, "a blank line is no row"
