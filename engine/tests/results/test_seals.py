"""A threshold that is moved after it was sealed is noticed."""

import pytest
import towns
from bs4 import BeautifulSoup
from finished_report import ROOT

from claimbook.changes import record
from claimbook.evidence.claims import Ledger
from claimbook.project.folders import UserError
from claimbook.results import seals
from claimbook.results.models import ClaimRecord, TurnOfTime

CLAIM = "gdp-share-nearly-13"
DATA = ROOT / "data"


@pytest.fixture(scope="module")
def records():
    output = record.read_record(record.stored_record_path(ROOT, "2026"))["claims"]
    return [ClaimRecord.model_validate(claim, extra="ignore") for claim in output]


def made(ledger, records):
    return seals.make_seal("2027", "2026-11-28", ledger, records, {"cutoff": "2026-11-25"})


@pytest.fixture(scope="module")
def seal(ledger, records):
    return made(ledger, records)


def with_claim(ledger, **fields):
    claims = [c.model_copy(update=fields) if c.id == CLAIM else c for c in ledger.claims]
    return Ledger(**dict(ledger) | {"claims": tuple(claims)})


def said_of(seal, now, verdict=None, reasons=()):
    """Return the changes noticed for the claim and for all claims, given its verdict on the day of the seal."""
    turn = TurnOfTime(day="", verdict=verdict, stands_as=verdict, sources=()) if verdict else None
    found = seals.changes_since(seal, now, {CLAIM: turn} if turn else {}, reasons)
    assert {name for name, output in found.items() if output} <= {CLAIM, ""}
    return found[CLAIM], found[""]


def test_only_changes_are_reported(seal, ledger, records):
    sealed = next(c for c in seal.claims if c.id == CLAIM)
    again = seals.Seal.model_validate_json(seal.model_dump_json())  # as stored on disk
    assert said_of(again, made(ledger, records), sealed.verdict) == ([], [])
    assert seals.sealed_in_words(seal, {CLAIM: [], "": []}, CLAIM) == "Judged as sealed on 28 November 2026."


@pytest.mark.parametrize(("name", "value"), [("value", 13.5), ("tolerance", 0.06), ("op", "about")])
def test_a_threshold_that_is_moved_in_the_ledger_is_reported_with_its_reason(seal, ledger, records, name, value):
    test = next(c for c in ledger.claims if c.id == CLAIM).test
    now = made(with_claim(ledger, test=test.model_copy(update={name: value})), records)
    reported = said_of(seal, now)[0]
    assert reported[0].startswith(f"test.{name} was {getattr(test, name)!r} and is now {value!r}")
    before_the_seal, on_its_day = "2026-11-27", seal.sealed
    for day, reason in ((before_the_seal, "no reason is given"), (on_its_day, "reason: why")):
        why = [{"claim_id": CLAIM, "date": day, "reason": "why"}]
        assert said_of(seal, now, reasons=why)[0][-1] == reason


def test_a_claim_that_goes_or_comes_is_reported(seal, ledger, records):
    fewer = Ledger(**dict(ledger) | {"claims": tuple(c for c in ledger.claims if c.id != CLAIM)})
    assert said_of(seal, made(fewer, records))[0][0] == "it was removed"
    assert said_of(made(fewer, records), seal)[0] == ["it was added after the others were sealed"]


def test_other_evidence_that_a_function_asks_for_is_reported(seal, ledger, records):
    asking = [r.model_copy(update={"asks": {"series": ("a", "b")}}) if r.id == CLAIM else r for r in records]
    before, now = made(ledger, asking), made(ledger, [r.model_copy(update={"asks": {"event": ("c",)}}) for r in asking])
    reported = seals.changes_since(before, now, {}, ())[CLAIM]
    assert reported[:2] == ["its function no longer reads these series: a, b", "its function also reads these event: c"]


def test_another_rule_is_reported_for_all_claims(seal, ledger, records):
    other = seal.model_copy(update={"rule": "0" * 64})
    reported = said_of(other, made(ledger, records))
    assert reported == ([], [f"the rule was another: its script recompute.py had the SHA-256 {other.rule}"])
    assert seals.sealed_in_words(other, {CLAIM: [], "": reported[1]}, CLAIM).startswith("Judged as sealed on ")


def test_a_seal_is_small_and_has_a_line_for_each_claim(seal):
    content = seals.seal_as_json(seal)
    assert seals.Seal.model_validate_json(content) == seal
    assert len([line for line in content.decode().splitlines() if line.startswith('{"id"')]) == len(seal.claims)


def test_a_figure_that_moves_is_reported_where_it_moves_the_verdict(seal, ledger, records):
    reported = said_of(seal, made(ledger, records), "supported")[0]
    assert reported[0].startswith("on the evidence of that day the verdict is now “supported”; it was “")


def test_a_file_that_is_not_a_seal_is_reported_with_what_to_do(seal, tmp_path):
    path = tmp_path / "2027.seal.json"
    path.write_text(seal.model_dump_json().replace('"sealed":', '"seeled":', 1))
    with pytest.raises(UserError, match=r"^editions/2027.seal.json is not a valid seal: sealed: .*git checkout"):
        seals.read_seal(path)


@pytest.mark.slow
def test_a_report_says_on_the_page_of_each_claim_whether_its_mark_was_moved(project, tmp_path):
    build = (project / "_build").rename(tmp_path / "_build")
    assert towns.run(project, "edition", "seal", "2026")[1].startswith("Error: A seal needs the results of the report")
    build.rename(project / "_build")
    (code, output), (again, refused) = towns.run_all(project, *[["edition", "seal", "2026"]] * 2)
    assert code == 0 and "3 claims, with evidence up to 2026-06-30" in output, output
    assert again == 1 and "Edition 2026 is already sealed" in refused
    towns.edit(project / "data" / "claims.yml", "value: 50, unit", "value: 40, unit")
    code, output = towns.run(project, "report")
    assert code == 0, output
    pages = {page.stem: page for page in (project / "_build/2026/html/claims").glob("*.html")}
    reported = {name: BeautifulSoup(page.read_bytes(), "lxml").article.get_text(" ") for name, page in pages.items()}
    assert "test.value was 50.0 and is now 40.0; " in reported["libraries-over-50"]
    assert "the verdict is now “supported”; it was “overstated”; no reason is given." in reported["libraries-over-50"]
    assert "Judged as sealed on " in reported["first-in-alder-1990"]
