"""Check the data: a wrong row stops the build before any notebook runs."""

from pathlib import Path
from typing import Annotated

from pytask import task

from torch_program.pipeline import forked, nodes, plan

PLAN = plan.handed_over()
CODE = (
    *(f"intake/{name}.py" for name in ("validation", "cells", "problems", "declared", "ledger", "reading")),
    "claims.py",
)
RULES = {n: PLAN.package[n] for n in (f"src/torch_program/{name}" for name in CODE)}
PASSED = nodes.Content(path=PLAN.checked, name=f"passed {PLAN.name}")


@task(name=f"check[{PLAN.name}]")
def task_check(
    files: dict[str, Path] = nodes.SourcePaths(name="data and rules", files=PLAN.data_files | RULES),
) -> Annotated[bytes, PASSED]:
    from torch_program.intake import validation

    forked.begin()  # notebooks come next, and there is a processor to spare
    errors = [problem for problem in validation.check(PLAN.data) if problem.severity == "error"]
    if errors:
        raise plan.DataFaulty(validation.render(errors))
    return b"The data pass every check.\n"  # always the same: new data make stale only what reads them
