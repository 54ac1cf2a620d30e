"""The results of the built report as a whole: every claim with its measures and sources, and every named value."""

import json

import pytest
from checkout import BUILT

from claimbook.notebook.notebook_file import written_cells
from claimbook.notebook.prose import MAGIC, VALUE_KEY
from claimbook.project.outputs import SECTIONS, read_section_record

pytestmark = pytest.mark.book


def test_the_results_hold_all_claims_in_their_order_and_all_that_is_declared_of_them(claims, ledger):
    for declared, found in zip(ledger.claims, claims, strict=True):  # verdicts are judged again in test_api.py
        assert (found["id"], found["section"], found["kind"]) == (declared.id, declared.section, declared.kind)
        assert declared.kind != "number" or (found["measures"] and found["robustness"]["grid"])
        parts = [part.id for part in getattr(declared, "criteria", getattr(declared, "parts", ()))]
        cells = [m["cell"] for m in found["measures"]]
        # measures of a number are of many cells, and studies near a cause of other outcomes than the declared ones
        assert declared.kind in {"number", "causal"} or set(cells) <= set(parts)
        assert declared.kind != "comparison" or cells == parts, "a comparison has one measure a criterion"


def test_at_most_ten_scored_claims_are_undecided_and_each_has_its_searches(claims, searched):
    open_words = ("unverified", "undecided", "source not found")
    undecided = {c["id"] for c in claims if c["verdict"].startswith(open_words)}
    assert len(undecided) <= 10, sorted(undecided)
    assert not undecided - searched


def test_no_measure_lacks_a_source_unless_it_is_a_criterion_without_data(claims):
    bare = [(c, m) for c in claims for m in c["measures"] if not m["sources"]]
    assert not [m["label"] for c, m in bare if (c["kind"], m["outcome"]) != ("comparison", "no data")]
    assert not [m["label"] for _, m in bare if m["value"] is not None or m["decides"]]


# Values of sentences that the default edition leaves out, each with the reason.
OTHER_EDITIONS = {
    "gdp-made": "edition 2023 works out GDP by province",
    **dict.fromkeys(("s21-later", "s21-later.year", "s21-later-day"), "a later share decides only if data/ has one"),
}


def test_every_value_that_the_prose_names_exists_so_that_no_sentence_is_dropped_unnoticed():
    executed = {path: path.read_bytes() for path in sorted((BUILT / "executed").glob(SECTIONS))}
    assert executed, "run `make report` first"
    missing = {
        key: f"{path.name}, cell {cell}"
        for path, content in executed.items()
        for cell, kind, text in written_cells(content)
        for key in VALUE_KEY.findall(text * (kind == MAGIC))
        if key not in read_section_record(json.loads(content))["values"]
    }
    assert set(missing) == set(OTHER_EDITIONS), missing
