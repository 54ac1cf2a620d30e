"""The front page, on hand-made claims; no figure here is evidence."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hand_made_records import COMPARISON, FACT, NUMBER, OPEN, OPINION, OVER_100, answered, judged_claim, weighed

from claimbook.citation import Work
from claimbook.pages.claim_pages import Card, front_html, in_brief
from claimbook.project.report import report_settings
from claimbook.templates import filled

CLAIMS = (FACT, COMPARISON, NUMBER, OPEN, OPINION)
CARD = Card(
    CLAIMS,
    {claim.id: "number of towns" if claim is NUMBER else claim.id for claim in CLAIMS},
    {"2.1": "notebooks/2-1", "3.1": "notebooks/3-1"},
    lambda document, anchor: f"{document}#{anchor}",
)
WORK = Work("A report", "What it is about.", ("Somebody",), "1.0.0", (), "2026", dt.date(2026, 11, 25), {}, "c0de")
LEAD = [{"says": "Most of it is right.", "claims": ["strong", "big", "began"]}]
TABLES = {"sources": [{"grade": "A", "seen": "opening"}], "codings": [], "changes_of_tests": []}
PRINTS = {"minute": "brief.pdf", "report": "report.pdf"}
ABOUT = {"text_date": dt.date(2023, 12, 31), "lead": LEAD, "prints": PRINTS, "editions": ["2023"], "twin": None}


@pytest.fixture(scope="module")
def front_page():
    return BeautifulSoup(front_html(CARD, TABLES, WORK, **ABOUT), "html.parser")


def test_every_claim_appears_once_under_its_answer_and_the_counts_add_up(front_page):
    under = {s["id"]: re.findall("“The statement <(.*)>.”", s.get_text()) for s in front_page.select("section.answer")}
    one_each = {"partly-right": ["strong"], "cannot-be-checked": ["open"], "opinion": ["nice"]}
    assert under == {"right": ["big", "began"]} | one_each
    counts = {a["href"][1:]: int(a.get_text().split()[0]) for a in front_page.select("p.counts a")}
    assert counts == {answer: len(claims) for answer, claims in under.items()}
    assert f"{len(CLAIMS)} statements" in front_page.select_one("p.counts").get_text()


def test_a_sentence_of_the_lead_ends_with_links_to_the_claims_that_it_rests_on(front_page):
    rests_on = front_page.select_one("p.lead .rests-on")
    assert rests_on.get_text().split() == ["2.1", "3.1"]
    places = ("2-1#claim-began", "2-1#claim-strong", "3-1#claim-big")
    assert [a["href"] for a in rests_on.select("a")] == [f"notebooks/{place}" for place in places]
    assert rests_on.select("a .verdict")[2]["aria-label"] == "Number of towns: right"


def test_a_claim_leads_to_its_place_unless_its_notebook_is_not_there(front_page):
    links = {li.strong.get_text(): li.a and li.a["href"] for li in front_page.select("section.answer li")}
    assert links["“The statement <big>.”"] == "notebooks/3-1#claim-big"
    assert links["“The statement <nice>.”"] is None


def test_the_page_names_the_text_its_assumed_day_the_licence_and_its_edition_and_links_the_others(front_page):
    own, which, imprint = report_settings(), front_page.p.get_text(), front_page.select_one("p.imprint").get_text()
    assert f"{own.subject} ({own.native})" in which and "assumed to be of 31 December 2023" in which
    editions = front_page.select_one("p.sight")
    assert "An edition is this report" in editions.get_text() and "MIT" in imprint
    assert all("This is edition 2026" in says for says in (editions.get_text(), imprint))
    assert editions.select_one("a[data-edition='2023']")["href"] == "book/changed#"


def test_the_brief_prints_the_first_sentence_on_what_is_right_and_all_of_the_other_findings():
    facts = {"confirmed": "As far as tested, 1.5 %. For others not.", "partly": "So it is. But not here."}
    right, partly = (judged_claim(kind="fact", verdict=verdict, found=found) for verdict, found in facts.items())
    opinion = judged_claim(kind="opinion", verdict="not scored", found="Of 9, 2.")
    assert in_brief(right) == ("As far as tested, 1.5 %.", "For others not.")
    assert in_brief(partly) == ("So it is. But not here.", "")
    assert in_brief(opinion) == ("", "Of 9, 2.")


def test_the_page_says_once_who_made_it_and_what_the_makers_have_not_said_and_leads_on_from_each_line(front_page):
    lines = front_page.select("section.trust li")
    assert lines[0].get_text().startswith(f"Made by Somebody. {WORK.undeclared}") and WORK.undeclared
    assert front_page.get_text().count(WORK.undeclared) == 1
    places = ["book/cite#contact", "book/methods#what-was-seen-and-what-was-not"]
    assert [line.a["href"] for line in lines][:2] == places


def test_there_are_links_to_the_print_edition(front_page):
    links = [a["href"] for a in front_page.select("p.downloads a")]
    assert links == ["#brief.pdf", "#report.pdf", "book/cite#", "book/methods#"]


def test_the_numbers_are_drawn_as_claimed_and_found_and_one_without_evidence_says_so(front_page):
    found, none = front_page.select("table.found-chart tbody tr")
    assert found.th.a["href"] == "notebooks/3-1#claim-big"
    assert found.select_one("text.says").get_text() == "over\u00a0100"
    assert found.select_one("text.found").get_text() == "120"
    assert float(found.select_one("line.claimed")["x1"][:-1]) == 50  # the middle is the claim
    assert float(found.select_one("line.bar")["x2"][:-1]) == pytest.approx(2 + 0.6 * 96)
    assert none.select_one("text.none").get_text() == "no figure found" and not none.select("line.bar")


@pytest.mark.parametrize(("value", "high", "place", "arrow"), [(900, 900, "98.0%", True), (110, None, "54.8%", False)])
def test_a_value_beyond_the_drawing_is_an_arrow_and_one_without_an_end_keeps_its_mark(value, high, place, arrow):
    claim = answered("x", "number", "supported", measures=[weighed(value, value, high, "pass")], test=OVER_100)
    card = replace(CARD, claims=(claim,), names={"x": "cost"})
    mark = BeautifulSoup(front_html(card, TABLES, WORK, **ABOUT), "html.parser").select_one("path.outcome-pass")
    assert (mark.parent["x"], mark["fill"]) == (place, "#00695c")
    assert mark["d"].startswith("M4.2 21.5l-8.4") == arrow


@pytest.mark.parametrize(
    ("unit", "head", "chinese"),
    [("EUR million", "Cost, EUR million", "Cost（欧元）超过1亿"), ("count", "Cost", "Cost超过100")],
)
def test_a_number_in_money_has_its_unit_in_each_language(unit, head, chinese):
    claim = answered("x", "number", "supported", test=OVER_100 | {"unit": unit})
    card = replace(CARD, claims=(claim,), names={"x": "cost"})
    made = BeautifulSoup(front_html(card, TABLES, WORK, **ABOUT), "html.parser")
    assert made.select_one("table.found-chart tbody th").get_text() == head
    made = BeautifulSoup(front_html(card, TABLES, WORK, "zh", **ABOUT), "html.parser")
    assert "".join(e.get_text() for e in made.select("tbody th, tbody .says")) == chinese


def test_the_index_has_every_claim_by_name_with_its_mark_and_the_numbers_first():
    titles = {"notebooks_of": lambda: dict.fromkeys(CARD.documents.values()), "title": lambda notebook: "A section"}
    made = BeautifulSoup(filled("claims_index.html", card_of=lambda: CARD, **titles), "html.parser")
    first = made.select_one("li")
    assert first.a.get_text() == "Number of towns" and first.a["href"] == "#claims/big.html"
    assert first.select_one("[role=img]")["aria-label"] == "right"
    assert len(made.select("li")) == 2 + len(CLAIMS) - 1  # the opinion's section has no notebook here
