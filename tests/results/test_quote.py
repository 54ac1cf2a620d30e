"""The line to quote on a number, on invented figures."""

import pytest
from hand_made_records import FACT, NUMBER, changed, witness

from claimbook.results.brief import quote


def figure(label, value, period, match="exact", **said):
    said = {"low": value, "high": value, "sources": ("one",), "year": int(period[:4]), "grade": "B"} | said
    return witness(match, label=label, value=value, period=period, decides=match == "exact", **said)


def quoted(*measures, claim=NUMBER):
    return quote("number of towns", changed(claim, measures=measures), {"one": "News 2024", "two": "Paper 2025"}.get)


NOTHING = "Number of towns: no figure for exactly this is known. Nearest: "
DECIDES = figure("Towns, 2023, An office", 120, "2023")


@pytest.mark.parametrize(
    ("measures", "line"),
    [
        ([DECIDES], "Number of towns. Towns, 2023, An office: 120 (News 2024)."),
        (
            [figure("A", 119.6, "2023", origins=("x", "y")), DECIDES | {"origins": ("x",)}],
            "Towns, 2023, An office: 120",
        ),
        ([DECIDES, figure("B", 130, "2024", "same, later", sources=("two",))], "Newest: B: 130 (Paper 2025)."),
        ([DECIDES, figure("B", 130, "2024", "same, later"), figure("C", 131, "2025", "same, later")], "Newest: C: 131"),
        ([DECIDES, *(figure(n, 9, "2025", "same, later", high=h) for n, h in (("B", None), ("C", 9)))], "Newest: C: 9"),
        ([figure("B", 90, "2022", "same, earlier")], f"{NOTHING}B: 90"),
        ([figure("A floor", 48.3, "2023", "near", high=None)], f"{NOTHING}A floor: more than 48.3 (News 2024)."),
        ([figure("B", 9, "2023", "near"), figure("C", 9, "2023", "bound")], f"{NOTHING}C: 9"),
        ([figure("B", 9, "2010", "near"), figure("C", 9, "2022", "near")], f"{NOTHING}C: 9"),
    ],
)
def test_the_line_gives_value_year_producer_and_source_the_newest_figure_and_otherwise_the_nearest(measures, line):
    assert line in quoted(*measures)


def test_a_number_without_a_figure_and_a_claim_of_another_kind_have_no_line():
    assert quoted() == quoted(claim=FACT) == ""
