"""Look after the data."""

import sys

import click

from torch_program.pipeline.plan import make


@click.group()
def data() -> None:
    """New figures: their form, what they would change, and their way into data/."""


@click.command()
@click.option("--data", help="Another copy of data/, checked in its place.")
@click.option("--refresh-datapackage", "refresh", is_flag=True, help="First bring datapackage.json in step.")
def check(data: str | None, refresh: bool) -> None:
    """Check the data and the parameters of the notebooks, and say in plain words what is wrong."""
    from torch_program.intake import validation

    plan = make(data=data)
    folder = plan.data
    if refresh:
        for name in validation.describe(folder):
            click.echo(f"datapackage.json: {name} brought in step")
    problems = validation.check(folder)
    click.echo(validation.render(problems))
    faults = plan.faults_of_parameters()
    click.echo("\n".join(faults), err=True, nl=bool(faults))
    sys.exit(bool(faults) or any(problem.severity == "error" for problem in problems))
