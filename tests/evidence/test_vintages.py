"""Releases of one database: the latest visible one counts."""

from claimbook.evidence.measures import release_of, short_dates, superseded

SOURCES = {
    "old": {"title_en": "World Development Indicators, release of 2025", "published": "2025-04-15"},
    "new": {"title_en": "World Development Indicators, release of 2026", "published": "2026-07-13"},
    "bulletin": {"title_en": "Statistical bulletin", "published": "2027"},
}


def row(source: str, period: str = "2022", entity: str = "Threeland") -> dict[str, str]:
    return {"series": "rd", "entity": entity, "period": period, "source_id": source}


def test_a_release_is_known_by_the_name_of_its_database() -> None:
    assert release_of({}, SOURCES["old"]) == "World Development Indicators"
    assert release_of({}, SOURCES["bulletin"]) == ""
    assert release_of({}, {"title_en": "Main Science and Technology Indicators, release 2018/1"}) != ""
    copy = {"title_en": "Copy of data: World Development Indicators, release of 2025, in a repository"}
    assert release_of({}, copy) == release_of({}, SOURCES["old"])


def test_only_an_earlier_release_of_the_same_cell_is_superseded() -> None:
    rows = [row("old"), row("new"), row("bulletin"), row("old", "2021"), row("old", entity="OECD")]
    assert superseded(rows, SOURCES) == [True, False, False, False, False]
    assert superseded([row("old")], {"old": SOURCES["old"]}) == [False], "where the later one is not visible"


def test_dates_are_as_short_as_possible_and_still_distinct() -> None:
    published = {"a": "2025-04-15", "b": "2026-07-13", "c": "2026-11-02", "d": "2026-11-20", "e": "2026-11-20"}
    shortest = {"a": "2025", "b": "2026-07", "c": "2026-11-02", "d": "2026-11-20", "e": "2026-11-20"}
    assert short_dates(published) == shortest
