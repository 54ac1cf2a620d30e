"""Provinces add up to the national figure, as far as `sums.csv` says that the sources leave nothing out."""

import math
from collections import defaultdict

from torch_program.csv_tables import Row
from torch_program.intake.problems import Faults
from torch_program.intake.rules.sizes import AS_PRINTED
from torch_program.intake.tables import Data, at, undeclared
from torch_program.provinces import REGION_OF

ROUNDED = 1e-9  # per cent by which sums of floats may be off


def declared_sums(data: Data) -> Faults:
    """A sum names series of the register, and a range from low to high."""
    for row in data["sums"]:
        for column in ("provinces", "national"):
            rule = "A sum is that of a series of series.csv."
            yield from undeclared(data, row, column, "series", rule, "correct it, or delete the row")
        if float(row["low"]) > float(row["high"]):
            yield at(row, "low", "A range goes from the lower to the higher end.", "Swap low and high.")


def sums(data: Data) -> Faults:
    """Provinces add up to the national figure of some source, within what the sources are known to leave out."""
    found: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    totals: dict[tuple[str, str], list[tuple[Row, float]]] = defaultdict(list)  # every source and vintage
    for row in data["figures"]:
        if span := data.interval(row):
            if row["entity"] in REGION_OF:
                found[row["series"]][row["period"]][row["entity"]] = span.middle
            elif row["entity"] == "China":
                totals[row["series"], row["period"]].append((row, span.middle))
    for rule in (row for row in data["sums"] if float(row["low"]) <= float(row["high"])):  # else it is told already
        for period, by_place in found.get(rule["provinces"], {}).items():
            yield from _off(data, rule, period, by_place, totals[rule["national"], period])


def _off(data: Data, rule: Row, period: str, by_place: dict[str, float], totals: list[tuple[Row, float]]) -> Faults:
    """The last total, where the provinces fit to none; too little is no fault where a province is missing."""
    factor = data.factor(data.series[rule["provinces"]]["unit"], rule["national"])
    parts = math.fsum(by_place.values()) * (math.nan if factor is None else factor)
    low = float(rule["low"]) if len(by_place) == len(REGION_OF) else -math.inf
    for row, total in sorted(totals, key=lambda found: found[1] > 0):
        if total <= 0:
            yield at(row, "value", "A national figure to which provinces add up is above zero.", "Correct the value.")
            return
        off = 100 * (parts / total - 1)
        if AS_PRINTED in row["note"] or low - ROUNDED <= off <= float(rule["high"]) + ROUNDED:
            return  # provinces go with one vintage of the total
    if totals:
        text = f"{rule['provinces']}, {period}: the provinces sum to {off:+.3f} % of {rule['national']} for China"
        told = f"The provinces must add up within {rule['low']} to {rule['high']} % ({rule['why']})."
        fix = "Compare the rows of that year with the source; one is mistyped. "
        fix += f'If the total was revised and its parts were not, say so in its note, with "{AS_PRINTED}".'
        yield at(row, "value", told, fix, text)
