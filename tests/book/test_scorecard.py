"""The scorecard of the front page, on hand-made claims; no figure here is evidence."""

import datetime as dt
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from hand_made_records import changed, judged_claim, witness

from claimbook.book import small_plots
from claimbook.book.scorecard_page import Card, render, render_brief, render_index
from claimbook.book.small_plots import WIDE, criteria_in_words, found_in_words, place
from claimbook.rule.scores import score_row
from claimbook.say.verdict_table import verdict_of


def record(claim_id, kind="fact", verdict="confirmed", section="2.1", measures=(), test=None, firm="stable"):
    return judged_claim(
        id=claim_id,
        section=section,
        kind=kind,
        statement=f"The statement <{claim_id}>.",
        test=test,
        verdict=verdict,
        robustness={"label": firm, "grid": (), "flips": ()},
        measures=measures,
    )


def found(value, low, high, outcome, decides=True, match="exact", period="2023"):
    return witness(match, value=value, low=low, high=high, outcome=outcome, decides=decides, period=period)


OVER_100 = {
    "op": "over",
    "value": 100.0,
    "unit": "count",
    "digit": 1.0,
    "tolerance": 0.05,
    "says": "over 100",
    "period": "2023",
}
NUMBER = record(
    "big",
    "number",
    "supported",
    "3.1",
    [found(120, 115, 125, "pass"), found(90, 90, 90, "low", False, "reading"), found(7, 7, 7, "low", False, "near")],
    OVER_100,
    "one origin",
)
FACT = record("began", measures=[found(1988, 1988, 1988, "found", match="part", period="1988-08-05")])
COMPARISON = record(
    "strong",
    "comparison",
    "partly",
    measures=[found(2, 2, 2, "met", match="criterion"), found(1, 1, 1, "no data", False, "criterion")],
    firm="fragile",
)
OPINION = record("nice", "opinion", "not scored", "5", firm="not scored")
OPEN = record("open", "number", "unverified, evidence against (one origin)", "3.1", test=OVER_100, firm="no evidence")
CLAIMS = (FACT, COMPARISON, NUMBER, OPEN, OPINION)
CARD = Card(
    CLAIMS,
    {claim.id: "number of zones" if claim is NUMBER else claim.id for claim in CLAIMS},
    {"2.1": "notebooks/2-1", "3.1": "notebooks/3-1"},
    "2026",
    dt.date(2026, 11, 25),
    dt.date(2023, 12, 31),
    ({"claim_id": "strong", "verdict_today": "supported"},),
    (),
    True,
)


@pytest.fixture(scope="module")
def page():
    html = render(CARD, lambda document, anchor: f"../{document}#{anchor}", lambda document: f"Title of {document}")
    return BeautifulSoup(html, "html.parser")


def test_a_size_that_time_has_overtaken_counts_as_right_in_part():
    late = record("late", "number", "understated", test=OVER_100)
    assert verdict_of(late.stands_as).group.id == "not-as-written"
    overtaken = changed(late, stands_as="right in size, out of date")
    assert verdict_of(overtaken.stands_as).group.id == "aged"
    assert score_row(overtaken).verdict == "right in size, out of date"


def test_what_was_found_is_said_by_kind():
    says = [found_in_words(c, score_row(c)) for c in CLAIMS]
    assert says == ["documented 1988", "1 met, 1 without data", "120", "no figure decides", ""]


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        (["met", "not met"], "1 of 2 criteria met"),
        (["not met", "not met"], "0 of 2 criteria met"),
        (["no data"], "no data"),
        (["no data", "on the line"], "1 on the line, 1 without data"),
        (["not met", "no data", "no data"], "1 not met, 2 without data"),
    ],
)
def test_criteria_without_data_are_never_counted_as_failed(criteria, says):
    assert criteria_in_words(criteria) == says


def test_a_fact_with_several_dates_says_the_first_and_the_last():
    dates = [found(1, 1, 1, "found", match="part", period=p) for p in ("2008-12-23", "1998", "2011-2017")]
    late = found(1, 1, 1, "found", decides=False, match="part", period="2024")
    claim = record("many", measures=[*dates, late])
    assert found_in_words(claim, score_row(claim)) == "documented 1998–2011"


def test_the_table_has_a_row_for_each_claim_numbers_first(page):
    rows = page.select("table.claims tbody tr")
    assert [row.th.get_text()[: -len(" 2.1")] for row in rows[:2]] == ["The statement <big>", "The statement <open>"]
    assert len(rows) == len(CLAIMS)
    assert rows[1].select_one(".verdict-unverified").get_text() == OPEN.verdict
    assert rows[1].select_one(".robustness-no-evidence").get_text() == "no evidence"
    assert [int(row["data-place"]) for row in rows] == [2, 3, 1, 0, 4]
    assert page.select_one("details.folded summary").get_text() == "1 plain fact and 1 opinion"
    assert [int(row["data-place"]) for row in page.select("details.folded tbody tr")] == [0, 4]


def test_a_row_leads_to_its_claim_unless_its_notebook_is_not_there(page):
    links = {row.th.get_text(): row.th.a and row.th.a["href"] for row in page.select("tbody tr")}
    assert links["The statement <big> 3.1"] == "../notebooks/3-1#claim-big"
    assert links["The statement <nice> 5"] is None


def test_the_summary_counts_each_group_and_shows_a_shape_for_each_claim(page):
    counts = {li["data-group"]: int(li.select_one(".count").get_text()) for li in page.select("ul.verdicts li")}
    assert counts == {"borne-out": 1, "aged": 0, "in-part": 1, "not-as-written": 0, "open": 1, "unscored": 1}
    facts = {li["data-group"]: li.select_one(".facts") for li in page.select("ul.verdicts li")}
    assert {g: f.get_text() for g, f in facts.items() if f} == {"borne-out": "and 1 plain fact"}
    shapes = {li["data-group"]: len(li.select(".shapes .verdict")) for li in page.select("ul.verdicts li")}
    assert shapes == counts | {"borne-out": 2}


@pytest.fixture(scope="module")
def minute():
    return BeautifulSoup(render_brief(CARD, lambda document, anchor: f"{document}#{anchor}"), "html.parser")


def test_the_assumed_day_of_the_text_stands_on_the_first_page(minute):
    assert "assumed to be of 31 December 2023" in minute.select_one("p.edition").get_text()


def test_there_are_links_to_the_print_edition_only_if_there_is_one(minute):
    links = [a["href"] for a in minute.select("p.downloads a")]
    assert {f"#torch-program{end}" for end in (".pdf", "-annex.pdf", "-brief.pdf")} < set(links)
    without = render_brief(replace(CARD, prints=False), lambda document, anchor: document + anchor)
    assert "PDF" not in without


def test_the_numbers_are_drawn_as_claimed_and_found_and_one_without_evidence_says_so(minute):
    found, none = minute.select("table.found-chart tbody tr")
    assert found.th.a["href"] == "notebooks/3-1#claim-big"
    assert found.select_one("text.says").get_text() == "over\u00a0100"
    assert found.select_one("text.found").get_text() == "120"
    assert float(found.select_one("line.claimed")["x1"][:-1]) == 50  # the middle is the claim
    assert float(found.select_one("line.bar")["x2"][:-1]) == pytest.approx(2 + 0.6 * 96)
    assert none.select_one("text.none").get_text() == "no figure found" and not none.select("line.bar")


def test_the_index_has_every_claim_by_name_with_its_mark_and_the_numbers_first(page):
    made = BeautifulSoup(render_index(CARD, lambda d, a: f"{d}#{a}", lambda d: d), "html.parser")
    first = made.select_one("li")
    assert first.a.get_text() == "Number of zones" and first.a["href"] == "#claims/big.html"
    assert first.select_one("[role=img]")["aria-label"] == "supported"
    assert len(made.select("li")) == 2 + len(CLAIMS) - 1  # the opinion's section has no notebook here


def test_the_drawing_of_a_number_puts_the_claim_in_the_middle_and_leaves_near_evidence_out():
    svg = BeautifulSoup(small_plots.small_plot(NUMBER, score_row(NUMBER), 2026), "html.parser")
    assert svg.title.get_text() == "claimed over\u00a0100, 120"
    assert svg.select_one(".claimed")["d"].startswith(f"M{WIDE / 2:.1f} ")
    assert [float(c["cx"]) for c in svg.select(".context")] == [round(place(0.9), 1)]
    band = svg.select_one(".passes")
    assert float(band["x"]) == place(1) and float(band["x"]) + float(band["width"]) == place(9)
    assert len(svg.select(".outcome-pass")) == 2  # its range, and its mark


def test_a_value_beyond_the_drawing_becomes_an_arrow_at_its_edge():
    claim = record("x", "number", "supported", measures=[found(900, 900, 900, "pass")], test=OVER_100)
    drawn = small_plots.number_plot(claim.measures, 100, score_row(claim))
    assert drawn["marks"] == [small_plots.Mark(place(1.5), "#00695c", ">", True, "outcome-pass")]


def test_a_value_known_only_as_over_keeps_its_mark_at_its_printed_end():
    claim = record("x", "number", "supported", measures=[found(110, 110, None, "pass")], test=OVER_100)
    drawn = small_plots.number_plot(claim.measures, 100, score_row(claim))
    assert drawn["marks"] == [small_plots.Mark(place(1.1), "#00695c", "o", True, "outcome-pass")]


def test_nothing_is_drawn_for_an_opinion():
    assert small_plots.small_plot(OPINION, score_row(OPINION), 2026) == ""
