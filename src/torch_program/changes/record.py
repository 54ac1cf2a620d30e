"""The record of a build: all it says, small enough to store, so that a later build can be compared with it.

A record is the document of results.json with five layers more:

- `prose`: notebook → list of [cell id, paragraph], with its values
- `charts`: label → notebook, hash of the data behind the drawing, their number of rows
- `evidence`: the published figures that the edition sees, one list a column of `COLUMNS`
- `files`: name → short hash of every file that decides what is said
"""

import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from torch_program import prose, results
from torch_program.csv_tables import COLUMNS
from torch_program.periods import latest_day
from torch_program.pipeline.execution import declared_topics, source_digest, without_injected
from torch_program.project import Told
from torch_program.results import FIGURE_MIME, MYST_MIME

SUFFIX = ".record.json.gz"
FILE = "record.json"
DIGITS = 9  # significant digits of a number that must agree on every platform
SHORT = 12  # hexadecimal digits that tell two versions of a file apart

LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
FRACTION = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")


class RecordError(Told, ValueError):
    """Something that is no record, or is not there; the message says which file and what to do."""


# making --------------------------------------------------------------------------------------------------------


def make(
    notebooks: Mapping[str, bytes], files: Mapping[str, bytes], ledger: Iterable[Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The record of a build.

    `notebooks` holds the executed notebooks by name, `files` all that decided what they say, by the name in the project
    (data/ whole, code as far as it is known), `ledger` the claims of data/claims.yml.
    """
    ran = {name: json.loads(content) for name, content in sorted(notebooks.items())}
    said = results.collect([results.read(notebook) for notebook in ran.values()], ledger, dict(parameters))
    topics = {topic for notebook in ran.values() for topic in declared_topics(notebook)}
    return said | {
        "prose": {name: paragraphs(notebook) for name, notebook in ran.items()},
        "charts": dict(sorted(chart for name, notebook in ran.items() for chart in charts(name, notebook))),
        "evidence": evidence(files, topics, str(parameters["cutoff"])),
        "files": digests(ran, files),
    }


def paragraphs(notebook: Mapping[str, Any]) -> list[list[str]]:
    """Id of the cell and text of every paragraph of the prose as it is read, on one line."""
    return [
        [cell["id"], prose.plain(LINK.sub(r"\1", " ".join(part.split())))]
        for cell in notebook["cells"]
        for text in _told(cell)
        for part in re.split(r"\n\s*\n", text)
        if part.strip()
    ]


def _told(cell: Mapping[str, Any]) -> Iterable[str]:
    """The texts of a cell: of Markdown its own, of code those that name values."""
    if cell["cell_type"] == "markdown":
        yield "".join(cell["source"])
    for output in cell.get("outputs", ()):
        if "values" in output.get("data", {}).get(MYST_MIME, ()):
            yield "".join(output["data"]["text/markdown"])


def charts(name: str, notebook: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Label of every chart of a notebook, with the hash of its data."""
    for data in results.displayed(notebook, FIGURE_MIME):
        figure = data[FIGURE_MIME]
        rows = figure["csv"].count("\n") - 1
        yield figure["label"], {"notebook": name, "data": short_hash(rounded(figure["csv"]).encode()), "rows": rows}


def rounded(table: str) -> str:
    """The data of a chart with fractions as exact as every platform computes them."""
    return FRACTION.sub(lambda found: f"{float(found.group()):.{DIGITS}g}", table)


def evidence(files: Mapping[str, bytes], topics: Iterable[str], cutoff: str) -> dict[str, list[str]]:
    """The figures of some topics whose originals were published by the cut-off, in the order of `COLUMNS`."""
    seen = {row["source_id"] for row in _rows(files["data/sources.csv"]) if _published(row) <= cutoff}
    rows = [row for topic in topics for row in _rows(files[f"data/figures/{topic}.csv"])]
    known = [[row.get(name) or "" for name in COLUMNS] for row in rows if row.get("source_id") in seen]
    return {name: [row[i] for row in sorted(known)] for i, name in enumerate(COLUMNS)}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def _published(row: Mapping[str, str]) -> str:
    return latest_day(row["published"]).isoformat() if row.get("published") else ""


def digests(notebooks: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes]) -> dict[str, str]:
    """Short hashes of what was run and read; of a notebook only its sources count."""
    own = {
        f"notebooks/{name}.ipynb": source_digest(json.dumps(without_injected(notebook)).encode())[:SHORT]
        for name, notebook in notebooks.items()
    }
    return dict(sorted((own | {name: short_hash(content) for name, content in files.items()}).items()))


def short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:SHORT]


# keeping -------------------------------------------------------------------------------------------------------


def as_json(record: Mapping[str, Any]) -> bytes:
    """A record as it lies in a build: sorted, without blanks, one line for each of its parts."""
    parts = (f"{json.dumps(key)}:{_compact(value)}" for key, value in sorted(record.items()))
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def packed(content: bytes) -> bytes:
    """Gzip without clock and name: the same bytes for the same content."""
    stream = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=stream, mtime=0) as file:
        file.write(content)
    return stream.getvalue()


def stored(root: Path, edition: str) -> Path:
    """Where the stored record of an edition lies."""
    return root / "editions" / f"{edition}{SUFFIX}"


def read(path: Path) -> dict[str, Any]:
    """A record or a results.json, packed or not; raises RecordError that names the file."""
    try:
        content = path.read_bytes()
        record = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except (OSError, ValueError, EOFError) as error:
        raise RecordError(f"{path}: cannot be read as a record ({error}). Make it anew with `make report`.") from None
    if not (isinstance(record, dict) and isinstance(record.get("claims"), list) and "statistics" in record):
        raise RecordError(f"{path}: is no record of a build: it lacks claims and statistics. Name a record.json.")
    return record
