"""What a report and each part of it say, as hashes: two with the same hash hold the same verdicts, numbers and figures.

Looks do not count. The hash of a figure is that of its published CSV, the hash of a claim that of its published JSON:
`sha256sum` gives both again.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from claimbook.say.recorded import as_json, figures, records

FORMULA = re.compile(r"\A(?:[=@\t\r]|[+-](?!(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z|inf\Z)).")
SHORT = 12  # hexadecimal digits that are printed

Notebook = Mapping[str, Any]


def content_hash(notebooks: Mapping[str, Notebook]) -> str:
    """Hash of all results and of the data of all figures in executed notebooks, or in one, named by `notebooks`."""
    said = []
    for name, notebook in sorted(notebooks.items()):
        data = [(figure["label"], figure["csv"]) for figure in figures(notebook)]
        content = [name, [list(records(notebook)), data]]
        said.append(json.dumps(content, sort_keys=True, ensure_ascii=False).encode())
    return digest(b"".join(said))


def digest(published: bytes) -> str:
    """Hash of what is published."""
    return hashlib.sha256(published).hexdigest()


def claim_file(claim: Mapping[str, Any], parameters: Mapping[str, Any]) -> bytes:
    """The JSON of a claim as readers get it: its record, and the parameters of the run that judged it."""
    return as_json({"edition": parameters["edition"], "parameters": parameters, "claim": claim})


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
