"""The record of a build: everything it says, small enough to store and to compare with a later build.

A record is the document of results.json with four more layers: the paragraphs of `prose` by notebook and cell, the data
behind `charts`, the `evidence` that the edition sees, and a short hash of all `files` that affect the content.
"""

import bz2
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from claimbook.notebook import prose
from claimbook.notebook.notebook_file import digest_of_sources
from claimbook.project import outputs
from claimbook.project.folders import COLUMNS, Files, UserError, rows_of_csv, sha256
from claimbook.say.words import published_by

RECORD_FILE = "record.json"
MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


# making --------------------------------------------------------------------------------------------------------


def make_record(notebooks: Mapping[str, Any], files: Files, results: Mapping[str, Any]) -> outputs.Document:
    """Return the record of a build.

    `notebooks` contains the executed notebooks by name, and `results` the content of results.json. `files` contains
    every file that affects them, by its name in the project (all of data/, and the known code).
    """
    known = known_figures(files, str(results["parameters"]["cutoff"]))
    return {**notebook_layers(notebooks), **results, "evidence": known, "files": digests(notebooks, files)}


def notebook_layers(notebooks: Mapping[str, Any]) -> outputs.Document:
    """Return the layers of a record that come from notebooks alone: claims, statistics, prose, charts."""
    records = [record for notebook in notebooks.values() for record in outputs.records(notebook)]
    return {
        "claims": [claim for record in records for claim in record["claims"]],
        "statistics": {key: statistic for record in records for key, statistic in record["statistics"].items()},
        "prose": dict(text for name, notebook in notebooks.items() for text in paragraphs(name, notebook)),
        "charts": {
            figure["label"]: {"notebook": name, "csv": figure["csv"]}
            for name, notebook in notebooks.items()
            for figure in outputs.figures(notebook)
        },
    }


def paragraphs(name: str, notebook: outputs.Notebook) -> Iterator[tuple[str, list[str]]]:
    """Yield each cell with prose, and its paragraphs as plain text, each on one line."""
    for cell in notebook["cells"]:
        shown = [output.get("data", {}) for output in cell.get("outputs", ())]
        texts = [data["text/markdown"] for data in shown if "values" in data.get(outputs.MYST_MIME, ())]
        texts += [cell["source"]] if cell["cell_type"] == "markdown" else []
        parts = [part for text in texts for part in re.split(r"\n\s*\n", "".join(text)) if part.strip()]
        plain = [prose.unescaped(MARKDOWN_LINK.sub(r"\1", " ".join(part.split()))) for part in parts]
        if plain:
            yield f"{name}, {cell['id']}", plain


def known_figures(files: Files, cutoff: str) -> dict[str, list[str]]:
    """Return the figures published by the cut-off as lists by column, in the order of `COLUMNS`."""
    published = published_by(cutoff, rows_of_csv(files["data/sources.csv"]))
    rows = [row for name, content in files.items() if name.startswith("data/figures/") for row in rows_of_csv(content)]
    known = [[row.get(name) or "" for name in COLUMNS] for row in rows if row.get("source_id") in published]
    return {name: [row[i] for row in sorted(known)] for i, name in enumerate(COLUMNS)}


def digests(notebooks: Mapping[str, Any], files: Files) -> dict[str, str]:
    """Return short hashes of notebooks and files; for a notebook only its sources count."""
    hashes = {f"notebooks/{name}.ipynb": digest_of_sources(notebook) for name, notebook in notebooks.items()}
    hashes |= {name: sha256(content) for name, content in files.items()}
    return {name: digest[:12] for name, digest in hashes.items()}


# keeping -------------------------------------------------------------------------------------------------------


def record_as_json(record: outputs.Document) -> bytes:
    """Return a record as stored in a build: sorted, without blanks."""
    content = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{content}\n".encode()


def stored_record_path(root: Path, edition: str) -> Path:
    """Return the path of the stored record of an edition."""
    return root / "editions" / f"{edition}.record.json.bz2"


def read_record(path: Path) -> outputs.Document:
    """Read a record or a results.json, compressed or not. Raises UserError if the file is neither."""
    try:
        content = path.read_bytes()
        record = json.loads(bz2.decompress(content) if path.suffix == ".bz2" else content)
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: not readable as a record ({error}). Run `make report` to make it again.") from None
    if not (isinstance(record, dict) and isinstance(record.get("claims"), list) and "statistics" in record):
        raise UserError(f"{path}: not the record of a build: it has no claims and statistics. Name a record.json.")
    return record
