"""Run every notebook that _toc.yml lists, each in a folder with its declared files and nothing else."""

from pathlib import Path
from typing import Annotated, Any

from pytask import PathNode, mark, task

from torch_program.pipeline import nodes, plan
from torch_program.pipeline.execution import bundle, execute_bundle

PLAN = plan.handed_over()
BY_SIZE = sorted(PLAN.notebooks, key=lambda name: PLAN.committed(name).stat().st_size)
LONG = BY_SIZE[len(BY_SIZE) // 2 :]  # what draws most takes longest: begun last, one would keep all others waiting


def notebooks(name: str) -> dict[str, nodes.Content]:
    """Nodes of the notebooks in a notebook's folder: itself, and the sections that a reader reads."""
    sections = PLAN.sections if name in plan.READERS else ()
    own = f"notebooks/{name}.ipynb"
    read = nodes.contents({f"notebooks/{section}.ipynb": PLAN.executed(section) for section in sections})
    return read | {own: nodes.NotebookCode(path=PLAN.committed(name), name=own)}


for name in PLAN.notebooks:
    inputs = nodes.SourceContents(name="inputs", files=PLAN.inputs(name))
    files = {"inputs": inputs, "notebooks": notebooks(name)}
    executed = nodes.Content(path=PLAN.executed(name), name=f"executed {name}")

    @(mark.try_first if name in LONG else lambda task: task)
    @task(id=f"{PLAN.name}|{name}")
    def task_execute(
        files: dict[str, dict[str, bytes]] = files,
        names: list[str] = nodes.names(files["notebooks"]),
        name: str = name,
        parameters: dict[str, Any] = nodes.value(PLAN.parameters),
        environment: dict[str, str] = nodes.value(PLAN.environment),
        passed: Path = PathNode(path=PLAN.checked, name=f"passed {PLAN.name}"),
    ) -> Annotated[bytes, executed]:
        return execute_bundle(bundle(files), name, parameters)
