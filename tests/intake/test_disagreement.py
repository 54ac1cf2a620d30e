"""New values that contradict stored ones: told in one unit, declared on both sides, or kept as vintages."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from claimbook.evidence import conflicts, evidence
from claimbook.intake import adding, tables, validation
from claimbook.intake.problems import Problem
from claimbook.intake.rules import disagreement
from claimbook.project import folders

HEAD = "series,entity,period,value,unit,bound,source_id,locator,note,conflict\n"
ZONES = "figures/torch_zones.csv"
SOURCES = """\
source_id,title,title_en,publisher,origin,published,language,licence,redistribute,seen,grade
miit_new,T,T,P,MIIT,2024-05,zh,terms not shown,yes,opening of the page,B
miit_same,T,T,P,MIIT,2023-12-18,zh,terms not shown,yes,opening of the page,B
miit_vague,T,T,P,MIIT,2023-11,zh,terms not shown,yes,opening of the page,B
nbs_new,T,T,P,NBS,2024-06,zh,terms not shown,yes,opening of the page,B
"""
MIIT = "htz_gdp,All zones,2022,170000,CNY 100 million,=,miit_new,table 1,,\n"
NBS = MIIT.replace("miit_new", "nbs_new").replace("170000", "160000")


@pytest.fixture
def offered(offered):
    """Offer rows in the form of the stored ones, with their sources."""
    return lambda rows, **how: offered(HEAD + rows, SOURCES, **how)


def said(row: str, word: str) -> str:
    """The same row with a word in its column conflict."""
    return f"{row.strip()}{word}\n"


def words(offer, name: str = ZONES) -> dict[tuple[str, str], str]:
    """The column conflict of a changed file, by source and value, where it is not empty."""
    rows = csv.DictReader(offer.files[name].decode().splitlines())
    return {(row["source_id"], row["value"]): row["conflict"] for row in rows if row["conflict"]}


def kept(sound, offer, folder: Path) -> list[Problem]:
    """What the check says of the folder with the offer in it."""
    shutil.copytree(sound, folder)
    adding.replace_files(folder, offer.files)
    return validation.find_faults(folder)


def test_a_conflict_shows_both_values_in_one_unit_with_the_difference_and_the_days(offered):
    (told,) = offered(NBS).problems
    assert told.value == "16 against 17.3 CNY trillion (-7.51 %), published 2024-06 against 2023-12-18"
    assert (
        'write "htz-gdp-2022"' in told.fix
        and "from MIIT (line 6 of figures/torch_zones.csv), the new one from NBS." in told.fix
    )


def test_a_conflict_marks_both_sides_and_nothing_else_moves(offered, sound, tmp_path):
    offer = offered(said(NBS, "of-nbs"))
    assert not offer.problems, validation.render(offer.problems)
    assert words(offer).items() >= {(("ed_20231218", "17.3"), "of-nbs"), (("nbs_new", "160000"), "of-nbs")}
    assert len(words(offer)) == 2 + 4  # those of before
    before = (sound / ZONES).read_text().splitlines()
    after = offer.files[ZONES].decode().splitlines()
    assert len([line for line in before if line not in after]) == 1  # the marked one
    assert "of-nbs: htz_gdp, All zones, 2022: 16 against 17.3 CNY trillion" in offer.said[-1]
    assert kept(sound, offer, tmp_path / "data") == []


def test_all_rows_of_a_cell_get_the_new_word(offered):
    row = said("htz_count,All zones,2012,99,count,=,nbs_new,table 1,,\n", "three-counts")
    given = {word for (_, value), word in words(offered(row)).items() if value in {"89", "99", "105"}}
    assert given == {"three-counts"}


def test_only_a_later_value_of_the_same_producer_is_a_revision(offered):
    assert 'MIIT revised its value. To keep both, write "revised-htz-gdp-2022"' in offered(MIIT).problems[0].fix
    (told,) = offered(said(NBS, "revised-htz-gdp-2022")).problems
    assert "from the same producer" in told.rule


@pytest.mark.parametrize(
    ("published", "refused"),
    [
        ([("MIIT", "2023"), ("MIIT", "2024")], False),
        ([("MIIT", "2023"), ("MIIT", "2023")], True),
        ([("MIIT", "2023"), ("NBS", "2024")], True),
        ([("MIIT", "2023"), ("MIIT", "2024"), ("NBS", "2025")], True),
    ],
)
def test_a_revision_is_by_one_producer_on_another_day(published, refused):
    said = {"series": "s", "entity": "China", "period": "2022", "conflict": "revised-s", "_file": "f", "_line": "2"}
    figures = [said | {"source_id": str(n)} for n in range(len(published))]
    sources = [{"source_id": str(n), "origin": o, "published": day} for n, (o, day) in enumerate(published)]
    data = tables.Data({"figures": figures, "sources": sources}, [], {}, "", date(2026, 11, 25))
    assert bool(list(disagreement.revisions(data))) is refused


def test_a_value_that_may_be_older_is_not_a_revision(offered):
    fix = offered(MIIT.replace("miit_new", "miit_vague")).problems[0].fix
    assert "Both are from MIIT, but this may not be the later one" in fix
    assert "published 2023-12-18 (line 6 of figures/torch_zones.csv), the new one 2023-11" in fix
    assert "not a revision" in offered(MIIT.replace("miit_new", "miit_same")).problems[0].fix


def test_a_revision_keeps_the_old_value_as_the_vintage_of_an_earlier_cutoff(offered, sound, tmp_path, monkeypatch):
    offer = offered(said(MIIT, "revised-htz-gdp-2022"))
    assert not offer.problems, validation.render(offer.problems)
    assert words(offer)["miit_new", "170000"] == words(offer)["ed_20231218", "17.3"] == "revised-htz-gdp-2022"
    assert "revised-htz-gdp-2022: htz_gdp" in offer.said[-1]
    assert kept(sound, offer, tmp_path / "data") == []
    (tmp_path / "_toc.yml").touch()
    monkeypatch.setattr(folders, "root", lambda: tmp_path)
    for cutoff, value in (("2024-12-31", 17.0), ("2023-12-31", 17.3)):
        row = evidence.load("torch_zones", cutoff=cutoff).value("htz_gdp", 2022)
        assert (row["value"], row["conflict"]) == (value, False)
    data, _ = tables.read_stored(tmp_path / "data")
    found = conflicts.conflicts(data["figures"], data["sources"], data["series"], data["units"])
    (revision,) = [c for c in found if c.slug == "revised-htz-gdp-2022"]
    assert [(s.row["source_id"], revision.role(s)) for s in revision.sides] == [
        ("ed_20231218", "gives way: superseded"),
        ("miit_new", "counts"),
    ]


def test_provinces_add_up_to_one_vintage_of_the_total_or_the_note_says_why_not(offered):
    revised = "rd_expenditure,China,2023,33500.1,CNY 100 million,=,nbs_new,table 1,,\n"
    assert not offered(said(revised, "x")).problems  # they go with the stored total, which stays
    alone = "rd_expenditure,China,2022,30782.9,CNY 100 million,=,nbs_new,table 1,,\n"
    part = "rd_expenditure,Beijing,2022,30790,CNY 100 million,=,nbs_new,table 1,as printed,\n"
    (told,) = [p for p in offered(alone + part).problems if "add up" in p.rule]
    assert 'write so in its note, with "as printed"' in told.fix
    noted = alone.replace("table 1,", "table 1,as printed: revised after the census; the provinces were not")
    assert not [p for p in offered(noted + part).problems if "add up" in p.rule]
