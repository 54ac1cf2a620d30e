"""Quantities know their inputs. The rows are hand-made; no figure here is evidence."""

import pandas as pd
import pytest
from hand_made_evidence import row

from claimbook.evidence import quantity
from claimbook.evidence.intervals import Interval
from claimbook.evidence.measures import QuantityError
from claimbook.evidence.quantity import chosen_among, in_year, of, of_tables, published, ratio, total


def frame(*rows):
    return pd.DataFrame(list(rows))


SEVERAL_YEARS = frame(row(1, period="2020"), row(4, period="2021"), row(4, "Alder", period="2021"))
BOUNDED = frame(row(1, "Alder", bound=">"), row(2, "Birch", bound="~"))


def locators(q):
    return {place.locator for place in q.behind}


def test_a_row_is_a_quantity_with_its_unit_period_bound_and_place():
    q = published(row(12, "Alder", bound=">"))
    assert (q.value, q.unit, q.period, q.bound, q.made) == (12.0, "persons", "2022", ">", "published")
    assert q.interval == Interval(11.5, 12.5)
    assert locators(q) == {"row Alder 2022"}
    assert q.label == "Series a, Alder"


@pytest.mark.parametrize(
    ("make", "value", "unit", "low", "high"),
    [
        (lambda a, b: a + b, 12.0, "persons", 11.0, 13.0),
        (lambda a, b: a - b, 8.0, "persons", 7.0, 9.0),
        (lambda a, b: a / b, 5.0, "ratio", 9.5 / 2.5, 10.5 / 1.5),
        (lambda a, b: (a / b).percent(), 500.0, "percent", 950 / 2.5, 1050 / 1.5),
        (lambda a, b: 1 - b / a, 0.8, "ratio", 1 - 2.5 / 9.5, 1 - 1.5 / 10.5),
        (lambda a, b: (a + b).scaled(1e-3, "thousand persons"), 0.012, "thousand persons", 0.011, 0.013),
    ],
)
def test_arithmetic_carries_value_range_unit_and_all_that_went_in(make, value, unit, low, high):
    q = make(published(row(10)), published(row(2, series="b", period="2021")))
    assert q.value == pytest.approx(value)
    assert (q.unit, q.period) == (unit, "2022")
    assert (q.interval.low, q.interval.high) == (pytest.approx(low), pytest.approx(high))
    assert locators(q) == {"row Threeland 2022", "row Threeland 2021"}
    assert q.sources == ("s-a", "s-b")


@pytest.mark.parametrize(
    ("a", "b", "over", "less"),
    [("=", "=", "=", "="), (">", "=", ">", ">"), ("=", ">", "<", "<"), (">", "<", ">", ">"), (">", ">", "~", "~")],
)
def test_bounds_go_through_division_and_difference_the_right_way(a, b, over, less):
    left, right = published(row(10, bound=a)), published(row(2, series="b", bound=b))
    assert ((left / right).bound, (left - right).bound) == (over, less)


def test_a_negative_factor_reverses_a_bound():
    assert (100 - published(row(10, bound=">"))).bound == "<"


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: published(row(1)) + published(row(1, series="b", unit="count")), "convert one of them"),
        (lambda: published(row(1)).percent(), "only a ratio can be turned into per cent"),
        (lambda: of(sum, SEVERAL_YEARS, unit="persons", made="sum"), "several values for one place"),
        (lambda: of(max, BOUNDED, unit="persons", made="most"), r"bounds >, ~, so give its own"),
        (lambda: total(frame(row(1), row(2, "Birch", unit="count"))), "these values are in persons, count"),
        (lambda: ratio(frame(row(5)), frame(row(1), row(2))), "the denominator has more than one row for Threeland"),
        (lambda: quantity.provenance(frame()), "at least one row"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_what_to_do(make, fault):
    with pytest.raises(QuantityError, match=fault):
        make()


def test_a_difference_of_percentages_is_in_points():
    a, b = (published(row(v, unit="percent")) for v in (3, 1))
    assert (a - b).unit == "percentage points"


def test_a_function_of_frames_names_every_row_of_all_of_them():
    people = frame(row(5, "Alder"), row(7, "Birch"))
    money = frame(row(1, "Alder", "m"), row(3, "Birch", "m"))
    q = of(lambda m, p: (m / p).max(), money, people, unit="quotient", made="highest per head")
    assert q.value == pytest.approx(3 / 7)
    assert len(q.behind) == 4 and q.origins == ("O-a", "O-m")
    assert (q.made, q.period) == ("highest per head", "2022")


def test_a_frame_of_one_place_is_by_year_and_tables_may_have_several():
    years = frame(row(1, period="2020"), row(4, period="2021"))
    assert of(lambda v: v[2021] / v[2020], years, unit="ratio", made="growth").value == 4
    assert of_tables(lambda f: f["value"].sum(), SEVERAL_YEARS, unit="persons", made="sum").value == 9
    assert of(max, BOUNDED, unit="persons", made="most", bound=">").bound == ">"


def test_a_sum_has_the_range_of_its_parts():
    q = total(frame(row(1, "Alder"), row(2, "Birch", bound=">")))
    assert (q.value, q.interval, q.bound) == (3.0, Interval(2.0, 4.0), ">")


def test_a_frame_over_a_frame_keeps_only_the_rows_that_both_have():
    both = frame(row(5, "Alder"), row(7, "Birch"))
    (only,) = ratio(both, frame(row(10, "Alder", "b")), factor=100, unit="percent").iloc
    assert (only["entity"], only["value"], only["unit"]) == ("Alder", 50.0, "percent")
    assert (only["low"], only["high"]) == (pytest.approx(450 / 10.5), pytest.approx(550 / 9.5))
    assert published(only).sources == ("s-a", "s-b") and len(only["behind"]) == 2


def test_a_year_is_a_number_with_the_rows_that_chose_it():
    q = in_year(2021, frame(row(1, period="2021")))
    assert (q.value, q.unit, q.period) == (2021.0, "year", "2021") and locators(q) == {"row Threeland 2021"}
    assert published(row(1)).as_year.value == 2022 and published(row(1)).as_year.unit == "year"


def test_what_was_chosen_rests_on_all_it_was_chosen_among():
    low, high = published(row(1, "Alder")), published(row(2, "Cedar"))
    q = chosen_among(min(low, high, key=lambda q: q.value), [low, high])
    assert q.value == 1 and locators(q) == {"row Alder 2022", "row Cedar 2022"}


@pytest.mark.parametrize("number", [3.4, "3.4"])
def test_a_plain_number_is_refused_with_the_line_to_write(number):
    with pytest.raises(QuantityError, match=r"must be a row or a quantity, .* Write of\("):
        published(number)
