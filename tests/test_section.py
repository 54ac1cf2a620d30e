"""What a section says beside its numbers and verdicts, on hand-made rows; no figure here is evidence."""

import pandas as pd
import pytest
from hand_made import measure

from torch_program.claims import Facets
from torch_program.lookups import read_lookups
from torch_program.measures import difference, quotient
from torch_program.section import bound_of

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


def test_lookups_are_counted_by_claim(tmp_path):
    (tmp_path / "search_log.csv").write_text("looked_for,claim_ids\nx,a;b\ny,b\n", encoding="utf-8")
    (tmp_path / "not_seen.csv").write_text("title,number,date,claim_ids\nReport,No. 5,,a\n", encoding="utf-8")
    found = read_lookups(tmp_path)
    assert dict(found.searches) == {"a": 1, "b": 2}
    assert found.not_seen == {"a": ("Report, No. 5",)}
