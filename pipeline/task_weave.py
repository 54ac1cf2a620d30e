"""Put the prose of the notebooks around what their code gave: a word that is changed makes no code run."""

from typing import Annotated

from pytask import task

from torch_program.pipeline import nodes, plan
from torch_program.pipeline.execution import weave

PLAN = plan.handed_over()

for name in PLAN.notebooks:
    woven = nodes.Content(path=PLAN.staged(name), name=f"woven {PLAN.name} {name}")

    @task(id=f"{PLAN.name}|{name}")
    def task_weave(
        source: bytes = nodes.NotebookSource(path=PLAN.committed(name), name=f"prose of {name}"),
        executed: bytes = nodes.Content(path=PLAN.executed(name), name=f"executed {name}"),
        name: str = name,
    ) -> Annotated[bytes, woven]:
        return weave(name, source, executed)
