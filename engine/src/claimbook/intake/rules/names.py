"""Rules for names: whatever is used must be declared, and whatever is declared must be used."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from claimbook.intake import cells
from claimbook.intake.problems import Faults, Problem, Rows, did_you_mean, fault_at, line_of, nearest, repeated
from claimbook.intake.rules import values
from claimbook.intake.tables import OTHER, Data
from claimbook.project.folders import Row
from claimbook.project.report import report_settings as report
from claimbook.say.words import some

CLAUSES_LISTED = 20  # clauses that a fault lists at most
SERIES_LISTED = 6  # series that a fault lists at most
OF_SOURCES, OF_CLAIMS = ("source_id", "ended_source_id"), ("claim_ids", "claim_id")  # columns with their names


def unknown_names(rows: Iterable[Row], column: str, known: Collection[str] | None, rule: str, otherwise: str) -> Faults:
    """Yield faults for names in a column, several joined by ";", that are not known; none if `known` is None."""
    if known is None:
        return
    for row in rows:
        for name in filter(None, row.get(column, "").split(";")):
            if name not in known:
                yield fault_at(row, column, rule, nearest(name, known, otherwise), name)


def known_names(data: Data) -> Faults:
    """Yield faults for series, units and sources that are not declared."""
    for row in data["figures"]:
        if "series" in data.declared and row["series"] not in data.declared["series"]:
            yield fault_at(row, "series", "The series is not in series.csv.", data.suggest_series(row["series"]))
        if row["series"] in data.series and "units" in data.declared:
            yield from _unit_faults(data, row)
    rows = [row for table in data.tables.values() for row in table]
    rule, otherwise = "The source is not in sources.csv.", "add its row to sources.csv"
    for column in OF_SOURCES:
        yield from unknown_names(rows, column, data.declared.get("sources"), rule, otherwise)


def _unit_faults(data: Data, row: Row) -> Faults:
    """Yield the fault of a unit that is unknown, or that cannot be converted into that of the series."""
    unit, series, units = row["unit"], row["series"], data.all_units
    of_series = data.series[series]["unit"]
    fitting = " | ".join(data.units_of(series))
    if unit not in units | data.declared["units"]:
        rule = "The unit is neither in units.csv nor the unit of a series."
        turned = (known for known in sorted(units) if sorted(known.split()) == sorted(unit.split()))
        named = next((known for known in (cells.unit(unit), *turned) if known in units), unit)
        fix = nearest(named, units, "add its conversion to units.csv")
        if fix.startswith("Add"):
            fix = f"Write one of {fitting}, or add its conversion to units.csv."
        yield fault_at(row, "unit", rule, fix)
    elif data.factor(unit, series) is None:
        rule = "units.csv has no factor that converts this unit into the unit of the series."
        other = next((canonical for known, canonical in data.units if known == unit), unit)  # what the unit counts
        fix = f'Give the value in {of_series}, or add "{unit},{of_series},<factor>" to units.csv.'
        if any(row["unit"] == other for row in data["series"]):
            fix = f"{series} is in {of_series}, and no factor converts {other} into it. "
            fix += f"Use a series in {other}, or leave the row out. Write {fitting} only if the source does."
        yield fault_at(row, "unit", rule, fix)


def kinds(data: Data) -> Faults:
    """Yield faults for figures about a kind of place that their series does not cover."""
    if not data.declared.keys() >= {*report().geography.tables}:
        return  # the kinds of places are unknown
    wrong: dict[str, Rows] = defaultdict(list)
    right: set[str] = set()  # unlisted places with a correct figure; others are reported as unknown
    for row in data["figures"]:
        declared, place_kinds = data.kinds_of(row["series"]), data.places.kinds_of(row["entity"])
        if not declared or place_kinds & declared:
            right.add(row["entity"])
        else:
            wrong[row["series"]].append(row)
    for series, rows in wrong.items():
        rows = [row for row in rows if data.places.kinds_of(row["entity"]) != {OTHER} or row["entity"] in right]
        rule = "The series does not cover this kind of place (column entities of series.csv)."
        fix = _series_for_places(data, series, rows) if rows else ""
        yield from (fault_at(row, "series", rule, fix) for row in rows)
    possible = data.places.kinds
    for row in data["series"]:
        for kind in sorted(data.kinds_of(row["series"]) - possible):
            fix = nearest(kind, possible, f"write one of: {', '.join(sorted(possible))}")
            yield fault_at(row, "entities", "This kind of place does not exist.", fix, kind)


def _series_for_places(data: Data, series: str, rows: Rows) -> str:
    """Suggest a series for rows whose own series does not cover their kind of place."""
    counts = Counter(kind for row in rows for kind in data.places.kinds_of(row["entity"]))
    kind, about = counts.most_common(1)[0][0], data.series[series]
    fit = [name for name in data.series if kind in data.kinds_of(name)]
    same = [name for name in fit if data.series[name]["dimension"] == about["dimension"]]
    fix = f"Series for this kind: {some(same, SERIES_LISTED)}." if same else "Define another series."
    if near := values.series_like(data, rows, fit):
        fix = did_you_mean(near, "Its values for these places are the closest.")
    places = about["entities"].replace(";", ",")
    return f"{series} is only for {places}, and the kind of this place is {kind}. {fix}"


def one_whole(data: Data) -> Faults:
    """Yield faults if one series has figures under both names of the whole country."""
    nation, whole = report().geography.nation, report().geography.whole
    for row, before in repeated([row for row in data["figures"] if row["entity"] in {nation, whole}], "series"):
        if before["entity"] != row["entity"]:
            names = f"{nation} and {whole} both mean the whole country (geography in report.yml)"
            fix = f'Write "{before["entity"]}", as in {line_of(before)}. For a part of the country, use its own name.'
            yield fault_at(row, "entity", f"{names}; a series uses only one.", fix)


def claims_named(data: Data) -> Faults:
    """Yield faults for searches, unread documents, findings and changed tests about unknown claims."""
    rows = [row for name in ("search_log", "not_seen", "studies", "changes_of_tests", "text") for row in data[name]]
    claims = {claim.id for claim in data.claims or ()} or None
    rule, otherwise = "The row names a claim that is not in claims.yml.", "write the id of a claim in claims.yml"
    for column in OF_CLAIMS:
        yield from unknown_names(rows, column, claims, rule, otherwise)


def clauses(data: Data) -> Faults:
    """Yield faults for clauses with neither claims nor a reason, or with both, and for claims that no clause names."""
    for row in data["text"]:
        if bool(row["claim_ids"]) == bool(row["why_none"]):
            rule = "A clause of the text has either claims or the reason why it has none."
            yield fault_at(row, "claim_ids", rule, "Fill in claim_ids or why_none, not both.")
    named = {name for row in data["text"] for name in row["claim_ids"].split(";")}
    for claim in data.claims or () if named and not any(row["_file"] == "text.csv" for row in data.unread) else ():
        if claim.id not in named:
            listed = [row for row in data["text"] if row["sentence"].rpartition("-")[0] == claim.section]
            there = some([f"{row['sentence']} {row['clause']} ({row['says']})" for row in listed], CLAUSES_LISTED)
            fix = f"Write it in the column claim_ids of its clause, or add the clause. Section {claim.section} has "
            fix += f"these: {there}." if there else "none yet."
            rule = "Each claim tests a clause of the text, but no row of text.csv names this claim."
            yield Problem("text.csv", rule, fix, column="claim_ids", value=claim.id, severity="warning")


def unread_documents(data: Data) -> Faults:
    """Yield faults for documents that are listed both as unread and as a source."""
    titles = {row[column]: row for row in data["sources"] for column in ("title", "title_en")}
    for row in data["not_seen"]:
        if row["title"] in titles:
            fix = f"Delete this row, or delete {titles[row['title']]['source_id']} and every row that cites it."
            yield fault_at(row, "title", "The document is listed as not seen, but sources.csv has it as a source.", fix)


def in_use(data: Data) -> dict[str, set[str]]:
    """Return the sources that rows or the ledger cite, and the series and units of the figures, by their table."""
    rows = [row for table in data.tables if table != "sources" for row in data[table]]
    cited = {name for row in rows for column in OF_SOURCES for name in row.get(column, "").split(";")}
    cited |= set(re.findall(r"\w+", data.ledger))
    figures = data["figures"]
    return {"sources": cited, "series": {row["series"] for row in figures}, "units": {row["unit"] for row in figures}}


def unused_names(data: Data) -> Faults:
    """Yield faults for series without figures and sources that nothing cites."""
    used = in_use(data)
    for table, column, rule, fix in (
        ("series", "series", "The series has no figures.", "Add a figure, or delete the row."),
        ("sources", "source_id", "Nothing cites this source.", "Cite it, or delete the row."),
    ):
        yield from (fault_at(row, column, rule, fix) for row in data[table] if row[column] not in used[table])


def known_places(merged: Data, rows: Rows) -> Faults:
    """Yield faults for new figures about places that no stored figure has and that no table lists."""
    places = merged.places_among({row["entity"] for row in merged["figures"] if "_home" not in row})
    for row in rows:
        if row["entity"] not in places.names:
            yield fault_at(row, "entity", *places.unknown(row["entity"]))


# Findings of studies ----------------------------------------------------------------------------------------------


def coded(data: Data) -> Faults:
    """Yield the first fault of each finding that lacks what its claims need. claims.yml names the outcomes."""
    causal = [claim for claim in data.claims or () if claim.kind == "causal"]
    groups = {claim.id: [outcome.group for outcome in claim.outcomes] for claim in causal}
    for row in data["studies"] if data.claims is not None else ():
        if fault := _coding_fault(row, groups):
            yield fault_at(row, *fault)


def _coding_fault(row: Row, groups: Mapping[str, list[str]]) -> tuple[str, str, str] | None:
    """Return the most basic fault of a finding: the column, the rule and the fix. None if it has none."""
    claims, outcome, counts = row["claim_ids"].split(";"), row["outcome_group"], row["counts"]
    named = next((groups[claim] for claim in claims if claim in groups), None)
    if bool(outcome) != bool(counts):
        return "counts", "The columns outcome_group and counts belong together.", "Fill in both columns, or neither."
    if len(claims) > 1 and (outcome or named is not None):
        return "claim_ids", "A finding with an outcome group belongs to one claim.", "Write one row for each claim."
    if named is None:
        fix = "Write for, against, both or context."
        return None if row["speaks"] else ("speaks", "A finding must say which side it is on.", fix)
    if not outcome:
        fix = f"The claim names these outcomes: {' | '.join(named)}."
        return "outcome_group", "A finding on a causal claim must name its outcome.", fix
    if row["speaks"]:
        rule = "A finding on a causal claim has no side; outcome_group, counts and sign say what it means."
        return "speaks", rule, "Leave it empty."
    if counts != "no" and not row["sign"]:
        fix = "Write positive, negative, none or mixed, or write no in the column counts."
        return "sign", "A finding on a causal claim must have a direction.", fix
    if counts == "yes" and outcome not in named:
        fix = nearest(outcome, named, "write related in the column counts")
        return "outcome_group", "A finding counts only if the claim names its outcome.", fix
    if counts == "yes" and not row["design"]:
        fix = "Write the design, or write related in the column counts."
        return "design", "A finding that counts must say how the effect was estimated.", fix
    return None
