"""Numbers have the same digits on another processor.

Arithmetic whose last digits depend on the processor is found in the code. Ruff refuses such functions by name
(pyproject.toml); this module finds methods and operators that call the same code.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from claimbook.assurance import cells_of_python
from claimbook.publish.verification import first_difference
from claimbook.run.plan import Plan

METHODS = {"corr", "cov", "dot", "polyfit"}  # of frames: sums of products by BLAS, in an order of the processor
INSTEAD = "Sum products by math.fsum, take roots by math.sqrt and logarithms by claimbook.evidence.concentration.ln."
OTHER_PROCESSOR = {  # an old one, as far as the libraries can tell; without effect on other kinds of processors
    "OPENBLAS_CORETYPE": "Prescott",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-AVX512F",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3",
    "OPENBLAS_NUM_THREADS": "2",
    "OMP_NUM_THREADS": "2",
}
RUN = """\
import sys
from pathlib import Path
from claimbook.run.plan import make_plan
Path(sys.argv[2]).write_bytes(make_plan(sys.argv[3]).run_of(sys.argv[1]).execute()[0])
"""


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
        cells = cells_of_python(plan.committed(name).read_bytes())
        code |= {f"notebooks/{name}.ipynb, cell {cell}": source for cell, source in cells}
    return [
        f"{where}: the last digits of {expression} depend on the processor. {INSTEAD}"
        for where, text in code.items()
        for expression in unsteady(text)
    ]


def other_digits(plan: Plan, name: str) -> list[str]:
    """Run a notebook as if on an old processor, and say how it differs from the last build."""
    with TemporaryDirectory(prefix="claimbook-digits-") as folder:
        there = Path(folder) / "executed.ipynb"
        command = [sys.executable, "-c", RUN, name, str(there), plan.edition.name]
        environment = os.environ | OTHER_PROCESSOR | {"PYTHONPATH": plan.python_path}
        done = subprocess.run(command, cwd=plan.root, env=environment, capture_output=True, text=True)
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1]
            return [f"notebooks/{name}.ipynb does not run as if on another processor: {reason}"]
        was, now = plan.executed(name).read_bytes(), there.read_bytes()
    if was == now:
        return []
    return [f"notebooks/{name}.ipynb has other digits on another processor: {first_difference(was, now)}. {INSTEAD}"]
