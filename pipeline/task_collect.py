"""Collect results.json from the executed notebooks: every claim, measure, verdict and statistic."""

import json
from pathlib import Path
from typing import Annotated, Any

from pytask import task

from torch_program import results
from torch_program.pipeline import nodes, plan

PLAN = plan.handed_over()
NOTEBOOKS = {name: PLAN.staged(name) for name in PLAN.notebooks}
LEDGER = "data/claims.yml"
WATCHED = ("src/torch_program/results.py", "src/torch_program/claims.py")


@task(name=f"collect[{PLAN.name}]")
def task_collect(
    notebooks: dict[str, bytes] = nodes.contents(NOTEBOOKS),
    names: list[str] = nodes.names(NOTEBOOKS),
    ledger: dict[str, Path] = nodes.SourcePaths(name="ledger", files={LEDGER: PLAN.data_files[LEDGER]}),
    code: dict[str, Path] = nodes.SourcePaths(name="code", files={n: PLAN.package[n] for n in WATCHED}),
    parameters: dict[str, Any] = nodes.value(PLAN.parameters),
) -> Annotated[bytes, nodes.Content(path=PLAN.results, name=f"results {PLAN.name}")]:
    from torch_program.claims import read_ledger

    records = [results.read(json.loads(content)) for content in notebooks.values()]
    return results.as_json(results.collect(records, read_ledger(ledger[LEDGER]).claims, parameters))
