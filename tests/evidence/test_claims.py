"""The ledger contains the claims of the text as declared, and its faults are reported in sentences."""

import pytest
from checkout import ROOT
from hand_made import measure

from claimbook.evidence.claims import Claim, Ledger, LedgerError, NumberClaim, read_ledger
from claimbook.rule.judgement import judge_number

LEDGER = ROOT / "data" / "claims.yml"


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read_ledger(LEDGER)


def called(ledger: Ledger, claim_id: str) -> Claim:
    return next(c for c in ledger.claims if c.id == claim_id)


def of_kind(ledger: Ledger, model: type) -> list:
    return [c for c in ledger.claims if isinstance(c, model)]


# the ledger itself ---------------------------------------------------------------------------------------------------


def test_claims_are_in_the_order_of_the_text(ledger):
    sections = [c.section for c in ledger.claims]
    assert sections == sorted(sections)
    assert ledger.text_date == "2023-12-31"


def test_every_grid_begins_with_the_literal_facets_and_has_no_cell_twice(ledger):
    for claim in of_kind(ledger, NumberClaim):
        literal = claim.facets.override(period=claim.period).model_dump() | {"made": "published"}
        cells = claim.grid_cells()
        assert claim.grid and cells[0] == {name: literal[name] for name in claim.grid}, claim.id
        assert len(cells) == len({tuple(c.items()) for c in cells}), claim.id


def test_readings_change_the_literal_facets_and_differ_from_one_another(ledger):
    for claim in of_kind(ledger, NumberClaim):
        meanings = [claim.facets, *(claim.facets.override(**r.facets) for r in claim.readings)]
        assert len({m.model_dump_json() for m in meanings}) == len(meanings), claim.id
        assert len({r.name for r in claim.readings}) == len(claim.readings), claim.id
        assert not any("period" in r.facets for r in claim.readings), claim.id  # the rule reads the period elsewhere


def test_an_enterprises_share_of_inventions_is_near_and_leans_nothing(ledger):
    claim = called(ledger, "patents-over-20pct")
    others = {"quantity": "share of inventions", "base": "enterprises in Threeland", "mode": "stock"}
    got = judge_number(claim, [measure("35", "2022", claim.facets, differ=others)], ledger.text_date, {})
    assert [(a.match, a.commensurable) for a in got.assessed] == [("near", False)]
    assert got.verdict == "unverified, no evidence"


def test_criteria_and_parts_are_named_once_and_a_criterion_has_a_mark_unless_it_asks_for_a_document(ledger):
    for claim in ledger.claims:
        inner = [*getattr(claim, "criteria", ()), *getattr(claim, "parts", ())]
        assert len({each.id for each in inner}) == len(inner), claim.id
        for c in getattr(claim, "criteria", ()):
            assert (c.op == "documented") == (c.threshold is None) == (not c.unit), f"{claim.id}, {c.id}"


def test_statements_are_one_short_sentence_in_our_own_words(ledger):
    text = LEDGER.read_text("utf-8")
    assert "\N{EM DASH}" not in text
    for claim in ledger.claims:
        assert claim.statement.endswith(".") and claim.statement.count(". ") == 0, claim.id
        assert len(claim.statement) <= 120, claim.id


# faults -------------------------------------------------------------------------------------------------------------


def test_a_notebook_with_a_faulty_ledger_names_the_command_that_lists_its_faults(tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text("{text_date: '2023-12-31', claims: [{kind: guess}], author: x}", "utf-8")
    with pytest.raises(LedgerError, match="claims.yml has 2 faults. Run `make check` to see the lines"):
        read_ledger(path)
