"""Commands that make the report, check what it guarantees about its numbers, and renew the baseline."""

import bz2
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from claimbook.commands.editions import built, edition_option, run_options
from claimbook.project import editions, outputs
from claimbook.project.folders import UserError, disk_fault, lock, renewed, write_whole
from claimbook.project.report import report_settings
from claimbook.run import cluster, environment, runner
from claimbook.run.execution import Execute, NotebookFailed, as_file, execute_bundle
from claimbook.run.notebook_run import contents_of
from claimbook.run.plan import Plan, make_plan
from claimbook.run.runner import Progress, Step, build_lock
from claimbook.say.words import counted

STEPS_AT_ONCE = (os.cpu_count() or 1) + 1  # one more than processors, because a step may wait for its kernel
CHANGED_MEANWHILE = "Files of the project changed while the report was made, so it may mix old and new. Start again."
LEAST_FREE = 2**20  # with fewer free bytes a disk counts as full
PICTURE = "notebooks/picture.png"  # the figure in the README, from the stored outputs

scheduler_option = click.option(
    "--scheduler", metavar="ADDRESS", help="Run notebooks on the workers of this Dask scheduler, like tcp://host:8786."
)


@click.command()
@run_options
@scheduler_option
@click.option(
    "--executed",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Run no notebook: take executed ones from a folder.",
)
@click.option("--annex", is_flag=True, envvar=outputs.ANNEX_VARIABLE, help="Also make the annex, to look things up.")
@click.option("--explain", is_flag=True, help="Say which notebooks would run and why, and run nothing.")
def report(plan: Plan, scheduler: str | None, executed: Path | None, annex: bool, explain: bool) -> None:
    """Make the report: HTML, PDF and results.json. Only stale parts are made."""
    plan = replace(plan, annex=annex)
    if explain:
        click.echo(reasons(plan) or "No notebook would run.")
        return
    progress = Progress(click.echo)
    with build_lock(plan.root / "_build", click.echo):
        before = plan.inputs()
        if not (plan.is_untouched(before) and all(path.exists() for path in plan.prints.values())):
            make_stale_parts(plan, scheduler, progress, before, executed)
            write_whole(plan.untouched, (before + plan.products()).encode())
    click.echo(ended(progress, runner.NOTEBOOK_STEPS, "notebook", len(plan.notebooks)) + "\n")
    results = json.loads(plan.results.read_bytes())
    click.echo("\n".join([verdicts(results), "", *unfinished(results)]))
    made = {"HTML": "html/index.html", "brief": outputs.BRIEF_PDF, "also": outputs.OTHER_BRIEF_PDF}
    made |= {"PDF": outputs.PDF, "annex": outputs.ANNEX_PDF, "results": "results.json"}
    for what, name in made.items():
        if (plan.build / name).exists():
            click.echo(f"{what:<8} {os.path.relpath(plan.build / name)}")


def make_stale_parts(plan: Plan, scheduler: str | None, progress: Progress, inputs: str, executed: Path | None) -> None:
    """Run all stale steps of the report. Exits if any fails.

    Without notebooks to run, Jupyter Book starts first. Otherwise it starts when a processor is idle.
    """
    start = partial(environment.start_early, plan.python_path, plan.root, **plan.variables)
    if why := reasons(plan):
        click.echo(why)
    else:
        start()
    with notebooks_run(plan, scheduler, progress, executed, bool(why)) as (execute, at_once):
        from claimbook.publish import deposit  # these take half a second to import
        from claimbook.run import build

        run_build(plan, build.of_report(plan, execute), progress, inputs, at_once, start)
    if runner.NOTEBOOK_STEPS in progress.spans:
        renewed(plan.build / deposit.MACHINE_FILE, f"{deposit.this_machine()}\n".encode())


def reasons(plan: Plan) -> str:
    """Return a line for each reason why notebooks run, with the notebooks."""
    from claimbook.templates import filled  # takes a tenth of a second to import

    return filled("reasons.txt", found=plan.reasons(), every=len(plan.notebooks)).rstrip()


def ended(progress: Progress, kind: str, what: str, of: int) -> str:
    """Say how many of the notebooks, or profiles, ran, and how long the run took.

    `kind` is the kind of step to count, `what` the noun, `of` the total.
    """
    took = f"{time.time() - progress.started:.1f} s"
    if not progress.spans:
        return f"Nothing to do: every {what} is up to date ({took})."
    return f"{len(progress.spans.get(kind, ()))} of {of} {what}s ran; {progress.in_words()}; {took} in all."


@click.command()
@edition_option
def baseline(edition: str) -> None:
    """Store the record of an edition and, for the default one, the outputs in notebooks/. Runs nothing."""
    from claimbook.changes import record  # takes a tenth of a second to import

    plan = make_plan(edition)
    built(plan)
    if edition == editions.DEFAULT:
        _store_outputs(plan)
    path = record.stored_record_path(plan.root, edition)
    # bzip2 gives the same bytes everywhere; other packers do not promise this
    changed = renewed(path, bz2.compress(plan.record.read_bytes()))
    click.echo(f"{'renewed  ' if changed else 'unchanged'}  {path.relative_to(plan.root)}")


def _store_outputs(plan: Plan) -> None:
    from claimbook.pages.drawings import png  # imports Pillow

    for name in plan.notebooks:
        fresh = json.loads(plan.committed(name).read_bytes())
        ran = {cell["id"]: cell for cell in outputs.read_notebook(plan.staged(name))["cells"]}
        for cell in (cell for cell in fresh["cells"] if cell["cell_type"] == "code"):
            cell |= {part: ran[cell["id"]][part] for part in ("outputs", "execution_count")}
        changed = renewed(plan.committed(name), as_file(fresh))
        click.echo(f"{'renewed  ' if changed else 'unchanged'}  notebooks/{name}.ipynb")
        for figure in outputs.figures(fresh):
            if figure["label"] == report_settings().picture:
                write_whole(plan.root / PICTURE, png(figure["svg"]))


@contextmanager
def notebooks_run(
    plan: Plan, scheduler: str | None, progress: Progress, executed: Path | None = None, any_stale: bool = True
) -> Iterator[tuple[Execute, int]]:
    """Provide the function that runs a notebook, here or on a scheduler, and the number of parallel steps.

    With a folder of executed notebooks, the function runs nothing and returns these. If notebooks run here and any is
    stale, the process from which kernels are forked starts now.
    """
    if executed:
        yield lambda files, name, parameters: ((executed / f"{name}.ipynb").read_bytes(), set()), STEPS_AT_ONCE
    elif scheduler:
        with cluster.connected(scheduler, lock(plan.root), progress) as workers:
            yield workers.execute, workers.places + 1
    else:
        if any_stale:
            environment.start_forkserver(environment.copy_of_code(contents_of(plan.library)))
            # steps may not import it side by side with Jupyter Book, because these packages import each other
            from claimbook.run import kernels  # noqa: F401  # takes a third of a second
        yield execute_bundle, STEPS_AT_ONCE


def run_build(
    plan: Plan,
    steps: Sequence[Step],
    progress: Progress,
    inputs: str,
    at_once: int = STEPS_AT_ONCE,
    idle: Callable[[], Any] = lambda: None,
) -> None:
    """Run the stale steps, and say if `inputs` are others by now. If a step fails, say why, and exit.

    Then the pages are still the old ones. `idle` is called when a processor has nothing to do.
    """
    runner.allow_open_files()
    before = (plan.html / "index.html").exists()
    code, faults = runner.run_steps(steps, at_once, progress, idle)
    sentences = [_failure(plan, fault) for fault in faults]
    if code == runner.INTERRUPTED:
        sentences.append("Interrupted. Finished parts are kept; start again to continue.")
    elif plan.inputs() != inputs:
        sentences.append(CHANGED_MEANWHILE)
    if code and shutil.disk_usage(plan.root).free < LEAST_FREE:  # all that failed may have failed for this
        sentences = [f"The disk of {plan.root} is full. Free some space and start again."]
    if code and before:
        sentences.append(f"The report in {os.path.relpath(plan.html)} is still the old one.")
    for sentence in dict.fromkeys(sentences):
        click.echo(sentence, err=True)
    if code:
        sys.exit(code)


def _failure(plan: Plan, error: BaseException) -> str:
    if isinstance(error, NotebookFailed):
        stopped = plan.build / "failed" / f"{error.name}.ipynb"
        write_whole(stopped, error.partial)
        return f"{error} (the notebook up to there: {os.path.relpath(stopped)})"
    return (isinstance(error, OSError) and disk_fault(error)) or str(error) or type(error).__name__


def verdicts(results: outputs.Document) -> str:
    """Return a table of the answers for the terminal."""
    assessed = [claim for claim in results["claims"] if claim["answer"] != outputs.NOT_ASSESSED]
    wide, wider = (max((len(claim[name]) for claim in assessed), default=0) for name in ("id", "answer"))
    lines = [f"{c['id']:<{wide}}  {c['answer']:<{wider}}  {c['firm']}".rstrip() for c in assessed]
    if others := len(results["claims"]) - len(assessed):
        lines.append(f"{others} further claims: {outputs.NOT_ASSESSED}")
    return "\n".join(lines)


def unfinished(results: outputs.Document) -> list[str]:
    """Return a line for each claim whose finding its author has yet to write or to correct."""
    return [f"Unfinished: {c['id']}. {c['unfinished']}" for c in results["claims"] if c.get("unfinished")]


@click.command()
@click.option("--slow", is_flag=True, help="Also run every notebook with changed values and as on another processor.")
def assure(slow: bool) -> None:
    """Check what every report guarantees about its numbers.

    No figure is typed. Cards name everything that moves their numbers. Other processors give the same digits.
    """
    plan, count = make_plan(), 0
    if not plan.results.exists():
        raise UserError("There is no finished report whose numbers could be checked. Run: make report")
    for what, covers, faults in guarantees(plan, slow):
        click.echo("\n".join([f"{what:<20} {covers}", *faults]))
        count += len(faults)
    click.echo(counted(count, "fault") if count else "No fault.")
    sys.exit(bool(count))


def guarantees(plan: Plan, slow: bool) -> Iterator[tuple[str, str, list[str]]]:
    """Check each guarantee. Yield its name, what was checked, and a sentence for each fault."""
    from claimbook.assurance import same_digits, typed_figures  # take a second to import

    notebooks = counted(len(plan.notebooks), "notebook")
    yield "no typed figure", notebooks, typed_figures.typed_figure_faults(plan.root, plan.data)
    yield "steady arithmetic", f"code of {notebooks}, report and engine", same_digits.unsteady_faults(plan)
    if not slow:
        for what in ("same digits", "named influences", "next figures"):
            yield what, "only with --slow, as make test-all does", []
        return
    from claimbook.assurance import influence, next_figures  # take a second more

    yield "same digits", notebooks, same_digits.other_digits(plan)
    yield "named influences", notebooks, influence.unnamed_influences(plan)
    yield "next figures", *next_figures.next_figures_tried(plan)
