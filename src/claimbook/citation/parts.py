"""The parts of an executed notebook that can be cited or described, and hashes of what they say.

Equal hashes mean the same verdicts, numbers and figures. Design does not count. The hash of a figure is that of its
published CSV, and the hash of a claim that of its published JSON, so `sha256sum` reproduces both.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from typing import Any

from claimbook.project.outputs import figures, records, results_as_json

ExecutedNotebook = Mapping[str, Any]
SOURCE_COLUMNS = ("source_id", "sources")  # columns in the data of figures
FORMULA = re.compile(r"\A(?:[=@\t\r]|[+-](?!(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z|inf\Z)).")
HASH_DIGITS = 12  # hexadecimal digits that are printed


def title(notebook: ExecutedNotebook) -> str:
    """Return the first heading."""
    text = "".join(notebook["cells"][0]["source"])
    return text.partition("\n")[0].lstrip("# ")


def claims(notebook: ExecutedNotebook) -> list[dict[str, Any]]:
    """Return all judged claims, as in results.json."""
    return [claim for record in records(notebook) for claim in record["claims"]]


def sources(notebook: ExecutedNotebook) -> set[str]:
    """Return the ids of all sources of a notebook: of its claims, numbers, figures and text."""
    found: set[str] = set()
    for record in records(notebook):
        found |= {s for claim in record["claims"] for m in claim.get("measures", ()) for s in m["sources"]}
        found |= {s for statistic in record["statistics"].values() for s in statistic.get("sources", ())}
        found |= {*record.get("cited", ())}
    return found.union(*map(sources_of, figures(notebook)))


def sources_of(figure: Mapping[str, Any]) -> set[str]:
    """Return the ids of a figure's sources: those in its source line and those in its data."""
    named = [row.get(name) or "" for row in csv.DictReader(io.StringIO(figure["csv"])) for name in SOURCE_COLUMNS]
    return set(figure.get("sources", ())).union(*(filter(None, re.split(r";\s*", names)) for names in named))


def content_hash(notebooks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the hash of all results and figure data in one or several executed notebooks, by name."""
    parts = []
    for name, notebook in sorted(notebooks.items()):
        data = [(figure["label"], figure["csv"]) for figure in figures(notebook)]
        content = [name, [list(records(notebook)), data]]
        parts.append(json.dumps(content, sort_keys=True, ensure_ascii=False).encode())
    return sha256(b"".join(parts))


def sha256(published: bytes) -> str:
    """Return the SHA-256 of published bytes as hexadecimal digits."""
    return hashlib.sha256(published).hexdigest()


def claim_file(claim: Mapping[str, Any], parameters: Mapping[str, Any]) -> bytes:
    """Return the published JSON of a claim: its record, and the parameters of the run that judged it."""
    return results_as_json({"edition": parameters["edition"], "parameters": parameters, "claim": claim})


def for_spreadsheets(table: str) -> str:
    """Return the CSV of a figure as readers get it, safe for spreadsheets.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. Numbers with a sign and
    single signs do not.
    """
    cells = list(csv.reader(io.StringIO(table)))
    if not any(FORMULA.match(cell) for row in cells for cell in row):
        return table
    safe = io.StringIO()
    csv.writer(safe, lineterminator="\n").writerows([FORMULA.sub(r"'\g<0>", cell) for cell in row] for row in cells)
    return safe.getvalue()
