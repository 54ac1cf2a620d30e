"""What new rows would change in the report: reruns the notebooks that use them and compares their records."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from claimbook.changes import record
from claimbook.changes.difference import Difference, difference_between
from claimbook.notebook.notebook_file import parse_notebook
from claimbook.project.files import content_of
from claimbook.project.folders import UserError
from claimbook.project.outputs import CONCLUSION
from claimbook.run.execution import NotebookFailed, weave
from claimbook.run.plan import DESCRIPTION, Plan
from claimbook.run.runner import Progress, Threads, as_they_end


def last_build(plan: Plan) -> tuple[Plan | None, str]:
    """Return the plan of a finished build of the edition from the same data, or None, and why there is none.

    An unchanged copy of data/ may use the build of the project.
    """
    why = f"There is no report of edition {plan.edition.name} to compare with"
    for built in (plan, Plan(plan.root, plan.edition, plan.root / "data")):
        if built.results.exists() and all(built.staged(name).exists() for name in built.notebooks):
            evidence = {name: path for name, path in plan.data_files.items() if name != DESCRIPTION}
            other = [name for name, path in evidence.items() if content_of(built.source / name) != path.read_bytes()]
            if not other:
                return built, ""
            why = f"The last report was made from different data ({', '.join(other[:3])})"
    return None, why


def readers(built: Plan, merged: Path) -> dict[str, list[str]]:
    """Return the sections that read data that differ in `merged`, with the differences in words."""
    new = Plan(built.root, built.edition, merged)
    found = {}
    for name in built.sections:
        run = built.run_of(name)
        before = run.differences(built.seen)  # differences from edits since the build, such as code
        if differences := [words for words in run.differences(new.seen) if words not in before]:
            found[name] = differences
    return found


def effects(built: Plan, merged: Path, names: list[str], report: Callable[[str], None]) -> tuple[Difference, list[str]]:
    """Run sections on the merged data and then, unless one stops, the conclusion.

    Returns how they differ from the finished build, and an error message for each notebook that stops. The
    executed notebooks stay next to the merged data.
    """
    new = Plan(built.root, built.edition, merged)
    last = [CONCLUSION] if CONCLUSION in new.notebooks else []
    sections = {f"notebooks/{section}.ipynb": built.executed(section) for section in new.sections}
    found: dict[str, Mapping[str, Any]] = {}
    stopped: list[str] = []

    def tried(name: str, future: Future[tuple[bytes, bytes]]) -> None:
        try:
            content, _ = future.result()
            found[name] = parse_notebook(weave(name, new.written(name), content))
            sections[f"notebooks/{name}.ipynb"] = path = merged.parent / f"{name}.ipynb"
            path.write_bytes(content)
        except (NotebookFailed, UserError) as error:
            stopped.append(str(error))
        report(f"  {len(found) + len(stopped)} of {len(names) + len(last)}  {name}" + " stopped" * (name not in found))

    with Threads(Progress(report), os.cpu_count() or 1) as pool:
        running = {pool.submit(new.run_of(name).execute): name for name in names}
        for future in as_they_end(running):
            tried(running[future], future)
        for name in last if not stopped else ():  # a build stops before it if a section fails
            tried(name, *as_they_end([pool.submit(replace(new.run_of(name), sections=sections).execute)]))
    before = {name: parse_notebook(built.staged(name).read_bytes()) for name in found}
    difference = difference_between(record.notebook_layers(before), record.notebook_layers(found))
    return replace(difference, missing=()), sorted(stopped)
