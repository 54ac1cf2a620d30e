"""Numbers that another computation or another processor must give too.

`recount.py` of a report has a dictionary RECOUNT: a function without arguments for each number, by its key. A key is
that of a statistic ("libraries"), a claim (its deciding value), or a claim and one of its measures or criteria by
label or id ("libraries-over-50: Libraries, 2023"). A function returns the number, or the lower and upper end of a
measure. It may also have a dictionary TOLERANCE: how far a number may lie apart, as a part of it. Without an entry that
is 1e-9.

Arithmetic whose last digits depend on the processor is found in the code. Ruff refuses such functions by name
(pyproject.toml); this module finds methods and operators that call the same code.
"""

import ast
import json
import math
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from claimbook.assurance import cells_of_python
from claimbook.project.folders import ENGINE
from claimbook.publish.verification import first_difference
from claimbook.run.plan import Plan
from claimbook.say.words import suggestion

RECOUNT_FILE = "recount.py"
NONE = (
    f"There is no {RECOUNT_FILE}, so nobody has worked out a number of this report a second time. "
    "The page “Audit a text of your own” says how to write one."
)
TOLERANCE = 1e-9  # the same printed digits; only the order of floating-point steps may differ


def recorded(results: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the measures and statistics of results.json by key, without keys that occur more than once."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for claim in results["claims"]:
        for measure in claim["measures"]:
            names = {measure["label"]} | ({measure["cell"]} if measure["match"] == "criterion" else set())
            keys = {f"{claim['id']}: {name}" for name in names if measure.get("status") != "preliminary"}
            for key in keys | ({claim["id"]} if measure["decides"] else set()):
                found.setdefault(key, []).append(measure)
    return {key: measures[0] for key, measures in found.items() if len(measures) == 1} | results["statistics"]


def recount_faults(path: Path, results: Mapping[str, Any], packages: frozenset[str]) -> tuple[int, list[str]]:
    """Run `recount.py` and return how many numbers it recounts, and a sentence for each fault.

    It must not import any of `packages`, which made the numbers.
    """
    try:
        imported = sorted(packages & {*_imported(path.read_text("utf-8"))})
        if imported:
            why = "the code that made the numbers, so it is no second way. Use the csv module and plain arithmetic."
            return 0, [f"{path.name} imports {', '.join(imported)}, {why}"]
        module = runpy.run_path(str(path))
    except Exception as error:  # the file may raise anything
        return 0, [f"{path.name} does not run: {type(error).__name__}: {error}."]
    functions, tolerances = module.get("RECOUNT"), module.get("TOLERANCE", {})
    if not functions:
        return 0, [f"{path.name} has no RECOUNT: a dictionary with a function for each number, by its key."]
    known = recorded(results)
    sentences = [
        sentence
        for key, again in functions.items()
        if (sentence := _fault(key, again, known, tolerances.get(key, TOLERANCE)))
    ]
    sentences += [f"TOLERANCE has {key}, but RECOUNT does not." for key in tolerances if key not in functions]
    return len(functions), [f"{path.name}: {sentence}" for sentence in sentences]


def _fault(key: str, again: Callable[[], Any], known: Mapping[str, Mapping[str, Any]], tolerance: float) -> str:
    """Return why a number is not what a function finds, or ""."""
    if key not in known:
        return f"results.json has no number {key!r}, or several.{suggestion(key, known)}"
    try:
        found = again()
    except Exception as error:  # the function may raise anything
        return f"the function for {key} stops with {type(error).__name__}: {error}."
    was = tuple(known[key].get(end) for end in ("low", "high")) if isinstance(found, tuple) else known[key]["value"]
    if _close(was, found, tolerance):
        return ""
    return f"{key} is recorded as {was}, but recounted it is {found}. They may differ by {tolerance:g} of it."


def _close(was: Any, found: Any, tolerance: float) -> bool:
    if isinstance(was, tuple):
        return len(found) == len(was) and all(map(_close, was, found, [tolerance] * len(was)))
    numbers = isinstance(was, int | float) and isinstance(found, int | float)
    return numbers and math.isclose(was, found, rel_tol=tolerance, abs_tol=0.0)


def _imported(code: str) -> Iterator[str]:
    """Yield the first names of the modules that some code imports."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def recounted(plan: Plan) -> tuple[str, list[str]]:
    """Say how many numbers of the last build were recounted, and return a sentence for each fault."""
    path = plan.root / RECOUNT_FILE
    if not path.exists():
        return NONE, []
    results = json.loads(plan.results.read_bytes())
    our_packages = {folder.name for folder in (plan.root / "src").glob("*/")} | {ENGINE.name}
    with chdir(plan.root):
        count, faults = recount_faults(path, results, frozenset(our_packages))
    return f"{count} numbers; the report has {len(results['statistics'])} statistics", faults


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
