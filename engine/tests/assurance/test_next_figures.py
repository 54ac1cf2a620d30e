"""Figures that come next: what they are, and which sentences become false when they are added."""

from pathlib import Path

import pytest
import towns

from claimbook.assurance.next_figures import Said, batches, changed_sentences, next_row, next_value, split

ROW = {"series": "libraries", "entity": "Threeland", "unit": "count", "bound": "=", "status": "", "source_id": "office"}
TRIED = """
from claimbook.assurance.next_figures import next_figures_tried
from claimbook.run.plan import make_plan
print(*next_figures_tried(make_plan())[1], sep="\\n")
"""
JUDGED, NEWEST = 'stat(\\"libraries\\", deciding)', 'stat(\\"libraries\\", ev.annual(\\"libraries\\").iloc[-1])'
PROSE = "counted {libraries} libraries in {libraries-year}, so"


STEPS = [("46", "43", "49"), ("46", "", "47"), ("0.52", "0.50", "0.54"), ("14.3", "13.4", "15.2"), ("3", "3", "4")]
STEPS += [("10", "2", "11"), ("99", "90", "90")]  # too large a step; no share is above 100
FOLLOWING = {"2023": "2024", "2023Q1-3": "2024Q1-3", "2019-2021": "2020-2022", "2024-03": "2025-03", "2025": None}
FOLLOWING |= {"2025-12": "2026-01", "2025-11-30": "2025-12", "2024-02-29": "2024-03"}


@pytest.mark.parametrize(("last", "before", "following"), STEPS)
def test_a_value_moves_by_its_last_change_or_by_a_little(last: str, before: str, following: str) -> None:
    assert next_value(last, before, 100) == following


@pytest.mark.parametrize(("period", "following"), FOLLOWING.items())
def test_the_next_period_has_ended_by_the_cut_off(period: str, following: str | None) -> None:
    made = next_row([ROW | {"period": period, "value": "46"}], "2026-06-30")
    assert (made and made["period"]) == following


def test_a_next_row_follows_the_newest_and_names_a_source_of_its_own() -> None:
    rows = [ROW | {"period": year, "value": value} for year, value in (("2023", "46"), ("2022", "43"))]
    row = next_row(rows, "2026-06-30")
    assert (row["period"], row["value"], row["source_id"]) == ("2024", "49", "office-next")
    assert next_row([ROW | {"period": "2023", "value": "2030", "unit": "year"}], "2026-06-30") is None


def test_no_two_series_of_a_group_are_read_together() -> None:
    together = [frozenset("ab"), frozenset("bc"), frozenset("d")]
    groups = batches("abcd", together)
    assert sorted(one for group in groups for one in group) == [*"abcd"] and len(groups) == 2
    assert not any(len(pair & {*group}) > 1 for pair in together for group in groups)


def test_sentences_end_at_stops_colons_and_semicolons() -> None:
    parts = ["In 2023 there were 46.", "The last:", "47;", "of 4.5 none."]
    assert split("In 2023 there were 46\\.\nThe last: 47; of 4.5 none.") == parts


def said(text: str, **more: str) -> Said:
    return Said({"prose": split(text)}, more, frozenset(), frozenset(), {})


@pytest.mark.parametrize(
    ("before", "after", "later", "fault"),
    [
        ("There were 46 of them in 2023.", "There were 49 of them in 2024.", True, False),
        ("There were 46 on the text's date.", "There were 49 on the text's date.", True, True),
        ("There were 46 on the text's date.", "There were 49 on the text's date.", False, False),  # of the text's year
        ("46 was the last in print on the text’s date.", "49 was the last in print on the text’s date.", False, True),
        ("46 on the text's date; now 47.", "46 on the text's date; now 49.", True, False),
        ("46 was the last in print on the text’s date.", "47 was printed later.", False, False),
    ],
)
def test_a_sentence_about_the_day_of_the_text_must_not_change(
    before: str, after: str, later: bool, fault: bool
) -> None:
    (change,) = changed_sentences(said(before), said(after), ("libraries",), later)
    assert bool(change.fault) is fault and change.before in before and change.after in after


def test_a_key_of_the_day_of_the_text_must_not_change() -> None:
    (change,) = changed_sentences(said("", then="43"), said("", then="46"), ("libraries",), False)
    assert (change.where, change.before, change.after) == ("{then}", "43", "46") and "section.in_print" in change.fault


@pytest.mark.slow
def test_a_sentence_of_the_towns_that_a_next_figure_makes_false_is_found(project: Path) -> None:
    assert "libraries:" not in towns.of_project(project, TRIED)
    towns.edit(project / towns.FIRST, JUDGED, NEWEST)
    towns.edit(project / towns.FIRST, PROSE, "counted {libraries} libraries by the text's date, so")
    found = towns.of_project(project, TRIED)
    assert "libraries: {libraries-year} is 2023, but {libraries} is of 2024." in found
    assert "libraries: A later figure changes a sentence about the text's date." in found
    assert "counted 49 libraries by the text's date" in (project / "_build/2026/next-figures.txt").read_text()
