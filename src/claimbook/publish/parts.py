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
    """Ids of all sources behind its claims, its numbers and the data of its figures."""
    found: set[str] = set()
    for record in records(notebook):
        found |= {s for claim in record["claims"] for m in claim.get("measures", ()) for s in m["sources"]}
        found |= {s for statistic in record["statistics"].values() for s in statistic.get("sources", ())}
    for figure in figures(notebook):
        found |= set(figure.get("sources", ()))  # of its source line; its data may name others
        for row in csv.DictReader(io.StringIO(figure["csv"])):
            found |= {s for name in SOURCE_COLUMNS for s in re.split(r";\s*", row.get(name) or "") if s}
    return found
