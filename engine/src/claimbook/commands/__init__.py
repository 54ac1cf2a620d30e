"""The command line: one module for each family of commands. Heavy imports wait until a command runs."""

import os
import signal
import sys
from importlib import import_module
from typing import Any

import click

from claimbook.project.folders import UserError, disk_fault
from claimbook.project.report import report_settings
from claimbook.run.runner import INTERRUPTED

FAMILIES = {  # modules of this folder with their commands; only that of the command is imported
    "data": "check data",
    "editions": "diff edition",
    "live": "live preview serve",
    "new": "new where",
    "publish": "deposit site verify",
    "report": "assure baseline report",
}
MODULES_OF_COMMANDS = {command: module for module, commands in FAMILIES.items() for command in commands.split()}
TERMINATED = 143  # exit code that a shell reports after SIGTERM


class Command(click.Group):
    """A group with the report's own commands. Mistakes, Ctrl-C and SIGTERM end with a sentence."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*MODULES_OF_COMMANDS, *super().list_commands(context)])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in MODULES_OF_COMMANDS:
            return getattr(import_module(f"{__name__}.{MODULES_OF_COMMANDS[name]}"), name)
        return super().get_command(context, name)

    def main(self, *args: Any, **settings: Any) -> Any:
        for command in report_settings().hook("commands"):  # not earlier: the report's modules import this one
            self.add_command(command)
        before = signal.signal(signal.SIGTERM, _end)
        try:
            return super().main(*args, **settings)
        except SystemExit as ended:
            if ended.code == INTERRUPTED:
                sys.stdout.flush()
                terminated = signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
                os._exit(TERMINATED if terminated else INTERRUPTED)  # do not wait for running steps
            raise
        finally:
            signal.signal(signal.SIGTERM, before)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except UserError as error:
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would interrupt the cleaning up
            name = context.invoked_subcommand
            how = f": {name} did not finish. Start it again." if name else " before anything started."
            click.echo(f"Interrupted{how}", err=True)
            context.exit(INTERRUPTED)
        except OSError as error:
            if sentence := disk_fault(error):
                raise click.ClickException(sentence) from None
            raise


def _end(*_: Any) -> None:
    """End as after Ctrl-C, so that no worker is left running. `make` and `timeout` send SIGTERM twice."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


@click.group(cls=Command, help=f"Audit of what {report_settings().kind} says about {report_settings().subject}.")
def main() -> None:
    pass
