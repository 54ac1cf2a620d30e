"""Run the notebook of the profiles for every province that was asked for, as the sections of the report are run."""

from pathlib import Path
from typing import Annotated, Any

from pytask import PathNode, task

from torch_program.pipeline import nodes, profiles
from torch_program.pipeline.execution import bundle, execute_bundle

PROFILES = profiles.handed_over()
PLAN = PROFILES.plan
SOURCE = PLAN.committed(profiles.NOTEBOOK)
INPUTS = nodes.SourceContents(name="inputs", files=PROFILES.inputs)

for province in PROFILES.provinces:
    own = profiles.run_as(province)
    notebook = {f"notebooks/{own}.ipynb": nodes.NotebookCode(path=SOURCE, name=f"notebooks/{own}.ipynb")}
    executed = nodes.Content(path=PROFILES.executed(province), name=f"executed {PROFILES.year} {province}")

    # a name and not an id: pytask drops the id where the loop has one turn, and two provinces would share a record
    @task(name=f"profile[{PLAN.name}|{PROFILES.year}-{profiles.slug(province)}]")
    def task_profile(
        files: dict[str, dict[str, bytes]] = {"inputs": INPUTS, "notebooks": notebook},  # noqa: B006
        name: str = own,
        parameters: dict[str, Any] = nodes.value(PROFILES.parameters(province)),
        environment: dict[str, str] = nodes.value(PLAN.environment),
        passed: Path = PathNode(path=PLAN.checked, name=f"passed {PLAN.name}"),
    ) -> Annotated[bytes, executed]:
        return execute_bundle(bundle(files), name, parameters)
