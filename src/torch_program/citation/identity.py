"""What a build says, as a hash: two builds with the same hash hold the same verdicts, numbers and figures."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from torch_program.results import figures, records

FORMULA = re.compile(r"\A(?:[=@\t\r]|[+-](?!(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z|inf\Z)).")
SHORT = 12  # hexadecimal digits that are printed


def content_hash(notebooks: Mapping[str, Mapping[str, Any]]) -> str:
    """Hash of all results and of the data of all figures in the executed notebooks, named by `notebooks`.

    Looks do not count: a figure that is drawn in another way says the same.
    """
    digest = hashlib.sha256()
    for name in sorted(notebooks):
        digest.update(json.dumps([name, _said(notebooks[name])], sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()


def for_spreadsheets(table: str) -> str:
    """The CSV of a figure as readers get it: an apostrophe before a text that a spreadsheet would run as a formula.

    Numbers with a sign, and a sign alone, are none.
    """
    cells = list(csv.reader(io.StringIO(table)))
    if not any(FORMULA.match(cell) for row in cells for cell in row):
        return table
    safe = io.StringIO()
    csv.writer(safe, lineterminator="\n").writerows([FORMULA.sub(r"'\g<0>", cell) for cell in row] for row in cells)
    return safe.getvalue()


def figure_hash(table: str) -> str:
    """Hash of a figure: of the data that it shows, as readers get them."""
    return hashlib.sha256(for_spreadsheets(table).encode()).hexdigest()


def _said(notebook: Mapping[str, Any]) -> list[Any]:
    return [list(records(notebook)), [(figure["label"], figure["csv"]) for figure in figures(notebook)]]
