"""Each search is described in words; a search that was repeated is shown once, with how often."""

from claimbook.pages.evidence_pages import SHOWN, search_in_words, searches_by_claim, searches_of_claim


def search(looked_for: str, date: str, outcome: str, claims: str = "one") -> dict[str, str]:
    return {"looked_for": looked_for, "claim_ids": claims, "where": "web pages; laws", "date": date, "outcome": outcome}


LOG = [
    search("town GDP for the full year 2023", "2026-11", "nothing"),
    search("patents by town", "2026-11-27", "no table", claims="one;two"),
    search("full-year 2023 town GDP", "2026-11-29", "three quarters only"),
]


def test_searches_for_the_same_words_are_joined_and_the_newest_comes_first() -> None:
    found = searches_by_claim(LOG)
    assert found == {"one": [[LOG[2], LOG[0]], [LOG[1]]], "two": [[LOG[1]]]}


def test_a_search_is_described_with_what_came_of_it_its_day_or_month_and_each_place_once() -> None:
    newest, other = (search_in_words(same) for same in searches_by_claim(LOG)["one"])
    assert newest == (
        "Full-year 2023 town GDP: three quarters only; nothing. "
        "Searched 2 times, last on 29 November 2026, in web pages and laws."
    )
    assert other == "Patents by town: no table. Searched on 27 November 2026 in web pages and laws."
    assert "Searched in November 2026 in" in search_in_words(LOG[:1])


def test_the_page_of_a_claim_says_once_where_and_when_and_shows_the_newest_searches() -> None:
    first, *others = searches_of_claim(searches_by_claim(LOG)["one"])
    assert first == "We searched 3 times, last on 29 November 2026, in web pages and laws."
    assert others == [("Full-year 2023 town GDP", "Three quarters only."), ("Patents by town", "No table.")]
    many = [search(f"thing {name}", "2026-11-29", "nothing") for name in "bcdefgh"]
    first, *others = searches_of_claim(searches_by_claim(many)["one"])
    assert first.endswith(f"The {SHOWN} newest searches:") and len(others) == SHOWN
    assert not [*searches_of_claim([])]
