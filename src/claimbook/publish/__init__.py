"""How the report is cited, described for machines, deposited and verified."""
