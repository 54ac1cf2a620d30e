"""Checks that two numbers have the same unit. If not, a sentence says what to write."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from claimbook.evidence.claims import Criterion, Test
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import UnitsDiffer
from claimbook.project import folders
from claimbook.project.csv_tables import rows_in
from claimbook.say.words import listed

Factors = Mapping[tuple[str, str], float]  # (unit, canonical unit) to factor, as in units.csv


def factors_in(data: Path) -> Factors:
    """Read the conversions of units.csv; skip a row without a number, because the data check reports it."""
    known: dict[tuple[str, str], float] = {}
    for row in rows_in(data / "units.csv"):
        with suppress(ValueError, LookupError):
            known[row["unit"], row["canonical"]] = float(row["factor"])
    return known


def factor(unit: str, other: str, known: Factors) -> float | None:
    """Return how many of the unit `other` make one of the unit `unit`; None if units.csv does not say."""
    one = {**known, **{(to, of): 1 / value for (of, to), value in known.items()}}
    ways = [(unit, other, 1.0)] + [(mid, other, value) for (of, mid), value in one.items() if of == unit]
    return next((value * one[mid, to] for mid, to, value in ways if (mid, to) in one), None)


def unit_advice(test: Test, units: Iterable[str], known: Factors, field: str = "value") -> str:
    """Return what to write for a test that is not in the unit of its measures."""
    units = sorted(units)
    counted = f"The measures are in {listed(units)}, and the test is in {test.unit}"
    times = factor(test.unit, units[0], known)
    if times is None:
        return f"{counted}: write the number as the measures count it, unit: {units[0]}."
    value = f"{field}: {test.value * times:.12g}, unit: {units[0]}"
    digit = f", digit: {test.digit * times:.12g}" * (test.op == "equals")
    return f"{counted}: write {value}{digit}."


def values_agree(criterion: Criterion, interval: Interval | None, witnesses: Iterable[Any]) -> None:
    """Raise UnitsDiffer if a measure or quantity with this range is not in the unit of the criterion."""
    for w in witnesses:
        if interval is not None and getattr(w, "interval", None) == interval and w.unit != criterion.unit:
            number = Test(op="over", value=criterion.threshold or 0, unit=criterion.unit)
            raise units_differ(criterion.id, w.label, number, w.unit, "threshold")


def units_differ(where: str, label: str, test: Test, unit: str, field: str = "value") -> UnitsDiffer:
    """Return the error for a number that is not in the unit of its test, with what to write."""
    what = unit_advice(test, [unit], factors_in(folders.data_folder()), field)
    return UnitsDiffer(f"{where}: {label}. {what} Or convert the measures to {test.unit or 'no unit'}.")
