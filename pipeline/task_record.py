"""Write the record of the build: all it says, for comparison with another edition or a later build."""

import json
from pathlib import Path
from typing import Annotated, Any

from pytask import task

from torch_program.pipeline import nodes, plan

PLAN = plan.handed_over()
NOTEBOOKS = {name: PLAN.staged(name) for name in PLAN.notebooks}
WATCHED = ("changes/record.py", "results.py", "claims.py")
CODE = {n: PLAN.package[n] for n in (f"src/torch_program/{part}" for part in WATCHED)}


@task(name=f"record[{PLAN.name}]")
def task_record(
    notebooks: dict[str, bytes] = nodes.contents(NOTEBOOKS),
    names: list[str] = nodes.names(NOTEBOOKS),
    files: dict[str, bytes] = nodes.SourceContents(name="what decides", files=PLAN.deciding),
    code: dict[str, Path] = nodes.SourcePaths(name="code", files=CODE),
    parameters: dict[str, Any] = nodes.value(PLAN.parameters),
) -> Annotated[bytes, nodes.Content(path=PLAN.record, name=f"record {PLAN.name}")]:
    from torch_program.changes import record
    from torch_program.claims import read_ledger

    claims = read_ledger(PLAN.data / "claims.yml").claims
    ran = {name: json.loads(content) for name, content in notebooks.items()}
    return record.as_json(record.make(ran, files, claims, parameters))
