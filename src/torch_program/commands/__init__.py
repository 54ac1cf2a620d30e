"""The command line: one module a family of commands, each importing what is heavy only when it runs."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import click

from torch_program import project
from torch_program.commands.data import check, data
from torch_program.commands.diff import diff
from torch_program.commands.editions import edition, list_editions
from torch_program.commands.live import live, serve, stage
from torch_program.commands.new import new
from torch_program.commands.profiles import profiles
from torch_program.commands.publish import deposit, site, verify
from torch_program.commands.report import baseline, report, where
from torch_program.pipeline.files import disk_fault
from torch_program.pipeline.run import INTERRUPTED

TERMINATED = 143  # exit code that a shell reports after SIGTERM


class Command(click.Group):
    """A group whose commands turn a user's mistake into its sentence, and Ctrl-C and SIGTERM too."""

    def main(self, *args: Any, **settings: Any) -> Any:
        for name in ("write", "flush"):
            setattr(sys.stdout, name, _unheard(getattr(sys.stdout, name)))
        before = signal.signal(signal.SIGTERM, _end)
        try:
            return super().main(*args, **settings)
        except SystemExit as ended:
            terminated = ended.code == INTERRUPTED and signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            if ended.code == INTERRUPTED:
                sys.stdout.flush()
                os._exit(TERMINATED if terminated else INTERRUPTED)  # nobody waits for a step that computes on
            raise
        finally:
            signal.signal(signal.SIGTERM, before)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except project.Told as error:
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one would find Python while it cleans up
            click.echo(f"Interrupted: {context.invoked_subcommand} did not finish. Start it again.", err=True)
            context.exit(INTERRUPTED)
        except OSError as error:
            if sentence := disk_fault(error):
                raise click.ClickException(sentence) from None
            raise


def _end(*_: Any) -> None:
    """End as after Ctrl-C: what SIGTERM ends at once leaves workers that run on. `make` and `timeout` send it twice."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _unheard(say: Callable[..., Any]) -> Callable[..., Any]:
    """Lines go nowhere when nobody reads them any more, as after `| head`: what they tell of is done all the same."""

    def said(*text: str) -> Any:
        try:
            return say(*text)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return said


@click.group(cls=Command)
def main() -> None:
    """Audit of what a policy text says about China's Torch Program."""


for command in (
    report,
    where,
    check,
    baseline,
    diff,
    data,
    edition,
    list_editions,
    live,
    serve,
    stage,
    new,
    profiles,
    site,
    deposit,
    verify,
):
    main.add_command(command)
