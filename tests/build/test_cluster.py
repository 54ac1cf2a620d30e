"""A sweep on a real Dask cluster on this machine, whose workers have neither our folder nor our package."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import stand_in
from real_project import profile
from towns import Meeting, begin, when

from claimbook.build import cluster, plan
from torch_program.profiles.steps import PROVINCES, run_as, slug

pytestmark = [pytest.mark.process, pytest.mark.slow]
SOME = PROVINCES[:5]
FAILS = SOME[1]
# our package may be installed in the environment of the tests; a worker of another machine has no such thing
DASK = """
import sys
from pathlib import Path
sys.path[:] = [p for p in sys.path if p and not (Path(p) / "torch_program").exists()]
from dask.__main__ import main
sys.argv[0] = "dask"
main()
"""
SWEEP = """
import json, sys
from claimbook.commands.report import build
from claimbook.build import cluster, plan
from torch_program.profiles import steps as profiles
from claimbook.build.run import Progress

here = plan.make()
wanted = profiles.Profiles(here, 2023, tuple(json.loads(sys.argv[2])))
progress = Progress(lambda line: print(line, flush=True))
with cluster.connected(sys.argv[1], here) as there:
    *steps, book = profiles.steps(wanted, progress, there.execute)
    build(here, steps, progress, wanted.html, there.workers)
"""


class Dask:
    """A scheduler, and workers in empty folders; all of it ends with the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.started = folder, []
        scheduler = self.start("scheduler", "--host", "tcp://127.0.0.1:0", "--no-dashboard", "--no-show")
        self.address = re.search(r"Scheduler at: +(tcp://\S+)", self.says(scheduler, "Scheduler at:"))[1]

    def start(self, *arguments: str, path: str = "") -> subprocess.Popen:
        empty = self.folder / f"process-{len(self.started)}"
        empty.mkdir()
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | (
            {"PYTHONPATH": path} if path else {}
        )
        process = begin([sys.executable, "-c", DASK, *arguments], empty, env=environment)
        self.started.append(process)
        return process

    def worker(self, path: str = "") -> subprocess.Popen:
        here = str(self.folder / f"process-{len(self.started)}")
        options = ("--nthreads", "1", "--no-dashboard", "--local-directory", here)
        process = self.start("worker", self.address, *options, path=path)
        self.says(process, "Registered to:")  # however long it takes: nobody has to wait for workers
        return process

    def says(self, process: subprocess.Popen, words: str) -> str:
        said = when(process, words)
        threading.Thread(target=process.stdout.read, daemon=True).start()  # a full pipe would stop it
        return said

    def stop(self, process: subprocess.Popen) -> None:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    """Where the notebook of the first province waits for the test."""
    place = Meeting(tmp_path_factory.mktemp("cluster") / "meeting")
    yield place
    place.close()


@pytest.fixture(scope="module")
def project(beside: Meeting) -> Path:
    waits = f"if province == {SOME[0]!r}:\n    {beside.code}"
    return stand_in.create(beside.folder.with_name("a project"), waits, fails_for=FAILS)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    cluster_here = Dask(tmp_path_factory.mktemp("dask"))
    yield cluster_here
    for process in cluster_here.started:
        cluster_here.stop(process)


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> plan.Plan:
    monkeypatch.chdir(project)
    return plan.make()


def refusal(address: str, here: plan.Plan) -> str:
    """What is said of a cluster that cannot be used."""
    with pytest.raises(cluster.ClusterError) as told:
        with cluster.connected(address, here):
            pass
    return str(told.value)


def test_an_address_that_is_none_and_one_where_nobody_answers_are_told(
    here: plan.Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "SCHEDULER=head-node: write the address" in refusal("head-node", here)
    monkeypatch.setattr(cluster, "ANSWERS", 1)
    with socket.socket() as deaf:  # bound, so that nobody else gets the port, and not listening
        deaf.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{deaf.getsockname()[1]}"
        assert refusal(address, here).startswith(f"SCHEDULER={address}: no Dask scheduler answers there")


def test_workers_with_several_threads_are_refused(here: plan.Plan) -> None:
    workers = {"tcp://w:1": {"nthreads": 4}}
    client = SimpleNamespace(
        wait_for_workers=lambda *a, **k: None, scheduler_info=lambda n_workers: {"workers": workers}
    )
    with pytest.raises(
        cluster.ClusterError, match="tcp://w:1 runs 4 tasks at a time.*dask worker tcp://s:1 --nthreads 1"
    ):
        cluster.checked(client, "tcp://s:1")


def test_a_scheduler_without_workers_and_a_worker_of_another_environment_are_told(
    here: plan.Plan, dask: Dask, tmp_path: Path
) -> None:
    assert "has no workers. Start workers with `dask worker tcp://" in refusal(dask.address, here)
    other = tmp_path / "pandas-0.1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: pandas\nVersion: 0.1\n")
    odd = dask.worker(path=str(tmp_path))
    said = refusal(dask.address, here)
    assert re.search(r"another environment .*pandas.* 0\.1 .*Install requirements\.lock there", said, re.DOTALL), said
    dask.stop(odd)


def test_the_sweep_survives_a_killed_worker_and_a_failing_notebook_and_gives_the_bytes_of_a_local_run(
    here: plan.Plan, dask: Dask, project: Path, beside: Meeting
) -> None:
    doomed = dask.worker()
    command = [sys.executable, "-c", SWEEP, dask.address, json.dumps(SOME)]
    sweep = begin(command, project, env=os.environ | {"PYTHONPATH": str(project / "src")})
    beside.reached(sweep)  # the only worker is in the middle of a notebook
    dask.worker()
    dask.stop(doomed)
    beside.go()
    said = sweep.communicate()[0]
    assert sweep.returncode == 1, said
    assert f"profiles/{slug(FAILS)}.ipynb, code cell 3 (import pandas as pd): ValueError: no figure" in said
    assert (project / "_build/2026/failed" / f"{run_as(FAILS)}.ipynb").exists()
    assert "Traceback" not in said
    done = re.findall(r"done .* profiles: 2023 (\S+)", said)
    made = project / "_build" / "2026" / "profiles" / "2023" / "notebooks"
    assert sorted(done) == sorted(slug(p) for p in SOME if p != FAILS), said
    assert sorted(path.stem for path in made.iterdir()) == sorted(done)
    for province in (SOME[0], SOME[-1]):
        assert (made / f"{slug(province)}.ipynb").read_bytes() == profile(here, province, 2023)
