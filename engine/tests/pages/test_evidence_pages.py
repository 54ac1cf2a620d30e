"""Pages of evidence: conflicts, searches, events, and what Methods computes; text stays text."""

from collections.abc import Callable
from statistics import NormalDist

import pytest
from bs4 import BeautifulSoup

from claimbook.pages import book, evidence_pages
from claimbook.rule.conflicts import declared_conflicts
from claimbook.say.words import conflict_anchor

NEVER = "never decides: grade D"
UNITS = [{"unit": "CNY trillion", "canonical": "CNY billion", "factor": "1000"}]
LABEL = "Output <b>gross</b> *of* all"
SERIES = [{"series": "output", "label": LABEL, "unit": "CNY billion", "note": "one source only"}]
OF_ALL = {"title": "题", "published": "2021-02"}
SOURCES = [OF_ALL | {"source_id": f"from_{g}", "title_en": f"Text {g}", "origin": f"O{g}", "grade": g} for g in "ABCD"]


def row(value: str, grade: str, **more: str) -> dict[str, str]:
    cells = {"series": "output", "entity": "Threeland", "period": "2020", "value": value, "unit": "CNY billion"}
    cells |= {"bound": "=", "rounding": "", "status": "", "conflict": "x", "source_id": f"from_{grade}"}
    return cells | {"locator": "", "note": ""} | more


def test_a_table_without_rows_says_so_and_has_no_head() -> None:
    shown = BeautifulSoup(book.view(None, "codings.html", rows_of=lambda name: [])[0].astext(), "html.parser")
    assert shown.get_text().strip() == "Nothing is listed here."


def test_values_that_nobody_contradicts_are_no_conflict():
    assert declared_conflicts([row("1", "A", conflict=""), row("1", "B", conflict="")], SOURCES, SERIES, UNITS) == []


@pytest.mark.parametrize(
    ("rows", "roles", "says"),
    [
        (
            (row("594", "A"), row("0.7", "B", unit="CNY trillion")),
            ["stands", "stands"],
            "None gives way: the report prints the range, 594 CNY billion to 0.7 CNY trillion.",
        ),
        (
            (row("28.3", "A", status="preliminary"), row("27.9", "B")),
            ["gives way: preliminary", "counts"],
            "The value that counts is 27.9 CNY billion.",
        ),
        (
            (row("28.3", "A", status="preliminary"), row("27.9", "C")),
            ["counts", "gives way: secondary"],
            "The value that counts is 28.3 CNY billion.",
        ),
        ((row("1", "C"), row("9", "D")), ["counts", NEVER], "The value that counts is 1 CNY billion."),
        ((row("1", "D"), row("9", "D")), [NEVER] * 2, "None counts, because no source has a grade that decides."),
        (
            (row("5", "A", bound=">", conflict=""), row("1", "C"), row("9", "C")),
            ["counts", "gives way: secondary", "gives way: secondary"],
            "The value that counts is over 5 CNY billion.",
        ),
    ],
    ids=("first tier", "final", "secondary", "grade D", "only grade D", "not declared"),
)
def test_the_page_says_which_value_counts_and_why_others_do_not(rows, roles, says):
    (found,) = declared_conflicts(rows, SOURCES, SERIES, UNITS)
    assert [found.role(side) for side in found.sides] == roles
    assert evidence_pages.reading(found) == says


@pytest.fixture
def conflicts_page(shown_page) -> Callable[[list[dict[str, str]]], BeautifulSoup]:
    """Build a page with only the conflicts among these rows."""
    tables = {"sources": SOURCES, "series": SERIES, "units": UNITS}
    known = {f"data/{name}": rows for name, rows in tables.items()}
    return lambda rows: shown_page("conflicts", known | {"data/figures/some": rows})


def test_the_page_shows_both_sides_with_links_and_text_with_markup_stays_text(conflicts_page):
    got = conflicts_page([row("594", "A", note="a <i>b</i> `c`"), row("566", "B")])
    text, entry = got.get_text(), got.find(id=conflict_anchor("x")).get_text(strip=True)
    counts = "1 conflict with 2 values, in 1 series. Of the 1 that are listed one by one, the rule decides 0; in 1"
    assert counts in text and entry.startswith(f"{LABEL}, Threeland, 2020.")
    assert "a <i>b</i> `c`" in text
    links = [a["href"] for a in got.select("table.register a")]
    assert links == ["../book/evidence.html#source-from-a--output", "../book/evidence.html#source-from-b--output"]


def test_a_series_with_many_conflicts_is_summed_up_in_one_row_an_entity(conflicts_page):
    years = range(1990, 1991 + evidence_pages.MOST_CONFLICTS)
    rows = [row(v, g, period=str(y), conflict=f"x-{y}") for y in years for v, g in (("2.5", "A"), ("3.5", "B"))]
    rows[-1]["value"] = "4.0"
    got = conflicts_page(rows)
    assert "summarised by entity. one source only" in got.get_text()
    (line,) = got.select("table.register tbody tr")
    cells = [td.get_text(strip=True) for td in line.select("td")]
    assert cells[:2] + cells[3:] == ["Threeland", "31", "62", "2", "2020: 2.5 to 4.0 CNY billion"]
    assert all(got.find(id=conflict_anchor(f"x-{y}")) for y in years)


def test_a_document_that_was_not_seen_is_named_with_its_claims_and_has_no_link(shown_page, two_opinions):
    known = {"title": "Yearbook <i>part</i>", "number": "No. 5", "date": "2020", "issuer": "", "claim_ids": "one;two"}
    known |= {"what_was_seen": "contents", "what_it_would_give": "patents by town"}
    got = shown_page("not-seen", {"data/not_seen": [known]})
    (line,) = got.select("table.register tbody tr")
    cells = [td.get_text(strip=True) for td in line.select("td")]
    assert cells == ["Yearbook <i>part</i>, No. 5, 2020", "“It is one.” “It is two.”", "contents", "patents by town"]
    assert not line.select("a")


def test_an_event_says_when_what_it_began_ended(shown_page):
    event = {"date": "1999", "ended": "", "event": "it *began*", "source_id": "from_A; from_B"}
    timeline = [event, event | {"ended": "2021-07", "source_id": "from_A"}]
    sources = [dict.fromkeys(("publisher", "seen"), "x") | source for source in SOURCES]
    known = {"data/sources": sources, "data/timeline": timeline, "data/series": SERIES}
    first, second, *_ = shown_page("evidence", known | {"data/figures/some": [row("594", "A")]}).select(".source")
    assert [li.get_text() for li in first.select("li")] == ["1999: it *began*", "1999 (ended 2021-07): it *began*"]
    assert len(second.select("li")) == 1


def search(looked_for: str, date: str, outcome: str, claims: str = "one") -> dict[str, str]:
    said = {"looked_for": looked_for, "date": date, "outcome": outcome, "claim_ids": claims}
    return said | {"where": "web pages; laws", "words": "a b"}


LOG = [
    search("town GDP for the full year 2023", "2026-11", "nothing."),
    search("patents by town", "2026-11-27", "no table", claims="one;two"),
    search("full-year 2023 town GDP", "2026-11-29", "three quarters only"),
]


def test_searches_for_the_same_words_are_joined_and_the_newest_comes_first() -> None:
    found = evidence_pages.searches_by_claim(LOG)
    assert found == {"one": [[LOG[2], LOG[0]], [LOG[1]]], "two": [[LOG[1]]]}


def test_a_search_is_described_with_what_came_of_it_its_day_or_month_and_each_place_once(shown_page, two_opinions):
    rows = shown_page("search-log", {"data/search_log": LOG}).select("tbody tr:not(:has(.band))")
    newest, other, again = (row.td.get_text() for row in rows)
    found, when = "three quarters only; nothing", "2 times, last on 29 November 2026,"
    assert newest == f"Full-year 2023 town GDP: {found}. Searched {when} in web pages and laws."
    assert other == again == "Patents by town: no table. Searched on 27 November 2026 in web pages and laws."
    assert evidence_pages.how_often(LOG[:1]) == "in November 2026"


# methods ---------------------------------------------------------------------------------------------------------


def test_the_bands_of_each_wording_are_those_of_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    assert evidence_pages.bands_in_words("nearly") == ("nearly n", "from 0.95 n to n", "from 0.90 n to 1.05 n")
    assert evidence_pages.bands_in_words("about") == ("about n", "within 5 % of n", "within 10 % of n")
    monkeypatch.setattr(evidence_pages, "band", lambda test: (0.8, 1.0, 0.7, 1.1))
    assert evidence_pages.bands_in_words("nearly") == ("nearly n", "from 0.80 n to n", "from 0.70 n to 1.10 n")


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (0, 90), (1, 90), (7, 90), (45, 90), (89, 90), (90, 90)])
def test_at_the_ends_of_the_interval_of_a_rate_the_score_test_just_rejects(hits: int, n: int) -> None:
    z = NormalDist().inv_cdf(0.975)
    low, high = evidence_pages.wilson(hits, n)
    assert low < high
    for share in (low, high):
        assert (hits / n - share) ** 2 == pytest.approx(z**2 * share * (1 - share) / n, abs=1e-12)


def test_a_rate_that_nobody_counted_is_none() -> None:
    assert evidence_pages.fault_rate("", "90") == "not counted"
    assert evidence_pages.fault_rate("0", "90") == "0 (0.0 to 4.1\u202f%)"
