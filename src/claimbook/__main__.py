"""`python -m claimbook` runs the command of the report in this folder, without installing it."""

import sys

from claimbook.project.report import command_line
from claimbook.run.runner import INTERRUPTED

try:
    from claimbook.commands import main  # here, to catch Ctrl-C meanwhile
except KeyboardInterrupt:  # loading takes half a second
    print("Interrupted before anything started.", file=sys.stderr)
    sys.exit(INTERRUPTED)

main(prog_name=command_line(""))
