"""The results of the built report as a whole: every claim, in order, with its measures and their sources."""

import csv
from typing import Any

import pytest
import yaml
from checkout import ROOT

pytestmark = pytest.mark.book


def declared() -> list[dict[str, Any]]:
    return yaml.safe_load((ROOT / "data" / "claims.yml").read_text(encoding="utf-8"))["claims"]


def test_the_results_hold_all_claims_in_their_order_and_all_that_is_declared_of_them(claims):
    assert [(c["id"], c["section"], c["kind"]) for c in claims] == [
        (c["id"], c["section"], c["kind"]) for c in declared()
    ]
    for entry, found in zip(declared(), claims, strict=True):  # verdicts are judged again in test_api.py
        assert entry["kind"] != "number" or (found["measures"] and found["robustness"]["grid"])
        parts = [part["id"] for part in entry.get("criteria", entry.get("parts", []))]
        cells = [m["cell"] for m in found["measures"]]
        # measures of a number are of many cells, and studies near a cause of other outcomes than the declared ones
        assert entry["kind"] in {"number", "causal"} or set(cells) <= set(parts)
        assert entry["kind"] != "comparison" or cells == parts, "a comparison has one measure a criterion"


def test_at_most_ten_scored_claims_are_undecided_and_each_has_its_searches(claims):
    open_words = ("unverified", "undecided", "source not found")
    undecided = {c["id"] for c in claims if c["verdict"].startswith(open_words)}
    log = (ROOT / "data" / "search_log.csv").read_text(encoding="utf-8").splitlines()
    searched = {c for row in csv.DictReader(log) for c in row["claim_ids"].split(";")}
    assert len(undecided) <= 10, sorted(undecided)
    assert not undecided - searched


def test_no_measure_lacks_a_source_unless_it_is_a_criterion_without_data(claims):
    bare = [(c, m) for c in claims for m in c["measures"] if not m["sources"]]
    assert not [m["label"] for c, m in bare if (c["kind"], m["outcome"]) != ("comparison", "no data")]
    assert not [m["label"] for _, m in bare if m["value"] is not None or m["decides"]]
