"""`python -m claimbook` runs the command of the report in this folder, without installing it."""

import os
import signal

INTERRUPTED = 130  # exit code of shells after Ctrl-C


def _end_at_once(*_: object) -> None:
    os.write(2, b"Interrupted before anything started.\n")
    os._exit(INTERRUPTED)


if (before := signal.getsignal(signal.SIGINT)) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _end_at_once)  # while modules load, which takes half a second

from claimbook.notebook.kernel import collect_less_garbage  # noqa: E402

collect_less_garbage()

from claimbook.commands import main  # noqa: E402
from claimbook.project.report import command_line  # noqa: E402

signal.signal(signal.SIGINT, before)
main(prog_name=command_line(""))
