"""What happens when something goes wrong in the middle of a build: what is said, what stays, and how the next run ends."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import tiny_project
from tiny_project import edit, run

from torch_program.pipeline import exclusive, files, publication

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="mounts a small disk: only root may, and CI must"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tiny_project.create(tmp_path_factory.mktemp("faults") / "built")
    code, said = run(folder, "report")
    assert code == 0, said
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of a project that was built, of which one figure has changed since."""
    folder = tmp_path / "project"
    shutil.copytree(built, folder)
    edit(folder / "data/figures/one.csv", "111", "117")
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def published(folder: Path) -> dict[str, bytes]:
    """Every file that a reader sees."""
    build = folder / "_build/2026"
    made = [*(build / "html").rglob("*"), build / "torch-program.pdf", build / "results.json"]
    return {p.relative_to(build).as_posix(): p.read_bytes() for p in made if p.is_file()}


def wait_for(process: subprocess.Popen, pattern: str) -> str:
    said = ""
    for line in process.stdout:
        said += line
        if re.search(pattern, line):
            return said
    raise AssertionError(said)


def kill_group(process: subprocess.Popen) -> None:
    """Kill a build with everything it started, as a crash of the machine would."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for member in family:
        with __import__("contextlib").suppress(psutil.NoSuchProcess):
            member.kill()
    process.communicate()
