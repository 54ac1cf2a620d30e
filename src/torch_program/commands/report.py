"""Make the report and renew the baseline."""

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from pathlib import Path
from typing import Any

import click

from torch_program.citation import machine
from torch_program.commands import options
from torch_program.pipeline import editions, forked, seal, template
from torch_program.pipeline.exclusive import alone
from torch_program.pipeline.execution import NotebookFailed, source_digest
from torch_program.pipeline.files import disk_fault, renewed, write_whole
from torch_program.pipeline.interrupts import INTERRUPTED, Workers
from torch_program.pipeline.plan import Plan, PlanError, hand_over, make
from torch_program.pipeline.progress import Progress
from torch_program.pipeline.publication import ANNEX, BRIEF, PDF
from torch_program.results import NOT_ASSESSED, drawn

SCORECARD = "notebooks/scorecard.png"  # the README shows the scorecard of the stored outputs


@click.command()
@options.run
def report(edition: str, data: str | None, settings: tuple[str, ...]) -> None:
    """Make the report: HTML, PDF and results.json, as far as they are stale."""
    started = time.time()
    plan = make(edition, data, settings)
    hand_over(edition, data, settings)
    had_report = (plan.html / "index.html").exists()
    progress = Progress(click.echo)
    with alone(plan.root / "_build", click.echo):
        code = 0 if seal.holds(plan) else _make(plan, progress)
    if code:
        if had_report:
            click.echo(f"The report in {os.path.relpath(plan.html)} is still the old one.", err=True)
        sys.exit(code)
    click.echo(ended(progress, "execute", "notebook", len(plan.notebooks), started) + "\n")
    click.echo(verdicts(json.loads(plan.results.read_bytes())) + "\n")
    click.echo(f"HTML     {os.path.relpath(plan.html / 'index.html')}")
    for what, name in {"brief": BRIEF, "PDF": PDF, "annex": ANNEX}.items():
        click.echo(f"{what:<8} {os.path.relpath(plan.prints[name])}")
    click.echo(f"results  {os.path.relpath(plan.results)}")


def ended(progress: Progress, step: str, what: str, of: int, started: float) -> str:
    """What a finished run did: how many of the notebooks, or profiles, ran by the step of that name, and how long."""
    took = f"{time.time() - started:.1f} s"
    if not progress.spans:
        return f"Nothing to do: no {what} re-run, everything is up to date ({took})."
    return f"{len(progress.of(step))} of {of} {what}s run; {progress.in_words()}; {took} in all."


def _make(plan: Plan, progress: Progress) -> int:
    """Look what is wrong with the notebooks, then run what is stale, and seal the build; returns the exit code."""
    from torch_program.intake import ledger

    forked.begin(template.PAGES)  # they come last, and there is a processor to spare
    if faults := plan.faults() + list(map(str, ledger.words(plan.data, plan.root / "notebooks"))):
        raise PlanError("\n".join(faults))
    for name in plan.notebooks:
        plan.inputs(name)  # a misspelt topic is told before anything runs
    before = seal.inputs(plan)
    code = build(plan, progress, plan.tasks)
    if not code:
        seal.put(plan, before)
    if progress.of("execute"):
        renewed(plan.build / machine.FILE, f"{machine.this_machine()}\n".encode())
    return code


@click.command()
@options.run
@click.argument("product", type=click.Choice(["folder", "html", "pdf", "results"]), default="folder")
def where(product: str, edition: str, data: str | None, settings: tuple[str, ...]) -> None:
    """Say where a run of the report lies, or one of its products."""
    plan = make(edition, data, settings)
    places = {"folder": plan.build, "html": plan.html, "pdf": plan.pdf, "results": plan.results}
    click.echo(os.path.relpath(places[product]))
    if not places[product].exists():
        click.echo("It is not there yet: run `make report` with the same EDITION, DATA and SET.", err=True)


@click.command()
@options.edition
def baseline(edition: str) -> None:
    """Store the record of an edition, and of the default edition the outputs in notebooks/; runs nothing."""
    import bz2

    from torch_program.changes import record
    from torch_program.commands.diff import built

    plan = make(edition)
    if edition == editions.DEFAULT:
        _store_outputs(plan)
    built(plan)
    path = record.stored(plan.root, edition)
    # bzip2 packs the same record into the same bytes everywhere, which no other packer promises
    changed = renewed(path, bz2.compress(plan.record.read_bytes()))
    click.echo(f"{'renewed  ' if changed else 'unchanged'}  {path.relative_to(plan.root)}")


def _store_outputs(plan: Plan) -> None:
    import nbformat

    from torch_program.pipeline.execution import with_outputs_of
    from torch_program.sphinx_ext.drawings import png

    stale = [name for name in plan.notebooks if not ran_as_it_is(plan, name)]
    if stale:
        raise click.ClickException(f"{', '.join(stale)}: changed since the last run. Run `make report` first.")
    for name in plan.notebooks:
        committed = nbformat.read(plan.committed(name), as_version=4)
        fresh = with_outputs_of(committed, nbformat.read(plan.staged(name), as_version=4))
        content = (nbformat.writes(fresh) + "\n").encode()
        changed = renewed(plan.committed(name), content)
        click.echo(f"{'renewed  ' if changed else 'unchanged'}  notebooks/{name}.ipynb")
    for name in plan.notebooks:
        scorecard = drawn(json.loads(plan.committed(name).read_bytes()), "fig-scorecard")
        if scorecard:
            write_whole(plan.root / SCORECARD, png(scorecard))


def ran_as_it_is(plan: Plan, name: str) -> bool:
    """Was the staged notebook made from the committed one as it is now?"""
    from torch_program.pipeline.execution import without_injected

    if not plan.staged(name).exists():
        return False
    ran = without_injected(json.loads(plan.staged(name).read_bytes()))
    return source_digest(json.dumps(ran).encode()) == source_digest(plan.committed(name).read_bytes())


def build(
    plan: Plan, progress: Progress, tasks: Sequence[Path], pool: Executor | None = None, workers: int | None = None
) -> int:
    """Run what is stale of the tasks in some files or folders; returns the exit code after saying what failed.

    `pool` runs them, `workers` at a time; without it local processes, as many as there are processors.
    """
    import pytask
    import pytask_parallel.execute
    from pytask_parallel import ParallelBackend, registry

    workers = workers or min(os.cpu_count() or 1, max(2, len(plan.notebooks)))
    registry.register_parallel_backend(
        ParallelBackend.CUSTOM,
        lambda n_workers: progress.watch(pool or Workers(workers)),
        worker_type="processes",
    )
    # it looks for finished tasks once a second; with four steps in a row that costs four seconds of ten
    pytask_parallel.execute._Sleeper.sleep = lambda self: progress.wait()  # type: ignore[method-assign,assignment]
    pytask.console.quiet = True  # its table is drawn on terminals only; our lines are for logs too
    session = pytask.build(
        paths=list(tasks),
        parallel_backend=ParallelBackend.CUSTOM,
        n_workers=workers + 2,  # two tasks in waiting keep the workers busy while results are stored
        capture="no",  # else a line that is said while a task is handed in is lost
        show_traceback=False,
        verbose=0,
    )
    failures = [r.exc_info for r in session.execution_reports if r.outcome == pytask.TaskOutcome.FAIL]
    for sentence in dict.fromkeys(_failure(plan, why[1]) for why in failures if why and why[1]):
        click.echo(sentence, err=True)
    for report in session.collection_reports:
        if report.outcome == pytask.CollectionOutcome.FAIL and report.exc_info:
            click.echo(str(report.exc_info[1]), err=True)
    left = len(session.tasks) - len(session.execution_reports)
    if session.exit_code == pytask.ExitCode.OK and left:
        click.echo(
            f"Interrupted: {left} of {len(session.tasks)} steps were not run. "
            "What was finished is kept; start again to go on from there.",
            err=True,
        )
        return INTERRUPTED
    return int(session.exit_code)


def _failure(plan: Plan, error: BaseException) -> str:
    if isinstance(error, NotebookFailed):
        kept = plan.failed / f"{error.name}.ipynb"
        write_whole(kept, error.partial)
        return f"{error} (the notebook as far as it ran: {os.path.relpath(kept)})"
    if isinstance(error, BrokenExecutor):
        return "A worker process was killed; did memory run out? What was finished is kept: start again to go on."
    return (isinstance(error, OSError) and disk_fault(error)) or str(error) or type(error).__name__


def verdicts(results: Mapping[str, Any]) -> str:
    """Table of the verdicts for the terminal."""
    rows = [(c["id"], c["verdict"], c["robustness"]["label"]) for c in results["claims"]]
    assessed = [row for row in rows if row[1] != NOT_ASSESSED]
    wide = [max(len(row[i]) for row in assessed) for i in range(2)] if assessed else []
    lines = [f"{claim:<{wide[0]}}  {verdict:<{wide[1]}}  {robust}".rstrip() for claim, verdict, robust in assessed]
    if len(assessed) < len(rows):
        lines.append(f"{len(rows) - len(assessed)} further claims: {NOT_ASSESSED}")
    return "\n".join(lines)
