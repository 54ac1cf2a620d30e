"""The benchmark changes rows that exist. It stops after minutes otherwise."""

import compare
import pytest
from checkout import ROOT

from claimbook.project.folders import rows_in


@pytest.mark.parametrize("row", compare.ROWS.values(), ids=compare.ROWS)
def test_a_row_that_the_benchmark_raises_is_one_whole_number(row: compare.Row) -> None:
    rows = rows_in(ROOT / "data" / "figures" / f"{row.topic}.csv")
    values = [found["value"] for found in rows if (found["series"], found["entity"], found["period"]) == row[1:]]
    assert [value.isdigit() for value in values] == [True]
