"""Run every notebook that _toc.yml lists, each in a folder with its declared files and nothing else."""

from pathlib import Path
from typing import Annotated, Any

from pytask import PathNode, task

from torch_program import project
from torch_program.pipeline import nodes, plan
from torch_program.pipeline.execution import execute_bundle

PLAN = plan.handed_over()


def inputs(name: str) -> dict[str, nodes.Content]:
    """Nodes of all files of a notebook's folder, itself and the sections that a reader reads included."""
    files = nodes.contents(PLAN.inputs(name))
    if name in plan.READERS:
        files |= nodes.contents({f"notebooks/{s}.ipynb": PLAN.executed(s) for s in PLAN.sections})
    own = f"notebooks/{name}.ipynb"
    return files | {own: nodes.NotebookCode(path=PLAN.committed(name), name=own)}


for name in PLAN.notebooks:
    files = inputs(name)
    executed = nodes.Content(path=PLAN.executed(name), name=f"executed {name}")

    @task(id=f"{PLAN.name}|{name}")
    def task_execute(
        files: dict[str, bytes] = files,
        names: list[str] = nodes.names(files),
        name: str = name,
        parameters: dict[str, Any] = nodes.value(PLAN.parameters),
        environment: dict[str, str] = nodes.value(PLAN.environment),
        passed: Path = PathNode(path=PLAN.checked, name=f"passed {PLAN.name}"),
    ) -> Annotated[bytes, executed]:
        return execute_bundle(files | {project.MARKER: b""}, name, parameters)
