"""Checks that zones and provinces add up to the published totals."""

import math
from collections import defaultdict

from claimbook.intake.problems import Faults
from claimbook.intake.rules.names import unknown_names
from claimbook.intake.rules.sizes import AS_PRINTED, JUMP, YearValue, history, neighbour, times_in_words
from claimbook.intake.tables import Data, fault_at, line_of
from claimbook.project.files import Row
from torch_program.provinces import REGION_OF

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
