"""If something goes wrong during a build: the message, what is kept, and how the next run ends."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from towns import ENDS, FIGURES, FIRST, LATEST, Meeting, ctrl_c, edit, published, run, start, when

from claimbook.project.folders import write_whole
from claimbook.run.runner import build_lock

SECOND, LOADS = "notebooks/2-more.ipynb", "section = Section("
IN_A_NOTEBOOK = (SECOND, LOADS)
IN_THE_CONCLUSION = ("notebooks/5-conclusion.ipynb", "section.word(")  # it is begun when the sections are stored
IN_A_NEW_KERNEL = ("engine/src/claimbook/notebook/kernel.py", "    os.setsid()\n")
IN_THE_BOOK = ("engine/src/claimbook/pages/figure_files.py", "    app.connect(")
IN_THE_COMMAND = ("engine/src/claimbook/commands/report.py", "import json\n")
IN_THE_CHECK = ("engine/src/claimbook/intake/validation.py", "    data, faults = read_tables(folder")
KEPT = "Finished parts are kept; start again to continue."
pytestmark = [pytest.mark.process, pytest.mark.apart, pytest.mark.slow]


@pytest.fixture
def altered(built: Path, tmp_path: Path) -> Path:
    """A copy of a project that was built, of which one figure has changed since."""
    return changed_copy(built, tmp_path / "project")


@pytest.fixture
def on_a_disk(built: Path, tmp_path: Path) -> Iterator[Path]:
    """The same project on a separate disk."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(disk)], check=True)
    yield changed_copy(built, disk / "project")
    subprocess.run(["umount", "-l", str(disk)], check=True)


def changed_copy(built: Path, folder: Path) -> Path:
    shutil.copytree(built, folder)
    edit(folder / FIGURES, LATEST, LATEST.replace("46", "47"))
    return folder


def ends_well(folder: Path) -> str:
    """Check that the next run finishes the work, and return its output."""
    code, output = run(folder, "report")
    assert code == 0, output
    assert ">47</a> libraries" in (folder / "_build/2026/html" / FIRST).with_suffix(".html").read_text()
    assert '"value": 47' in (folder / "_build/2026/results.json").read_text()
    return output


def family(process: subprocess.Popen) -> list[psutil.Process]:
    parent = psutil.Process(process.pid)
    return [parent, *parent.children(recursive=True)]


def begun(folder: Path, verb: str, place: tuple[str, str], meeting: Meeting) -> subprocess.Popen:
    """Start a verb whose process waits at a place in the code."""
    name, code = place
    edit(folder / name, *meeting.before(code))
    process = start(folder, verb)
    meeting.reached(process)
    return process


def test_a_build_that_is_killed_leaves_no_process_and_is_finished_by_the_next_one(
    altered: Path, meeting: Meeting
) -> None:
    before = published(altered)
    process = begun(altered, "report", IN_A_NOTEBOOK, meeting)
    when(process, "done .*notebooks")
    write_whole(altered / "_build/2026/results.json", before["results.json"])
    for with_all_it_started in (True, False):
        started = family(process)
        for member in started if with_all_it_started else started[:1]:
            with suppress(psutil.NoSuchProcess):
                member.kill()
        process.communicate()
        assert psutil.wait_procs(started, timeout=ENDS)[1] == []
        assert published(altered) == before
        process = start(altered, "report")
        meeting.reached(process)
    meeting.go()
    said = process.communicate()[0]
    assert process.returncode == 0 and "Nothing to do" in ends_well(altered), said


def end_group(process: subprocess.Popen) -> None:
    os.killpg(process.pid, signal.SIGTERM)


@pytest.mark.parametrize(
    ("verb", "place", "send", "sentence"),
    [
        ("report", IN_THE_CONCLUSION, ctrl_c, KEPT),
        ("report", IN_A_NEW_KERNEL, ctrl_c, KEPT),
        ("report", IN_THE_BOOK, ctrl_c, KEPT),
        ("report", IN_THE_COMMAND, ctrl_c, "Interrupted before anything started."),
        ("check", IN_THE_CHECK, ctrl_c, "Interrupted: check did not finish. Start it again."),
        ("site", IN_THE_CHECK, ctrl_c, "Interrupted: site did not finish. Start it again."),
        ("report", IN_A_NOTEBOOK, subprocess.Popen.terminate, KEPT),
        ("report", IN_A_NOTEBOOK, end_group, KEPT),
        ("site", IN_A_NOTEBOOK, subprocess.Popen.terminate, KEPT),
    ],
)
def test_ctrl_c_or_sigterm_ends_a_verb_with_all_it_started_in_one_sentence_and_a_code_of_its_own(
    altered: Path, meeting: Meeting, verb: str, place: tuple[str, str], send: Callable, sentence: str
) -> None:
    before = published(altered)
    process = begun(altered, verb, place, meeting)
    started = family(process)
    send(process)
    output = process.communicate(timeout=ENDS)[0]
    assert process.returncode == (130 if send is ctrl_c else 143), output
    assert output.count(sentence) == 1
    if send is ctrl_c:
        assert output.count("Interrupted") == (2 if verb == "site" else 1), "of a verb in a verb each says so"
    assert not re.search("Traceback|failed|leaked", output), output
    assert psutil.wait_procs(started, timeout=ENDS)[1] == []
    now = published(altered)
    assert now | {"results.json": before["results.json"]} == before, "results are there before the pages are made"
    if place == IN_THE_CONCLUSION:
        assert re.findall(r"done .*notebooks: (\S+)", output) == ["1-towns"]
        stale = run(altered, verb, "--explain")[1]
        assert re.findall("runs (.*?):", stale) == ["5-conclusion"], "what had finished is kept"


DIES = {  # code, and what is reported of the notebook with it
    "killed": ("import os; os.kill(os.getpid(), 9)", "the kernel died, perhaps because memory ran out"),
    "full": ("bytearray(2**62)", "MemoryError"),
    "hangs": ("import time; time.sleep(10**6)", "a cell ran longer than 600 s"),
    "raises": ("raise ValueError('no such town')", "ValueError: no such town"),
    "ends": ("raise SystemExit", "SystemExit: a cell may not end its notebook"),
}


def test_notebooks_that_die_hang_or_raise_are_named_with_their_cells(altered: Path) -> None:
    before = published(altered)
    limit = "timeout=TIMEOUT,"  # of all cells but the one that never ends: no machine is too slow for it
    sooner = "timeout_func=lambda cell: 1 if 'sleep' in cell.source else TIMEOUT,"
    edit(altered / "engine/src/claimbook/run/kernels.py", limit, f"{limit} {sooner}")
    line, text = f"      - file: {SECOND.removesuffix('.ipynb')}\n", (altered / SECOND).read_text()
    edit(altered / "_toc.yml", line, "".join([line, *(line.replace("2-more", name) for name in DIES)]))
    for name, (cell, _) in DIES.items():
        (altered / f"notebooks/{name}.ipynb").write_text(text.replace(LOADS, f"{cell}; {LOADS}"))
    code, output = run(altered, "report")
    assert code == 1
    for name, (_, reported) in DIES.items():
        assert f"{name}.ipynb, code cell 2 (from claimbook import Section, section_records): {reported}" in output
    assert "Traceback" not in output
    assert "still the old one" in output
    assert published(altered) == before


def test_a_build_whose_output_is_closed_still_finishes_and_another_waits_for_it_and_finds_nothing_to_do(
    altered: Path, meeting: Meeting
) -> None:
    first = begun(altered, "report", IN_A_NOTEBOOK, meeting)
    first.stdout.close()
    second = start(altered, "report")
    said = when(second, "Another build")
    meeting.go()
    said += second.communicate()[0]
    first.wait(ENDS)
    assert second.returncode == 0, said
    assert f"Another build of this project is running (process {first.pid}). Waiting for it to end." in said
    assert "Nothing to do" in said and "Nothing to do" in ends_well(altered)


def test_a_lock_that_a_killed_build_left_keeps_nobody_waiting(altered: Path) -> None:
    (altered / "_build/.lock").write_text("1\n")
    with build_lock(altered / "_build", pytest.fail):  # it says so before it waits
        pass


@pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="only root may mount a disk, and CI must")
def test_a_full_disk_and_a_folder_that_may_not_be_written_to_are_reported_and_nothing_torn_is_published(
    on_a_disk: Path,
) -> None:
    before, disk = published(on_a_disk), on_a_disk.parent

    def refused(sentence: str) -> None:
        code, output = run(on_a_disk, "report")
        assert code != 0 and sentence in output and "WARNING" not in output and "Traceback" not in output, output
        assert published(on_a_disk) == before

    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    refused("cannot be written: Read-only file system")
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    with open(disk / "filler", "wb") as file:
        file.write(b"\0" * (shutil.disk_usage(disk).free - 8_000))
    refused("disk/project is full. Free some space and start again.")
    (disk / "filler").unlink()
    ends_well(on_a_disk)
