"""Measures computed from others, and releases of which only the latest counts."""

import pytest
from hand_made_evidence import measure

from claimbook.evidence import measures
from claimbook.evidence.claims import Facets
from claimbook.evidence.measures import release_of, short_dates, with_superseded

WHAT = Facets(quantity="share")


def ends(made):
    return pytest.approx((made.interval.low, made.interval.high))


def test_a_total_adds_values_and_ranges_and_names_its_parts():
    parts = [measure("2.0", "2020", WHAT), measure("3.0", "2020", WHAT, bound=">", origin="Bureau")]
    made = measures.total("all", parts, WHAT)
    assert (made.value, made.bound, made.made) == (5.0, ">", "2.0 in 2020, Ministry + 3.0 in 2020, Bureau")
    assert ends(made) == (4.95, float("inf"))
    assert made.origins == ("Bureau", "Ministry")


def test_a_product_multiplies_the_ends_of_both_ranges():
    share, whole = measure("50", "2020", WHAT), measure("4.0", "2020", WHAT, unit="million")
    made = measures.product("part", share, whole, WHAT, "million", 1 / 100)
    assert (made.value, made.unit) == (2.0, "million")
    assert ends(made) == (49.5 * 3.95 / 100, 50.5 * 4.05 / 100)


def test_what_remains_after_a_lower_bound_is_an_upper_bound_and_not_below_zero():
    share = measure("60", "2020", WHAT, bound=">")
    made = measures.remainder("others", share, "large firms")
    assert (made.value, made.bound, made.facets.numerator) == (40.0, "<", "large firms")
    assert ends(made) == (0, 40)
    assert (made.made, made.sources) == (f"100 − {share.label}", share.sources)


def test_a_computed_measure_has_the_worst_grade_and_the_latest_date_of_its_inputs():
    good = measure("80", "2022", WHAT, grade="A", published="2023-05")
    bad = measure("40", "2022", WHAT, grade="C", published="2024-01", status="partial")
    for made in (measures.quotient("q", good, bad, WHAT), measures.total("t", [bad, good], WHAT)):
        assert (made.grade, made.published, made.status) == ("C", "2024-01", "partial")


def test_both_sides_of_a_quotient_are_of_one_kind_and_year():
    managed, promised = (WHAT.override(mode=mode) for mode in ("managed", "committed"))
    own = measure("48.3", "2022", managed)
    measures.quotient("alike", own, measure("40.0", "2022", managed), managed)
    for peer in (measure("16.0", "2022", promised), measure("40.0", "2021", managed)):
        with pytest.raises(ValueError, match="of the same kind"):
            measures.quotient("unlike", own, peer, managed)


def test_a_sum_across_years_is_refused_unless_it_is_meant():
    then, now = measure("20", "2020", WHAT), measure("40", "2023", WHAT)
    says = r"of different years: .*\(2020\) and .*\(2023\)\. Use figures of one year, or measures.combined"
    with pytest.raises(measures.QuantityError, match=says):
        measures.total("sum", [then, now], WHAT)
    with pytest.raises(measures.QuantityError, match=says):
        measures.difference("rise", then, now, WHAT)
    rise = measures.combined("rise", now - then, [now, then], WHAT, "percent")
    assert (rise.value, rise.period, rise.unit) == (20, "2023", "percent")


# releases of one database: the latest visible one counts -----------------------------------------------------------

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
    assert [r.get("status") for r in with_superseded(rows, SOURCES)] == ["superseded", None, None, None, None]
    assert with_superseded([row("old")], {"old": SOURCES["old"]}) == [row("old")], "where the later one is not visible"


def test_dates_are_as_short_as_possible_and_still_distinct() -> None:
    published = {"a": "2025-04-15", "b": "2026-07-13", "c": "2026-11-02", "d": "2026-11-20", "e": "2026-11-20"}
    shortest = {"a": "2025", "b": "2026-07", "c": "2026-11-02", "d": "2026-11-20", "e": "2026-11-20"}
    assert short_dates(published) == shortest
