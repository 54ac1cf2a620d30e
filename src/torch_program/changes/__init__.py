"""What moved between two runs of the report."""
