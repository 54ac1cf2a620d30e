"""`python -m torch_program` is the command `torch-program`, without the need to install it."""

import sys

from torch_program.pipeline.run import INTERRUPTED

try:
    from torch_program.commands import main
except KeyboardInterrupt:  # loading takes half a second
    print("Interrupted before anything was begun.", file=sys.stderr)
    sys.exit(INTERRUPTED)

main(prog_name="torch-program")
