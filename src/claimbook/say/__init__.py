"""How the report writes words, numbers, periods and prose, and where a project and its files are."""
