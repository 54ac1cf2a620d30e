"""What new rows would change in the report: the notebooks that use them are run, and their record compared."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, as_completed
from dataclasses import replace
from filecmp import cmp
from pathlib import Path

from claimbook.build.execution import NotebookFailed, bundle, execute_bundle, parsed, weave
from claimbook.build.plan import DESCRIPTION, READERS, Plan
from claimbook.build.run import Progress, Threads
from claimbook.changes import record
from claimbook.changes.compare import Difference, difference
from claimbook.say.project import Told


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
    """Run sections on the merged data, and then what reads them: what they say otherwise than in the finished build,
    and which of them stop."""
    new = Plan(plan.root, plan.edition, merged)
    ran: dict[str, bytes] = {}
    stopped: list[str] = []

    def tried(name: str, future: Future[bytes]) -> None:
        try:
            ran[name] = future.result()
        except (NotebookFailed, Told) as error:
            stopped.append(str(error))
        say(f"  {len(ran) + len(stopped)} of {len(names) + len(readers)}  {name}" + " stopped" * (name not in ran))

    readers = [name for name in READERS if name in new.notebooks]
    with Threads(Progress(say), os.cpu_count() or 1) as pool:
        running = {pool.submit(executed, new, name, {}): name for name in names}
        for future in as_completed(running):
            tried(running[future], future)
        beside = {f"notebooks/{n}.ipynb": ran.get(n) or built.executed(n).read_bytes() for n in new.sections}
        for name in readers if not stopped else ():  # a build would not come to them
            tried(name, pool.submit(executed, new, name, beside))
    found = {name: parsed(content) for name, content in ran.items()}
    before = {name: parsed(built.staged(name).read_bytes()) for name in found}
    return replace(difference(record.said(before), record.said(found)), missing=()), sorted(stopped)


def executed(plan: Plan, name: str, beside: Mapping[str, bytes]) -> bytes:
    """A notebook as a run leaves it, with its prose; `beside` are the executed ones that lie with it."""
    own = {f"notebooks/{name}.ipynb": plan.committed(name).read_bytes()}
    library = {name: path.read_bytes() for name, path in plan.library.items()}
    files = bundle({"beside": beside, "own": own, "data": plan.used(name), "library": library})
    return weave(name, plan.committed(name).read_bytes(), execute_bundle(files, name, plan.parameters))
