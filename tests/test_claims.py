"""The ledger holds the claims of the text as declared, and faults in it are told in sentences."""

from pathlib import Path

import pytest
import yaml
from hand_made import measure

from claimbook.evidence.claims import (
    Claim,
    ComparisonClaim,
    Facets,
    FactClaim,
    Ledger,
    LedgerError,
    NumberClaim,
    read_ledger,
)
from claimbook.firmness.judgement import judge_number

LEDGER = Path(__file__).parents[1] / "data" / "claims.yml"


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read_ledger(LEDGER)


def called(ledger: Ledger, claim_id: str) -> Claim:
    return next(c for c in ledger.claims if c.id == claim_id)


def of_kind(ledger: Ledger, model: type) -> list:
    return [c for c in ledger.claims if isinstance(c, model)]


# the ledger itself ---------------------------------------------------------------------------------------------------


def test_claims_stand_in_the_order_of_the_text(ledger):
    sections = [c.section for c in ledger.claims]
    assert sections == sorted(sections)
    assert ledger.text_date == "2023-12-31"


def test_numbers_are_tested_in_the_wording_of_the_text_in_its_year_or_as_of_it_and_within_a_window(ledger):
    """Stocks and structural shares speak for three years, flows and money for one."""
    assert {
        c.id: (c.test.in_words(), "in" if c.in_period else "as of", c.period, c.window)
        for c in of_kind(ledger, NumberClaim)
    } == {
        "zones-over-170": ("over\u00a0170", "as of", "2023", 3),
        "gdp-share-nearly-13": ("nearly\u00a013\u202f%", "as of", "2023", 3),
        "enterprises-over-100k": ("over\u00a0100,000", "as of", "2023", 3),
        "skilled-workers-over-4m": ("over\u00a04,000,000", "in", "2022", 1),
        "patents-over-20pct": ("over\u00a020\u202f%", "in", "2022", 3),
        "guidance-over-60pct-early": ("over\u00a060\u202f%", "as of", "2021", 1),
        "global-citations-28pct": ("28\u202f%", "as of", "2023", 3),
        "public-over-70pct": ("over\u00a070\u202f%", "in", "2022", 1),
    }


def test_literal_facets_stand_first_in_every_grid(ledger):
    for claim in of_kind(ledger, NumberClaim):
        literal = claim.facets.override(period=claim.period).model_dump() | {"made": "published"}
        assert claim.grid, claim.id
        assert claim.grid_cells()[0] == {name: literal[name] for name in claim.grid}, claim.id


def test_no_grid_holds_a_cell_twice(ledger):
    for claim in of_kind(ledger, NumberClaim):
        cells = [tuple(c.items()) for c in claim.grid_cells()]
        assert len(cells) == len(set(cells)), claim.id


def test_readings_change_the_literal_facets_and_differ_from_one_another(ledger):
    for claim in of_kind(ledger, NumberClaim):
        meanings = [claim.facets, *(claim.facets.override(**r.facets) for r in claim.readings)]
        assert len({m.model_dump_json() for m in meanings}) == len(meanings), claim.id
        assert len({r.name for r in claim.readings}) == len(claim.readings), claim.id
        assert not any("period" in r.facets for r in claim.readings), claim.id  # the rule reads the period elsewhere


def test_stocks_of_staff_and_shares_of_inventions_cannot_lean_claims_about_other_things(ledger):
    for claim_id in ("skilled-workers-over-4m", "patents-over-20pct"):
        claim = called(ledger, claim_id)
        assert all(r.facets["quantity"] != claim.facets.quantity for r in claim.readings), claim_id


def test_an_enterprises_share_of_inventions_is_near_and_leans_nothing(ledger):
    claim = called(ledger, "patents-over-20pct")
    others = {"quantity": "share of inventions", "base": "enterprises in China", "mode": "stock"}
    got = judge_number(claim, [measure("35", "2022", claim.facets, differ=others)], ledger.text_date, {})
    assert [(a.match, a.commensurable) for a in got.assessed] == [("near", False)]
    assert got.verdict == "unverified, no evidence"


def test_the_patent_grid_reaches_back_to_a_year_with_all_types_lest_it_hold_inventions_alone(ledger):
    assert called(ledger, "patents-over-20pct").grid["period"][-1] == "2016"


def test_only_the_statement_about_a_study_is_attributed(ledger):
    attributed = {c.id: c.attributed_to for c in ledger.claims if getattr(c, "attributed_to", "")}
    assert attributed == {"oecd-28pct-attribution": "OECD"}


def test_criteria_and_parts_are_named_once_in_each_claim(ledger):
    for claim in of_kind(ledger, ComparisonClaim):
        assert len({c.id for c in claim.criteria}) == len(claim.criteria), claim.id
    for claim in of_kind(ledger, FactClaim):
        assert len({p.id for p in claim.parts}) == len(claim.parts), claim.id


def test_every_criterion_has_a_reason_and_a_threshold_unless_it_asks_for_a_document(ledger):
    for claim in of_kind(ledger, ComparisonClaim):
        for criterion in claim.criteria:
            where = f"{claim.id}, {criterion.id}"
            assert criterion.why, where
            if criterion.op == "documented":
                assert criterion.threshold is None and not criterion.unit, where
            else:
                assert criterion.threshold is not None and criterion.unit, where


def test_each_named_place_is_tested_on_each_input_against_the_same_quotient(ledger):
    criteria = called(ledger, "top-zones-disproportionate").criteria
    inputs = ("government-rd", "local-fiscal", "laboratories", "venture")
    assert {c.id for c in criteria} == {f"{p}-{i}" for p in ("beijing", "shenzhen", "shanghai") for i in inputs}
    assert {(c.op, c.threshold) for c in criteria} == {("at least", 1.25)}
    assert all(c.says.lower().startswith(c.id.split("-")[0]) for c in criteria)


def test_torch_instruments_must_be_found_within_the_programme(ledger):
    instruments = [c for c in ledger.of_section("2.1") if c.id.startswith("torch-")]
    assert len(instruments) == 6
    of_one, of_all = {"largest-zone", "single-zones"}, "whole-programme"  # a rule of single zones, and one of the whole
    rules = {c.id: {p.id for p in c.parts} for c in instruments if len(c.parts) > 1}
    assert rules == {"torch-procurement": {"largest-zone", of_all}, "torch-venture-guidance": {"single-zones", of_all}}
    assert all("within the programme" in p.says for c in instruments for p in c.parts if p.id not in {*of_one, of_all})


def test_statements_are_one_short_sentence_in_our_own_words(ledger):
    text = LEDGER.read_text("utf-8")
    assert "\N{EM DASH}" not in text
    for claim in ledger.claims:
        assert claim.statement.endswith(".") and claim.statement.count(". ") == 0, claim.id
        assert len(claim.statement) <= 120, claim.id


# faults -------------------------------------------------------------------------------------------------------------

FACETS = {"quantity": "count of things"}
NUMBER = {
    "id": "a-number",
    "section": "0",
    "kind": "number",
    "statement": "It is so large.",
    "test": {"op": "over", "value": 1, "unit": "count"},
    "as_of": "2023",
    "facets": FACETS,
    "window": 1,
}
OPINION = {"id": "an-opinion", "section": "0", "kind": "opinion", "statement": "It is good."}


def fault(tmp_path: Path, *claims: dict, **more) -> str:
    """Message of the error that a ledger with these claims gives."""
    path = tmp_path / "claims.yml"
    path.write_text(yaml.safe_dump({"text_date": "2023-12-31", "claims": list(claims)} | more), "utf-8")
    with pytest.raises(LedgerError) as caught:
        read_ledger(path)
    message = str(caught.value)
    assert all(line.startswith("claims.yml: ") and line.endswith(".") for line in message.splitlines())
    return message


def test_the_claims_that_the_faults_start_from_are_sound(tmp_path):
    path = tmp_path / "claims.yml"
    path.write_text(yaml.safe_dump({"text_date": "2023-12-31", "claims": [NUMBER, OPINION]}), "utf-8")
    assert [c.id for c in read_ledger(path).claims] == ["a-number", "an-opinion"]


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ([OPINION | {"kind": "guess"}], ["claim 'an-opinion'", "'guess'", "'comparison'"]),
        ([NUMBER | {"facets": FACETS | {"colour": "red"}}], ["claim 'a-number'", "facets, colour"]),
        ([NUMBER | {"verdict": "supported"}], ["claim 'a-number'", "verdict"]),
        ([NUMBER | {"test": NUMBER["test"] | {"op": "beyond"}}], ["claim 'a-number'", "test, op"]),
        ([NUMBER | {"window": 9}], ["claim 'a-number'", "window"]),
        ([NUMBER | {"in_period": "2023"}], ["give either in_period or as_of"]),
        ([NUMBER | {"as_of": ""}], ["give either in_period or as_of"]),
        ([NUMBER | {"facets": FACETS | {"period": "2023"}}], ["the period follows from in_period or as_of"]),
        (
            [NUMBER | {"readings": [{"name": "otherwise", "facets": {"colour": "red"}}]}],
            ["reading 'otherwise': unknown facets ['colour']"],
        ),
        ([NUMBER | {"readings": [{"name": "idle", "facets": {}}]}], ["reading 'idle' changes nothing"]),
        ([NUMBER | {"grid": {"colour": ["red"]}}], ["unknown grid facets ['colour']"]),
        ([OPINION, OPINION], ["two claims are called an-opinion"]),
        ([OPINION | {"kind": "fact", "parts": []}], ["parts"]),
        ([OPINION | {"kind": "comparison", "criteria": []}], ["criteria"]),
    ],
)
def test_a_fault_is_told_with_its_place_and_its_rule(tmp_path, claims, words):
    message = fault(tmp_path, *claims)
    assert all(word in message for word in words)


def test_several_faults_are_told_in_one_go(tmp_path):
    message = fault(tmp_path, NUMBER | {"colour": "red"}, OPINION | {"kind": "guess"})
    assert len(message.splitlines()) == 2


def test_an_unknown_field_of_the_ledger_is_told(tmp_path):
    assert "author" in fault(tmp_path, OPINION, author="somebody")


def test_a_claim_has_the_facets_that_it_declares_and_no_others(ledger):
    assert called(ledger, "zones-over-170").facets == Facets(
        quantity="count of zones",
        numerator="national high-tech zones",
        mode="stock",
        scope="approved zones",
        place="China",
    )
