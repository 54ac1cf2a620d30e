"""When the next figures of a series usually appear, on invented claims, figures and sources."""

import json
from datetime import date

import pytest
from checkout import BUILT, ROOT
from hand_made_records import changed, judged_claim, witness

from claimbook.project.folders import figures_in, rows_in
from claimbook.results import due
from claimbook.results.models import ClaimRecord

SERIES = {"series": "loans", "label": "Loans", "mode": "flow"}
TABLES = ("sources", "series")
BY_MONTH = {"a": "2021-03-09", "b": "2022-05", "c": "2023-04-01"}
CLAIM = judged_claim(asks={"series": ["loans"]}, measures=[witness("part", sources=["c"])])


def row(source, period, **more):
    return {"series": "loans", "entity": "Northtown", "period": period, "status": "", "source_id": source} | more


def source(name, published, **more):
    return {"source_id": name, "published": published, "publisher": f"Office {name}", "dated": ""} | more


def due_of(*rows, sources=BY_MONTH, cutoff="2024-12-31", claims=(CLAIM,), **of_series):
    known = [source(name, day) if isinstance(day, str) else day for name, day in sources.items()]
    return due.what_is_due(claims, [SERIES | of_series], rows, known, cutoff)


@pytest.mark.parametrize(
    ("released", "declared", "delay", "by_month"),
    [
        ({2020: "2021-03-09", 2021: "2022-05", 2022: "2023-04-01"}, "", 4, True),
        ({2020: "2020-11-30", 2021: "2021-12"}, "", -1, True),
        ({2020: "2021-03-09", 2021: "2022", 2022: "2024"}, "", 12, False),
        ({2020: "2021-03-09"}, "", None, False),
        ({2020: "2021-03-09"}, "06", 6, True),
        ({2020: "2021-03", 2021: "2022-03"}, "no", None, False),
    ],
)
def test_the_usual_time_is_the_median_if_two_releases_show_it(released, declared, delay, by_month):
    assert due.usual_delay(released, declared)[:2] == (delay, by_month)


def test_a_figure_is_missing_once_its_usual_month_has_passed():
    (found,) = due_of(row("a", "2020"), row("b", "2021"), row("c", "2022"), row("c", "2023Q1"))
    assert (found.last, found.delay, found.watched) == (2022, 4, "Office c")
    assert found.usual(2023) == date(2024, 4, 30) and found.overdue(date(2024, 4, 29)) == []
    assert found.overdue(date(2026, 4, 30)) == [2023, 2024, 2025] and found.coming(date(2026, 4, 30)) == 2026
    assert due.overdue_in_words([found], date(2024, 4, 30)).startswith("Of 1 series that decide an answer, 1 usually")


def test_later_copies_undated_sources_and_what_appears_after_the_cutoff_show_no_usual_time():
    rows = (row("a", "2020"), row("b", "2020"), row("c", "2021"), row("d", "2022"))
    (found,) = due_of(*rows, sources=BY_MONTH | {"d": source("d", "2024-02", dated="no")})
    assert (found.last, found.delay) == (2022, 3)  # 3 months after 2020, 16 after 2021
    (then,) = due_of(*rows[1:3], cutoff="2023-04-01")
    assert (then.last, then.delay, then.why) == (2021, 16, "usual month after 2 releases")
    assert due_of(*rows[:2], cutoff="2022-12-31") == []  # what decides had not appeared


def test_only_series_that_a_deciding_claim_reads_are_listed_and_a_place_to_look_can_be_declared():
    (found,) = due_of(row("c", "2022"), due="no", watched="Yearbook")
    assert (found.watched, found.why) == ("Yearbook", "it does not appear every year")
    for other in (changed(CLAIM, asks={}), changed(CLAIM, measures=[witness("part", sources=["b"])])):
        assert due_of(row("c", "2022"), claims=[other]) == []


def test_a_calendar_has_short_lines_and_days_that_do_not_depend_on_today():
    long = "Loans, new; and “" + "图书" * 40 + "”"
    found = due_of(row("a", "2020"), row("b", "2021"), row("c", "2022"), label=long)
    written = due.calendar(found, "Towns, twice", date(2024, 12, 31), "https://example.org/due.html")
    assert max(map(len, written.split(b"\r\n"))) <= 75
    lines = written.replace(b"\r\n ", b"").decode().split("\r\n")
    assert "DTSTAMP:20241231T000000Z" in lines and "DTSTART;VALUE=DATE:20250430" in lines
    escaped = long.replace(",", "\\,").replace(";", "\\;")
    assert f"DESCRIPTION:{escaped}\\, 2024 (Office c)\\nhttps://example.org/due.html" in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]


@pytest.mark.book
def test_the_page_lists_every_series_that_decides_an_answer():
    made, page = json.loads((BUILT / "results.json").read_bytes()), (BUILT / "html/book/due.html").read_text("utf-8")
    claims = [ClaimRecord.model_validate(claim) for claim in made["claims"]]
    figures, (sources, series) = figures_in(ROOT / "data"), (rows_in(ROOT / f"data/{name}.csv") for name in TABLES)
    dues = due.what_is_due(claims, series, [each for _, each in figures], sources, made["parameters"]["cutoff"])
    assert dues and [one for one in dues if f"../series/{one.series['series']}.csv" not in page] == []
