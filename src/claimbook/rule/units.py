"""Checks that two numbers have the same unit. If not, a sentence says what to write."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from claimbook.evidence.claims import Claim, Criterion, FactClaim, NumberClaim, Test
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import UnitsDiffer
from claimbook.project import folders
from claimbook.project.csv_tables import rows_in
from claimbook.rule.matching import match, resolve_period
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


def units_agree(claim: Claim, evidence: Any, text_date: str) -> None:
    """Raise UnitsDiffer if a measure or finding is not in the unit of the test that it is compared with.

    A measure of another quantity that is only close to the claim may have another unit.
    """
    if isinstance(claim, NumberClaim):
        period = resolve_period(claim, evidence, text_date)
        for m in evidence:
            compared = m.facets.quantity == claim.facets.quantity or match(claim, period, m)[0] != "near"
            if compared and m.unit != claim.test.unit:
                raise _differ(claim.id, m.label, claim.test, m.unit)
    for part in claim.parts if isinstance(claim, FactClaim) else ():
        for f in evidence.get(part.id, ()):
            if part.test and f.value is not None and f.unit != part.test.unit:
                raise _differ(f"{claim.id}, {part.id}", f.says, part.test, f.unit)


def values_agree(criterion: Criterion, interval: Interval | None, witnesses: Iterable[Any]) -> None:
    """Raise UnitsDiffer if a measure or quantity with this range is not in the unit of the criterion."""
    for w in witnesses:
        if interval is not None and getattr(w, "interval", None) == interval and w.unit != criterion.unit:
            number = Test(op="over", value=criterion.threshold or 0, unit=criterion.unit)
            raise _differ(criterion.id, w.label, number, w.unit, "threshold")


def _differ(where: str, label: str, test: Test, unit: str, field: str = "value") -> UnitsDiffer:
    what = unit_advice(test, [unit], factors_in(folders.data_folder()), field)
    return UnitsDiffer(f"{where}: {label}. {what} Or convert the measures to {test.unit or 'no unit'}.")
