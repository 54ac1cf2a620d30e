"""Run a script that reads a table of any form, and say which of its numbers the script did not use."""

import os
import runpy
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from claimbook import intake
from claimbook.intake.odd_tables import read_table
from claimbook.intake.problems import Problem, Refused
from claimbook.intake.reading import SheetRows, size_of
from claimbook.project import folders
from claimbook.say.words import counted, some

CELLS_LISTED = 8  # cells, rows or columns that are listed at most


def run_script(path: Path, folder: Path) -> tuple[list[SheetRows], list[str]]:
    """Run a script with `folder` as data/. Return the frames `figures` and `sources` that it leaves, as sheets.

    The remarks say what the script left out of the tables that it read. Raises Refused, with the line, if it stops.
    """
    size_of(path)
    try:
        with patch.dict(os.environ, {folders.DATA_VARIABLE: str(folder)}), remembered() as tables:
            made = runpy.run_path(str(path))
    except folders.UserError:
        raise
    except Exception as error:  # a script can raise anything
        lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == str(path)]
        why = f"The script stops: {type(error).__name__}: {' '.join(str(error).split())[:200]}."
        fix = f"Run python {path} to see the whole traceback."
        raise Refused(Problem(path.name, why, fix, lines[-1] if lines else None)) from None
    frames = {name: made[name] for name in ("figures", "sources") if hasattr(made.get(name), "columns")}
    if "figures" not in frames:
        rule = "The script does not define a data frame `figures`."
        raise Refused(Problem(path.name, rule, "Assign the frame with the new rows to this name."))
    sheets = [_as_sheet(path.name, name, frame) for name, frame in frames.items() if len(frame) or name == "figures"]
    return sheets, [*left_out(tables, made["figures"])]


@contextmanager
def remembered() -> Iterator[list[Any]]:
    """Record the tables that `read_table` returns to a script inside the block."""
    tables: list[Any] = []

    def read(*words: Any, **named: Any) -> Any:
        tables.append(read_table(*words, **named))
        return tables[-1].copy()

    with patch.object(intake, "read_table", read):
        yield tables


def left_out(tables: list[Any], figures: Any) -> Iterator[str]:
    """Say how many numbers of each table became figures, and which columns, rows or cells did not."""
    import pandas as pd  # takes a fifth of a second to import, and a file needs none

    if not tables:
        return
    known = {"file", "cell"} <= set(figures.columns)
    used = pd.MultiIndex.from_frame(figures[["file", "cell"]]) if known else ()
    read = pd.concat(tables).drop_duplicates(["file", "cell"], keep="last")
    for file, table in read.groupby("file", sort=False):
        if not known:
            yield f"{file}: {len(table):,} numbers. Keep the columns file and cell to see which ones you used."
            continue
        is_used = pd.MultiIndex.from_frame(table[["file", "cell"]]).isin(used)
        taken, rest, names = table[is_used], table[~is_used], []
        for part, what in (("head", "column"), ("label", "row")):
            whole = rest[~rest[part].isin(taken[part])]
            names += [f"{what} {name or 'without a name'}" for name in whole[part].unique()]
            rest = rest.drop(whole.index)
        names += [f"cell {row.cell} ({row.label}, {row.head})" for row in rest.itertuples()]
        so = f"{len(taken):,} used; not used: {some(names, CELLS_LISTED)}" if names else "all used"
        yield f"{file}: {counted(len(table), 'number')} in the table, {so}."


def _as_sheet(file: str, name: str, frame: Any) -> SheetRows:
    texts = frame.map(_as_text).values.tolist()
    return SheetRows(file, name, [(1, list(map(str, frame.columns))), *enumerate(texts, 2)], of_script=True)


def _as_text(cell: Any) -> str:
    """Return a cell of a frame with all its digits, never in powers of ten; "" for an empty cell."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:
        return ""
    return format(Decimal(str(cell)), "f").removesuffix(".0") if isinstance(cell, int | float) else str(cell)
