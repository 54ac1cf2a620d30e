"""Checks that zones and cities lie where the data say, and that no zone is missing from the list."""

from collections import Counter
from collections.abc import Iterator

from claimbook.intake.problems import Faults, did_you_mean, nearest
from claimbook.intake.rules.names import unknown_names
from claimbook.intake.rules.sizes import AS_PRINTED
from claimbook.intake.tables import Data, fault_at, repeated
from claimbook.project.files import Row
from claimbook.say.words import one_slip
from torch_program.places import ZonesAndProvinces
from torch_program.provinces import NATIONAL, REGION_OF


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
            fix = f'{row["province"]} is in "{right}".'
            yield fault_at(row, "region", "The region is not that of the province.", fix)
        if row["approved_year"].isdigit() and int(row["approved_year"]) > data.today.year:
            yield fault_at(row, "approved_year", "The year is in the future.", "Correct the year.")


def _in_a_province(row: Row, rule: str) -> Faults:
    if row["province"] not in REGION_OF:
        fix = nearest(row["province"], REGION_OF, f"write one of: {', '.join(REGION_OF)}")
        yield fault_at(row, "province", rule, fix)


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
