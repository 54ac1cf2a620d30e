"""The finished pages of the sections: answers first, details for reviewers folded, charts that fit a page."""

import json

import pytest
from bs4 import Tag
from checkout import BUILT, ROOT
from finished_report import HTML, plain, soup

from claimbook.evidence.claims import read_ledger
from claimbook.project import outputs as results
from claimbook.project.outputs import SECTIONS

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]
LEDGER = read_ledger(ROOT / "data" / "claims.yml")


@pytest.fixture(params=sorted(path.stem for path in (ROOT / "notebooks").glob(SECTIONS)))
def of_section(request: pytest.FixtureRequest) -> Tag:
    """The finished page of a section, one after the other."""
    return soup(HTML / "notebooks" / f"{request.param}.html").select_one("article.bd-article")


def test_a_section_shows_each_claim_once_with_its_answer_and_finding(of_section, request):
    executed = BUILT / "executed" / f"{request.node.callspec.params['of_section']}.ipynb"
    record = results.read_section_record(json.loads(executed.read_text(encoding="utf-8")))
    boxes = {box["id"]: box for box in of_section.select("div.judgement")}
    assert [*boxes] == [f"claim-{claim['id']}" for claim in record["claims"]]
    assert {claim.id for claim in LEDGER.of_section(record["section"])} == {c["id"] for c in record["claims"]}
    for claim in record["claims"]:
        box = boxes[f"claim-{claim['id']}"].select("p:not(.admonition-title)")
        says, *to_quote = (paragraph.get_text() for paragraph in box)
        assert says.startswith(claim["answer"]) and box[-1].get_text().endswith("How it was judged"), claim["id"]
        assert plain(claim["found"]) in plain(says), claim["id"]
        assert [line[:9] for line in to_quote] == ["To quote."] * (claim["kind"] == "number"), claim["id"]


def test_a_section_opens_with_its_answer_and_ends_with_its_limits_and_sources(of_section):
    opening = of_section.section.find_all(["p", "section"], recursive=False)[0]
    assert opening.name == "p" and len(opening.get_text().split()) > 40
    assert not [e for e in opening.find_previous_siblings() if e.select(".marks, svg")]
    headings = [part.h2.find(string=True) for part in of_section.section.find_all("section", recursive=False)]
    assert [heading for heading in headings if heading != "What follows"][-2:] == ["Limits", "Sources"]


def test_a_part_of_a_section_shows_its_code_in_at_most_one_place(of_section):
    code = "details.above-input"
    outside = [fold for fold in of_section.section.select(code) if fold.find_parent("section") is of_section.section]
    of_parts = [part.select(code) for part in of_section.section.find_all("section", recursive=False)]
    assert all(len(folds) <= 1 for folds in (outside, *of_parts))


def test_no_reader_sees_the_name_of_a_claim_in_the_ledger(of_section):
    unread = {id(e) for e in of_section.select("pre, script, details.cite, .figure-tools")}
    boxes = of_section.select("div.admonition, figcaption, table, details.reviewer")
    strings = (s for e in boxes for s in e.find_all(string=True))
    seen = " ".join(s for s in strings if not any(id(parent) in unread for parent in s.parents))
    assert not [c.id for c in LEDGER.claims if "-" in c.id and c.id.count("-") > 1 and c.id in seen]


def test_details_for_reviewers_are_folded_under_a_summary(of_section):
    folds = of_section.select("details.reviewer")
    assert folds and all(f.summary.get_text().strip() and f.select_one("table.reviewer caption") for f in folds)
    assert len(folds) == len(of_section.select("table.reviewer")) and not of_section.select("details.reviewer[open]")
