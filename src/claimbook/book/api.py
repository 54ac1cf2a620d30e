"""The report for programs: results.json, one file a claim and a series, schemas, and a script that judges again.

They lie beside the pages.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from claimbook.book import beside
from claimbook.build.contents import notebooks
from claimbook.build.files import write_whole
from claimbook.evidence.claims import read_ledger
from claimbook.notebook.parameters import of_notebook
from claimbook.publish.identity import claim_file
from claimbook.results import models
from claimbook.results.seals import Seal
from claimbook.say import recorded as results
from claimbook.say.csv_tables import figures_in, rows_in, written
from claimbook.say.periods import published_by

SHIPPED = Path(__file__).parents[1] / "api"  # files that are published as they are
SCRIPT = "recompute.py"
OF_FIGURE = ("entity", "period", "value", "unit", "bound", "rounding", "status", "conflict", "source_id", "locator")
OF_SOURCE = ("origin", "grade", "published", "licence")
OF_SERIES = ("label", "unit", "dimension", "numerator", "base", "mode", "scope", "stage", "sector")


def document(source: Path) -> dict[str, Any]:
    """The document of results.json of the edition whose executed notebooks and data lie in `source`."""
    found = list(notebooks(source).values())
    ledger = read_ledger(source / "data" / "claims.yml").claims
    return results.collect(map(results.read, found), ledger, of_notebook(found[0]))


def claims(source: Path) -> tuple[models.ClaimRecord, ...]:
    """The claims of that document."""
    return tuple(map(models.ClaimRecord.model_validate, document(source)["claims"]))


def documents_of(source: Path) -> dict[str, str]:
    """The documents of the sections by their numbers: "notebooks/2-1-what-it-is" of "2.1"."""
    return {results.read(notebook)["section"]: f"notebooks/{name}" for name, notebook in notebooks(source).items()}


def contents(source: Path) -> Iterator[tuple[str, bytes]]:
    """Every file by its name beside the pages."""
    found = document(source)
    yield "results.json", results.as_json(found)
    for claim in found["claims"]:
        yield f"claims/{claim['id']}.json", claim_file(claim, found["parameters"])
    yield from series_files(source / "data", found["parameters"]["cutoff"])
    yield "results.schema.json", results.as_json(models.schema())
    yield "seal.schema.json", results.as_json(Seal.model_json_schema())
    for path in sorted((source / "editions").glob("*.seal.json")):
        yield path.name, path.read_bytes()
    for path in sorted(SHIPPED.iterdir()):
        if path.suffix == ".json" or path.name == SCRIPT:
            yield path.name, path.read_bytes()


def series_files(data: Path, cutoff: str) -> Iterator[tuple[str, bytes]]:
    """The figures of each series that are published by the cut-off and may be passed on, and a list of the series."""
    sources = {r["source_id"]: r for r in rows_in(data / "sources.csv")}
    known = published_by(cutoff, sources.values())
    rows: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for _, row in figures_in(data):
        if row["source_id"] in known:
            rows[row["series"]].append(row)
    register = {}
    for about in rows_in(data / "series.csv"):
        own = rows[about["series"]]
        free = [row for row in own if sources[row["source_id"]]["redistribute"] == "yes"]
        if free:
            yield f"series/{about['series']}.csv", table(free, sources)
        register[about["series"]] = {name: about[name] for name in OF_SERIES} | {
            "rows": len(free),
            "left_out": len(own) - len(free),  # their source does not allow that they are passed on
        }
    yield "series/index.json", results.as_json(register)


def table(rows: list[Mapping[str, str]], sources: Mapping[str, Mapping[str, str]]) -> bytes:
    """Figures as they were printed, each with its source."""
    columns = [*OF_FIGURE, *OF_SOURCE]
    return written(({**dict.fromkeys(columns, ""), **sources[row["source_id"]], **row} for row in rows), columns)


def write(app: Sphinx) -> None:
    for name, content in contents(Path(app.srcdir)):
        write_whole(Path(app.outdir) / name, content)


def setup(app: Sphinx) -> None:
    app.connect(beside.FILES, write)
