"""The ledger of this report: what its claims may rest on, and that it leaves out no clause of the text."""

import csv
import re

from checkout import ROOT

from claimbook.evidence.claims import read_ledger

DATA = ROOT / "data"
MINISTRIES = {"MOST", "MIIT"}
OF_A_MINISTRY = ("htz_count", "htz_official_evaluation_rank", "htz_top50_count")  # titles and marks, no survey
CAUSES = re.compile(r"\b(created?|creates|makes?|made(?! up)|leads? to|led to|helps?|helped|causes?|brings? about)\b")


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_the_survey_counts_has_one_origin_whichever_ministry_prints_it():
    origin = {r["source_id"]: set(r["origin"].split("; ")) for r in rows("sources.csv")}
    surveyed = [r for p in ("torch_zones", "zone_innovation") for r in rows(f"figures/{p}.csv")]
    surveyed = [r for r in surveyed if r["series"].startswith("htz_") and r["series"] not in OF_A_MINISTRY]
    assert not [r for r in surveyed if origin[r["source_id"]] <= MINISTRIES]
    release = {r["series"]: origin[r["source_id"]] for r in rows("figures/international.csv")}
    assert release["gerd_ppp_bn"] & release["rd_intensity_msti"]


def test_no_count_and_no_document_judges_a_cause():
    ledger = read_ledger(DATA / "claims.yml")
    read_off = {c.id for c in ledger.claims if c.kind not in {"causal", "opinion"} and CAUSES.search(c.statement)}
    assert not read_off
    assert {c.id for c in ledger.claims if c.kind == "causal"} >= {
        "scale-made",
        "talent-pipelines-made",
        "state-dampens-vc",
    }


def test_no_clause_of_the_text_is_dropped_in_silence():
    ledger = {c.id: c for c in read_ledger(DATA / "claims.yml").claims}
    clauses = rows("text.csv")
    named = {claim_id for row in clauses for claim_id in row["claim_ids"].split(";") if claim_id}
    assert named == set(ledger)
    assert not [row for row in clauses if bool(row["claim_ids"]) == bool(row["why_none"])]


STRUCK_OUT = {  # marks without which the sentence could still be true, by claim
    "catch-up-to-breakthrough": {"top-papers"},
    "funds-reach-startups": {"ic-fund-ticket"},
    "lab-to-manufacturing": {"zhongguancun-output", "shenzhen-output"},
    "talent-pipelines": {"target-reached"},
    "top-zones-disproportionate": {"shenzhen-laboratories", "shenzhen-government-rd"},
    "zone-integration": {"laboratories", "incubators"},
}


def test_what_could_fail_while_the_sentence_is_true_is_context_and_no_mark():
    declared = {c.id: c for c in read_ledger(ROOT / "data" / "claims.yml").claims}
    for claim_id, marks in STRUCK_OUT.items():
        assert not marks & {c.id for c in declared[claim_id].criteria}
        assert "context" in declared[claim_id].care
