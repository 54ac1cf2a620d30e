"""`python -m torch_program` runs the command line."""

from torch_program.commands import main

main(prog_name="python -m torch_program")
