"""How two records differ: each kind of change by hand, and what must hold for any two."""

from collections import Counter
from typing import Any

import pytest
from hand_made_records import FIGURES, columns, measure, record
from hypothesis import given
from hypothesis import strategies as st

from torch_program.changes import compare, tell
from torch_program.changes.compare import GONE, NEW, SAME, difference, distance, marked
from torch_program.sphinx_ext import difference as page


def told(old: dict[str, Any], new: dict[str, Any]) -> str:
    return tell.as_text(difference(old, new), "old", "new", {})


# each kind of change -------------------------------------------------------------------------------------------


def test_the_same_record_gives_one_sentence_and_a_page_of_one_paragraph() -> None:
    found = difference(record(), record())
    assert not found and not found.results_moved
    assert told(record(), record()) == "Nothing moved from old to new."
    html = page.html(found, "old", "new", {}).decode()
    assert html.count("<p>") == 1 and "<table" not in html


def test_a_lost_figure_stands_first_with_its_value_and_source() -> None:
    new = record() | {"evidence": columns(FIGURES[:2])}
    new["claims"][0]["verdict"] = "close"
    first, second = tell.blocks(difference(record(), new), {"made_up_count": "Things counted"})[:2]
    assert first.title == "LOST: 1 figure"
    assert first.rows == [("figure", "Things counted", "Nowhere, 2022: > 170 count", "somebody_2023")]
    assert second.name == "verdicts"
    assert "From old to new: LOST 1 figure, 1 verdict flipped" in told(record(), new)


def test_a_lost_statistic_claim_and_chart_are_lost_too() -> None:
    new = record()
    del new["statistics"]["big"], new["claims"][1], new["charts"]["fig-made-up"]
    (block,) = tell.blocks(difference(record(), new), {})
    assert block.title == "LOST: 1 claim, 1 statistic, 1 chart"
    assert ("statistic", "big", "1,000", "somebody_2023") in block.rows


def test_a_verdict_that_flipped_names_what_decided_then_and_decides_now() -> None:
    new = record()
    new["claims"][0] |= {"verdict": "overstated", "measures": [measure("Share, 2023, Others", 8.0, "low")]}
    (block,) = tell.blocks(difference(record(), new), {})
    claim, then, now, decided, decides = block.rows[0]
    assert claim == "share: The share is over 10 %."
    assert (then, now) == ("supported", "overstated")
    assert decided == "Share, 2022, Somebody: 13.1\u202f% (pass)"
    assert decides == "Share, 2023, Others: 8.0\u202f% (low)"


def test_the_story_tells_in_sentences_what_came_and_what_it_did() -> None:
    new = record()
    new["parameters"] |= {"edition": "2027", "cutoff": "2027-06-30"}
    come = [("made_up_count", "Nowhere", "2023", "175", "count", "=", "", "", "somebody_2024", "para 2")]
    revised = ("made_up_share", "Nowhere", "2022", "13.4", "percent", "=", "", "", "somebody_2023", "table 1")
    new["evidence"] = columns([FIGURES[0], revised, FIGURES[2], *come])
    new["claims"][0] |= {"verdict": "overstated", "measures": [measure("Share, 2023, Others", 8.0, "low")]}
    new["claims"][0]["robustness"] = new["claims"][0]["robustness"] | {"label": "fragile"}
    new["claims"].append(new["claims"][1] | {"id": "third", "statement": "Third."})
    new["statistics"]["small"] |= {"value": 3.0, "period": "2023"}
    found = difference(record(), new)
    told = tell.story(found, "edition 2026", "edition 2027", {"made_up_count": "Things counted"})
    assert told == [
        "Edition 2027 sees what was published by 2027-06-30, edition 2026 by 2026-11-25.",
        "1 figure from 1 source came in, in 1 series: Things counted (1).",
        "1 figure was revised or printed anew: made_up_share (1).",
        "“The share is over 10 %.” was “supported” and is “overstated” now. It rests on Share, 2023, Others: "
        "8.0\u202f% (low) now, and then on Share, 2022, Somebody: 13.1\u202f% (pass).",
        "“Third.” is a new claim: unverified.",
        "No longer stable, but fragile: share.",
        "Farthest moved of 1 statistic: small, 2.0\u202f% (2022) to 3.0\u202f% (2023).",
        "1 verdict is as before.",
    ]
    back = tell.story(difference(new, record()), "edition 2027", "edition 2026", {})
    assert "Now stable, before fragile: share." in back and "1 verdict is as before." in back
    for text in (tell.as_text(found, "old", "new", {}), page.html(found, "old", "new", {}).decode()):
        assert all(sentence in text for sentence in tell.story(found, "old", "new", {}))
    assert tell.document(found, "old", "new", {})["story"] == tell.story(found, "old", "new", {})


def test_where_nothing_decides_the_measures_near_it_are_named() -> None:
    new = record()
    near = measure("Something near, 2022", 9.0, "low", decides=False)
    new["claims"][1] |= {"verdict": "unverified, evidence against", "measures": [near]}
    (block,) = tell.blocks(difference(record(), new), {})
    assert block.rows[0][3:] == ("nothing", "nothing; near it: Something near, 2022: 9.0\u202f% (low)")


def test_robustness_that_moved_gives_its_reasons() -> None:
    new = record()
    new["claims"][0]["robustness"] |= {"label": "fragile", "flips": ["without MOST: close"], "break_even": 0.1}
    (block,) = tell.blocks(difference(record(), new), {})
    assert block.rows[0][1:3] == ("stable", "fragile")
    assert block.rows[0][3] == "now: without MOST: close; distance to another outcome 20 %, now 10 %"


def test_another_measure_under_the_same_verdict_is_told() -> None:
    new = record()
    new["claims"][0]["measures"] = [measure("Share, 2022, Somebody", 13.2)]
    (block,) = tell.blocks(difference(record(), new), {})
    assert block.name == "claims"
    assert "no longer Share, 2022, Somebody: 13.1" in block.rows[0][1] and "13.2" in block.rows[0][1]


def test_statistics_are_ranked_by_their_relative_distance() -> None:
    new = record()
    new["statistics"]["big"]["value"] = 1100.0  # 100 / 2100
    new["statistics"]["small"]["value"] = 3.0  # 1 / 5
    (block,) = tell.blocks(difference(record(), new), {})
    assert [(row[0], row[3]) for row in block.rows] == [("small", "+1, +50.00 %"), ("big", "+100, +10.00 %")]


def test_a_statistic_that_moves_below_its_printed_digits_shows_more_of_them() -> None:
    new = record()
    new["statistics"]["small"]["value"] = 2.0001
    (block,) = tell.blocks(difference(record(), new), {})
    assert block.rows[0][1:3] == ("2", "2.0001")


def test_the_last_digits_of_floating_point_do_not_count() -> None:
    new = record()
    new["statistics"]["small"]["value"] = 2.0 * (1 + 1e-12)
    new["claims"][0]["measures"][0]["value"] = 13.1 * (1 - 1e-12)
    assert not difference(record(), new)
    new["statistics"]["small"]["value"] = 2.0 * (1 + 1e-7)
    assert difference(record(), new).results_moved


def test_a_revised_figure_is_neither_lost_nor_added() -> None:
    revised = [FIGURES[0][:3] + ("12.9",) + FIGURES[0][4:], *FIGURES[1:]]
    (block,) = tell.blocks(difference(record(), record() | {"evidence": columns(revised)}), {})
    assert block.name == "figures_revised"
    assert block.rows == [("made_up_share, Nowhere, 2021", "12.5 percent", "12.9 percent", "somebody_2022")]


def test_another_source_for_the_same_figure_is_a_revision_that_names_both() -> None:
    moved = [FIGURES[0][:8] + ("others_2024", "page 3"), *FIGURES[1:]]
    (block,) = tell.blocks(difference(record(), record() | {"evidence": columns(moved)}), {})
    assert block.name == "figures_revised"
    assert block.rows[0][3] == "somebody_2022, now others_2024"


def test_many_new_figures_of_one_series_are_summed_up() -> None:
    many = [("made_up_sum", f"Place {i}", str(2000 + i), "1", "count", "=", "", "", "x_2024", "p") for i in range(9)]
    (block,) = tell.blocks(difference(record(), record() | {"evidence": columns([*FIGURES, *many])}), {})
    assert block.name == "figures_added"
    assert block.rows == [("made_up_sum", "9 figures: 9 entities, 2000 to 2008", "x_2024")]


def test_changed_prose_is_marked_word_by_word() -> None:
    new = record()
    new["prose"]["2-1-made-up"][1][1] = "There were 178 of them in 2022."
    (block,) = tell.blocks(difference(record(), new), {})
    assert block.rows == [
        (
            "2-1-made-up, after",
            [("There were ", SAME), ("170", GONE), ("178", NEW), (" of them in 2022.", SAME)],
        )
    ]
    assert "[-170-]{+178+}" in told(record(), new)
    html = page.html(difference(record(), new), "old", "new", {}).decode()
    assert "<del>170</del><ins>178</ins>" in html
    assert not difference(record(), new).results_moved  # wording is not what a stored record guards


def test_a_chart_whose_data_moved_and_a_new_one_are_named() -> None:
    new = record()
    new["charts"]["fig-made-up"] |= {"data": "ffffffffffff", "rows": 5}
    new["charts"]["fig-new"] = {"notebook": "2-1-made-up", "data": "ffffffffffff", "rows": 1}
    (block,) = tell.blocks(difference(record(), new), {})
    assert [row[2] for row in block.rows] == ["4 rows, now 5", "new, 1 row"]


def test_parameters_code_and_data_that_differ_are_named_as_causes() -> None:
    new = record() | {"parameters": record()["parameters"] | {"cutoff": "2023-12-31"}}
    new["files"] |= {"src/torch_program/verdicts.py": "cccccccccccc"}
    del new["files"]["data/figures/made_up.csv"]
    assert told(record(), new).endswith(
        "What went in differs: parameters cutoff (2026-11-25, then 2023-12-31); data data/figures/made_up.csv; "
        "code src/torch_program/verdicts.py."
    )
    assert not difference(record(), new)  # other inputs that move nothing are no change


def test_layers_that_a_results_json_lacks_are_said_not_to_be_compared() -> None:
    results = {
        key: value for key, value in record().items() if key in {"edition", "parameters", "claims", "statistics"}
    }
    assert "Not compared: published figures, charts, prose, files." in told(record(), results)
    assert not difference(record(), results)


def test_the_page_asks_nothing_of_the_network_and_escapes_what_it_shows() -> None:
    new = record()
    new["claims"][0] |= {"verdict": "<b>&", "statement": "</script><img src=x>"}
    html = page.html(difference(record(), new), "old", "new", {}).decode()
    assert "&lt;b&gt;&amp;" in html and "<img" not in html and "http" not in html.split("<body")[1]


# what holds for any two ----------------------------------------------------------------------------------------

WORD = st.sampled_from(["one", "two", "three", "12.5", "(a", "b)", "中关村", "%"])
TEXT = st.lists(WORD, max_size=8).map(" ".join)
VALUE = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Records of the same few names, so that two of them meet."""
    made = record()
    few = st.sampled_from("abc")
    made["claims"] = [
        {
            "id": i,
            "verdict": draw(WORD),
            "measures": [measure(draw(few), draw(VALUE))],
            "robustness": {"label": draw(few)},
        }
        for i in draw(st.sets(few))
    ]
    made["statistics"] = {k: {"value": draw(VALUE), "unit": draw(few)} for k in draw(st.sets(few))}
    row = st.tuples(few, few, few, few, few, few, few, few, few, few)
    made["evidence"] = columns(draw(st.lists(row, max_size=5)))
    made["prose"] = {draw(few): draw(st.lists(st.tuples(few, TEXT).map(list), max_size=4))}
    made["charts"] = {k: {"notebook": "n", "data": draw(few), "rows": 1} for k in draw(st.sets(few))}
    return made


@given(records())
def test_nothing_differs_from_itself(one: dict[str, Any]) -> None:
    found = difference(one, one)
    assert not found and not found.parameters and not found.files and not found.missing


@given(records(), records())
def test_the_other_way_round_gives_the_same_turned_round(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = difference(one, other), difference(other, one)
    for layer in ("claims", "statistics", "figures", "charts", "prose", "parameters", "files"):
        turned = Counter(repr((c.key, c.after, c.before)) for c in getattr(back, layer))
        assert Counter(repr((c.key, c.before, c.after)) for c in getattr(there, layer)) == turned


@given(records(), records())
def test_every_change_is_told_somewhere(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = difference(one, other)
    document = tell.document(found, "one", "other", {})
    layers = (found.claims, found.statistics, found.figures, found.charts)
    lost = sum(c.lost for layer in layers for c in layer)
    assert len(document["lost"]) == lost
    claims = {c["key"] for name in ("verdicts", "robustness", "claims") for c in document[name]}
    assert claims == {c.key for c in found.claims if not c.lost}
    assert len(document["figures_added"]) + len(document["figures_revised"]) == sum(not c.lost for c in found.figures)
    assert bool(tell.blocks(found, {})) == (bool(found) or bool(found.parameters))


@given(VALUE, VALUE)
def test_the_distance_is_between_0_and_1_and_the_same_both_ways(a: float, b: float) -> None:
    assert 0 <= distance(a, b) <= 1
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)


@pytest.mark.parametrize(("a", "b", "far"), [(1, 1, 0), (0, 0, 0), (1, 3, 0.5), (0, 5, 1), (-1, 1, 1), (-1, -3, 0.5)])
def test_distances_computed_by_hand(a: float, b: float, far: float) -> None:
    assert distance(a, b) == far


@given(TEXT, TEXT)
def test_the_marked_text_holds_both_texts(old: str, new: str) -> None:
    pieces = marked(old, new)
    assert "".join(text for text, kind in pieces if kind != NEW) == old
    assert "".join(text for text, kind in pieces if kind != GONE) == new
    assert all(kind == SAME for _, kind in marked(old, old))


def test_a_number_is_one_word() -> None:
    assert marked("over 12.5 % of 1,606", "over 12.6 % of 1,616") == [
        ("over ", SAME),
        ("12.5", GONE),
        ("12.6", NEW),
        (" % of ", SAME),
        ("1,606", GONE),
        ("1,616", NEW),
    ]


def test_equal_things_are_taken_away_one_by_one() -> None:
    assert compare.without(["a", "b", "a"], ["a"]) == ["b", "a"]
