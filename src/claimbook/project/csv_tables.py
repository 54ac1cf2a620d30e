"""The tables of `data/` as stored: rows of text by column."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

Row = dict[str, str]
# columns of a published figure, without remarks
COLUMNS = ("series", "entity", "period", "value", "unit", "bound", "rounding", "status", "source_id", "locator")


def lined(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield each row of a CSV file with its line number. The header is line 1; empty lines are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header, line = next(reader, []), 2
        for cells in reader:
            if cells:
                yield line, dict(zip(header, cells, strict=False))
            line = reader.line_num + 1


def rows_in(path: Path) -> list[Row]:
    """Return the rows of a CSV file, or none if the file is missing."""
    return [row for _, row in lined(path)] if path.is_file() else []


def figures_in(data: Path) -> Iterator[tuple[str, Row]]:
    """Yield topic and row of every figure in a data folder, topics in alphabetical order."""
    for path in sorted((data / "figures").glob("*.csv")):
        yield from ((path.stem, row) for row in rows_in(path))


def csv_text(rows: Iterable[Row], columns: Sequence[str], header: bool = True) -> bytes:
    """Return rows as a CSV file or, without `header`, as lines to add to one."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([columns] * header)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return stream.getvalue().encode()
