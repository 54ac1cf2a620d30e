"""What new rows would change in the report: the notebooks that use them are run, and their record compared."""

import json
from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import replace
from filecmp import cmp
from pathlib import Path
from typing import Any

from claimbook.build.displays import displays
from claimbook.build.execution import code_cells, parsed, weave
from claimbook.build.plan import DESCRIPTION, Plan
from claimbook.build.run import processes
from claimbook.changes import record
from claimbook.changes.compare import Difference, difference

IN_KERNELS = ("code", "through_time")  # of a claim, what only a notebook that runs in a kernel records


def last_build(plan: Plan) -> tuple[Plan | None, str]:
    """The plan of a finished build of the edition from the same data, or None and why there is none.

    A copy of data/ that is still the same may use the build of the project.
    """
    why = f"There is no report of edition {plan.edition.name} to compare with"
    for built in (plan, Plan(plan.root, plan.edition, plan.root / "data")):
        if built.results.exists() and all(built.staged(name).exists() for name in built.notebooks):
            evidence = {name: path for name, path in plan.data_files.items() if name != f"data/{DESCRIPTION}"}
            kept = {name: built.source / name for name in evidence}
            other = [n for n, path in evidence.items() if not (kept[n].exists() and cmp(kept[n], path, shallow=False))]
            if not other:
                return built, ""
            why = f"The last report was made from other data ({', '.join(other[:3])})"
    return None, why


def readers(plan: Plan, merged: Path) -> list[str]:
    """Sections that use something of the data which is other in the merged ones."""
    new = Plan(plan.root, plan.edition, merged)
    return [name for name in plan.sections if plan.used(name) != new.used(name)]


def effects(
    plan: Plan, built: Plan, merged: Path, names: list[str], say: Callable[[str], None]
) -> tuple[Difference, list[str]]:
    """Run sections on the merged data: what they say otherwise than in the finished build, and which of them stop."""
    new = Plan(plan.root, plan.edition, merged)
    found: dict[str, dict[str, Any]] = {}
    stopped = []
    with processes(max(1, len(names))) as pool:
        running = {pool.submit(said, new, name): name for name in names}
        for done, future in enumerate(as_completed(running), 1):
            name, (notebook, why) = running[future], future.result()
            if why:
                stopped.append(f"{name}.ipynb, {why}")
            else:
                found[name] = notebook
            say(f"  {done} of {len(names)}  {name}" + " stopped" * bool(why))
    before = {name: parsed(built.staged(name).read_bytes()) for name in found}
    old, now = record.said(before), record.said(found)
    old["claims"] = [{key: part for key, part in claim.items() if key not in IN_KERNELS} for claim in old["claims"]]
    return replace(difference(old, now), missing=()), sorted(stopped)  # nothing else can have moved


def said(plan: Plan, name: str) -> tuple[dict[str, Any], str]:
    """A section as a run leaves it with its prose, found without drawing; or which cell stopped, and why."""
    source = plan.committed(name).read_bytes()
    ran = json.loads(source)
    for cell in (cell for cell in ran["cells"] if cell["cell_type"] == "code"):
        cell["outputs"] = []
    own = {cell["id"]: cell for cell in ran["cells"]}
    for (number, _, cell), shown in zip(code_cells(parsed(source)), displays(plan, name, {}), strict=False):
        if error := next((display["error"] for display in shown if "error" in display), ""):
            return {}, f"code cell {number}: {error}"
        outputs = [{"output_type": "display_data", "data": data, "metadata": {}} for data in shown]
        own[cell["id"]] |= {"outputs": outputs, "execution_count": number}
    return json.loads(weave(name, source, json.dumps(ran).encode())), ""
