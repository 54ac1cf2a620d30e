"""Put the prose of the notebooks around what their code gave: a word that is changed makes no code run."""

from typing import Annotated

from pytask import task

from torch_program.pipeline import nodes, plan
from torch_program.pipeline.execution import weave

PLAN = plan.handed_over()
EXECUTED = {name: PLAN.executed(name) for name in PLAN.notebooks}
SOURCES = {name: nodes.NotebookSource(path=PLAN.committed(name), name=f"prose of {name}") for name in PLAN.notebooks}
WOVEN = {name: nodes.Content(path=PLAN.staged(name), name=f"woven {PLAN.name} {name}") for name in PLAN.notebooks}


@task(name=f"weave[{PLAN.name}]")
def task_weave(
    sources: dict[str, bytes] = SOURCES,
    executed: dict[str, bytes] = nodes.contents(EXECUTED),
    names: list[str] = nodes.names(EXECUTED),
) -> Annotated[dict[str, bytes], WOVEN]:
    return {name: weave(name, sources[name], executed[name]) for name in executed}
