"""Files for programs and for reading on: results.json with its schemas, each claim, and the evidence by series.

`series/<series>.csv` has the figures of a series, and `series/index.json` says what each series counts. Figures from
sources that do not allow redistribution are left out; the index gives their number.
"""

import json
from collections import defaultdict
from pathlib import Path

from sphinx.application import Sphinx

from claimbook.citation.metadata import Work, claim_file, for_spreadsheets
from claimbook.pages.book import results_of, work_of
from claimbook.pages.writing import FILES_EVENT, Files
from claimbook.project.files import Row, csv_text, figures_in, rows_in
from claimbook.project.outputs import results_as_json
from claimbook.results import models
from claimbook.results.seals import RECOMPUTE, Seal
from claimbook.say.periods import published_by

OF_FIGURE = ("entity", "period", "value", "unit", "bound", "rounding", "status", "locator", "source_id")
SOURCE_FIELDS = ("publisher", "published", "licence")
COLUMNS = (*OF_FIGURE, *SOURCE_FIELDS)


def files_for_programs(app: Sphinx) -> Files:
    """Yield name and content of all files."""
    yield from series_files(app.srcdir / "data", work_of(app))
    found = results_of(app)
    for claim in found["claims"]:
        yield f"claims/{claim['id']}.json", claim_file(claim, found["parameters"])
    for path in [RECOMPUTE, *app.srcdir.glob("editions/*.seal.json")]:
        yield path.name, path.read_bytes()
    yield "results.json", results_as_json(found)
    yield "results.schema.json", results_as_json(models.schema())
    yield "seal.schema.json", results_as_json(Seal.model_json_schema())


def series_files(data: Path, work: Work) -> Files:
    """Yield a file for each series with the evidence published by the edition's cut-off, and their index."""
    sources = {row["source_id"]: row for row in rows_in(data / "sources.csv")}
    public, by_series = published_by(work.cutoff.isoformat(), sources.values()), defaultdict[str, list[Row]](list)
    for _, row in figures_in(data):
        if row["source_id"] in public:
            by_series[row["series"]].append({name: sources[row["source_id"]][name] for name in SOURCE_FIELDS} | row)
    entries = []
    for series in rows_in(data / "series.csv"):
        rows, name = by_series[series["series"]], f"{series['series']}.csv"
        allowed = [row for row in rows if sources[row["source_id"]]["redistribute"] == "yes"]
        yield f"series/{name}", for_spreadsheets(csv_text(allowed, COLUMNS).decode()).encode()
        entries.append(series | {"file": name, "rows": len(allowed), "not_passed_on": len(rows) - len(allowed)})
    index = {**work.named, "columns": column_meanings(data), "series": entries}
    yield "series/index.json", results_as_json(index)


def column_meanings(data: Path) -> dict[str, str]:
    """Return what the columns of the files mean, from datapackage.json."""
    described = json.loads((data / "datapackage.json").read_bytes())["resources"]
    tables = [each["schema"]["fields"] for each in described if each["path"].startswith(("figures/", "sources."))]
    descriptions = {field["name"]: field.get("description", "") for fields in tables for field in fields}
    return {name: descriptions[name] for name in COLUMNS}


def setup(app: Sphinx) -> None:
    app.connect(FILES_EVENT, files_for_programs)
