"""The tables of `data/` as they are stored: rows of text, by column."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

Row = dict[str, str]
# of a published figure, but for words about it
COLUMNS = ("series", "entity", "period", "value", "unit", "bound", "rounding", "status", "source_id", "locator")


def lined(path: Path) -> Iterator[tuple[int, Row]]:
    """Rows of a CSV file, each with the line on which it begins; the header is line 1, and empty lines are no rows."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header, line = next(reader, []), 2
        for cells in reader:
            if cells:
                yield line, dict(zip(header, cells, strict=False))
            line = reader.line_num + 1


def rows_in(path: Path) -> list[Row]:
    """Rows of a CSV file; none of a table that a report does without."""
    return [row for _, row in lined(path)] if path.is_file() else []


def figures_in(data: Path) -> Iterator[tuple[str, Row]]:
    """Topic and row of every figure of a data folder, topics in order."""
    for path in sorted((data / "figures").glob("*.csv")):
        yield from ((path.stem, row) for row in rows_in(path))


def written(rows: Iterable[Row], columns: Sequence[str], header: bool = True) -> bytes:
    """Rows as a CSV file, or as lines to be put into one."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([columns] * header)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return stream.getvalue().encode()
