"""The evidence, one file for each series: `series/<series>.csv`. `series/index.json` says what each counts.

Figures from sources that do not allow redistribution are left out. The index gives their number.
"""

import json
from collections import defaultdict
from pathlib import Path

from sphinx.application import Sphinx

from claimbook.citation.metadata import Work
from claimbook.citation.parts import for_spreadsheets
from claimbook.pages import file_writers
from claimbook.pages.book import work_of
from claimbook.pages.file_writers import Files
from claimbook.project.csv_tables import Row, csv_text, figures_in, rows_in
from claimbook.project.outputs import results_as_json
from claimbook.say.periods import published_by

SERIES_FOLDER, SERIES_INDEX = "series", "index.json"
OF_FIGURE = ("entity", "period", "value", "unit", "bound", "rounding", "status", "locator", "source_id")
SOURCE_FIELDS = ("publisher", "published", "licence")


def series_files(app: Sphinx) -> Files:
    """Return name and content of each file."""
    return files(app.srcdir / "data", work_of(app))


def files(data: Path, work: Work) -> Files:
    """Yield name and content of each file, for the evidence published by the edition's cut-off."""
    sources = {row["source_id"]: row for row in rows_in(data / "sources.csv")}
    public, by_series = published_by(work.cutoff.isoformat(), sources.values()), defaultdict[str, list[Row]](list)
    for _, row in figures_in(data):
        if row["source_id"] in public:
            by_series[row["series"]].append({name: sources[row["source_id"]][name] for name in SOURCE_FIELDS} | row)
    entries = []
    for series in rows_in(data / "series.csv"):
        rows = by_series[series["series"]]
        allowed = [row for row in rows if sources[row["source_id"]]["redistribute"] == "yes"]
        name = f"{series['series']}.csv"
        yield (
            f"{SERIES_FOLDER}/{name}",
            for_spreadsheets(csv_text(allowed, (*OF_FIGURE, *SOURCE_FIELDS)).decode()).encode(),
        )
        entries.append(series | {"file": name, "rows": len(allowed), "not_passed_on": len(rows) - len(allowed)})
    index = {**work.named, "columns": column_meanings(data), "series": entries}
    yield f"{SERIES_FOLDER}/{SERIES_INDEX}", results_as_json(index)


def column_meanings(data: Path) -> dict[str, str]:
    """Return what the columns of the files mean, from datapackage.json."""
    described = json.loads((data / "datapackage.json").read_bytes())["resources"]
    tables = [each["schema"]["fields"] for each in described if each["path"].startswith(("figures/", "sources."))]
    descriptions = {field["name"]: field.get("description", "") for fields in tables for field in fields}
    return {name: descriptions[name] for name in (*OF_FIGURE, *SOURCE_FIELDS)}


def setup(app: Sphinx) -> None:
    app.connect(file_writers.FILES_EVENT, series_files)
