"""The record of a build: what it contains, and that it has the same bytes each time."""

import bz2
from pathlib import Path
from typing import Any

import pytest
from hand_made_notebook import CSV, FIGURES, PARAMETERS, ROWS, SOURCES, notebook
from hand_made_records import record as hand_made

from claimbook.changes import record
from claimbook.project import outputs
from claimbook.project.folders import UserError


def made(rows: str = ROWS, ran: dict[str, Any] | None = None) -> dict[str, Any]:
    files = {"data/sources.csv": SOURCES.encode(), "data/figures/topic.csv": (FIGURES + rows).encode()}
    ran = ran or notebook()
    results = outputs.collect_results([outputs.read_section_record(ran)], [], PARAMETERS)
    return record.make_record({"2-1-towns": ran}, files, results)


def test_a_record_has_prose_as_readers_see_it_and_the_data_of_charts() -> None:
    read = ["There were 178, see the chart and this.", "Not *one*."]
    assert made()["prose"] == {"2-1-towns, title": ["# Towns"], "2-1-towns, c": read}
    assert made()["charts"] == {"fig-z": {"notebook": "2-1-towns", "csv": CSV}}


def test_a_record_has_the_evidence_of_its_edition_whatever_the_order_of_rows() -> None:
    assert (made()["evidence"]["source_id"], made()["evidence"]["locator"]) == (["early"], ["p 1"])
    rows = ROWS.replace("late", "unknown_day")  # a day that is not known counts as the last possible one
    assert made(rows)["evidence"]["source_id"] == ["early", "unknown_day"]
    assert made("".join(reversed(rows.splitlines(keepends=True))))["evidence"] == made(rows)["evidence"]


def test_files_that_decide_have_a_hash_and_outputs_of_a_notebook_do_not_count() -> None:
    assert sorted(made()["files"]) == ["data/figures/topic.csv", "data/sources.csv", "notebooks/2-1-towns.ipynb"]
    other = notebook()
    other["cells"][3]["outputs"].clear()
    assert made(ran=other)["files"] == made()["files"] != made(ROWS + "\n")["files"]


def test_a_record_always_has_the_same_bytes_and_can_be_read_back(tmp_path: Path) -> None:
    turned = {name: hand_made()[name] for name in reversed(hand_made())}
    assert record.record_as_json(turned) == record.record_as_json(hand_made())
    (tmp_path / "2026.record.json.bz2").write_bytes(bz2.compress(record.record_as_json(made())))
    assert record.read_record(tmp_path / "2026.record.json.bz2") == made()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.json", b"{"),
        ("cut.record.json.bz2", bz2.compress(b"{}")[:-3]),
        ("plain.record.json.bz2", b"{}"),
        ("other.json", b'{"claims": 3, "statistics": {}}'),
        ("list.json", b"[]"),
    ],
)
def test_a_file_that_is_not_a_record_is_reported_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=name):
        record.read_record(tmp_path / name)
