"""How the report, its sections and its figures are cited: names, versions and references."""
