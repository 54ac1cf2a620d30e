"""What a section says beside its numbers and verdicts, on hand-made rows; no figure here is evidence."""

import pandas as pd
import pytest
from hand_made import measure

from torch_program.claim_records import finding_in_words
from torch_program.claims import Facets, FactClaim, Part
from torch_program.judgement import judge_fact
from torch_program.lookups import Lookups, read_lookups
from torch_program.measures import difference, quotient
from torch_program.section import bound_of, findings_table, verdict_box
from torch_program.verdicts import Finding

FACETS = Facets(quantity="share", numerator="n", base="b", mode="flow", place="China")
ROWS = pd.DataFrame({"value": [181_000.0, 500.0, 20.0], "bound": [">", "=", "~"]})


@pytest.mark.parametrize(("value", "bound"), [(181_000.0, ">"), (500.0, "="), (20.0, "~")])
def test_a_published_number_keeps_the_bound_of_its_row(value, bound):
    assert bound_of("key", value, ROWS, "published") == bound


def test_one_row_and_a_measure_keep_their_bound():
    assert bound_of("key", 181_000.0, ROWS.iloc[0], "published") == ">"
    assert bound_of("key", 30.0, measure("30", "2021", FACETS, bound="<"), "published") == "<"


def test_a_number_computed_from_bounded_rows_needs_its_author_to_say_the_bound():
    with pytest.raises(ValueError, match=r"statistic 'key' is made from rows that print >, ~; say which way"):
        bound_of("key", 362.0, ROWS, "181,000 / 500")
    assert bound_of("key", 362.0, ROWS[ROWS["bound"] == "="], "500 / 2") == "="


def test_a_measure_made_of_others_knows_which_way_it_is_bounded():
    low, exact = measure("80", "2022", FACETS, bound=">"), measure("40", "2022", FACETS)
    assert quotient("q", low, exact, FACETS).bound == ">"
    assert quotient("q", exact, low, FACETS).bound == "<"
    assert quotient("q", low, low, FACETS).bound == "~"
    assert difference("d", exact, low, FACETS).bound == "<"
    assert quotient("q", exact, exact, FACETS).bound == "="


def finding(**more):
    values = {"says": "a rule", "date": "2010", "grade": "B", "origins": ("o",), "sources": ("s",), "published": "2010"}
    return Finding(**(values | more))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "so"),
        ({"ended": "2019"}, "so until 2019"),
        ({"ended": "2025"}, "so"),
        ({"began": "2024-02"}, "later than the text"),
        ({"opposes": True}, "the opposite"),
        ({"grade": "D"}, "too weak to count"),
    ],
)
def test_each_finding_says_how_it_counts_on_the_day_of_the_text(more, says):
    assert finding_in_words(finding(**more), "2023-12-31") == says


def test_a_document_is_one_row_with_all_who_print_it():
    claim = FactClaim(id="a-claim", section="0", kind="fact", statement="So.", parts=(Part(id="p", says="it is"),))
    prints = [
        finding(grade="C", origins=("x",), anchor="third"),
        finding(grade="A", origins=("y", "x"), anchor="first"),
        finding(grade="D", origins=("z",), anchor="weak"),
        finding(says="another rule", date="2011"),
    ]
    table = findings_table(judge_fact(claim, {"p": prints}, "2023-12-31", {}))
    assert table[["Grade", "Origin", "Says"]].to_numpy().tolist() == [
        ["A, C", "x; y", "so"],
        ["D", "z", "too weak to count"],
        ["B", "o", "so"],
    ]
    assert table["Found"][0] == "[a rule](../book/evidence.html#first)"


def test_a_verdict_links_to_its_searches_and_names_what_was_not_seen():
    claim = FactClaim(id="a-claim", section="0", kind="fact", statement="So.", parts=(Part(id="p", says="it is"),))
    judged = judge_fact(claim, {}, "2023-12-31", {})
    box = verdict_box(judged, Lookups({"a-claim": 3}, {"a-claim": ("A report, 2022",)}))
    assert "[3 times](../book/gaps.html#searches-a-claim)" in box
    assert "*Known, not seen, so no evidence:* A report, 2022" in box
    bare = verdict_box(judged, Lookups({}, {}))
    assert "ooked for" not in bare and "not seen" not in bare


def test_lookups_are_counted_by_claim(tmp_path):
    (tmp_path / "search_log.csv").write_text("looked_for,claim_ids\nx,a;b\ny,b\n", encoding="utf-8")
    (tmp_path / "not_seen.csv").write_text("title,number,date,claim_ids\nReport,No. 5,,a\n", encoding="utf-8")
    found = read_lookups(tmp_path)
    assert dict(found.searches) == {"a": 1, "b": 2}
    assert found.not_seen == {"a": ("Report, No. 5",)}
