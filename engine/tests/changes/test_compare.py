"""How two records differ: each kind of change by hand, and properties that hold for any two."""

import re
from collections import Counter
from operator import itemgetter
from typing import Any

import pytest
from hand_made_records import FIGURES, columns, measure, record
from hypothesis import given
from hypothesis import strategies as st

from claimbook.changes import difference
from claimbook.changes.difference import LAYERS, Change, comparable, difference_between, distance, mark_changes
from claimbook.say.verdict_table import VERDICTS

LABELS = {"made_up_count": "Things counted"}


def difference_text(new: dict[str, Any]) -> str:
    return difference.difference_as_text(difference_between(record(), new), "old", "new", LABELS)


# each kind of change -------------------------------------------------------------------------------------------


def test_a_difference_begins_with_verdicts_and_then_lists_losses_with_value_and_source() -> None:
    new = record() | {"evidence": columns(FIGURES[:2])}
    del new["statistics"]["big"], new["claims"][1], new["charts"]["fig-made-up"]
    new["claims"][0]["verdict"] = "close"
    head, _, claims, lost, *_ = difference_text(new).split("\n\n")
    assert "1 of 1 verdict changed" in head and "LOST 1 figure, 1 claim, 1 statistic, 1 chart" in head
    assert claims.startswith("1 claim ")
    assert lost.splitlines()[1:] == [
        "  figure | Things counted | Nowhere, 2022: > 170 count | somebody_2023",
        "  claim | other | cannot be checked | Other.",
        "  statistic | big | 1,000 | somebody_2023",
        "  chart | fig-made-up | 2 rows | 2-1-made-up",
    ]
    sentences = difference.sentences(difference_between(record(), new))
    assert sentences[2] == "LOST claim | other | cannot be checked | Other."


def test_a_figure_that_came_out_after_the_cut_off_is_later_and_not_lost() -> None:
    found = difference_between(record(), record() | {"evidence": columns(FIGURES[:2])})
    assert "LOST 1 figure" in difference.difference_as_text(found, "old", "new", LABELS)
    output = difference.difference_as_text(found, "old", "new", LABELS, later={"somebody_2023"})
    assert "LOST" not in output
    assert "1 figure published after the cut-off\n  Things counted | Nowhere, 2022: > 170 count" in output


def test_the_story_names_the_new_evidence_and_its_effect_on_verdicts() -> None:
    new = record()
    new["evidence"] = columns([*FIGURES, ("made_up_count", "Nowhere", "2023", "175", *FIGURES[2][4:])])
    new["parameters"]["cutoff"] = "2027-06-30"
    measures = [measure("Share, 2023", 8.0, "low")]
    new["claims"][0] |= {"verdict": "close", "stands_as": "close", "measures": measures}
    new["claims"].append(new["claims"][1] | {"id": "third", "statement": "Third."})
    assert list(difference.story(difference_between(record(), new), "edition 2026", "edition 2027", LABELS)) == [
        "Edition 2027 uses what was published by 2027-06-30, edition 2026 by 2026-11-25.",
        "New evidence: 1 figure from 1 source, in 1 series: Things counted (1).",
        "“The share is over 10 %.” was “right” and is “partly right” now. Now known: Share, 2023, 8.0\u202f%.",
        "“Third.” is a new claim: cannot be checked.",
    ]
    assert difference_text(new).endswith("\n\nDifferent inputs: cutoff (2026-11-25, now 2027-06-30).")


ONE, TWO = (measure(label, 1.0, "met") | {"match": "criterion"} for label in ("Half is done", "All is done"))


@pytest.mark.parametrize(
    ("then", "now", "why"),
    [
        ([ONE], [ONE | {"value": 2.0}, TWO], "Now known: All is done (met)."),
        ([ONE, TWO], [ONE], "No longer counted: All is done (met)."),
        ([ONE], [ONE | {"outcome": "not met"}], "Now known: Half is done (not met)."),
        ([], [TWO | {"decides": False}], "Nearest figures: All is done (met)."),
    ],
)
def test_a_flip_is_reported_by_what_decides_it_now_and_else_by_what_no_longer_does(then, now, why):
    assert difference.why_changed(Change("c", {"measures": then}, {"measures": now}), {}) == why


def test_the_day_and_the_source_that_changed_a_verdict_are_reported() -> None:
    early = {"day": "2018-12-31", "stands_as": "overstated", "sources": ["one"]}
    late = {"day": "2023-12-18", "stands_as": "understated", "sources": ["two"]}
    claim, other = record()["claims"]
    new = record() | {"claims": [claim | {"through_time": [early, late]}, other]}
    (change,) = difference_between(record() | {"claims": [claim | {"through_time": [early]}]}, new).claims[1:]
    why = difference.why_changed(change, {"two": "Ministry (2023)"})
    assert why == "It changed on 2023-12-18, with Ministry (2023)."
    assert difference.claim_row(change)[-1] == "change on 2023-12-18: none, now wrong (understated) by two"


SOURCE = FIGURES[0][8]
MANY = [("made_up_sum", f"Place {i}", str(2000 + i), "1", "count", "=", "", "", "x_2024", "p") for i in range(9)]
CSV = "year,value\n2021,12.5\n2022,{}\n"
ROWS: dict[str, tuple[dict[str, Any], list[tuple[str, ...]]]] = {  # changes of a layer, and the rows that say them
    "statistics, the largest change first": (
        {"statistics": {"big": {"value": 1100.0}, "small": {"value": 3.0, "period": "2023"}}},
        [
            ("small", "2.0\u202f%", "3.0\u202f%", "+1, +50.00 %", "period: 2022, now 2023"),
            ("big", "1,000", "1,100", "+100, +10.00 %", ""),
        ],
    ),
    "a statistic that looks the same": (
        {"statistics": {"small": {"value": 2.0001}}},
        [("small", "2", "2.0001", "+0.0001, +0.01 %", "")],
    ),
    "a statistic of the same value": (
        {"statistics": {"big": {"made": "a sum", "sources": ["b"]}}},
        [("big", "1,000", "1,000", "", "made: published, now a sum; sources: somebody_2023, now b")],
    ),
    "another value": (
        {"evidence": [(*FIGURES[0][:3], "12.9", *FIGURES[0][4:]), *FIGURES[1:]]},
        [("made_up_share, Nowhere, 2021", "12.5 percent", "12.9 percent", SOURCE)],
    ),
    "another source": (
        {"evidence": [(*FIGURES[0][:8], "b", FIGURES[0][9]), *FIGURES[1:]]},
        [("made_up_share, Nowhere, 2021", "12.5 percent", "12.5 percent", f"{SOURCE}, now b")],
    ),
    "many figures": (
        {"evidence": [*FIGURES, *MANY]},
        [("figure", "made_up_sum", "9 figures: 9 entities, 2000 to 2008", "x_2024")],
    ),
    "new items": (
        {
            "statistics": {"more": record()["statistics"]["big"]},
            "charts": {"fig-new": {"notebook": "2-1-made-up", "csv": "year\n2021\n"}},
        },
        [("statistic", "more", "1,000", "somebody_2023"), ("chart", "fig-new", "1 row", "2-1-made-up")],
    ),
    "words of the prose": (
        {"prose": {"2-1-made-up, after": ["There were 178 of them in 2022.", "And 178 in 2023."]}},
        [
            ("2-1-made-up, after", "There were [-170-]{+178+} of them in 2022."),
            ("2-1-made-up, after", "{+And 178 in 2023.+}"),
        ],
    ),
    "a chart with another column": (
        {"charts": {"fig-made-up": {"csv": "year,number\n2021,12.5\n2022,13.1\n"}}},
        [("fig-made-up", "2-1-made-up", "columns year, [-value-]{+number+}")],
    ),
    "a chart with another row": (
        {"charts": {"fig-made-up": {"csv": CSV.format("13.6") + "2023,14\n"}}},
        [("fig-made-up", "2-1-made-up", "2022, [-13.1-]{+13.6+}; 1 more change")],
    ),
    "a value of a chart": (
        {"charts": {"fig-made-up": {"csv": CSV.format("13.6")}}},
        [("fig-made-up", "2-1-made-up", "2022, [-13.1-]{+13.6+}")],
    ),
}


@pytest.mark.parametrize(("layers", "expected"), ROWS.values(), ids=ROWS)
def test_each_change_is_a_row(layers: dict[str, Any], expected: list[tuple[str, ...]]) -> None:
    new = record()
    for layer, items in layers.items():
        if layer == "evidence":
            new[layer] = columns(items)
        else:
            new[layer] |= {k: new[layer].get(k, {}) | v if isinstance(v, dict) else v for k, v in items.items()}
    (block,) = difference.blocks(difference_between(record(), new), LABELS)
    assert block.rows == expected


def test_a_claim_says_what_differs_and_changed_verdicts_come_first() -> None:
    new = record()
    new["claims"][0] |= {"stands_as": "close", "measures": [measure("Share, 2022, Somebody", 9.2), measure("B", 9.5)]}
    new["claims"][1]["robustness"] |= {"flips": ["without MOST: close"], "break_even": 0.1}
    (block,) = difference.blocks(difference_between(record(), new), LABELS)
    output = "Share, 2022, Somebody: 13.1\u202f% (pass), now 9.2\u202f% (pass); B: none, now 9.5\u202f% (pass)"
    then_now = "right (supported) · stable → partly right (close) · stable"
    assert block.rows[0] == ("share: The share is over 10 %.", then_now, output)
    assert block.rows[1][2] == "distance to another outcome: 20 %, now 10 %; without MOST: none, now close"


def test_a_lost_figure_of_a_second_source_is_one_loss() -> None:
    twice = record() | {"evidence": columns([*FIGURES, (*FIGURES[0][:8], "b", FIGURES[0][9])])}
    assert [change.lost for change in difference_between(twice, record()).evidence] == [True]


def test_numbers_are_compared_to_nine_digits() -> None:
    new = record()
    new["statistics"]["small"]["value"] = 2.0 * (1 + 1e-12)
    new["claims"][0]["measures"][0]["value"] = 13.1 * (1 - 1e-12)
    new["charts"]["fig-made-up"]["csv"] = CSV.format("13.1").replace("12.5", "12.5000000000001")
    assert difference_text(new) == "Nothing changed from old to new."
    new["statistics"]["small"]["value"] = 2.0 * (1 + 1e-7)
    assert difference_between(record(), new).statistics
    assert comparable(0.1 + 0.2 - 0.3) == 0


def test_a_drawing_is_left_out_and_prose_that_looks_like_one_is_not() -> None:
    assert comparable('<img alt="one" src="data:image/svg+xml,<svg/>">') == '<img alt="one" src="">'
    assert comparable('data:image/ is wrong, "right"') == 'data:image/ is wrong, "right"'


def test_different_files_are_not_a_change_and_a_results_json_is_compared_in_part() -> None:
    new = {name: record()[name] for name in ("edition", "parameters", "claims", "statistics")}
    assert difference_text(new).startswith("Nothing changed")
    assert "Not compared: evidence, charts, prose, files." in difference_text(new)
    new["files"] = record()["files"] | {"data/new.csv": "c"}
    assert difference_text(new).startswith("Nothing changed")
    assert "Different inputs: data/new.csv." in difference_text(new)


def test_the_terminal_shows_the_first_rows_and_where_the_others_are() -> None:
    new = record()
    new["statistics"] |= {f"new-{i}": new["statistics"]["big"] for i in range(9)}
    shown = difference.difference_as_text(difference_between(record(), new), "old", "new", {}, most=5)
    assert "  … and 4 more in _build/changes.txt" in shown and "new-8" not in shown and "new-8" in difference_text(new)


# what holds for any two ----------------------------------------------------------------------------------------

WORD = st.sampled_from(["one", "two", "three", "12.5", "(a", "b)", "中关村", "%"])
VERDICT = st.sampled_from([*VERDICTS])
TEXT = st.lists(WORD, max_size=8).map(" ".join)
VALUE = st.floats(-1e9, 1e9)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Draw records with the same few names, so that two of them have names in common."""
    few, names, known = st.sampled_from("abc"), st.sets(st.sampled_from("abc")), record()
    rows = st.lists(st.tuples(*[few] * 10), max_size=5, unique_by=itemgetter(0, 1, 2, 8))
    measures = st.lists(st.builds(measure, few, VALUE), max_size=2)
    return known | {
        "claims": [
            known["claims"][0] | {"id": i, "verdict": draw(VERDICT), "measures": draw(measures)} for i in draw(names)
        ],
        "statistics": {
            key: known["statistics"]["big"] | {"value": draw(VALUE), "unit": draw(few)} for key in draw(names)
        },
        "evidence": columns(draw(rows)),
        "prose": {draw(few): draw(st.lists(TEXT, max_size=4, unique=True))},
        "charts": {key: {"notebook": "n", "csv": f"a\n{draw(few)}\n"} for key in draw(names)},
    }


@given(records(), records())
def test_a_comparison_in_reverse_gives_the_reversed_changes_and_a_record_equals_itself(one: Any, other: Any) -> None:
    there, back = difference_between(one, other), difference_between(other, one)
    for layer in LAYERS:
        turned = Counter(repr((c.key, c.after, c.before)) for c in getattr(back, layer))
        assert Counter(repr(tuple(c)) for c in getattr(there, layer)) == turned
        assert not getattr(difference_between(one, one), layer)


@given(records(), records())
def test_every_change_is_counted_in_a_title(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = difference_between(one, other)
    titles = " ".join(block.title for block in difference.blocks(found, {}))
    assert sum(map(int, re.findall(r"\d+", titles))) == sum(len(getattr(found, layer)) for layer in LAYERS)


@pytest.mark.parametrize(("a", "b", "far"), [(1, 1, 0), (0, 0, 0), (1, 3, 0.5), (0, 5, 1), (-1, 1, 1), (-1, -3, 0.5)])
def test_distances_computed_by_hand(a: float, b: float, far: float) -> None:
    assert distance(a, b) == far


@given(TEXT, TEXT)
def test_the_marked_text_holds_both_texts_and_a_number_is_one_word(old: str, new: str) -> None:
    assert mark_changes("over 12.5 of 1,606", "over 12.6 of 1,616") == "over [-12.5-]{+12.6+} of [-1,606-]{+1,616+}"
    both = mark_changes(old, new)
    assert re.sub(r"\{\+.*?\+\}", "", both).replace("[-", "").replace("-]", "") == old
    assert re.sub(r"\[-.*?-\]", "", both).replace("{+", "").replace("+}", "") == new
