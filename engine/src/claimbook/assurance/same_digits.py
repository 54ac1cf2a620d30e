"""Numbers have the same digits on another processor.

Arithmetic whose last digits depend on the processor is found in the code. Ruff refuses such functions by name
(pyproject.toml); this module finds methods and operators that call the same code.
"""

import ast
import os
from collections.abc import Iterator
from functools import partial
from unittest.mock import patch

from claimbook.assurance import processes
from claimbook.notebook.notebook_file import PYTHON, written_cells
from claimbook.run.plan import Plan
from claimbook.say.words import first_difference

METHODS = {"corr", "cov", "dot", "polyfit"}  # of frames: sums of products by BLAS, in an order of the processor
INSTEAD = "Sum products by math.fsum, take roots by math.sqrt and logarithms by claimbook.evidence.concentration.ln."
OTHER_PROCESSOR = {  # an old one, as far as the libraries can tell; without effect on other kinds of processors
    "OPENBLAS_CORETYPE": "Prescott",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-AVX512F",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3",
    "OPENBLAS_NUM_THREADS": "2",
    "OMP_NUM_THREADS": "2",
}


def unsteady(code: str) -> Iterator[str]:
    """Yield the expressions whose last digit depends on the processor."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.BinOp(op=ast.MatMult()) | ast.BinOp(op=ast.Pow(), right=ast.Constant(value=float())):
                yield ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr=method)) if method in METHODS:
                yield ast.unparse(node.func)


def unsteady_faults(plan: Plan) -> list[str]:
    """Return a sentence for each unsteady expression in the code of notebooks, report and engine."""
    code = {name: path.read_text("utf-8") for name, path in plan.package.items() if name.endswith(".py")}
    for name in plan.notebooks:
        cells = written_cells(plan.written(name))
        code |= {f"notebooks/{name}.ipynb, cell {cell}": source for cell, kind, source in cells if kind == PYTHON}
    return [
        f"{where}: the last digits of {expression} depend on the processor. {INSTEAD}"
        for where, text in code.items()
        for expression in unsteady(text)
    ]


def other_digits(plan: Plan) -> list[str]:
    """Run all notebooks as if on an old processor, and say how each differs from the last build."""
    names = sorted(plan.notebooks, key=lambda name: -len(plan.written(name)))  # the longest first
    with patch.dict(os.environ, OTHER_PROCESSOR), processes("spawn") as pool:
        again = [*pool.map(partial(run_again, plan), names)]
    return [
        f"notebooks/{name}.ipynb differs on another processor: {first_difference(was, now)}. {INSTEAD}"
        for name, now in zip(names, again, strict=True)
        if (was := plan.executed(name).read_bytes()) != now
    ]


def run_again(plan: Plan, name: str) -> bytes:
    """Run a notebook as a build does. Return the executed one or, if it stops, the reason instead."""
    try:
        return plan.run_of(name).execute()[0]
    except Exception as error:
        return str(error).encode()
