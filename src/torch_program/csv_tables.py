"""The tables of `data/` as they are stored: rows of text, by column."""

import csv
from collections.abc import Iterator
from pathlib import Path


def rows_in(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures_in(data: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Topic and row of every figure of a data folder, topics in order."""
    for path in sorted((data / "figures").glob("*.csv")):
        yield from ((path.stem, row) for row in rows_in(path))
