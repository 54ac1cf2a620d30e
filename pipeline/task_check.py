"""Check the data: a wrong row stops the build before any notebook runs."""

from pathlib import Path

from pytask import PathNode, task

from torch_program import nodes, plan, project

PLAN = plan.handed_over()
RULES = {f"src/torch_program/{m}.py": PLAN.root / f"src/torch_program/{m}.py" for m in ("validation", "claims")}


@task(name=f"check[{PLAN.name}]")
def task_check(
    files: dict[str, Path] = nodes.paths(PLAN.data_files | RULES),
    names: list[str] = nodes.names(PLAN.data_files),
    data: Path = PLAN.data,
) -> None:
    from torch_program import validation

    validation.require(data)
