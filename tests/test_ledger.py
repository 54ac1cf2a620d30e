"""The ledger of this report: how its claims are declared, what they may rest on, and that no clause is left out."""

import json
import re

import pytest
from checkout import ROOT
from hand_made_evidence import measure

from claimbook.evidence.claims import CausalClaim, ComparisonClaim, NumberClaim
from claimbook.project.folders import rows_in
from claimbook.rule.kinds import judge

DATA, NOTEBOOKS = ROOT / "data", sorted((ROOT / "notebooks").glob("*.ipynb"))
MINISTRIES = {"MOST", "MIIT"}
OF_A_MINISTRY = ("htz_count", "htz_official_evaluation_rank", "htz_top50_count")  # titles and marks, no survey
CAUSES = re.compile(r"\b(created?|creates|makes?|made(?! up)|leads? to|led to|helps?|helped|causes?|brings? about)\b")


@pytest.fixture(scope="module")
def declared(ledger):
    return {c.id: c for c in ledger.claims}


@pytest.fixture(scope="module")
def numbers(ledger):
    return [c for c in ledger.claims if isinstance(c, NumberClaim)]


# how claims are declared ---------------------------------------------------------------------------------------------


def test_claims_are_in_the_order_of_the_text_in_one_short_sentence_each(ledger):
    sections = [c.section for c in ledger.claims]
    assert sections == sorted(sections) and ledger.text_date == "2023-12-31"
    assert "\N{EM DASH}" not in (DATA / "claims.yml").read_text("utf-8")
    assert not [c.id for c in ledger.claims if not re.fullmatch(r"(?:(?!\. ).){1,119}\.", c.statement)]


def test_every_grid_begins_with_the_literal_facets_and_has_no_cell_twice(numbers):
    for claim in numbers:
        literal = claim.facets.model_dump() | {"period": claim.period, "made": "published"}
        cells = claim.grid_cells()
        assert claim.grid and cells[0] == {name: literal[name] for name in claim.grid}, claim.id
        assert len(cells) == len({tuple(c.items()) for c in cells}), claim.id


def test_readings_change_the_literal_facets_and_differ_from_one_another(numbers):
    for claim in numbers:
        meanings = [claim.facets, *(claim.facets.override(**r.facets) for r in claim.readings)]
        assert len({m.model_dump_json() for m in meanings}) == len(meanings), claim.id
        assert len({r.name for r in claim.readings}) == len(claim.readings), claim.id


def test_an_enterprises_share_of_inventions_is_near_and_has_no_vote(ledger, declared):
    claim = declared["patents-over-20pct"]
    others = {"quantity": "share of inventions", "base": "enterprises in China", "mode": "stock"}
    got = judge(claim, [measure("35", "2022", claim.facets, differ=others)], ledger.text_date, {})
    assert [(a.match, a.commensurable) for a in got.assessed] == [("near", False)]
    assert got.verdict == "unverified, no evidence"


def test_a_criterion_has_a_threshold_unless_it_asks_for_a_document(ledger):
    for claim in ledger.claims:
        for c in getattr(claim, "criteria", ()):
            assert (c.op == "documented") == (c.threshold is None) == (not c.unit), claim.id


STRUCK_OUT = {  # marks without which the sentence could still be true, by claim
    "catch-up-to-breakthrough": {"top-papers"},
    "funds-reach-startups": {"ic-fund-ticket"},
    "lab-to-manufacturing": {"zhongguancun-output", "shenzhen-output"},
    "talent-pipelines": {"target-reached"},
    "top-zones-disproportionate": {"shenzhen-laboratories", "shenzhen-government-rd"},
    "zone-integration": {"laboratories", "incubators"},
}


@pytest.mark.parametrize(("claim_id", "marks"), STRUCK_OUT.items())
def test_what_could_fail_while_the_sentence_is_true_is_context_and_no_mark(declared, claim_id, marks):
    assert not marks & {c.id for c in declared[claim_id].criteria} and "context" in declared[claim_id].care


def test_no_criterion_counts_in_two_claims(ledger):
    says = [c.says for claim in ledger.claims if isinstance(claim, ComparisonClaim) for c in claim.criteria]
    assert sorted(says) == sorted(set(says))


# what claims may rest on ---------------------------------------------------------------------------------------------


def test_what_the_survey_counts_has_one_origin_whichever_ministry_prints_it():
    origin = {r["source_id"]: set(r["origin"].split("; ")) for r in rows_in(DATA / "sources.csv")}
    surveyed = [r for p in ("torch_zones", "zone_innovation") for r in rows_in(DATA / f"figures/{p}.csv")]
    surveyed = [r for r in surveyed if r["series"].startswith("htz_") and r["series"] not in OF_A_MINISTRY]
    assert not [r for r in surveyed if origin[r["source_id"]] <= MINISTRIES]
    release = {r["series"]: origin[r["source_id"]] for r in rows_in(DATA / "figures/international.csv")}
    assert release["gerd_ppp_bn"] & release["rd_intensity_msti"]


def test_no_count_and_no_document_judges_a_cause(declared):
    causal = {c.id for c in declared.values() if isinstance(c, CausalClaim)}
    assert causal >= {"scale-made", "talent-pipelines-made", "state-dampens-vc"}
    assert {c.id for c in declared.values() if c.kind != "opinion" and CAUSES.search(c.statement)} <= causal


def test_no_notebook_sets_the_end_of_an_event():
    cells = [(path, cell) for path in NOTEBOOKS for cell in json.loads(path.read_bytes())["cells"]]
    code = {f"{path.name}: {c['id']}": "".join(c["source"]) for path, c in cells if c["cell_type"] == "code"}
    # the ministry's charge ends with the move of the programme's centre, which its own statement dates
    assert [place for place, text in code.items() if re.search(r"\bended=(?!end\b)", text)] == []
