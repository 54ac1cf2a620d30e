from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimbook.say.words import latest_day, parse


@pytest.mark.parametrize(
    ("label", "year", "first", "last", "complete"),
    [
        ("2023", 2023, "2023-01-01", "2023-12-31", True),
        ("2023Q1-3", 2023, "2023-01-01", "2023-09-30", False),
        ("2023Q1-4", 2023, "2023-01-01", "2023-12-31", True),
        ("2022M1-7", 2022, "2022-01-01", "2022-07-31", False),
        ("2024M1-2", 2024, "2024-01-01", "2024-02-29", False),
        ("2021H2", 2021, "2021-07-01", "2021-12-31", False),
        ("2021-02", 2021, "2021-02-01", "2021-02-28", False),
        ("2021-06-30", 2021, "2021-06-30", "2021-06-30", False),
        ("1991-2011", 2011, "1991-01-01", "2011-12-31", False),
    ],
)
def test_a_label_says_which_days_it_covers(label, year, first, last, complete):
    period = parse(label)
    assert (period.year, period.complete) == (year, complete)
    assert (period.first_day.isoformat(), period.last_day.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "label",
    ["", "n.d.", "about 2014", "23", "2023 ", "2023Q5", "2023Q3-1", "2023M7-1", "2023M1-13", "2023M3-3", "2023H3"]
    + ["2023-13", "2023-00", "2011-1991", "2011-2011", "2021-02-30", "２０２３"],
)
def test_any_other_label_is_refused_in_a_sentence_that_has_it(label):
    with pytest.raises(ValueError, match="^" + repr(label)[:3]):
        parse(label)


@pytest.mark.parametrize(
    ("published", "day"), [("2023", "2023-12-31"), ("2024-02", "2024-02-29"), ("2023-03-09", "2023-03-09")]
)
def test_a_date_known_in_part_counts_as_its_latest_day(published, day):
    assert latest_day(published).isoformat() == day


@pytest.mark.parametrize("published", ["", "2023Q1", "2019-2021", "March 2023", "2023-02-29"])
def test_a_publication_date_is_a_year_a_month_or_a_day(published):
    with pytest.raises(ValueError):
        latest_day(published)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_is_within_its_month_and_its_year(day):
    for label in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        period = parse(label)
        assert period.first_day <= day <= period.last_day
        assert period.year == day.year
