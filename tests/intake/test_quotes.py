"""The reader of quotations: whether the words of a source contain the value, the unit and the bound of a row."""

from pathlib import Path

import pytest

from claimbook.intake.rules.quotes import faults
from claimbook.project.files import rows_in

QUOTES = [tuple(row.values()) for row in rows_in(Path(__file__).parent / "quotes.csv")]


@pytest.mark.parametrize(("value", "unit", "bound", "words", "missing"), QUOTES)
def test_a_quote_must_contain_value_unit_and_bound(value, unit, bound, words, missing):
    assert ";".join(faults(value, unit, bound, words)) == missing
