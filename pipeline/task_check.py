"""Check the data: a wrong row stops the build before any notebook runs."""

from pathlib import Path
from typing import Annotated

from pytask import task

from torch_program.pipeline import forked, nodes, plan, template

PLAN = plan.handed_over()
CODE = (
    "claims",
    "csv_tables",
    "intervals",
    "periods",
    "places",
    "project",
    "provinces",
    "vintages",
    "words",
    "yaml_files",
)  # beside intake/
RULES = {n: p for n, p in PLAN.package.items() if "/intake/" in n} | {
    name: PLAN.package[name] for name in (f"src/torch_program/{module}.py" for module in CODE)
}
PASSED = nodes.Content(path=PLAN.checked, name=f"passed {PLAN.name}")


@task(name=f"check[{PLAN.name}]")
def task_check(
    files: dict[str, Path] = nodes.SourcePaths(name="data and rules", files=PLAN.data_files | RULES),
) -> Annotated[bytes, PASSED]:
    from torch_program.intake import validation

    forked.begin(template.KERNELS)  # notebooks come next, and there is a processor to spare
    errors = [problem for problem in validation.check(PLAN.data) if problem.severity == "error"]
    if errors:
        raise plan.DataFaulty(validation.render(errors))
    return b"The data pass every check.\n"  # always the same: new data make stale only what reads them
