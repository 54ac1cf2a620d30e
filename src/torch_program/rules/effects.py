"""Checks of effects.csv: each effect is of a listed study, and its size, range, unit and sign agree."""

from claimbook.intake.problems import Faults
from claimbook.intake.rules.names import unknown_names
from claimbook.intake.tables import Data, fault_at
from claimbook.project.files import Row

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
        rule, fix = "An effect has a unit if its size was printed, and only then.", "Fill in both, or neither."
        yield fault_at(row, "unit", rule, fix)
    in_order = [size[column] for column in ("low", "estimate", "high") if column in size]
    if in_order != sorted(in_order):
        rule = "The range does not run from low over the estimate to high."
        yield fault_at(row, "low", rule, "Correct the three numbers.", " ".join(row[column] for column in SIZES))
    wrong = {"positive": lambda x: x < 0, "negative": lambda x: x > 0}.get(row["sign"], lambda _: False)
    if in_order and all(map(wrong, in_order)):
        fix = "Correct the sign, or the size."
        yield fault_at(row, "sign", "The size has the other sign.", fix, f"{row['sign']}, {in_order[0]:g}")
