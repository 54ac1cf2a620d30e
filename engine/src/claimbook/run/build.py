"""The steps of the report: check data, run notebooks, fill in prose, collect results, make the book.

At the end: what new rows would change, by the same steps for the notebooks that use them.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from claimbook.changes import record
from claimbook.changes.difference import Difference, difference_between
from claimbook.evidence.claims import read_ledger
from claimbook.notebook.notebook_file import code_digest, parse_notebook, source_digest
from claimbook.project import outputs
from claimbook.project.folders import below, content_of, renewed, write_whole
from claimbook.project.outputs import CONCLUSION
from claimbook.run import checking, publication
from claimbook.run.execution import Execute, execute_bundle, weave
from claimbook.run.notebook_run import NotebookRun
from claimbook.run.plan import BOOK_SETTINGS, DESCRIPTION, Plan
from claimbook.run.runner import INTERRUPTED, NOTEBOOK_STEPS, Progress, State, Step, kept_step, run_steps

CHECK_STEP, PROSE_STEP, PAGES_STEP = "check", "prose", "HTML and PDF"  # kinds of steps, as printed
NO_CHECK = re.compile(  # code that the check of data and settings does not use
    r"engine/src/claimbook/(?!citation|evidence/|intake/|notebook/|project/|rule/matching|rule/units|run/checking|run/execution|say/)"
)


def of_report(plan: Plan, run: Execute = execute_bundle) -> list[Step]:
    """Return all steps. `run` runs a notebook, here or elsewhere."""
    return [*up_to_prose(plan, run), collect_step(plan), pages_step(plan)]


def up_to_prose(plan: Plan, run: Execute = execute_bundle) -> list[Step]:
    """Return the steps up to executed notebooks with their prose, from which pages are made.

    Executed notebooks of another build are taken over first. Long notebooks come first, so that nothing waits for one.
    """
    size = {name: plan.committed(name).stat().st_size for name in plan.sections}
    by_size = sorted(plan.notebooks, key=lambda name: -size.get(name, 0))
    runs = {name: plan.run_of(name) for name in by_size}
    for each in runs.values():
        each.take_over()
    after = {name: [f"{NOTEBOOK_STEPS} {section}" for section in plan.read_by(name)] for name in by_size}
    executed = [notebook_step(NOTEBOOK_STEPS, name, runs[name], run, after[name]) for name in by_size]
    tools = plan.tools
    prose = [prose_step(plan, name, tools, f"{NOTEBOOK_STEPS} {name}") for name in by_size]
    return [check_step(plan), *executed, *prose]


def check_step(plan: Plan) -> Step:
    """Return the step that checks data and ledger. A faulty row stops the build, and notebooks that already run."""
    files = {name: path for name, path in plan.package.items() if not NO_CHECK.match(name)} | plan.data_files
    files |= {name: plan.root / name for name in BOOK_SETTINGS}
    state = State(
        stored=plan.state("check"),
        inputs=files,
        others=lambda: [code_digest(plan.written(name)) for name in plan.notebooks],
        makes=dict,
    )
    return kept_step(CHECK_STEP, "", state, partial(checking.check_inputs, plan))._replace(gate=True)


def notebook_step(kind: str, name: str, run: NotebookRun, execute: Execute, after: list[str]) -> Step:
    """Return the step that runs a notebook in a folder with only the data and the library."""
    return Step(kind, name, lambda: bool(run.why()), partial(run.make, execute), after)


def prose_step(plan: Plan, name: str, tools: str, after: str) -> Step:
    """Return the step that combines executed code with the prose as written, so that a changed word reruns no code."""
    written = plan.written(name)

    def fill() -> None:
        # Sphinx uses the time of the file to decide what to read again
        renewed(plan.staged(name), weave(name, written, plan.executed(name).read_bytes()))

    state = State(
        stored=plan.state(f"prose {name}"),
        inputs={"executed": plan.executed(name)},
        others=lambda: [tools, source_digest(written)],
        makes=lambda: {"woven": plan.staged(name)},
    )
    return kept_step(PROSE_STEP, name, state, fill, [CHECK_STEP, after])


def _woven(plan: Plan) -> list[str]:
    """Return the titles of the steps that fill in prose."""
    return [f"{PROSE_STEP} {name}" for name in plan.notebooks]


def collect_step(plan: Plan) -> Step:
    """Return the step that collects results.json and the record from the executed notebooks."""

    def collect() -> None:
        claims = read_ledger(plan.data_files["data/claims.yml"]).claims
        ran = {name: json.loads(path.read_bytes()) for name, path in plan.staged_notebooks.items()}
        deciding = {name: path.read_bytes() for name, path in plan.deciding.items()}
        results = outputs.collect_results(map(outputs.read_section_record, ran.values()), claims, plan.parameters)
        renewed(plan.results, outputs.results_as_json(results))
        renewed(plan.record, record.record_as_json(record.make_record(ran, deciding, results)))

    state = State(
        stored=plan.state("results"),
        inputs=plan.staged_notebooks | plan.deciding | plan.package,
        others=lambda: [plan.notebooks, plan.parameters],
        makes=lambda: {path.name: path for path in (plan.results, plan.record)},
    )
    return kept_step("results", "", state, collect, _woven(plan))


def pages_step(plan: Plan, kind: str = PAGES_STEP) -> Step:
    """Return the step that compiles pages and print edition and replaces the old ones once complete."""

    def compile_pages() -> None:
        if plan.sections:  # whose pictures are previews
            checking.check_picture(plan)
        publication.stage_sources(plan.book_files, plan.about_run, plan.staged_notebooks, plan.source)
        pages = publication.compile_pages(plan)
        for name in outputs.PRINTS:
            if name in plan.prints:
                write_whole(plan.prints[name], (pages / name).read_bytes())
            else:
                publication.remove(plan.build / name)
        publication.publish(pages, plan.html)

    state = State(
        stored=plan.state("pages"),
        inputs=plan.book_files | plan.package | plan.staged_notebooks,
        others=lambda: [plan.notebooks, plan.environment, plan.about_run, plan.edition.epoch, plan.annex],
        makes=lambda: below(plan.html) | plan.prints,
    )
    return kept_step(kind, "", state, compile_pages, _woven(plan))


# what new rows would change -------------------------------------------------------------------------------------------


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
    new, found = Plan(built.root, built.edition, merged), dict[str, Mapping[str, Any]]()
    last = [CONCLUSION] if CONCLUSION in new.notebooks else []
    executed = {name: merged.with_name(f"{name}.ipynb") for name in [*names, *last]}
    sections = {f"notebooks/{name}.ipynb": executed.get(name, built.executed(name)) for name in new.sections}

    def run(name: str) -> None:
        replace(new.run_of(name), executed=executed[name], sections=sections if name in last else {}).make()
        found[name] = parse_notebook(weave(name, new.written(name), executed[name].read_bytes()))

    titles = [f"{NOTEBOOK_STEPS} {name}" for name in names]
    steps = [Step(NOTEBOOK_STEPS, name, lambda: True, partial(run, name), titles * (name in last)) for name in executed]
    code, faults = run_steps(steps, os.cpu_count() or 1, Progress(report))
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    before = {name: parse_notebook(built.staged(name).read_bytes()) for name in found}
    difference = difference_between(record.notebook_layers(before), record.notebook_layers(found))
    return replace(difference, missing=()), sorted(map(str, faults))
