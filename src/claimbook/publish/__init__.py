"""How the report is cited, described for machines and deposited."""
