"""Next year end to end: an invented yearbook comes in, its edition is made, and the comparison names every change."""

import json
import re
import shutil
from pathlib import Path

import pytest
import real_project
import towns

from claimbook.build.execution import declared_topics
from claimbook.build.files import folder_hash
from claimbook.changes import record
from claimbook.changes.compare import Difference, difference
from claimbook.say.csv_tables import figures_in

pytestmark = [pytest.mark.process, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
YEARBOOK = ROOT / "tests" / "fixtures" / "yearbook_2025"
SECTION = "2-1-torch-program"


def figures(folder: Path) -> set[tuple[str, str, str, str]]:
    """(series, entity, period, source) of every figure in the topics that the one section reads."""
    topics = declared_topics(json.loads((folder / "notebooks" / f"{SECTION}.ipynb").read_bytes()))
    rows = (row for topic, row in figures_in(folder / "data") if topic in topics)
    return {(row["series"], row["entity"], row["period"], row["source_id"]) for row in rows}


def say(folder: Path, *words: str) -> str:
    code, said = towns.run(folder, *words)
    assert code == 0, said
    return said


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set, Difference]:
    """The project with one section, made as 2026 and, with the yearbook in it, as 2027; the added rows; the changes."""
    folder = real_project.with_sections(
        tmp_path_factory.mktemp("next") / "project", {SECTION}, without=("*.record.json.bz2",)
    )
    before, notebooks = figures(folder), folder_hash(folder / "notebooks")
    say(folder, "report")
    shutil.copy(YEARBOOK / "2027.yml", folder / "editions")
    say(folder, "data", "add", str(YEARBOOK / "headline.csv"), "--sources", str(YEARBOOK / "sources.csv"), "--write")
    say(folder, "data", "add", str(YEARBOOK / "yearbook.py"), "--write")
    say(folder, "report", "--edition", "2027")
    say(folder, "diff", "2026", "2027")
    assert folder_hash(folder / "notebooks") == notebooks
    added = figures(folder) - before
    records = (record.read(folder / f"_build/{edition}/record.json") for edition in ("2026", "2027"))
    return folder, added, difference(*records)


def test_the_comparison_names_every_figure_that_came_and_loses_none(renewed: tuple[Path, set, Difference]) -> None:
    folder, added, changes = renewed
    assert len(added) > 100
    came = [change.after for change in changes.evidence if change.added]
    assert {(f["series"], f["entity"], f["period"], f["source_id"]) for f in came} == added
    assert "LOST" not in (folder / "_build/changes.txt").read_text()


def test_prose_and_charts_follow_without_a_notebook_being_edited(renewed: tuple[Path, set, Difference]) -> None:
    folder, _, changes = renewed
    old, new = (
        re.sub(r"<[^>]*>", " ", (folder / f"_build/{edition}/html/notebooks/{SECTION}.html").read_text())
        for edition in ("2026", "2027")
    )  # words alone: a drawing has coordinates
    assert "14.6" in new and "14.6" not in old.replace("14.60", "")
    assert changes.prose and changes.charts and changes.statistics
    assert {parameter.key for parameter in changes.parameters} >= {"edition", "cutoff"}
    charts = [
        (folder / f"_build/{edition}/html/figures/fig-gdp-share-nearly-13.csv").read_text()
        for edition in ("2026", "2027")
    ]
    assert "invented" not in charts[0] and "2025" in charts[1]
