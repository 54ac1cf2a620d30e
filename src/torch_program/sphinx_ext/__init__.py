"""Sphinx extensions of the book: figures with their data, the evidence page, excerpts, the print edition."""
