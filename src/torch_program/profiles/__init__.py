"""A profile of each province, and a book of all profiles, with the command that makes them."""

import os

import click

from claimbook.commands.editions import run_options
from claimbook.commands.report import ended, notebooks_run, run_build, scheduler_option
from claimbook.run.plan import Plan
from claimbook.run.runner import Progress, build_lock
from claimbook.say.words import in_ranges


@click.command()
@run_options
@scheduler_option
@click.option("--year", help="Years of the figures: 2020, 2014-2023 or “2019 2020”. Default: the edition's panel year.")
@click.option("--province", help="Make only this province, in a book of its own. Default: all provinces.")
def profiles(plan: Plan, scheduler: str | None, year: str | None, province: str | None) -> None:
    """Make a profile of every province, in one year or several, as a book. Makes only what is stale."""
    from torch_program.profiles import steps as p  # takes half a second to import

    progress = Progress(click.echo)
    wanted = p.make_profiles(plan, year, province)
    what = "all provinces" if len(wanted.provinces) > 1 else wanted.provinces[0]
    with build_lock(plan.root / "_build", click.echo):
        click.echo(f"Profiles of {what}, {in_ranges(wanted.years)}, edition {plan.name}")
        with notebooks_run(plan, scheduler, progress) as (execute, at_once):
            run_build(wanted, p.steps(wanted, execute), progress, plan.inputs(), at_once)
    click.echo(ended(progress, p.PROFILES, "profile", len(wanted.profiles)))
    click.echo(f"HTML     {os.path.relpath(wanted.html / 'index.html')}")


COMMANDS = (profiles,)
