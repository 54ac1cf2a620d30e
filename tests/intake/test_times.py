"""Limits of dates: a period, an end or a publication on a day, and on the day before or after."""

from datetime import date

import pytest

from claimbook.intake.rules import times
from claimbook.intake.tables import Data

TODAY = date(2026, 11, 25)


def refused(rule, **tables) -> list[str]:
    """The columns that a rule finds fault with in these tables, of one row each."""
    rows = {name: [{"_file": f"{name}.csv", "_line": "2"} | row] for name, row in tables.items()}
    return [problem.column for problem in rule(Data(rows, [], {}, "", TODAY))]


def figure(period: str, published: str, status: str = "", mode: str = "flow"):
    """A figure of a series of this mode, and its source."""
    return {
        "figures": {"series": "s", "period": period, "status": status, "source_id": "a"},
        "series": {"series": "s", "mode": mode},
        "sources": {"source_id": "a", "published": published},
    }


@pytest.mark.parametrize(("period", "columns"), [("2026-11-25", []), ("2026-11-26", ["period"])])
def test_a_figure_may_be_of_today_and_not_of_tomorrow(period, columns):
    for mode in ("flow", "stock"):
        assert refused(times.dates, **figure(period, "2026-11-25", mode=mode)) == columns


@pytest.mark.parametrize(
    ("began", "ended", "columns"),
    [
        ("2020-05-10", "2020-05-10", []),
        ("2020-05-10", "2020-05-09", ["ended"]),
        ("2020", "2026-11-25", []),
        ("2020", "2026-11-26", ["ended"]),
    ],
)
def test_an_event_may_end_on_the_day_it_began_and_today(began, ended, columns):
    assert refused(times.ends, timeline={"date": began, "ended": ended, "ended_source_id": "a"}) == columns


@pytest.mark.parametrize(
    ("published", "status", "columns"),
    [("2023-12-31", "", []), ("2023-12-30", "", ["period"]), ("2023-12-30", "preliminary", [])],
)
def test_a_final_figure_may_be_published_on_the_last_day_of_its_period(published, status, columns):
    assert refused(times.whole_and_part, **figure("2023", published, status)) == columns


def test_a_stock_may_be_published_on_its_first_day_and_not_before():
    assert refused(times.whole_and_part, **figure("2023", "2023-01-01", mode="stock")) == []
    assert refused(times.whole_and_part, **figure("2023", "2022-12-31", mode="stock")) == ["period"]
