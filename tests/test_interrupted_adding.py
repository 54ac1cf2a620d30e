"""Ctrl-C while `data add` runs notebooks: told in a sentence, with nothing written and nobody left running."""

from pathlib import Path

import pytest
import real_project
import tiny_project
from tiny_project import Meeting

YEARBOOK = Path(__file__).parent / "fixtures" / "yearbook_2025"
SECTION = "2-1-torch-program"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return real_project.with_sections(tmp_path / "project", {SECTION})


def bytes_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_ctrl_c_in_a_preview_is_told_and_leaves_nothing(project: Path, meeting: Meeting) -> None:
    before = bytes_below(project / "data")
    tiny_project.edit(project / "notebooks" / f"{SECTION}.ipynb", *meeting.before("section.record()"))
    table, sources = str(YEARBOOK / "headline.csv"), str(YEARBOOK / "sources.csv")
    process = tiny_project.start(project, "data", "add", table, "--sources", sources)
    meeting.reached(process)  # a worker is in the middle of the notebook
    tiny_project.ctrl_c(process)
    said = process.communicate()[0]  # ends only when every process that holds the pipe has ended
    assert process.returncode == 130, said
    assert "Interrupted: data did not finish. Start it again." in said
    assert "Traceback" not in said and "leaked" not in said
    assert bytes_below(project / "data") == before
