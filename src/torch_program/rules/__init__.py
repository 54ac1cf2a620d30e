"""Data check rules of this report only: where places lie, what they add up to, and what studies find of zones."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from claimbook.intake.problems import Faults, did_you_mean, fault_at, line_of, nearest, repeated
from claimbook.intake.rules.names import unknown_names
from claimbook.intake.rules.values import AS_PRINTED, JUMP, YearValue, history, neighbour, times_in_words
from claimbook.intake.tables import Data
from claimbook.project.folders import Row
from claimbook.say.words import one_slip
from torch_program.places import ZonesAndProvinces
from torch_program.provinces import NATIONAL, REGION_OF

# zones and cities lie where the data say, and no zone is missing from the list ----------------------------------------


def entities(data: Data) -> Faults:
    """Check that the panel has only provinces and China, and that no other name is a misspelt listed one."""
    slips = dict(_slips(data))
    for row in data["figures"]:
        name = row["entity"]
        if row.get("_home", row["_file"]) == "figures/provinces.csv" and name not in {*REGION_OF, *NATIONAL}:
            rule = "figures/provinces.csv is only for the 31 provinces and China."
            suggested = data.places.suggest(name)
            named = suggested if suggested in REGION_OF else name
            yield fault_at(row, "entity", rule, nearest(named, REGION_OF, "move the row to another topic"))
        elif name in slips and AS_PRINTED not in row["note"]:
            rule = "The same place has another name in other rows."
            fix = did_you_mean(slips[name], f'If it is another place, write "{AS_PRINTED}" in the note.')
            yield fault_at(row, "entity", rule, fix)


def _slips(data: Data) -> Iterator[tuple[str, str]]:
    """Yield unlisted names with the listed name that was probably meant: another form, or one letter off."""
    places = ZonesAndProvinces(data, {row["entity"] for row in data["prefectures"]})
    for name, rows in Counter(row["entity"] for row in data["figures"]).items():
        if name not in places.names:
            near = (known for known in places.names if rows == 1 and one_slip(name, known))
            if suggested := places.resolve(name) or next(near, ""):
                yield name, suggested


def zones(data: Data) -> Faults:
    """Check that each zone is listed once and lies in the province and region it names."""
    for column in ("zone_zh", "zone_en"):
        for row, first in repeated(data["zones"], column):
            yield fault_at(row, column, "The zone is listed twice.", f"Delete this row or line {first['_line']}.")
    for row in data["zones"]:
        yield from _in_a_province(row, "A zone must lie in one of the 31 provinces.")
        right = REGION_OF.get(row["province"], row["region"])
        if row["region"] != right:
            rule = "The region is not that of the province."
            yield fault_at(row, "region", rule, f'{row["province"]} is in "{right}".')
        if row["approved_year"].isdigit() and int(row["approved_year"]) > data.today.year:
            yield fault_at(row, "approved_year", "The year is in the future.", "Correct the year.")


def _in_a_province(row: Row, rule: str) -> Faults:
    if (name := row["province"]) not in REGION_OF:
        yield fault_at(row, "province", rule, nearest(name, REGION_OF, f"write one of: {', '.join(REGION_OF)}"))


def counts_of_zones(data: Data) -> Faults:
    """Check that zones.csv lists no fewer zones than were counted, and that no zone is dated too early."""
    if not data["zones"] or any(row["_file"] == "zones.csv" for row in data.unread):
        return  # the zones cannot be counted
    listed = Counter(row["province"] for row in data["zones"])
    dated = [int(row["approved_year"]) for row in data["zones"] if row["approved_year"].isdigit()]
    for row in data["figures"]:
        period, name = data.period(row), row["entity"]
        if row["series"] != "htz_count" or period is None:
            continue
        if name in REGION_OF and float(row["value"]) > listed[name]:
            rule = "The figure counts more zones than zones.csv lists for the province."
            fix = f"zones.csv has {listed[name]} for {name}: add the missing zones, or correct the count."
            yield fault_at(row, "value", rule, fix)
        before = sum(year < period.year for year in dated)
        if name == "All zones" and row["conflict"] == "" and float(row["value"]) < before:
            rule = "zones.csv dates more zones before this year than were counted in it."
            fix = f"It dates {before} before {period.year}: correct a year in zones.csv, or this count."
            yield fault_at(row, "value", rule, fix)


def prefectures(data: Data) -> Faults:
    """Check that prefecture-level units are unique, lie in a province, and match the zones that name them."""
    for row, first in repeated(data["prefectures"], "entity"):
        fix = f"Rename one of them, or delete this row or line {first['_line']}."
        yield fault_at(row, "entity", "Two units have the same name.", fix)
    for row in data["prefectures"]:
        yield from _in_a_province(row, "A unit must lie in one of the 31 provinces.")
    fix = "write the code of its city, or leave it empty if that table does not have the city"
    rule = "The zone's city is not in prefectures.csv."
    yield from unknown_names(data["zones"], "city_code", data.declared.get("prefectures"), rule, fix)
    province = {row["city_code"]: row["province"] for row in data["prefectures"]}
    for row in data["zones"]:
        code, of_city = row["city_code"], province.get(row["city_code"], row["province"])
        if of_city != row["province"] and {of_city, row["province"]} <= REGION_OF.keys():
            fix = f"{code} lies in {of_city}: correct the code or the province."
            yield fault_at(row, "city_code", "The zone and its city lie in different provinces.", fix)


# zones and provinces add up to the published totals -------------------------------------------------------------------


HALF = 0.5  # share of zones from which their sum is compared with the total
ADDED_UP = ("count", "persons", "money", "person-years")  # dimensions that add up over places, unlike shares or ranks
ROUNDED = 1e-9  # per cent; tolerance for sums of floats


def parts(merged: Data, rows: list[Row]) -> Faults:
    """Check that no zone exceeds the total of all zones, and that most zones add up to about that."""
    known, zones = history(merged), {row["zone_en"] for row in merged["zones"]}
    tables: dict[tuple[str, str], list[tuple[Row, float, YearValue]]] = defaultdict(list)
    for row in (row for row in rows if row["entity"] in zones):
        period, interval, about = merged.period(row), merged.interval(row), merged.series.get(row["series"])
        added_up = about and about["dimension"].startswith(ADDED_UP) and about["unit"] != "percent"
        total = neighbour(known[row["series"], "All zones"], period.year) if period else None
        if interval and added_up and total:
            tables[row["series"], row["period"]].append((row, interval.middle, total))
            if interval.low > total.interval.high and AS_PRINTED not in row["note"]:
                fix = f"Correct the value or its unit ({line_of(total.row)} has the total)."
                printed = f"{total.row['value']} {total.row['unit']} for all zones, {total.row['period']}"
                shown = f"{row['value']} {row['unit']}; {printed}"
                yield fault_at(row, "value", "The zone has more than all zones together.", fix, shown)
    for (series, when), cells in tables.items():
        row, _, total = cells[0]
        times = math.fsum(middle for _, middle, _ in cells) / total.middle
        if len(cells) >= HALF * len(zones) and not 1 / JUMP < times < JUMP:
            rule = "The zones of the table do not add up to about the total of all zones; a unit may be wrong."
            printed = f"{total.row['value']} {total.row['unit']} ({line_of(total.row)})"
            shown = f"{series}, {when}: {len(cells)} zones have {times_in_words(times)} the total"
            yield fault_at(row, "unit", rule, f"The total is {printed}. Correct the unit.", shown)


def declared_sums(data: Data) -> Faults:
    """Check that each declared sum names known series and a range from low to high."""
    rule, otherwise = "The series is not in series.csv.", "correct it, or delete the row"
    for column in ("provinces", "national"):
        yield from unknown_names(data["sums"], column, data.declared.get("series"), rule, otherwise)
    for row in data["sums"]:
        if float(row["low"]) > float(row["high"]):
            yield fault_at(row, "low", "The low end of the range is above the high end.", "Swap low and high.")


def sums(data: Data) -> Faults:
    """Check that the provinces add up to the national figure of some source, within the declared range."""
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    totals: dict[tuple[str, str], list[tuple[Row, float]]] = defaultdict(list)  # from every source and vintage
    for row in data["figures"]:
        if span := data.interval(row):
            if row["entity"] in REGION_OF:
                found[row["series"], row["period"]][row["entity"]] = span.middle
            elif row["entity"] == "China":
                totals[row["series"], row["period"]].append((row, span.middle))
    for rule in (row for row in data["sums"] if float(row["low"]) <= float(row["high"])):  # others: `declared_sums`
        for (series, period), by_place in found.items():
            if series == rule["provinces"]:
                yield from _off(data, rule, period, by_place, totals[rule["national"], period])


def _off(data: Data, rule: Row, period: str, by_place: dict[str, float], totals: list[tuple[Row, float]]) -> Faults:
    """Report the last total if the provinces fit none. Too low a sum is no fault if a province is missing."""
    factor = data.factor(data.series[rule["provinces"]]["unit"], rule["national"])
    parts = math.fsum(by_place.values()) * (math.nan if factor is None else factor)
    low = float(rule["low"]) if len(by_place) == len(REGION_OF) else -math.inf
    for row, total in sorted(totals, key=lambda found: found[1] > 0):
        if total <= 0:
            above = "A national figure that is the sum of the provinces must be above zero."
            yield fault_at(row, "value", above, "Correct the value.")
            return
        off = 100 * (parts / total - 1)
        if AS_PRINTED in row["note"] or low - ROUNDED <= off <= float(rule["high"]) + ROUNDED:
            return  # the provinces fit this vintage of the total
    if totals:
        text = f"{rule['provinces']}, {period}: the provinces sum to {off:+.3f} % of {rule['national']} for China"
        rule_text = f"The provinces must add up within {rule['low']} to {rule['high']} % ({rule['why']})."
        fix = "Compare the rows of that year with the source; one may be mistyped. "
        fix += f'If the total was revised and the provinces were not, write so in its note, with "{AS_PRINTED}".'
        yield fault_at(row, "value", rule_text, fix, text)


# each effect is of a listed study, and its size, range, unit and sign agree -------------------------------------------


SIZES = ("estimate", "low", "high")


def sizes(data: Data) -> Faults:
    """Check that each effect is of a study in studies.csv and that its numbers do not contradict each other."""
    studies = {row["study"] for row in data["studies"]}
    rule, otherwise = "The study is not in studies.csv.", "add a finding of it to studies.csv"
    yield from unknown_names(data["effects"], "study", studies, rule, otherwise)
    for row in data["effects"]:
        yield from _of_one(row, {column: float(row[column]) for column in SIZES if row[column]})


def _of_one(row: Row, size: dict[str, float]) -> Faults:
    """Yield the faults of the size of one effect."""
    if bool(size) != bool(row["unit"]):
        rule = "An effect has a unit if its size was printed, and only then."
        yield fault_at(row, "unit", rule, "Fill in both, or neither.")
    in_order = [size[column] for column in ("low", "estimate", "high") if column in size]
    if in_order != sorted(in_order):
        rule = "The range does not run from low over the estimate to high."
        yield fault_at(row, "low", rule, "Correct the three numbers.", " ".join(row[column] for column in SIZES))
    sign = {"positive": 1, "negative": -1}.get(row["sign"], 0)
    if in_order and all(sign * number < 0 for number in in_order):
        fix = "Correct the sign, or the size."
        yield fault_at(row, "sign", "The size has the other sign.", fix, f"{row['sign']}, {in_order[0]:g}")


RULES = (entities, declared_sums, sums, zones, counts_of_zones, prefectures, sizes)
RULES_FOR_NEW = (parts,)
