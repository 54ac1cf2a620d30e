"""Set up all tests. They run in parts, by the markers that pyproject.toml explains."""

import os
import shutil
import subprocess
import venv
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import data_of_towns
import one_notebook
import pytest
import towns
from checkout import ROOT
from finished_report import OF_EACH_KIND
from hypothesis import HealthCheck, settings
from machines import Machines
from towns import Meeting

from claimbook.evidence.claims import Ledger, read_ledger
from claimbook.intake import adding
from claimbook.run.environment import path_of_packages
from claimbook.run.runner import build_lock

# The same examples on every machine, however slow; `make test-all` draws others, and more of them.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("chance", settings.get_profile("steady"), derandomize=False, max_examples=500)
settings.load_profile("steady")


# Modules that start last, the longest first, so that other faults are reported before.
LONG = ("charts", "validation", "adding", "imports", "figures", "data")


TITLE = 'A "budget", read twice'  # of a new report


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a module run in one worker, because they share fixtures. Tests marked `apart` share nothing.

    Modules that share something name their group themselves; those in browser/ share one browser.
    """
    places = {f"test_{name}": place for place, name in enumerate(LONG, 1)}
    # the test that builds the towns comes first, because others wait for it
    builds = next((item for item in items if "built" in getattr(item, "fixturenames", ())), None)
    items.sort(key=lambda item: -1 if item is builds else places.get(item.path.stem, 0))
    for item in items:
        if not (item.get_closest_marker("apart") or item.get_closest_marker("xdist_group")):
            in_browser = item.path.parent.name == "browser"
            item.add_marker(pytest.mark.xdist_group("browser" if in_browser else item.path.stem))


@pytest.fixture(scope="session", params=["some", pytest.param("others", marks=pytest.mark.slow)])
def part(request: pytest.FixtureRequest) -> Callable[[Iterable[str]], list[str]]:
    """Choose, from names of pages, those of each kind; `make test-all` looks at the others too."""
    return lambda names: [name for name in names if (name in OF_EACH_KIND) == (request.param == "some")]


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """A place where a process waits for the test, so that neither depends on the speed of the other."""
    place = Meeting(tmp_path / "meeting")
    yield place
    place.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    """The claims of this report, as they are declared."""
    return read_ledger(ROOT / "data" / "claims.yml")


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small sound project that a test reads, and copies before it writes into it."""
    with data_of_towns.settings_of_towns():
        return data_of_towns.write_sound_project(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy of small sound data for one test, in the folder of a project."""
    if (sound.parent / "editions").exists():  # it is in one
        return shutil.copytree(sound.parent, tmp_path, dirs_exist_ok=True) / "data"
    (tmp_path / "_toc.yml").touch()
    return shutil.copytree(sound, tmp_path / "data")


@pytest.fixture
def offered(sound: Path, tmp_path: Path) -> Callable[..., adding.Offer]:
    """Offer a table or a script to the sound data folder, perhaps with a table of sources or series."""

    def offer(table: str | bytes, around: str = "", name: str = "new.csv", **how: Any) -> adding.Offer:
        for file, content in {name: table, "around.csv": around}.items():
            (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        return adding.offer(sound, tmp_path / name, tmp_path / "around.csv" if around else None, **how)

    return offer


@pytest.fixture
def offered_by_script(offered: Callable[..., adding.Offer], tmp_path: Path) -> Callable[[str, str], adding.Offer]:
    """Return the offer of a script that reads `table.csv` in its folder."""

    def offer(script: str, table: str) -> adding.Offer:
        (tmp_path / "table.csv").write_text(table)
        return offered(script, name="new.py")

    return offer


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the towns, made once for all workers: tests read it, and run commands in copies of it.

    Its output is in said.txt.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "towns" / "a project"
    with build_lock(shared / "towns", lambda _: None):
        if not (folder.parent / "said.txt").exists():
            shutil.rmtree(folder, ignore_errors=True)
            code, output = towns.run(towns.with_more(folder), "report")
            assert code == 0, output
            (folder.parent / "said.txt").write_text(output)
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new report as the command writes it. A test that changes it takes a copy."""
    folder = tmp_path_factory.mktemp("new") / "mine"
    code, output = towns.run(ROOT, "new", "report", str(folder), "--title", TITLE)
    assert code == 0, output
    return folder


@pytest.fixture(scope="session")
def new_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same report, made, tested, published as a site and packed by the wheel of the engine alone."""
    folder, python = tmp_path_factory.mktemp("new-built"), python_with_wheel(tmp_path_factory.mktemp("wheel"))
    new = [python, "-P", "-m", "claimbook", "new", "report", "mine", "--title", TITLE]
    subprocess.run(new, cwd=folder, env={}, check=True, capture_output=True)
    done = towns.make(folder / "mine", "test", "site", "deposit", python=python)
    assert done.returncode == 0 and "No fault." in done.stdout, done
    return folder / "mine"


def python_with_wheel(folder: Path) -> str:
    """Return the path of a Python that has the engine's wheel and the packages of this environment, not our code."""
    assert towns.make(ROOT, "wheel").returncode == 0
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "others.pth").write_text(f"import sys; sys.path += {path_of_packages()!r}\n")
    zipfile.ZipFile(next((ROOT / "_build/wheel").glob("*.whl"))).extractall(packages)
    return str(folder / "bin/python")


@pytest.fixture(scope="module")
def ran_towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The towns with stored outputs, for the commands of Jupyter's tools."""
    return one_notebook.create(tmp_path_factory.mktemp("ran") / "a project")


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A Dask scheduler, to which a test adds workers."""
    network = Machines(tmp_path)
    yield network
    network.end()


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of the built towns for one test."""
    return shutil.copytree(built, tmp_path / "a project")
