"""Profiles of the provinces."""

import os
import sys
import time
from concurrent.futures import Executor

import click

from torch_program.commands import options
from torch_program.commands.report import build, ended
from torch_program.pipeline.exclusive import alone
from torch_program.pipeline.interrupts import Workers
from torch_program.pipeline.plan import hand_over, make
from torch_program.pipeline.progress import Progress


@click.command()
@options.run
@click.option("--year", help="Year of the figures; without it the panel year of the edition.")
@click.option("--province", help="Only this one, in a book of its own; without it all of them.")
@click.option("--scheduler", help="Run the notebooks on the Dask cluster of this scheduler, like tcp://host:8786.")
def profiles(
    edition: str,
    data: str | None,
    settings: tuple[str, ...],
    year: str | None,
    province: str | None,
    scheduler: str | None,
) -> None:
    """Make a profile of every province, and bind them into a book; only what is stale."""
    from torch_program.pipeline import cluster
    from torch_program.pipeline import profiles as p

    started = time.time()
    plan = make(edition, data, settings)
    if year and not year.isdecimal():
        raise click.ClickException(f"YEAR={year}: write a year in four digits, like {plan.parameters['panel_year']}.")
    wanted = p.make(plan, int(year) if year else None, province)
    plan.inputs(p.NOTEBOOK)  # a misspelt topic is told before anything runs
    hand_over(edition, data, settings)
    p.hand_over(wanted)
    workers = min(os.cpu_count() or 1, len(wanted.provinces))
    local, where = Workers(workers), "this machine"
    pool: Executor = local
    if scheduler:
        pool = there = cluster.connect(scheduler, plan, local)
        workers, where = there.threads, scheduler
    what = "all provinces" if len(wanted.provinces) > 1 else wanted.provinces[0]
    at_a_time = f"{workers} at a time" if workers > 1 else "one after the other"
    click.echo(f"Profiles of {what}, {wanted.year}, edition {plan.name}, on {where}, {at_a_time}")
    had_book = (wanted.html / "index.html").exists()
    progress = Progress(click.echo)
    tasks = [plan.root / "pipeline" / "task_check.py", plan.root / p.TASKS]
    with alone(plan.root / "_build", click.echo):
        code = build(plan, progress, tasks, pool, workers)
    if code:
        if had_book:
            click.echo(f"The book in {os.path.relpath(wanted.html)} is still the old one.", err=True)
        sys.exit(code)
    click.echo(ended(progress, "profile", "profile", len(wanted.provinces), started))
    click.echo(f"HTML     {os.path.relpath(wanted.html / 'index.html')}")
