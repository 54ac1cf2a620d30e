"""Rules for rows that only this report has."""
