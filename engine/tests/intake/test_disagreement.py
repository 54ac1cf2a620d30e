"""New values that contradict stored ones: compared in one unit, declared on both sides, or kept as vintages."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from data_of_towns import accepted, told

from claimbook.evidence import evidence
from claimbook.intake import tables, validation
from claimbook.intake.problems import Problem
from claimbook.intake.rules import values
from claimbook.project import folders
from claimbook.rule import conflicts

HEAD = "series,entity,period,value,unit,bound,source_id,locator,note,conflict\n"
TOWNS = "figures/towns.csv"
SOURCES = """\
source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade
board_new,T,T,P,Library Board,2024-05,zh,terms not shown,yes,opening of the page,B
board_same,T,T,P,Library Board,2023-12-18,zh,terms not shown,yes,opening of the page,B
board_vague,T,T,P,Library Board,2023-11,zh,terms not shown,yes,opening of the page,B
bureau_new,T,T,P,Office of Threeland,2024-06,zh,terms not shown,yes,opening of the page,B
"""
BOARD = "budget,All towns,2022,17000000,CNY,=,board_new,table 1,,\n"
OFFICE = BOARD.replace("board_new", "bureau_new").replace("17000000", "16000000")


@pytest.fixture
def offered_rows(offered):
    """Offer rows in the form of the stored ones, with their sources."""
    return lambda rows, **how: offered(HEAD + rows, SOURCES, **how)


def with_conflict_word(row: str, word: str) -> str:
    """The same row with a word in its column conflict."""
    return f"{row.strip()}{word}\n"


def words(offer, name: str = TOWNS) -> dict[tuple[str, str], str]:
    """The column conflict of a changed file, by source and value, where it is not empty."""
    rows = csv.DictReader(offer.files[name].decode().splitlines())
    return {(row["source_id"], row["value"]): row["conflict"] for row in rows if row["conflict"]}


def kept(sound, offer, folder: Path) -> list[Problem]:
    """Add the offered rows, and return the faults of the folder."""
    shutil.copytree(sound, folder)
    offer.write(folder)
    return validation.find_faults(folder)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (OFFICE, '"16 against 17.3 CNY million (-7.51 %), published 2024-06 against 2023-12-18"'),
        (OFFICE, "in line 6 of figures/towns.csv is from Library Board, this one from Office of Threeland."),
        (OFFICE, 'write "budget-2022" in the column conflict of this row; the stored row is marked too.'),
        (with_conflict_word(OFFICE, "revised-budget-2022"), "A revision must come from the same producer"),
        (BOARD, 'Library Board revised its value. To keep both, write "revised-budget-2022"'),
        (BOARD.replace("board_new", "board_vague"), "but this may not be the later one, so it is not a revision"),
        (BOARD.replace("board_new", "board_vague"), "towns.csv was published 2023-12-18, this one 2023-11."),
        (BOARD.replace("board_new", "board_same"), "Both are from Library Board, but this may not be the later one"),
    ],
)
def test_a_contradiction_is_shown_with_its_difference_and_what_to_write_and_a_revision_is_later(
    offered_rows, row, says
):
    assert says in told(offered_rows(row))


def test_a_conflict_marks_both_sides_and_changes_no_other_row(offered_rows, sound, tmp_path):
    offer = accepted(offered_rows(with_conflict_word(OFFICE, "of-the-office")))
    for both in (("herald_20231218", "17.3"), ("bureau_new", "16000000")):
        assert words(offer)[both] == "of-the-office"
    assert len(words(offer)) == 2 + 4  # those of before
    before = (sound / TOWNS).read_text().splitlines()
    after = offer.files[TOWNS].decode().splitlines()
    assert len([line for line in before if line not in after]) == 1  # the marked one
    assert "of-the-office: budget, All towns, 2022: 16 against 17.3 CNY million" in offer.said[-1]
    assert kept(sound, offer, tmp_path / "data") == []


def test_all_rows_of_a_cell_get_the_new_word(offered_rows):
    row = with_conflict_word("libraries,All towns,2012,99,count,=,bureau_new,table 1,,\n", "three-counts")
    given = {word for (_, value), word in words(offered_rows(row)).items() if value in {"89", "99", "105"}}
    assert given == {"three-counts"}


@pytest.mark.parametrize(
    ("published", "refused"),
    [([("BOARD", "2023"), ("BOARD", "2024")], False),
     ([("BOARD", "2023"), ("BOARD", "2023")], True),
     ([("BOARD", "2023"), ("OFFICE", "2024")], True),
     ([("BOARD", "2023"), ("BOARD", "2024"), ("OFFICE", "2025")], True)],
)  # fmt: skip
def test_a_revision_is_by_one_producer_on_another_day(published, refused):
    shared = {"series": "s", "entity": "Threeland", "period": "2022", "conflict": "revised-s", "_file": "f"}
    figures = [shared | {"source_id": str(n), "_line": str(n)} for n in range(len(published))]
    sources = [{"source_id": str(n), "origin": o, "published": day} for n, (o, day) in enumerate(published)]
    data = tables.Data({"figures": figures, "sources": sources}, [], {}, "", date(2026, 11, 25))
    assert bool(list(values.revisions(data))) is refused


def test_a_revision_keeps_the_old_value_as_the_vintage_of_an_earlier_cutoff(offered_rows, sound, tmp_path, monkeypatch):
    offer = accepted(offered_rows(with_conflict_word(BOARD, "revised-budget-2022")))
    assert words(offer)["board_new", "17000000"] == words(offer)["herald_20231218", "17.3"] == "revised-budget-2022"
    assert "revised-budget-2022: budget" in offer.said[-1]
    assert kept(sound, offer, tmp_path / "data") == []
    (tmp_path / "_toc.yml").touch()
    monkeypatch.setattr(folders, "root", lambda: tmp_path)
    for cutoff, value in (("2024-12-31", 17.0), ("2023-12-31", 17.3)):
        row = evidence.load("towns", cutoff=cutoff).value("budget", 2022, "All towns")
        assert (row["value"], row["conflict"]) == (value, False)
    data, _ = tables.read_stored(tmp_path / "data")
    found = conflicts.declared_conflicts(data["figures"], data["sources"], data["series"], data["units"])
    (revision,) = [c for c in found if c.slug == "revised-budget-2022"]
    roles = {side.row["source_id"]: revision.role(side) for side in revision.sides}
    assert roles == {"herald_20231218": "gives way: superseded", "board_new": "counts"}
