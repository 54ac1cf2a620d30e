"""The parts of an executed notebook that can be cited or described: title, claims, figures and sources."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from claimbook.project.outputs import figures, records

ExecutedNotebook = Mapping[str, Any]
SOURCE_COLUMNS = ("source_id", "sources")  # columns in the data of figures


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
