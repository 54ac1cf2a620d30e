"""Ctrl-C while `data add` runs notebooks: told in a sentence, with nothing written and nobody left running."""

from pathlib import Path

import pytest
import real_project
import tiny_project
from tiny_project import Meeting

pytestmark = pytest.mark.process
YEARBOOK = Path(__file__).parent / "fixtures" / "yearbook_2025"
SECTION = "2-1-torch-program"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return real_project.with_sections(tmp_path / "project", {SECTION})


def test_ctrl_c_in_a_preview_is_told_and_leaves_nothing(project: Path, meeting: Meeting) -> None:
    before = real_project.contents(project / "data")
    here = f"if multiprocessing.current_process().name != 'MainProcess':\n    {meeting.code}\n"
    code = project / "src" / "claimbook" / "intake" / "effects.py"
    tiny_project.edit(code, "from pathlib import Path\n", f"from pathlib import Path\nimport multiprocessing\n\n{here}")
    table, sources = str(YEARBOOK / "headline.csv"), str(YEARBOOK / "sources.csv")
    process = tiny_project.start(project, "data", "add", table, "--sources", sources)
    meeting.reached(process)  # a worker is just importing what it is to run, and would answer with a traceback
    tiny_project.ctrl_c(process)
    said = process.communicate()[0]  # ends only when every process that holds the pipe has ended
    assert process.returncode == 130, said
    assert "Interrupted: data did not finish. Start it again." in said
    assert "Traceback" not in said and "leaked" not in said, said
    assert real_project.contents(project / "data") == before
