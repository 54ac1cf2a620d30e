"""Panels of provinces and the lists of places, on a tiny hand-made data folder; no figure here is evidence."""

import pytest

from claimbook.evidence import reads
from tests.evidence.test_evidence import project as project  # a fixture
from torch_program import evidence

CENSUS = "population_census,China,2020,10,persons,=,,,,late,t. 4,\n"
PREFECTURES = "city_code,entity,city_zh,province,source_id\n000001,North City,北市,North,early\n"


@pytest.fixture
def known(project):
    """The evidence of that folder, with a census of the nation and lists of zones and cities."""
    data = project / "data"
    with (data / "figures" / "topic.csv").open("a") as file:
        file.write(CENSUS)
    (data / "zones.csv").write_text("zone_zh\n")
    (data / "effects.csv").write_text("study\n")
    (data / "prefectures.csv").write_text(PREFECTURES)
    return evidence.load("topic", cutoff="2026-11-25")


def test_a_panel_has_the_provinces_and_never_the_nation(known):
    assert known.panel("population_census")[2020].to_dict() == {"North": 7, "South": 3}


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        (lambda ev: ev.panel("revenue"), {("series", "revenue"), ("series", "population_census")}),
        (lambda ev: ev.prefectures, {("table", "prefectures")}),
    ],
)
def test_what_is_asked_of_places_is_recorded(known, asked, noted):
    with reads.recording() as seen:
        asked(known)
    assert seen == noted
