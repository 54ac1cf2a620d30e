"""What the card of a number says, from the rows behind it to the block of JSON in its page."""

import re

import pytest

from claimbook.evidence.quantity import recorded_places
from claimbook.pages import number_cards as numbers
from claimbook.say.words import Place

SOURCES = {
    "a": {"source_id": "a", "title": "甲", "title_en": "Hand-made A", "origin": "O", "published": "2023", "grade": "B"},
    "b": {"source_id": "b", "title": "B </script>", "title_en": "", "origin": "P", "published": "2024", "grade": "C"},
}
LABELS = {"s": "Hand-made things"}


def statistic(*places, value=14.3012345, unit="percent", **more):
    return {"value": value, "unit": unit, "period": "2022", "made": "published", "places": list(places)} | more


def place(source="a", series="s", locators=("para 2",), more=0):
    return {"source": source, "series": series, "locators": list(locators), "more": more}


def test_a_long_list_of_places_is_recorded_by_its_first_and_a_count():
    reported = recorded_places([Place("a", "s", f"row {n}") for n in range(10)])
    assert reported == [{"source": "a", "series": "s", "locators": ["row 0", "row 1", "row 2"], "more": 7}]
    (shown,) = numbers.card(statistic(*reported), {})["places"]
    assert shown["where"] == "row 0; row 1; row 2 and 7 more"


def test_the_first_showing_of_a_number_has_the_address_and_no_other():
    link = '<a class="stat" data-number="{}" href="x">1</a>'
    body = numbers.with_addresses(link.format("k") + link.format("k") + link.format("l"))
    assert re.findall(r'id="([^"]+)"', body) == ["number-k", "number-l"]
    assert body.index("number-k") < body.index("<a class")
    assert body.count('data-number="k"') == 2


def test_a_page_names_each_source_once_and_only_those_it_needs():
    words = {("a", "s", "para 2"): "it is 14.3"}
    known = {"k": statistic(place()), "l": statistic(place())}
    found = numbers.cards(["k", "l", "unknown"], known, SOURCES, LABELS, words)
    assert list(found["numbers"]) == ["k", "l"]
    source = {"title": "Hand-made A", "by": "O", "published": "2023", "grade": "B", "anchor": "source-a"}
    assert found["sources"] == {"a": source}
    assert found["series"] == {"s": "Hand-made things"}
    where = {"source": "a", "series": "s", "anchor": "source-a--s", "where": "para 2", "words": ["it is 14.3"]}
    of_number = {"value": "14.3012 percent", "unit": "%", "period": "2022", "made": "published"}
    assert found["numbers"]["k"] == of_number | {"places": [where], "more": 0}


def test_what_is_left_out_of_a_card_is_counted():
    made = numbers.card(statistic(*(place(series=f"s{n}") for n in range(7))), {})
    assert (len(made["places"]), made["more"]) == (numbers.MOST_PLACES, 7 - numbers.MOST_PLACES)


VALUES = [(2022.0, "year", "2022"), (156763.0, "count", "156,763"), (0.05, "percent", "0.05 percent"), (1.5, "", "1.5")]


@pytest.mark.parametrize(("value", "unit", "words"), VALUES)
def test_a_value_is_written_with_the_digits_it_has(value, unit, words):
    assert numbers.value_on_card(value, unit) == words
