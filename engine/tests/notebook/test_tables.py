"""Tables in the book. The rows here are hand-made and no evidence."""

import pandas as pd

from claimbook.notebook import tables


def test_a_source_links_to_its_row_on_the_evidence_page_and_its_name_is_not_a_markup():
    rows = pd.DataFrame({"origin": ["Office", "a | b *c*"], "anchor": ["source-a--x", "source-b--y"]}, index=[3, 3])
    first, second = tables.links(rows)
    assert first == "[Office](../book/evidence.html#source-a--x)"
    assert second.startswith(f"[{tables.escape('a | b *c*')}]") and "| b" not in second.replace("\\|", "")


def test_a_value_is_printed_with_its_bound_in_words():
    rows = pd.DataFrame({"bound": [">", "="], "value": [2.25, 3.0]})
    assert tables.values(rows, "{:.1f} %") == ["more than 2.2 %", "3.0 %"]


def test_text_from_data_is_never_markup_a_missing_cell_is_a_dash_and_numbers_may_stand_right():
    hostile = "a | b `c` $x$ <script> {glue:}`k` [l](m) *n*\nnext"
    assert "\n" not in tables.escape(hostile)
    rows = pd.DataFrame({"A": [tables.escape(hostile), None, pd.NaT], "B": [None, "", "2"]}, dtype=object)
    *_, first, second, third, _ = tables.myst_table(rows, "Caption", "tbl-a", right=("B",)).splitlines()
    assert first.replace(r"\|", "").count("|") == 3 and first.endswith("| – |")  # two cells, whatever the text holds
    assert (second, third) == ("| – | – |", "| – | 2 |")
    assert "|:--|--:|" in tables.myst_table(rows, "Caption", "tbl-a", right=("B",))
