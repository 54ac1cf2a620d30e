"""Could a mark be moved after it was sealed, without its being noticed?"""

import shutil
from pathlib import Path

import pytest
import towns
from bs4 import BeautifulSoup
from finished import ROOT

from claimbook.changes import record
from claimbook.evidence.claims import Ledger, read_ledger
from claimbook.results import seals
from claimbook.results.models import ClaimRecord, TurnOfTime
from claimbook.say.csv_tables import rows_in

CLAIM = "gdp-share-nearly-13"
DATA = ROOT / "data"


@pytest.fixture(scope="module")
def ledger():
    return read_ledger(DATA / "claims.yml")


@pytest.fixture(scope="module")
def records():
    said = record.read(record.stored(ROOT, "2026"))["claims"]
    return [ClaimRecord.model_validate(claim | {"code": "c0de"}, extra="ignore") for claim in said]


def made(ledger, records, data=DATA):
    return seals.made("2027", "2026-11-28", ledger, records, {"cutoff": "2026-11-25"}, data)


@pytest.fixture(scope="module")
def seal(ledger, records):
    return made(ledger, records)


def with_claim(ledger, **fields):
    claims = [c.model_copy(update=fields) if c.id == CLAIM else c for c in ledger.claims]
    return Ledger(**dict(ledger) | {"claims": tuple(claims)})


def said_of(seal, now, verdict=None, reasons=()):
    """What is noticed of the claim and of what concerns all, where on the day of the seal its verdict is this one."""
    turn = TurnOfTime(day="", verdict=verdict, stands_as=verdict, sources=()) if verdict else None
    found = seals.changed(seal, now, {CLAIM: turn} if turn else {}, reasons)
    assert {name for name, said in found.items() if said} <= {CLAIM, ""}
    return found[CLAIM], found[""]


def test_nothing_that_stays_is_told(seal, ledger, records):
    sealed = next(c for c in seal.claims if c.id == CLAIM)
    again = seals.Seal.model_validate_json(seal.model_dump_json())  # as it lies on disk
    assert said_of(again, made(ledger, records), sealed.verdict) == ([], [])
    assert seals.sealed_in_words(seal, {CLAIM: [], "": []}, CLAIM) == "Judged as sealed on 28 November 2026."


def test_a_mark_that_moves_in_the_ledger_is_told_with_its_reason(seal, ledger, records):
    test = next(c for c in ledger.claims if c.id == CLAIM).test
    for moved in ({"value": 13.5}, {"tolerance": 0.06}, {"op": "about"}):
        now = made(with_claim(ledger, test=test.model_copy(update=moved)), records)
        (name,) = moved
        told = said_of(seal, now)[0]
        assert told[0].startswith(f"test.{name} was {getattr(test, name)!r} and is {moved[name]!r}")
        assert told[-1] == "no reason is given"
    days = (("2026-11-27", "old"), ("2027-01-02", "new"))
    why = [{"claim_id": CLAIM, "date": day, "reason": says} for day, says in days]
    assert said_of(seal, now, reasons=why)[0][-1] == "reason: new"


def test_a_claim_that_goes_or_comes_is_told(seal, ledger, records):
    fewer = Ledger(**dict(ledger) | {"claims": tuple(c for c in ledger.claims if c.id != CLAIM)})
    assert said_of(seal, made(fewer, records))[0][0] == "it was taken out"
    assert said_of(made(fewer, records), seal)[0] == ["it was not there when the others were sealed"]


def test_a_mark_that_moves_in_the_code_is_told(seal, ledger, records, tmp_path, monkeypatch):
    library = tmp_path / "src"
    shutil.copytree(Path(seals.__file__).parents[2], library, ignore=shutil.ignore_patterns("__pycache__"))
    rule = library / "claimbook" / "evidence" / "intervals.py"
    rule.write_text(rule.read_text().replace("ABOUT = 0.05", "ABOUT = 0.06"))
    monkeypatch.setattr(seals, "__file__", str(library / "claimbook" / "results" / "seals.py"))
    assert said_of(seal, made(ledger, records))[1] == ["the rule is another in claimbook/evidence/intervals.py"]


def test_a_grade_or_a_meaning_that_moves_is_told_and_a_new_row_is_not(seal, ledger, records, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    sources = (data / "sources.csv").read_text(encoding="utf-8")
    first = rows_in(data / "sources.csv")[0]
    line = sources.splitlines()[1]
    (data / "sources.csv").write_text(f"{sources}{line.replace(first['source_id'], 'new', 1)}\n", encoding="utf-8")
    assert said_of(seal, made(ledger, records, data)) == ([], [])
    (data / "sources.csv").write_text(sources.replace(line, line.replace(first["title_en"], "Other")), encoding="utf-8")
    assert said_of(seal, made(ledger, records, data))[1] == [f"sources.csv is another in {first['source_id']}"]


def test_a_figure_that_moves_is_told_where_it_moves_the_verdict(seal, ledger, records):
    told = said_of(seal, made(ledger, records), "supported")[0]
    assert told[0].startswith("the evidence of that day would give “supported”, and gave “")


def test_a_file_that_is_no_seal_is_told_with_what_to_do(seal, tmp_path):
    path = tmp_path / "2027.seal.json"
    path.write_text(seal.model_dump_json().replace('"sealed":', '"seeled":', 1))
    with pytest.raises(seals.SealError, match=r"^editions/2027.seal.json is no seal: sealed: .*git checkout -- "):
        seals.read(path)


def test_what_would_decide_a_claim_is_what_the_rule_gives(seal):
    decides = {claim.id: {case.when: case.verdict for case in claim.decides} for claim in seal.claims}
    of_year = "a share of GDP for 2023, or else the last complete year before it"
    assert (
        decides[CLAIM]
        | {
            f"{of_year} between 12.35\u202f% and 13\u202f%": "supported",
            f"{of_year} above 13.65\u202f%": "understated",
            "no share of GDP of exactly this": "unverified",
        }
        == decides[CLAIM]
    )
    assert "understated" not in decides["zones-over-170"].values()  # "over" has no upper end
    either = decides["massive-investment"]  # of whose marks any will do
    assert either["one mark met and the others not"] == "supported"
    assert either["no mark met"] == "not supported"
    assert decides["recommendations"] == {}


@pytest.mark.slow
def test_a_report_says_on_the_page_of_each_claim_whether_its_mark_was_moved(tmp_path):
    folder = towns.create(tmp_path / "towns")
    assert towns.run(folder, "edition", "seal", "2026")[1].startswith("Error: A seal holds what the report says")
    assert towns.run(folder, "report")[0] == 0
    (code, said), (again, refused) = towns.told(folder, *[["edition", "seal", "2026"]] * 2)
    assert code == 0 and "3 claims, by the evidence up to 2026-06-30" in said, said
    assert again == 1 and "is there already" in refused
    towns.edit(folder / "data" / "claims.yml", "value: 50, unit", "value: 40, unit")
    code, said = towns.run(folder, "report")
    assert code == 0, said
    pages = {page.stem: page for page in (folder / "_build/2026/html/claims").glob("*.html")}
    told = {name: BeautifulSoup(page.read_bytes(), "lxml").article.get_text(" ") for name, page in pages.items()}
    assert "test.value was 50.0 and is 40.0; " in told["libraries-over-50"]
    assert "would give “supported”, and gave “overstated”; no reason is given." in told["libraries-over-50"]
    assert "Judged as sealed on " in told["first-in-alder-1990"]
