"""How figures come in: rules that data must keep, and the ways new figures are read."""

from torch_program import pipeline  # noqa: F401  # it keeps grammars from being built that no description needs
from torch_program.intake.odd_tables import read_table as read_table
