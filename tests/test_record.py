"""The record of a build: what it holds, and that it is the same bytes each time."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hand_made_records import record as hand_made

from torch_program.changes import record
from torch_program.results import FIGURE_MIME, MYST_MIME, RESULTS_MIME

PARAMETERS = {"edition": "2023", "cutoff": "2023-12-31", "panel_year": 2022}
SOURCES = "source_id,published\nearly,2022\nlate,2024-01\nundated_day,2023-12\n"
FIGURES = "series,entity,period,value,unit,bound,rounding,status,conflict,source_id,locator,note\n"
ROWS = "made_up,Nowhere,2021,1,count,=,,,,early,p 1,\nmade_up,Nowhere,2022,2,count,>,,,,late,p 2,\n"


def told(text: str, **values: str) -> dict[str, Any]:
    data = {MYST_MIME: {"myst": text, "values": values}, "text/markdown": text.splitlines(keepends=True)}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "c",
        "source": source,
        "metadata": {"tags": list(tags)},
        "outputs": list(outputs),
    }


def notebook(count: str = "178", table: str = "year,value\n2022,177\n2023,178\n") -> dict[str, Any]:
    said = {"section": "2.1", "claims": [], "statistics": {"zones": {"value": 178.0, "unit": "count"}}}
    text = f"There were\n{count}, see the chart\nand [this](x.md#y).\n\nNot \\*one\\*.\n"
    no_prose = {"data": {MYST_MIME: {"myst": "A table"}, "text/markdown": "A table"}, "metadata": {}}
    return {
        "cells": [
            {"cell_type": "markdown", "id": "title", "source": "# Zones", "metadata": {}},
            code('edition: str = "2026"  # Name\ncutoff: str = "2026-11-25"', tags=("parameters",)),
            code('edition = "2023"', tags=("injected-parameters",)),
            code('evidence.load("topic", cutoff=cutoff)', told(text, zones=count), no_prose),
            code("show()", {"data": {FIGURE_MIME: {"label": "fig-z", "csv": table}}, "metadata": {}}),
            code("section.record()", {"data": {RESULTS_MIME: said}, "metadata": {}}),
        ]
    }


def files(rows: str = ROWS) -> dict[str, bytes]:
    return {"data/sources.csv": SOURCES.encode(), "data/figures/topic.csv": (FIGURES + rows).encode()}


def made(rows: str = ROWS, **more: str) -> dict[str, Any]:
    return record.make({"2-1-zones": json.dumps(notebook(**more)).encode()}, files(rows), [], PARAMETERS)


def test_prose_is_kept_as_it_is_read() -> None:
    assert made()["prose"] == {
        "2-1-zones": [["title", "# Zones"], ["c", "There were 178, see the chart and this."], ["c", "Not *one*."]]
    }


def test_a_chart_is_kept_as_the_hash_of_its_data_whose_last_digits_do_not_count() -> None:
    one = made()["charts"]["fig-z"]
    assert (one["notebook"], one["rows"]) == ("2-1-zones", 2)
    assert made(table="year,value\n2022,177\n2023,179\n")["charts"]["fig-z"]["data"] != one["data"]
    exact, less = ("a\n0.1234567890123456\n", "a\n0.1234567890123457\n")
    assert made(table=exact)["charts"] == made(table=less)["charts"]
    assert made(table="a\n0.123456789\n")["charts"] != made(table="a\n0.123456780\n")["charts"]


def test_the_evidence_is_what_the_edition_sees() -> None:
    assert made()["evidence"]["source_id"] == ["early"]
    assert made()["evidence"]["locator"] == ["p 1"]
    assert [len(made()["evidence"][name]) for name in record.COLUMNS] == [1] * len(record.COLUMNS)


def test_a_day_that_is_not_known_counts_as_the_last_possible_one() -> None:
    rows = ROWS.replace("late", "undated_day")
    assert made(rows)["evidence"]["source_id"] == ["early", "undated_day"]


def test_files_that_decide_have_a_hash_and_outputs_of_a_notebook_do_not_count() -> None:
    assert sorted(made()["files"]) == ["data/figures/topic.csv", "data/sources.csv", "notebooks/2-1-zones.ipynb"]
    assert made(count="9")["files"] == made()["files"]
    assert made(ROWS + "\n")["files"] != made()["files"]


def test_packing_gives_the_same_bytes_each_time_and_the_record_back(tmp_path: Path) -> None:
    content = record.as_json(made())
    assert record.packed(content) == record.packed(content)
    assert record.packed(content)[4:8] == bytes(4)  # no time
    assert record.packed(content)[3] == 0  # no name
    assert gzip.decompress(record.packed(content)) == content == record.as_json(json.loads(content))
    path = tmp_path / "2026.record.json.gz"
    path.write_bytes(record.packed(content))
    assert record.read(path) == made()


def test_the_order_of_what_goes_in_does_not_matter() -> None:
    turned = {name: hand_made()[name] for name in reversed(hand_made())}
    assert record.as_json(turned) == record.as_json(hand_made())
    lines = ROWS.splitlines(keepends=True)
    assert made("".join(reversed(lines)))["evidence"] == made()["evidence"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.json", b"{"),
        ("cut.record.json.gz", record.packed(b"{}")[:-3]),
        ("plain.record.json.gz", b"{}"),
        ("other.json", b'{"claims": 3, "statistics": {}}'),
        ("list.json", b"[]"),
    ],
)
def test_what_is_no_record_is_said_with_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(record.RecordError, match=name):
        record.read(tmp_path / name)
