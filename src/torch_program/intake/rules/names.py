"""What is used is declared, and what is declared is used."""

import re
from collections.abc import Iterator

import yaml

from torch_program.csv_tables import Row
from torch_program.intake import cells
from torch_program.intake.problems import Told, nearest
from torch_program.intake.tables import Data, at
from torch_program.yaml_files import LOADER


def known_names(data: Data) -> Told:
    """Series, units and sources are declared before they are used."""
    sources, series = data.declared.get("sources.csv"), data.declared.get("series.csv")
    units, listed = data.known_units, data.declared.get("units.csv")
    for row in data.figures:
        if series is not None and row["series"] not in series:
            rule = "A series must be defined in series.csv before figures use it."
            yield at(row, "series", rule, nearest(row["series"], series, "add its definition to series.csv"))
        if sources is not None and row["source_id"] not in sources:
            rule = "A source must be listed in sources.csv before figures use it."
            yield at(row, "source_id", rule, nearest(row["source_id"], sources, "add its row to sources.csv"))
        about = data.series.get(row["series"])
        if about is None or listed is None:
            continue
        if row["unit"] not in units and row["unit"] not in listed:
            rule = "A unit must be declared in units.csv, or be the unit of a series."
            turned = (unit for unit in sorted(units) if sorted(unit.split()) == sorted(row["unit"].split()))
            named = next((unit for unit in (cells.unit(row["unit"]), *turned) if unit in units), row["unit"])
            fix = nearest(named, units, "add its conversion to units.csv")
            if fix.startswith("Add"):
                fix = f"Write one of {' | '.join(data.units_of(row['series']))}, or add its conversion to units.csv."
            yield at(row, "unit", rule, fix)
        elif data.factor(row["unit"], row["series"]) is None:
            rule = "A value is converted by the declared table only, never by guess."
            fix = f'Give the value in {about["unit"]}, or add "{row["unit"]},{about["unit"]},<factor>" to units.csv.'
            yield at(row, "unit", rule, fix)
    for row, column, named in citations(data):
        if sources is not None and named not in sources:
            rule = "A source must be listed in sources.csv before it is cited."
            yield at(row, column, rule, nearest(named, sources, "add its row to sources.csv"), named)


def citations(data: Data) -> Iterator[tuple[Row, str, str]]:
    """Row, column and id of every source that a table other than the figures names."""
    for row in (*data.zones, *data.prefectures, *data.timeline, *data.studies):
        for column in ("source_id", "ended_source_id"):
            yield from ((row, column, named) for named in row.get(column, "").split(";") if named)


def claims_named(data: Data) -> Told:
    """Searches, unread documents, findings, changed tests and labels are on record for claims of the ledger."""
    claims = _claim_ids(data.ledger)
    for row in (*data.search_log, *data.not_seen, *data.studies, *data.changes) if claims else ():
        column = "claim_ids" if "claim_ids" in row else "claim_id"
        for named in row[column].split(";"):
            if named not in claims:
                rule = "A search, an unread document, a finding or a change is kept for a claim of claims.yml."
                yield at(row, column, rule, nearest(named, claims, "name a claim that is there"), named)


def _claim_ids(ledger: str) -> set[str]:
    """Ids of the claims; none where the ledger cannot be read, which is told by those who read it."""
    try:
        return {claim["id"] for claim in yaml.load(ledger, Loader=LOADER)["claims"]}  # noqa: S506  (a safe one)
    except (yaml.YAMLError, KeyError, TypeError, ValueError):
        return set()


def unread_documents(data: Data) -> Told:
    """What was not read is no source, and what is a source was read."""
    titles = {row[column]: row for row in data.sources for column in ("title", "title_en")}
    for row in data.not_seen:
        if row["title"] in titles:
            fix = f"Delete this row, or that of {titles[row['title']]['source_id']} with all that cites it."
            yield at(row, "title", "A document that was not seen cannot be a source of the report.", fix)


def unused(data: Data) -> Told:
    """Nothing is declared that no row uses."""
    used = {row["series"] for row in data.figures}
    for row in data.series.values():
        if row["series"] not in used:
            fix = "Add a figure, or delete the row."
            yield at(row, "series", "A series is there for its figures, and has none.", fix)
    cited = {row["source_id"] for row in data.figures}
    cited |= {named for _, _, named in citations(data)}
    cited |= set(re.findall(r"\w+", data.ledger))
    for row in data.sources:
        if row["source_id"] not in cited:
            fix = "Cite it, or delete the row."
            yield at(row, "source_id", "A source is there for what cites it, and nothing does.", fix)
