"""What new rows would change in the report: the notebooks that use them are run, and their record compared."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import as_completed
from dataclasses import replace
from filecmp import cmp
from pathlib import Path
from typing import Any

from claimbook.build.execution import NotebookFailed, parsed, weave
from claimbook.build.plan import DESCRIPTION, Plan
from claimbook.build.run import Progress, Threads
from claimbook.changes import record
from claimbook.changes.compare import Difference, difference


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


def readers(built: Plan, merged: Path) -> dict[str, list[str]]:
    """Sections that read something which is other in the merged data, and what that is, in words."""
    new = Plan(built.root, built.edition, merged)
    found = {name: built.run_of(name).differences(new.data_files) for name in built.sections}
    return {name: differences for name, differences in found.items() if differences}


def effects(
    plan: Plan, built: Plan, merged: Path, names: list[str], say: Callable[[str], None]
) -> tuple[Difference, list[str]]:
    """Run sections on the merged data: what they say otherwise than in the finished build, and which of them stop."""
    new = Plan(plan.root, plan.edition, merged)
    found: dict[str, Mapping[str, Any]] = {}
    stopped = []
    with Threads(Progress(say), os.cpu_count() or 1) as pool:
        running = {pool.submit(executed, new, name): name for name in names}
        for done, future in enumerate(as_completed(running), 1):
            name = running[future]
            try:
                found[name] = future.result()
            except NotebookFailed as error:
                stopped.append(str(error))
            say(f"  {done} of {len(names)}  {name}" + " stopped" * (name not in found))
    before = {name: parsed(built.staged(name).read_bytes()) for name in found}
    return replace(difference(record.said(before), record.said(found)), missing=()), sorted(stopped)


def executed(plan: Plan, name: str) -> Mapping[str, Any]:
    """A section as a run leaves it, with its prose."""
    ran, _ = plan.run_of(name).execute()
    return parsed(weave(name, plan.committed(name).read_bytes(), ran))
