"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from claimbook.project import editions
from claimbook.project.folders import DATA_VARIABLE
from claimbook.run.plan import make_plan

edition_option = click.option(
    "--edition", default=editions.DEFAULT, show_default=True, help="Name of a file in editions/."
)

data_option = click.option(
    "--data", metavar="FOLDER", envvar=DATA_VARIABLE, help="Use this copy of data/ instead.", show_envvar=True
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --edition, --data and --set to a command, which then receives the plan of that run."""

    @wraps(command)
    def planned(edition: str, data: str | None, settings: tuple[str, ...], **options: Any) -> Any:
        return command(make_plan(edition, data, settings), **options)

    again = "Another value of a parameter, for this run only. Can be given several times."
    planned = click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help=again)(planned)
    return edition_option(data_option(planned))


scheduler = click.option(
    "--scheduler", metavar="ADDRESS", help="Run notebooks on the workers of this Dask scheduler, like tcp://host:8786."
)
port = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port on localhost; 0 takes a free one.",
)
