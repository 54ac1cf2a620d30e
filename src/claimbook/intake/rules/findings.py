"""Rules for findings of studies: each has a side or, for a causal claim, an outcome and a direction."""

from collections.abc import Iterator, Mapping

from claimbook.intake.problems import Faults, nearest
from claimbook.intake.tables import Data, fault_at
from claimbook.project.csv_tables import Row


def coded(data: Data) -> Faults:
    """Yield the first fault of each finding that lacks what its claims need. claims.yml names the outcomes."""
    causal = [claim for claim in data.claims or () if claim.kind == "causal"]
    groups = {claim.id: [outcome.group for outcome in claim.outcomes] for claim in causal}
    for row in data["studies"] if data.claims is not None else ():
        for is_wrong, column, rule, fix in _checks(row, groups):
            if is_wrong:
                yield fault_at(row, column, rule, fix)
                break


def _checks(row: Row, groups: Mapping[str, list[str]]) -> Iterator[tuple[object, str, str, str]]:
    """Yield possible faults of a finding, the most basic first: whether it has it, the column, the rule and the fix."""
    claims, outcome, counts = row["claim_ids"].split(";"), row["outcome_group"], row["counts"]
    named = next((groups[claim] for claim in claims if claim in groups), None)
    rule, fix = "The columns outcome_group and counts belong together.", "Fill in both columns, or neither."
    yield bool(outcome) != bool(counts), "counts", rule, fix
    rule, fix = "A finding with an outcome group belongs to one claim.", "Write one row for each claim."
    yield len(claims) > 1 and (outcome or named is not None), "claim_ids", rule, fix
    if named is None:
        rule, fix = "A finding must say which side it is on.", "Write for, against, both or context."
        yield not row["speaks"], "speaks", rule, fix
        return
    rule = "A finding on a causal claim must name its outcome."
    fix = f"The claim names these outcomes: {' | '.join(named)}."
    yield not outcome, "outcome_group", rule, fix
    rule = "A finding on a causal claim has no side; outcome_group, counts and sign say what it means."
    yield row["speaks"], "speaks", rule, "Leave it empty."
    fix = "Write positive, negative, none or mixed, or write no in the column counts."
    yield counts != "no" and not row["sign"], "sign", "A finding on a causal claim must have a direction.", fix
    fix = nearest(outcome, named, "write related in the column counts")
    rule = "A finding counts only if the claim names its outcome."
    yield counts == "yes" and outcome not in named, "outcome_group", rule, fix
    rule = "A finding that counts must say how the effect was estimated."
    fix = "Write the design, or write related in the column counts."
    yield counts == "yes" and not row["design"], "design", rule, fix
