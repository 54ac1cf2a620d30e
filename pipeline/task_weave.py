"""Put the prose of the notebooks around what their code gave: a word that is changed makes no code run.

The pictures of sections are drawn beside: processors wait here for the longest notebooks and for the conclusion.
"""

from pathlib import Path
from typing import Annotated

from pytask import mark, task

from torch_program.pipeline import nodes, plan, publication
from torch_program.pipeline.execution import weave

PLAN = plan.handed_over()
LIBRARY = nodes.SourcePaths(name="library", files=PLAN.package)

for name in PLAN.notebooks:
    woven = nodes.Content(path=PLAN.staged(name), name=f"woven {PLAN.name} {name}")

    @mark.try_last
    @task(id=f"{PLAN.name}|{name}")
    def task_weave(
        source: bytes = nodes.NotebookSource(path=PLAN.committed(name), name=f"prose of {name}"),
        executed: bytes = nodes.Content(path=PLAN.executed(name), name=f"executed {name}"),
        library: dict[str, Path] = LIBRARY,
        name: str = name,
    ) -> Annotated[bytes, woven]:
        if name in PLAN.sections:
            from torch_program.sphinx_ext import drawings

            drawings.draw_ahead(executed, publication.kept_files(PLAN.source, PLAN.means))
        return weave(name, source, executed)
