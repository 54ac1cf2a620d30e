"""`python -m claimbook` is the command of the report that lies beside it, without the need to install it."""

import sys

from claimbook.project.report import command_line
from claimbook.run.runner import INTERRUPTED

try:
    from claimbook.commands import main
except KeyboardInterrupt:  # loading takes half a second
    print("Interrupted before anything started.", file=sys.stderr)
    sys.exit(INTERRUPTED)

main(prog_name=command_line(""))
