"""What earlier values tell of a new table: values of another place, year or series, which would be believed else."""

from dataclasses import replace

import pytest

from claimbook.intake.rules import mistaken, sizes
from claimbook.intake.tables import Data, read_stored

PLACES = ["Alder", "Birch", "Cedar", "Dale", "Elm", "Fern", "Gorse", "Hazel"]
BEFORE = [4011, 1713, 4327, 2619, 3023, 1339, 4741, 5013]


@pytest.fixture
def asked(sound):
    """What is told of values of members in 2024, after others in 2023."""
    data, _ = read_stored(sound)

    def rows(values, series="members", period="2023") -> list[dict]:
        row = {"series": series, "unit": "count", "bound": "=", "rounding": "", "status": "", "note": ""}
        placed = zip(PLACES, values, strict=False)
        return [
            row | {"entity": place, "period": period, "value": str(value), "_file": "new.csv", "_line": str(n)}
            for n, (place, value) in enumerate(placed, 2)
        ]

    def tell(values, **more) -> list:
        old = [*rows(BEFORE), *rows([v / 2 + 7 for v in BEFORE], "readers"), *more.pop("earlier", [])]
        new = [row | more for row in rows(values, period="2024")]
        before: Data = replace(data, tables={**data.tables, "figures": old})
        merged, known = replace(before, tables={**data.tables, "figures": old + new}), sizes.history(before)
        return list(mistaken.mistaken(merged, known, sizes.comparable_values(merged, known, new)))

    return tell


GROWN = [round(value * 1.06) + n for n, value in enumerate(BEFORE)]


def test_a_year_like_the_one_before_is_believed(asked):
    assert asked(GROWN) == []
    assert asked([GROWN[0] * 2, *GROWN[1:]]) == [], "one place that leaps is not like another"


def test_two_places_that_were_exchanged_are_named(asked):
    values = GROWN.copy()
    values[1], values[6] = values[6], values[1]
    (told,) = asked(values)
    assert (told.row, told.column) == (3, "value")
    assert told.value == "2 rows: Birch has about what Gorse had, Gorse has about what Birch had"
    assert asked(values, note="as printed") == []


def test_a_column_shifted_by_a_row_is_reported(asked):
    assert "close to earlier values of the row below" in asked([*GROWN[1:], GROWN[0]])[0].value
    assert "close to earlier values of the row above" in asked([GROWN[-1], *GROWN[:-1]])[0].value


def test_the_table_of_another_year_is_reported(asked):
    (told,) = asked(BEFORE)
    assert told.column == "period" and told.value == "8 rows: the same values as those stored for 2023"


def test_the_values_of_another_series_are_reported(asked):
    (told,) = asked([value / 2 + 9 for value in BEFORE])
    assert told.column == "series" and told.fix.startswith("Is this readers?")
