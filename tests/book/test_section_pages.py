"""The finished pages of the sections: answers first, what convinces reviewers folded, charts that fit a page."""

import json

import pytest
from bs4 import Tag
from finished import HTML, ROOT, soup

from claimbook.evidence.claims import read_ledger
from claimbook.say import recorded as results
from claimbook.say.recorded import SECTIONS

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]
LEDGER = read_ledger(ROOT / "data" / "claims.yml")
NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob(SECTIONS))


@pytest.fixture(params=NAMES)
def name(request) -> str:
    return request.param


@pytest.fixture
def page(name: str) -> Tag:
    return soup(HTML / "notebooks" / f"{name}.html").select_one("article.bd-article")


@pytest.fixture
def notebook(name: str) -> dict:
    return json.loads((ROOT / "_build" / "2026" / "executed" / f"{name}.ipynb").read_text(encoding="utf-8"))


def test_a_section_opens_with_an_answer_to_each_claim_that_leads_to_its_card(page, notebook):
    box = page.select_one("div.claims")
    assert not [head for head in box.find_all_previous("h2") if head.find_parent("article")]
    items = box.select("li")
    claims = LEDGER.of_section(results.read(notebook)["section"])
    assert [item.select_one("a")["href"] for item in items] == [f"#claim-{c.id}" for c in claims]
    for item, claim in zip(items, claims, strict=True):
        assert item.get_text().strip().split(": ", 1)[1] and "…" not in item.get_text(), claim.id
        assert item.select_one(".verdict"), claim.id
        assert page.find(id=f"claim-{claim.id}"), claim.id


def test_no_reader_sees_the_name_of_a_claim_in_the_ledger(page):
    unread = {id(e) for e in page.select("pre, script, details.cite, .figure-tools")}
    strings = (
        s for e in page.select("div.admonition, figcaption, table, details.reviewer") for s in e.find_all(string=True)
    )
    seen = " ".join(s for s in strings if not any(id(parent) in unread for parent in s.parents))
    assert not [c.id for c in LEDGER.claims if "-" in c.id and c.id.count("-") > 1 and c.id in seen]


def test_what_convinces_who_checks_is_folded_and_says_what_it_is(page):
    folds = page.select("details.reviewer")
    assert folds and all(f.summary.get_text().strip() and f.select_one("table.reviewer caption") for f in folds)
    assert len(folds) == len(page.select("table.reviewer")) and not page.select("details.reviewer[open]")


def test_a_document_is_found_once_for_a_claim(page):
    for table in page.select("details.reviewer table"):
        heads = [th.get_text(strip=True) for th in table.select("thead th")]
        if "Found" in heads:
            place = heads.index("Found")
            found = [row.select("td")[place].get_text(strip=True) for row in table.select("tbody tr")]
            assert len(found) == len(set(found))
