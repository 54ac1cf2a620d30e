"""`python -m claimbook` is the command `torch-program`, without the need to install it."""

import sys

from claimbook.build.run import INTERRUPTED

try:
    from claimbook.commands import main
except KeyboardInterrupt:  # loading takes half a second
    print("Interrupted before anything was begun.", file=sys.stderr)
    sys.exit(INTERRUPTED)

main(prog_name="torch-program")
