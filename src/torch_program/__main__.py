"""`python -m torch_program` is the command `torch-program`, without the need to install it."""

from torch_program.commands import main

main(prog_name="torch-program")
