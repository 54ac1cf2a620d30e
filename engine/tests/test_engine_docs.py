"""The documentation of the engine: built without a warning, with every public name, and with an example that runs."""

import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from checkout import ROOT

import claimbook
from claimbook import charts

DOCS = ROOT / "engine/docs"
HEAVY = "IPython jupyter_client matplotlib nbformat pandas papermill sphinx".split()


@pytest.mark.slow
def test_it_has_no_dead_link_and_every_name_that_notebooks_may_import(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "sphinx", "-q", "--fail-on-warning", "-b", "html", DOCS, tmp_path]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    listed = zlib.decompress((tmp_path / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    documented = set(re.findall(r"(\w+) py:", listed))
    drawn = re.findall(r"^from \S+ import (.*)", Path(charts.__file__).read_text(), re.M)
    assert {*claimbook.__all__, *", ".join(drawn).split(", ")} - documented == set()


def test_the_rule_needs_neither_a_report_nor_jupyter(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (DOCS / "rule.md").read_text(encoding="utf-8"), re.S)
    code = f"{example}\nimport sys; print(*sorted({{*{HEAVY}}} & sys.modules.keys()))"
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    (promised,) = re.findall(r"judged.label\)  # (.*)", example)
    assert said == f"{promised}\n\n"
