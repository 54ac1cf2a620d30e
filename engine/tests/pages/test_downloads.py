"""A file for each series: what was public and may be passed on."""

import csv
import io
import json
from dataclasses import replace

import pytest
from checkout import BUILT, ROOT
from hand_made_records import WORK

from claimbook.pages import downloads
from claimbook.project.files import figures_in, rows_in

SOURCES = """\
source_id,publisher,published,licence,redistribute
a,A,2020,CC0,yes
b,B,2021,terms not shown,no
c,C,2030,CC0,yes
"""
SERIES = "series,label,counts\nmade,Made-up things,All that are made up\nnone,None,Nothing\n"
FIGURES = """\
series,entity,period,value,unit,source_id
made,X,2019,1,count,a
made,X,2020,-2,count,b
made,X,2021,3,count,c
"""


@pytest.fixture
def series_made(tmp_path):
    """The files of a series of three figures: one public and free, one that may not be passed on, one too late."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "sources.csv").write_text(SOURCES)
    (tmp_path / "series.csv").write_text(SERIES)
    (tmp_path / "figures" / "topic.csv").write_text(FIGURES)
    fields = [{"name": name} for name in downloads.SERIES_FILE_COLUMNS]
    described = {"resources": [{"path": "figures/topic.csv", "schema": {"fields": fields}}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(described))
    return dict(downloads.series_files(tmp_path, replace(WORK, edition="2023")))


def test_a_series_has_what_was_public_and_may_be_passed_on(series_made):
    (row,) = csv.DictReader(io.StringIO(series_made["series/made.csv"].decode()))
    assert (row["value"], row["source_id"], row["publisher"], row["licence"]) == ("1", "a", "A", "CC0")
    assert len(series_made["series/none.csv"].splitlines()) == 1


def test_the_index_counts_what_is_left_out_and_says_what_each_series_counts(series_made):
    index = json.loads(series_made["series/index.json"])
    assert index["edition"] == "2023" and index["terms"]
    assert [(s["file"], s["counts"], s["rows"], s["not_passed_on"]) for s in index["series"]] == [
        ("made.csv", "All that are made up", 1, 1),
        ("none.csv", "Nothing", 0, 0),
    ]


@pytest.mark.book
def test_no_file_of_the_report_holds_a_figure_that_may_not_be_passed_on_and_all_others_are_there():
    folder = BUILT / "html" / "series"
    kept = {row["source_id"] for row in rows_in(ROOT / "data" / "sources.csv") if row["redistribute"] == "no"}
    given = [row for path in sorted(folder.glob("*.csv")) for row in rows_in(path)]
    assert kept and not kept & {row["source_id"] for row in given}
    index = json.loads((folder / "index.json").read_bytes())["series"]
    rows = [row for _, row in figures_in(ROOT / "data")]
    assert sum(s["rows"] for s in index) == len(given) and sum(s["not_passed_on"] for s in index) > 0
    assert len(given) + sum(s["not_passed_on"] for s in index) <= len(rows)
    assert {s["file"] for s in index} == {path.name for path in folder.glob("*.csv")}
