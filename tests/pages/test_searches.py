"""Each search is described in words; a search that was repeated is shown once, with how often."""

from claimbook.pages.searches import by_claim, search_in_words


def search(looked_for: str, date: str, outcome: str, claims: str = "one") -> dict[str, str]:
    return {"looked_for": looked_for, "claim_ids": claims, "where": "pages", "date": date, "outcome": outcome}


LOG = [
    search("zone GDP for the full year 2023", "2026-11", "nothing"),
    search("patents by zone", "2026-11-27", "no table", claims="one;two"),
    search("full-year 2023 zone GDP", "2026-11-29", "three quarters only"),
]


def test_searches_for_one_thing_are_joined_and_the_newest_comes_first() -> None:
    found = by_claim(LOG)
    assert found == {"one": [[LOG[2], LOG[0]], [LOG[1]]], "two": [[LOG[1]]]}


def test_a_search_is_described_with_its_day_or_month() -> None:
    newest, other = (search_in_words(same) for same in by_claim(LOG)["one"])
    assert newest == (
        "On 29 November 2026, and 1 time before, we searched pages for “full-year 2023 zone GDP”. "
        "Result: three quarters only; nothing."
    )
    assert other == "On 27 November 2026 we searched pages for “patents by zone”. Result: no table."
    assert search_in_words(LOG[:1]).startswith("In November 2026 we searched pages")
