"""How the report writes words, numbers, periods, verdicts and the names of sources."""
