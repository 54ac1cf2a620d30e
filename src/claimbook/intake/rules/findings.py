"""Rules for findings of studies: each has a side or, for a causal claim, an outcome and a direction."""

import yaml

from claimbook.intake.problems import Faults, nearest
from claimbook.intake.tables import Data, fault_at
from claimbook.project.csv_tables import Row
from claimbook.project.yaml_files import LOADER


def coded(data: Data) -> Faults:
    """Yield faults for findings that lack what their claims need. claims.yml names the outcomes."""
    try:
        claims = yaml.load(data.ledger, Loader=LOADER)["claims"]  # noqa: S506  (a safe one)
        named = {c["id"]: [o["group"] for o in c["outcomes"]] for c in claims if c["kind"] == "causal"}
    except (yaml.YAMLError, KeyError, TypeError, ValueError):
        return  # reported when claims.yml is checked
    for row in data["studies"]:
        claim_ids = row["claim_ids"].split(";")
        causes = [claim for claim in claim_ids if claim in named]
        if bool(row["outcome_group"]) != bool(row["counts"]):
            rule = "The columns outcome_group and counts belong together."
            yield fault_at(row, "counts", rule, "Fill in both columns, or neither.")
        elif (row["outcome_group"] or causes) and len(claim_ids) > 1:
            rule = "A finding with an outcome group belongs to one claim."
            yield fault_at(row, "claim_ids", rule, "Give each claim a row of its own.")
        elif causes:
            yield from _of_cause(row, named[causes[0]])
        elif not row["speaks"]:
            yield fault_at(
                row, "speaks", "A finding must say which side it is on.", "Write for, against, both or context."
            )


def _of_cause(row: Row, groups: list[str]) -> Faults:
    """Yield faults in a finding on a causal claim. `groups` are the outcomes that its sentence names."""
    if not row["outcome_group"]:
        rule = "A finding on a causal claim must name its outcome."
        yield fault_at(row, "outcome_group", rule, f"The claim names these outcomes: {' | '.join(groups)}.")
    elif row["speaks"]:
        rule = "A finding on a causal claim has no side; outcome_group, counts and sign say what it means."
        yield fault_at(row, "speaks", rule, "Leave it empty.")
    elif row["counts"] != "no" and not row["sign"]:
        rule = "A finding on a causal claim must have a direction."
        yield fault_at(row, "sign", rule, "Write positive, negative, none or mixed, or write no in the column counts.")
    elif row["counts"] == "yes" and row["outcome_group"] not in groups:
        rule = "A finding counts only if the claim names its outcome."
        yield fault_at(
            row, "outcome_group", rule, nearest(row["outcome_group"], groups, "write beside in the column counts")
        )
    elif row["counts"] == "yes" and not row["design"]:
        rule = "A finding that counts must say how the effect was estimated."
        yield fault_at(row, "design", rule, "Write the design, or write beside in the column counts.")
