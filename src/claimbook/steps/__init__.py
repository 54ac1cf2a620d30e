"""The steps of a build: of the report, and of the profiles of the provinces."""
