"""The command that makes profiles of provinces."""

import os
import time

import click

from claimbook.commands import options
from claimbook.commands.report import ended, notebooks_run, run_build
from claimbook.run.plan import Plan
from claimbook.run.runner import Progress, build_lock


@click.command()
@options.run_options
@options.scheduler
@click.option("--year", help="Year of the figures. Default: the panel year of the edition.")
@click.option("--province", help="Make only this province, in a book of its own. Default: all provinces.")
def profiles(plan: Plan, scheduler: str | None, year: str | None, province: str | None) -> None:
    """Make a profile of every province and bind them into a book. Makes only what is stale."""
    from torch_program.profiles import steps as p

    started = time.time()
    if year and not year.isdecimal():
        raise click.ClickException(f"YEAR={year}: write a year in four digits, like {plan.parameters['panel_year']}.")
    wanted = p.make_profiles(plan, int(year) if year else None, province)
    what = "all provinces" if len(wanted.provinces) > 1 else wanted.provinces[0]
    progress = Progress(click.echo)
    with build_lock(plan.root / "_build", click.echo):
        click.echo(f"Profiles of {what}, {wanted.year}, edition {plan.name}")
        with notebooks_run(plan, scheduler, progress) as (execute, at_once):
            run_build(plan, p.steps(wanted, progress, execute), progress, wanted.html, at_once)
    click.echo(ended(progress, p.PROFILES, "profile", len(wanted.provinces), started))
    click.echo(f"HTML     {os.path.relpath(wanted.html / 'index.html')}")


COMMANDS = (profiles,)
