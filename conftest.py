"""Set-up of pytest, for tests/ and for `pytest --nbval` on notebooks, from whichever folder it is started."""

pytest_plugins = ["torch_program.changes.pytest_plugin"]
collect_ignore = ["notebooks/profiles"]  # they store no outputs to compare with
