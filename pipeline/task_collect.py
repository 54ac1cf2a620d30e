"""Collect results.json from the executed notebooks: every claim, measure, verdict and statistic."""

import json
from typing import Annotated, Any

from pytask import task

from torch_program import results
from torch_program.pipeline import nodes, plan

PLAN = plan.handed_over()
NOTEBOOKS = {name: PLAN.staged(name) for name in PLAN.notebooks}
LEDGER = "data/claims.yml"


@task(name=f"collect[{PLAN.name}]")
def task_collect(
    notebooks: dict[str, bytes] = nodes.contents(NOTEBOOKS),
    names: list[str] = nodes.names(NOTEBOOKS),
    ledger: dict[str, Any] = nodes.paths({LEDGER: PLAN.data_files[LEDGER]}),
    code: dict[str, Any] = nodes.paths({n: PLAN.package[f"src/torch_program/{n}.py"] for n in ("results", "claims")}),
    parameters: dict[str, Any] = nodes.value(PLAN.parameters),
) -> Annotated[bytes, nodes.Content(path=PLAN.results, name=f"results {PLAN.name}")]:
    from torch_program.claims import read_ledger

    records = [results.read(json.loads(content)) for content in notebooks.values()]
    return results.as_json(results.collect(records, read_ledger(ledger[LEDGER]).claims, parameters))
