"""When something goes wrong in the middle of a build: what is said, what stays, and how the next run ends."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import tiny_project
from tiny_project import edit, run

from torch_program.pipeline import exclusive, publication
from torch_program.pipeline.files import write_whole

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="mounts a small disk: only root may, and CI must"
)
HANGS = ("value = int(", "import time; time.sleep(60); value = int(")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tiny_project.create(tmp_path_factory.mktemp("faults") / "built")
    code, said = run(folder, "report")
    assert code == 0, said
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of a project that was built, of which one figure has changed since."""
    return changed_copy(built, tmp_path / "project")


@pytest.fixture
def on_a_disk(built: Path, tmp_path: Path) -> Iterator[Path]:
    """The same on a disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(disk)], check=True)
    yield changed_copy(built, disk / "project")
    subprocess.run(["umount", "-l", str(disk)], check=True)


def changed_copy(built: Path, folder: Path) -> Path:
    shutil.copytree(built, folder)
    edit(folder / "data/figures/one.csv", "111", "117")
    return folder


def published(folder: Path) -> dict[str, bytes]:
    """Every file that a reader sees."""
    build = folder / "_build/2026"
    made = [*(build / "html").rglob("*"), build / "torch-program.pdf", build / "results.json"]
    return {p.relative_to(build).as_posix(): p.read_bytes() for p in made if p.is_file()}


def ends_well(folder: Path) -> None:
    """The next run finishes the work, and leaves nothing half written."""
    code, said = run(folder, "report")
    assert code == 0, said
    assert "117" in (folder / "_build/2026/html/book/index.html").read_text()
    assert '"value": 117' in (folder / "_build/2026/results.json").read_text()
    assert [p for p in (folder / "_build").rglob(".*") if exclusive.LEFTOVER.fullmatch(p.name)] == []


def family(process: subprocess.Popen) -> list[psutil.Process]:
    parent = psutil.Process(process.pid)
    return [parent, *parent.children(recursive=True)]


def when(process: subprocess.Popen, pattern: str) -> str:
    """Wait until the build says something; returns all it said so far."""
    said = ""
    for line in process.stdout:
        said += line
        if re.search(pattern, line):
            return said
    raise AssertionError(f"never said {pattern}: {said}")


def test_a_build_that_is_killed_with_all_it_started_is_finished_by_the_next_one(project: Path) -> None:
    before = published(project)
    process = tiny_project.start(project, "report")
    when(process, "done .*notebooks")
    write_whole(project / "_build/2026/results.json", before["results.json"])
    (project / f"_build/2026/.results.json.{process.pid}").write_text('{"claims": [')
    for member in family(process):
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.communicate()
    assert published(project) == before
    ends_well(project)


def test_a_killed_worker_is_told_and_the_next_run_goes_on(project: Path) -> None:
    before = published(project)
    edit(project / "notebooks/4-2-second.ipynb", *HANGS)
    process = tiny_project.start(project, "report")
    when(process, "done .*notebooks: 2-1-first")
    workers = [p for p in family(process) if any("loky" in word for word in p.cmdline())]
    busy = [w for w in workers if w.children(recursive=True)]
    assert busy
    kernels = [child for worker in busy for child in worker.children(recursive=True)]
    for worker in busy:
        worker.kill()
    assert psutil.wait_procs(kernels, timeout=20)[1] == [], "a kernel outlives its worker, and keeps a cell running"
    said = process.communicate()[0]
    assert process.returncode == 1, said
    assert "A worker process was killed; did memory run out?" in said
    assert "Traceback" not in said
    assert published(project) == before
    edit(project / "notebooks/4-2-second.ipynb", *reversed(HANGS))
    ends_well(project)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import os; os.kill(os.getpid(), 9); value = int(", "the kernel died (out of memory?)"),
        ("bytearray(2**62); value = int(", "MemoryError"),
        ("import time; time.sleep(60); value = int(", "a cell ran longer than 8 s"),
        ("raise ValueError('no such zone'); value = int(", "ValueError: no such zone"),
    ],
)
def test_a_notebook_that_dies_hangs_or_raises_is_named_with_its_cell(project: Path, cell: str, told: str) -> None:
    before = published(project)
    if "sleep" in cell:
        edit(project / "src/torch_program/pipeline/execution.py", "TIMEOUT = 600", "TIMEOUT = 8")
    edit(project / "notebooks/4-2-second.ipynb", "value = int(", cell)
    code, said = run(project, "report")
    assert code == 1
    assert f"4-2-second.ipynb, code cell 2 (from types import SimpleNamespace): {told}" in said
    assert "Traceback" not in said
    assert "still the old one" in said
    assert published(project) == before


def test_of_two_builds_at_once_one_waits_and_finds_nothing_to_do(project: Path) -> None:
    first = tiny_project.start(project, "report")
    when(first, "done")
    second = tiny_project.start(project, "report")
    said_first, said_second = first.communicate()[0], second.communicate()[0]
    assert (first.returncode, second.returncode) == (0, 0), said_first + said_second
    assert f"Another build is at work in this project (process {first.pid}). Waiting for it." in said_second
    assert "Nothing to do" in said_second
    ends_well(project)


def test_a_lock_that_a_killed_build_left_keeps_nobody_waiting(project: Path) -> None:
    (project / "_build/.lock").write_text("1\n")
    started = time.monotonic()
    with exclusive.alone(project / "_build", pytest.fail):
        pass
    assert time.monotonic() - started < 5


@needs_root
def test_a_full_disk_is_told_and_nothing_torn_is_published(on_a_disk: Path) -> None:
    before = published(on_a_disk)
    filler = on_a_disk.parent / "filler"
    free = shutil.disk_usage(on_a_disk).free
    with open(filler, "wb") as file:
        file.write(b"\0" * (free - 8_000))
    code, said = run(on_a_disk, "report")
    assert code != 0
    assert "the disk is full" in said or "No space left on device" in said
    assert "Traceback" not in said
    assert published(on_a_disk) == before
    filler.unlink()
    ends_well(on_a_disk)


@needs_root
def test_a_folder_that_may_not_be_written_to_is_told(on_a_disk: Path) -> None:
    before = published(on_a_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(on_a_disk.parent)], check=True)
    code, said = run(on_a_disk, "report")
    subprocess.run(["mount", "-o", "remount,rw", str(on_a_disk.parent)], check=True)
    assert code != 0
    assert "cannot be written: Read-only file system" in said
    assert "Traceback" not in said
    assert published(on_a_disk) == before
    ends_well(on_a_disk)


def test_pages_are_replaced_where_folders_cannot_be_exchanged_in_one_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "exchange", lambda one, other: False)
    for name in ("html/old.html", "new/index.html"):
        write_whole(tmp_path / name, b"x")
    publication.publish(tmp_path / "new", tmp_path / "html")
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")] == ["html", "html/index.html"]
