"""Measures of concentration and similarity have the same last digit on another processor."""

import io
import subprocess
import sys
from contextlib import redirect_stdout

import pytest
import towns
from checkout import ROOT

from claimbook.assurance.same_digits import OTHER_PROCESSOR

FUNCTIONS = """\
import numpy as np
import pandas as pd
from claimbook.evidence import concentration as c
from torch_program import panels
draw = np.random.default_rng(1)
for _ in range(50):
    first, last, people = (pd.Series(draw.integers(1, 10**6, 31).astype(float)) for _ in range(3))
    both = pd.DataFrame({"first": first, "last": last})
    print(c.theil(first, people), c.between_regions(first, people, last % 4), list(panels.distances(both, 0)))
"""


@pytest.mark.slow
def test_measures_of_concentration_have_the_same_last_digit_on_another_processor() -> None:
    here = io.StringIO()
    with redirect_stdout(here):
        exec(FUNCTIONS, {})
    environment = towns.with_library(ROOT) | OTHER_PROCESSOR
    there = subprocess.run([sys.executable, "-c", FUNCTIONS], env=environment, capture_output=True, text=True)
    assert there.stdout == here.getvalue() and there.returncode == 0, there.stderr
