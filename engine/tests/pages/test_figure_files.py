"""The files that readers can download for a figure. Figures named hand-made are not evidence."""

import hashlib
import json
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from checkout import BUILT
from hand_made_records import WORK

from claimbook.citation import for_spreadsheets
from claimbook.notebook import prose
from claimbook.pages import figure_files
from claimbook.pages.displays import Display
from claimbook.project import outputs as results

EXECUTED = sorted((BUILT / "source" / "notebooks").glob("*.ipynb"))
HEAVIEST = 150_000  # bytes of a drawing
PAGE = "notebooks/2-1-hand-made"
CSV = (
    "year,value,unit,conflict,note,source_id\n"
    '2020,14.295123456,percent,False,"a <b>, c",a; b\n'
    "2021,1234567.5,percent,True,,a\n"
    "2022,,percent,False,,a\n"
)
FIGURE = {
    "label": "fig-hand-made",
    "title": "Hand-made: it rose",
    "caption": "Hand-made & drawn. A second sentence.",
    "credit": "Source: hand-made.",
    "sources": ["c"],
    "alt": "It rose.",
    "csv": CSV,
}


CELLS = {cell: f"'{cell}" for cell in ("=1+1", "+27 % publications", "-1+2", "@x", "- minus", "=2", "-1,5")}
CELLS |= {cell: cell for cell in ("=", "~", "-", "+", "-1.5", "+3", "-1e-5", "-.5", "-inf", "a = b", "", "2012-13")}
READABLE = {"178.0": "178", "-0.123456789": "-0.123457", "1.5e-09": "1.5e-09", "0.0": "0", "007": "007"}


@pytest.mark.parametrize(("cell", "safe"), CELLS.items())
def test_a_text_that_a_spreadsheet_would_run_as_a_formula_begins_with_an_apostrophe(cell, safe):
    assert for_spreadsheets(f'a,b\n"{cell}",1\n') in {f"a,b\n{safe},1\n", f'a,b\n"{safe}",1\n'}


def soup(work=WORK, **changes):
    figure = FIGURE | changes
    made = figure_files.tools(figure, PAGE) + figure_files.how_to_cite(figure, work, PAGE)
    return BeautifulSoup(made, "html.parser")


def test_a_long_table_is_cut_and_says_so():
    table = soup(csv="year\n" + "".join(f"{n}\n" for n in range(1000, 2000))).table
    assert len(table.select("tbody tr")) == figure_files.FIGURE_ROWS_SHOWN
    assert f"The first {figure_files.FIGURE_ROWS_SHOWN} of 1,000 rows" in table.caption.get_text()


@pytest.mark.parametrize(("cell", "shown"), READABLE.items())
def test_numbers_of_the_table_can_be_read(cell, shown):
    assert figure_files.readable(cell) == shown


def test_a_book_that_nobody_cites_offers_no_reference():
    made = soup(work=None)
    assert made.table and not made.select_one(".figure-cite")


def test_the_notebook_for_download_has_its_parameters_and_only_text_outputs():
    text = {"output_type": "display_data", "data": prose.text_bundle("{towns}", {}), "metadata": {}}
    cell = {"cell_type": "code", "execution_count": 3, "outputs": [{"data": {}}], "source": ["x = 1"], "metadata": {}}
    output = {"cell_type": "code", "execution_count": 4, "outputs": [text], "source": ["%%prose"], "metadata": {}}
    note = {"cell_type": "markdown", "source": ["a"], "metadata": {}}
    metadata = {"kernelspec": {"name": "python3"}, "papermill": {}}
    bare = figure_files.notebook_as_text({"cells": [cell, output, note], "metadata": metadata, "nbformat": 4})
    assert bare["cells"] == [cell | {"outputs": [], "execution_count": None}, output, note]
    assert bare["metadata"] == {"kernelspec": {"name": "python3"}}
    assert cell["outputs"]  # the one that was run is left as it was


def test_the_index_names_the_sources_columns_and_digest_of_a_figure():
    reported = figure_files.figure_entry(FIGURE, PAGE)
    assert reported["page"] == f"{PAGE}.html#fig-hand-made" and reported["columns"] == CSV.splitlines()[0].split(",")
    assert (reported["sources"], reported["rows"]) == (["a", "b", "c"], 3)
    assert figure_files.figure_entry(FIGURE | {"claim": "towns"}, PAGE)["page"] == "claims/towns.html"


def test_the_chart_of_a_claim_leaves_no_bare_drawing_on_a_section_page():
    content = FIGURE | {"claim": "towns"}
    display = SimpleNamespace(mime_type=results.FIGURE_MIME, content=content)
    assert Display.handle_mime(None, display, False)  # MyST-NB takes an empty list for no answer


@pytest.mark.book
def test_the_index_has_every_figure_with_the_digest_of_its_file_and_no_drawing_is_heavy():
    index = json.loads((BUILT / "html" / "figures" / "index.json").read_bytes())
    shown = [figure for path in EXECUTED for figure in results.figures(json.loads(path.read_text("utf-8")))]
    assert not [figure["label"] for figure in shown if len(figure["svg"].encode()) >= HEAVIEST]
    assert sorted(each["label"] for each in index["figures"]) == sorted(figure["label"] for figure in shown)
    for each in index["figures"]:
        content = (BUILT / "html" / "figures" / f"{each['label']}.csv").read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256_of_csv"]
        assert each["title"] and each["alt"]


@pytest.mark.book
def test_every_chart_of_a_section_is_listed_by_its_number_and_found_by_it():
    html = BUILT / "html"
    listed = BeautifulSoup((html / "book/claims.html").read_text("utf-8"), "lxml").select("#charts li")
    found = json.loads((html / "_static/find_list.js").read_text("utf-8").partition("= ")[2].rstrip(";\n"))
    charts = [name for kind, name, *_ in found if kind == "Chart"]
    assert charts == [f"Chart {n}" for n in range(1, len(charts) + 1)] and len(charts) > 20
    assert all(f"Figure {name.split()[1]}" == words for kind, name, *_, words in found if kind == "Chart")
    assert [item.a.get_text() for item in listed] == charts
