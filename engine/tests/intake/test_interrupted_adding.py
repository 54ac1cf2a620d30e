"""`data add` while it runs notebooks: its messages, and Ctrl-C, which leaves no file and no process."""

from pathlib import Path

import pytest
import towns
from checkout import contents
from towns import Meeting

pytestmark = [pytest.mark.process, pytest.mark.slow]
TABLE = "series,entity,period,value,unit,bound,source_id,locator\nlibraries,Threeland,2024,51,count,=,office_2025,p1\n"


def adding(project: Path) -> list[str]:
    """The command that adds a figure from a source of its own."""
    head, *_, last = (project / "data" / "sources.csv").read_text().splitlines()
    row = last.replace("2024", "2025").replace("2023", "2024")
    (project.parent / "new.csv").write_text(TABLE)
    (project.parent / "around.csv").write_text(f"{head}\n{row}\n")
    return ["data", "add", "../new.csv", "--sources", "../around.csv"]


def test_a_preview_says_what_would_change_and_writes_nothing(project: Path) -> None:
    before = contents(project / "data")
    code, said = towns.run(project, *adding(project))
    assert code == 0, said
    assert "Running 1 of 2 sections with the new rows" in said, said
    assert "notebooks: 1-towns" in said and "notebooks: 5-conclusion" in said, "what reads the sections is tried too"
    assert "From edition 2026 to the same with the new rows: none of 3 verdicts changed, 1 claim with" in said
    assert "{+Newest: Public libraries, 2024, Office of Threeland: 51 (Office of Threeland 2025). +}" in said
    assert "Public libraries, 2024, Office of Threeland: none, now 51 (pass)" in said
    assert contents(project / "data") == before


def test_ctrl_c_in_a_preview_is_reported_and_leaves_nothing(project: Path, meeting: Meeting) -> None:
    assert towns.run(project, "report")[0] == 0  # what a preview compares with
    before = contents(project / "data")
    here = f"    if multiprocessing.current_process().name != 'MainProcess':\n        {meeting.code}\n"
    code = project / "engine/src/claimbook/evidence/evidence.py"
    folder = "    folder = folders.data_folder()\n    own = "
    towns.edit(code, folder, f"    import multiprocessing\n\n{here}{folder}")
    process = towns.start(project, *adding(project))
    meeting.reached(process)  # a kernel is just loading the evidence
    towns.ctrl_c(process)
    said = process.communicate()[0]  # ends only when every process that holds the pipe has ended
    assert process.returncode == 130, said
    assert "Interrupted: data did not finish. Start it again." in said
    assert "Traceback" not in said and "leaked" not in said, said
    assert contents(project / "data") == before
