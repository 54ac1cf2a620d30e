"""The command that checks what every report guarantees about its numbers."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import as_completed

import click

from claimbook.assurance import recount, same_digits, typed_figures
from claimbook.project.folders import UserError
from claimbook.run.plan import Plan, make_plan
from claimbook.say.words import counted

SLOW = "only with --slow, as make test-all does"


@click.command()
@click.option("--slow", is_flag=True, help="Also run every notebook with changed values and as on another processor.")
def assure(slow: bool) -> None:
    """Check what every report guarantees about its numbers.

    No figure is typed. Cards name everything that moves their numbers. Other processors give the same digits. A second
    computation, which the report brings as recount.py, gives the same numbers.
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
    from claimbook.assurance import influence, next_figures  # take a second to import, as notebooks do

    notebooks = counted(len(plan.notebooks), "notebook")
    yield "no typed figure", notebooks, typed_figures.typed_figure_faults(plan.root, plan.data)
    yield "steady arithmetic", f"code of {notebooks}, report and engine", same_digits.unsteady_faults(plan)
    yield "independent recount", *recount.recounted(plan)
    for what, function in {
        "same digits": same_digits.other_digits,
        "named influences": influence.unnamed_influences,
    }.items():
        yield (what, notebooks, of_each_notebook(plan, what, function)) if slow else (what, SLOW, [])
    yield "next figures", *(next_figures.next_figures_tried(plan) if slow else (SLOW, []))


def of_each_notebook(plan: Plan, what: str, function: Callable[[Plan, str], list[str]]) -> list[str]:
    """Apply a function to each notebook, in several processes, and return all the faults that it finds."""
    from claimbook.assurance.in_process import processes  # takes a tenth of a second to import

    with processes() as pool:
        waiting = {pool.submit(function, plan, name): name for name in plan.notebooks}
        for done in as_completed(waiting):
            click.echo(f"  {what}: {waiting[done]}, {counted(len(done.result()), 'fault')}")
        return [fault for done in waiting for fault in done.result()]


COMMANDS = (assure,)
