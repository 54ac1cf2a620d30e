"""How new figures come in: the rules that data must keep, and the ways to read and add new rows."""

from claimbook.intake.printed import read_table as read_table
