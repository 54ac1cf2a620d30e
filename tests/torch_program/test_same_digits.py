"""The same digits on every processor: what its arithmetic may not use, and two notebooks run as there.

Ruff refuses functions by name (pyproject.toml); here are refused the methods and operators that end in the same code.
"""

import ast
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from checkout import ROOT
from same_bytes import OTHER_PROCESSOR

from claimbook.notebook import notebook_file
from claimbook.project.outputs import rounded
from claimbook.run import plan

METHODS = {"corr", "cov", "dot", "polyfit"}  # of frames: sums of products by BLAS, whose order the processor decides
FUNCTIONS = """\
import numpy as np
import pandas as pd
from claimbook.evidence import concentration as c
from torch_program import peers
draw = np.random.default_rng(1)
for _ in range(50):
    first, last, people = (pd.Series(draw.integers(1, 10**6, 31).astype(float)) for _ in range(3))
    both = pd.DataFrame({"first": first, "last": last})
    print(c.theil(first, people), c.between_regions(first, people, last % 4), list(peers.distances(both, 0)))
"""
RUN = """\
import sys
from pathlib import Path
from claimbook.run import plan
from real_project import ROOT, executed
here = plan.plan_of(ROOT)
Path(sys.argv[2]).write_bytes(executed(here, sys.argv[1], here.parameters))
"""


def unsteady(code: str) -> Iterator[str]:
    """Expressions whose last digit depends on the processor."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.BinOp(op=ast.MatMult()):
                yield ast.unparse(node)
            case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=float())):
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr=method)) if method in METHODS:
                yield ast.unparse(node.func)


def modules() -> dict[str, str]:
    """Code of the library by its file, and of the notebooks by their cells."""
    found = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.py")}
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        for number, source, _ in notebook_file.code_cells(json.loads(path.read_text(encoding="utf-8"))):
            if not source.startswith("%%"):
                found[f"{path.name}, code cell {number}"] = source
    return found


def test_no_sum_of_products_and_no_power_of_a_fraction_is_left_to_the_processor() -> None:
    used = {name: list(unsteady(code)) for name, code in modules().items()}
    assert {name: found for name, found in used.items() if found} == {}, (
        "Sum products by math.fsum, take roots by math.sqrt and logarithms by claimbook.evidence.logarithm.ln."
    )


@pytest.mark.parametrize("code", ["a @ b", "x**0.5", "frame.corr()", "frame['a'].cov(frame['b'])"])
def test_what_is_unsteady_is_found(code: str) -> None:
    assert list(unsteady(f"y = {code}"))


def test_what_is_recorded_has_twelve_digits_however_deep_it_lies() -> None:
    told = rounded({"value": 0.1 + 0.2, "rows": [(1 / 3, "1/3")], "n": 178, "none": None, "so": True})
    assert told == {"value": 0.3, "rows": [[0.333333333333, "1/3"]], "n": 178, "none": None, "so": True}


def on_another_processor(code: str, *arguments: str) -> str:
    """What a program prints that takes this processor for an old one."""
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests" / "helpers")])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | OTHER_PROCESSOR | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_measures_of_concentration_have_the_same_last_digit_on_another_processor() -> None:
    here = io.StringIO()
    with redirect_stdout(here):
        exec(FUNCTIONS, {})
    assert on_another_processor(FUNCTIONS) == here.getvalue()


@pytest.mark.book
@pytest.mark.slow
@pytest.mark.parametrize("name", ["4-2-overconcentration", "3-1-scale-and-integration"])
def test_a_notebook_with_logarithms_and_slopes_says_the_same_byte_for_byte_on_another_processor(
    name: str, tmp_path: Path
) -> None:
    there = tmp_path / "executed.ipynb"
    on_another_processor(RUN, name, str(there))
    assert there.read_bytes() == plan.plan_of(ROOT).executed(name).read_bytes()
