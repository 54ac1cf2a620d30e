"""How the report is described for machines, deposited and verified."""
