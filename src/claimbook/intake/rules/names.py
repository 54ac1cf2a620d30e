"""Rules for names: whatever is used must be declared, and whatever is declared must be used."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import yaml

from claimbook.intake import cells
from claimbook.intake.places import OTHER
from claimbook.intake.problems import Faults, nearest
from claimbook.intake.rules import sizes
from claimbook.intake.tables import Data, fault_at, line_of, undeclared_names
from claimbook.project.csv_tables import Row
from claimbook.project.report import report_settings as report
from claimbook.project.yaml_files import LOADER
from claimbook.say.words import some

UNUSED_SERIES_LISTED = 6  # series that a fault lists at most


def known_names(data: Data) -> Faults:
    """Yield faults for series, units and sources that are not declared."""
    units = {unit for pair in data.units for unit in pair} | {row["unit"] for row in data["series"]}
    add = "add its row to sources.csv"
    for row in data["figures"]:
        rule = "The series is not in series.csv."
        if "series" in data.declared and row["series"] not in data.declared["series"]:
            yield fault_at(row, "series", rule, data.suggest_series(row))
        rule = "The source is not in sources.csv."
        yield from undeclared_names(data, row, "source_id", "sources", rule, add)
        about, own_unit = data.series.get(row["series"]), row["unit"]
        if about is None or "units" not in data.declared:
            continue
        if own_unit not in units | data.declared["units"]:
            rule = "The unit is neither in units.csv nor the unit of a series."
            turned = (unit for unit in sorted(units) if sorted(unit.split()) == sorted(own_unit.split()))
            named = next((unit for unit in (cells.unit(own_unit), *turned) if unit in units), own_unit)
            fix = nearest(named, units, "add its conversion to units.csv")
            if fix.startswith("Add"):
                fix = f"Write one of {' | '.join(data.units_of(row['series']))}, or add its conversion to units.csv."
            yield fault_at(row, "unit", rule, fix)
        elif data.factor(own_unit, row["series"]) is None:
            rule = "units.csv has no factor that converts this unit into the unit of the series."
            other = next((c for unit, c in data.units if unit == own_unit), own_unit)  # what the unit counts
            fix = f'Give the value in {about["unit"]}, or add "{own_unit},{about["unit"]},<factor>" to units.csv.'
            if any(row["unit"] == other for row in data["series"]):
                own_units = " | ".join(data.units_of(row["series"]))
                fix = f"{row['series']} is in {about['unit']}, and no factor converts {other} into it. "
                fix += f"Use a series in {other}, or leave the row out. Write {own_units} only if the source does."
            yield fault_at(row, "unit", rule, fix)
    for row, column, named in citations(data):
        rule = "The cited source is not in sources.csv."
        yield from undeclared_names(data, row, column, "sources", rule, add, named)


def kinds(data: Data) -> Faults:
    """Yield faults for figures about kinds of places that their series does not declare."""
    if not data.declared.keys() >= {*report().geography.tables}:
        return  # the kinds of places are unknown
    wrong: dict[str, list[Row]] = defaultdict(list)
    right: set[str] = set()  # unlisted places with a correct figure; others are reported as unknown
    for row in data["figures"]:
        declared, place_kinds = data.kinds_of(row["series"]), data.places.kinds_of(row["entity"])
        if not declared or place_kinds & declared:
            right.add(row["entity"])
        else:
            wrong[row["series"]].append(row)
    rule = "The series does not cover this kind of place (column entities of series.csv)."
    for series, rows in wrong.items():
        rows = [row for row in rows if data.places.kinds_of(row["entity"]) != {OTHER} or row["entity"] in right]
        kinds = [data.places.kinds_of(row["entity"]) for row in rows]
        kind = Counter(name for place_kinds in kinds for name in place_kinds).most_common(1)[0][0] if kinds else ""
        about, fit = data.series[series], [s for s in data.series if kind in data.kinds_of(s)]
        same = [name for name in fit if data.series[name]["dimension"] == about["dimension"]]
        near = sizes.series_like(data, rows, fit)
        fix = (
            f'Did you mean "{near}"? Its values for these places are the closest.' if near else "Define another series."
        )
        fix = f"Series for this kind: {some(same, UNUSED_SERIES_LISTED)}." if same and not near else fix
        of = f"{series} is only for {about['entities'].replace(';', ',')}, and the kind of this place is {kind}."
        yield from (fault_at(row, "series", rule, f"{of} {fix}") for row in rows)
    possible = data.places.kinds
    for row in data["series"]:
        for kind in sorted(data.kinds_of(row["series"]) - possible):
            fix = nearest(kind, possible, f"write one of: {', '.join(sorted(possible))}")
            yield fault_at(row, "entities", "This kind of place does not exist.", fix, kind)


def one_whole(data: Data) -> Faults:
    """Yield faults if one series has figures under both names of the whole country."""
    nation, whole = report().geography.nation, report().geography.whole
    first: dict[str, Row] = {}
    for row in (row for row in data["figures"] if row["entity"] in {nation, whole}):
        before = first.setdefault(row["series"], row)
        if before["entity"] != row["entity"]:
            rule = (
                f"{nation} and {whole} both mean the whole country (geography in report.yml); a series uses only one."
            )
            fix = f'Write "{before["entity"]}", as in {line_of(before)}. For a part of the country, use its own name.'
            yield fault_at(row, "entity", rule, fix)


def citations(data: Data) -> Iterator[tuple[Row, str, str]]:
    """Yield row, column and id of every source that tables other than the figures cite."""
    for row in (row for table in (*report().geography.tables, "timeline", "studies") for row in data[table]):
        for column in ("source_id", "ended_source_id"):
            yield from ((row, column, named) for named in row.get(column, "").split(";") if named)


def claims_named(data: Data) -> Faults:
    """Yield faults for searches, unread documents, findings and changed tests about unknown claims."""
    try:
        claims = {claim["id"] for claim in yaml.load(data.ledger, Loader=LOADER)["claims"]}  # noqa: S506  (a safe one)
    except (yaml.YAMLError, KeyError, TypeError, ValueError):
        return  # reported when claims.yml is checked
    tables = ("search_log", "not_seen", "studies", "changes_of_tests")
    for row in (row for table in tables for row in data[table]) if claims else ():
        column = "claim_ids" if "claim_ids" in row else "claim_id"
        for named in row[column].split(";"):
            if named not in claims:
                rule = "The row names a claim that is not in claims.yml."
                yield fault_at(
                    row, column, rule, nearest(named, claims, "write the id of a claim in claims.yml"), named
                )


def unread_documents(data: Data) -> Faults:
    """Yield faults for documents that are listed both as unread and as a source."""
    titles = {row[column]: row for row in data["sources"] for column in ("title", "title_en")}
    for row in data["not_seen"]:
        if row["title"] in titles:
            fix = f"Delete this row, or delete {titles[row['title']]['source_id']} and every row that cites it."
            yield fault_at(row, "title", "The document is listed as not seen, but sources.csv has it as a source.", fix)


def unused_names(data: Data) -> Faults:
    """Yield faults for series without figures and sources that nothing cites."""
    used = {row["series"] for row in data["figures"]}
    cited = {row["source_id"] for row in data["figures"]} | {named for _, _, named in citations(data)}
    cited |= set(re.findall(r"\w+", data.ledger))
    for row in data["series"]:
        if row["series"] not in used:
            rule, fix = "The series has no figures.", "Add a figure, or delete the row."
            yield fault_at(row, "series", rule, fix)
    for row in data["sources"]:
        if row["source_id"] not in cited:
            rule, fix = "Nothing cites this source.", "Cite it, or delete the row."
            yield fault_at(row, "source_id", rule, fix)


def known_places(merged: Data, stored: Data, rows: list[Row]) -> Faults:
    """Yield faults for new figures about unknown places."""
    places = merged.places_among({row["entity"] for row in stored["figures"]})
    for row in rows:
        if row["entity"] not in places.names:
            near = places.suggest(row["entity"])
            fix = f'Did you mean "{near}"? ' * bool(near) + places.NEW
            yield fault_at(
                row, "entity", f"The place is unknown: it is not {places.KINDS}, and no stored figure has it.", fix
            )
