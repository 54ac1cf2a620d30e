"""Sphinx extensions of the book: figures with their data, the evidence page, the scorecard, the print edition."""
