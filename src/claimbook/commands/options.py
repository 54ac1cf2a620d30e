"""Options that several commands share."""

from collections.abc import Callable
from typing import Any

import click

from claimbook.build import editions

edition = click.option("--edition", default=editions.DEFAULT, show_default=True, help="Name of a file in editions/.")


def run(command: Callable[..., Any]) -> Callable[..., Any]:
    """--edition, --data and --set: which run of the report is meant."""
    for option in (
        click.option(
            "--set",
            "settings",
            metavar="NAME=VALUE",
            multiple=True,
            help="Another value of a parameter, for this run only; may be given several times.",
        ),
        click.option("--data", metavar="FOLDER", help="Another copy of data/, used in its place."),
        edition,
    ):
        command = option(command)
    return command


port = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port on localhost; 0 takes a free one.",
)
