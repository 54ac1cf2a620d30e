"""Limits of dates: a period, an end or a publication on a day, and on the day before or after."""

from datetime import date

import pytest

from claimbook.intake.rules import times
from claimbook.intake.tables import Data

TODAY = date(2026, 11, 25)


def figure(period: str, published: str, status: str = "", mode: str = "flow"):
    """A figure of a series of this mode, and its source."""
    return {
        "figures": {"series": "s", "period": period, "status": status, "source_id": "a"},
        "series": {"series": "s", "mode": mode},
        "sources": {"source_id": "a", "published": published},
    }


def event(began: str, ended: str):
    return {"timeline": {"date": began, "ended": ended, "ended_source_id": "a"}}


@pytest.mark.parametrize(
    ("rule", "tables", "columns"),
    [
        (times.dates, figure("2026-11-25", "2026-11-25"), []),
        (times.dates, figure("2026-11-26", "2026-11-25"), ["period"]),
        (times.dates, figure("2026-11-25", "2026-11-25", mode="stock"), []),
        (times.dates, figure("2026-11-26", "2026-11-25", mode="stock"), ["period"]),
        (times.ends, event("2020-05-10", "2020-05-10"), []),
        (times.ends, event("2020-05-10", "2020-05-09"), ["ended"]),
        (times.ends, event("2020", "2026-11-25"), []),
        (times.ends, event("2020", "2026-11-26"), ["ended"]),
        (times.whole_and_part, figure("2023", "2023-12-31"), []),
        (times.whole_and_part, figure("2023", "2023-12-30"), ["period"]),
        (times.whole_and_part, figure("2023", "2023-12-30", "preliminary"), []),
        (times.whole_and_part, figure("2023", "2023-01-01", mode="stock"), []),
        (times.whole_and_part, figure("2023", "2022-12-31", mode="stock"), ["period"]),
    ],
)
def test_the_last_day_that_is_right_and_the_first_that_is_wrong(rule, tables, columns):
    """A figure may be of today; an event may end on the day it began; a stock may be published on its first day."""
    rows = {name: [{"_file": f"{name}.csv", "_line": "2"} | row] for name, row in tables.items()}
    assert [problem.column for problem in rule(Data(rows, [], {}, "", TODAY))] == columns
