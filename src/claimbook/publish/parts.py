"""What an executed notebook holds that can be cited or described: its title, claims, figures and sources."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from claimbook.say.recorded import figures, records

Notebook = Mapping[str, Any]
SOURCE_COLUMNS = ("source_id", "sources")  # of the data of figures


def title(notebook: Notebook) -> str:
    """The first heading."""
    text = "".join(notebook["cells"][0]["source"])
    return text.partition("\n")[0].lstrip("# ")


def claims(notebook: Notebook) -> list[dict[str, Any]]:
    """All judged claims, as they stand in results.json; none in a notebook that judges none."""
    return [claim for record in records(notebook) for claim in record["claims"]]


def sources(notebook: Notebook) -> set[str]:
    """Ids of all sources behind its claims, its numbers and the data of its figures, and of those that it names."""
    found: set[str] = set()
    for record in records(notebook):
        found |= {s for claim in record["claims"] for m in claim.get("measures", ()) for s in m["sources"]}
        found |= {s for statistic in record["statistics"].values() for s in statistic.get("sources", ())}
        found |= {*record.get("cited", ())}
    return found.union(*map(sources_of, figures(notebook)))


def sources_of(figure: Mapping[str, Any]) -> set[str]:
    """Ids of the sources of a figure: those of its source line, and of its data, which may name others."""
    named = [row.get(name) or "" for row in csv.DictReader(io.StringIO(figure["csv"])) for name in SOURCE_COLUMNS]
    return set(figure.get("sources", ())).union(*(filter(None, re.split(r";\s*", names)) for names in named))
