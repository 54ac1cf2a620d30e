"""Notebooks on the workers of a Dask scheduler: the same bytes even if a process dies, and only the same software."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import towns
from checkout import ROOT
from machines import Machines

from claimbook.run import cluster
from claimbook.run.execution import NotebookFailed, execute_bundle
from claimbook.run.plan import PlanError
from claimbook.run.runner import Progress

pytestmark = pytest.mark.process
LOCK = ROOT / "requirements.lock"
OURS = {"Python": "3.11", "claimbook": "c0de", "numpy": "2.4.6", "pandas": "3.1.0"}


def test_other_software_is_refused_by_name_and_version_with_what_to_do() -> None:
    cluster.refuse("tcp://a:1", OURS, {"w": dict(OURS)})
    with pytest.raises(PlanError, match=r"^SCHEDULER=tcp://a:1: worker w has numpy 2.5.5 and not 2.4.6\. .*make setup"):
        cluster.refuse("tcp://a:1", OURS, {"v": OURS, "w": OURS | {"numpy": "2.5.5"}})
    with pytest.raises(PlanError, match="worker w cannot run notebooks: No module named 'claimbook'"):
        cluster.refuse("tcp://a:1", OURS, {"w": ModuleNotFoundError("No module named 'claimbook'")})


def test_software_names_what_is_not_there() -> None:
    found = cluster.software(["numpy", "no-such-package"])
    assert found["numpy"].startswith("2.") and found["no-such-package"] == "missing"
    assert found["Python"] == "{}.{}".format(*sys.version_info)


def test_a_notebook_that_failed_comes_from_another_process_as_it_is() -> None:
    kind, given = NotebookFailed("a.ipynb: it failed", "a", b"{}").__reduce__()[:2]
    again = kind(*given)
    assert (str(again), again.name, again.partial) == ("a.ipynb: it failed", "a", b"{}")


# with a scheduler ----------------------------------------------------------------------------------------------


def bundle(code: str) -> dict[str, bytes]:
    return {"notebooks/a.ipynb": towns.notebook("A", [code]).encode(), "data/a.csv": b"a\n1\n"}


@pytest.mark.slow
def test_if_a_worker_is_killed_nothing_is_lost_and_the_bytes_are_as_from_a_local_run(machines: Machines) -> None:
    meeting = towns.Meeting(machines.folder / "meeting")
    waits = f"{meeting.code}\nprint(open('../data/a.csv').read())"
    processes = {name: machines.worker(name) for name in ("one", "two")}
    machines.known(*processes)
    with cluster.connected(machines.address, LOCK, Progress(print)) as workers, ThreadPoolExecutor(1) as pool:
        assert workers.places == 2
        running = pool.submit(workers.execute, bundle(waits), "a", {})
        meeting.reached(machines.scheduler)
        info = workers.client.scheduler_info(-1)["workers"]
        (busy,) = (info[at]["name"] for at, keys in workers.client.processing().items() if keys)
        machines.kill(processes.pop(busy))
        meeting.reached(machines.scheduler)
        meeting.go()
        assert running.result() == execute_bundle(bundle(waits), "a", {})
        with pytest.raises(NotebookFailed, match=r"^a.ipynb, code cell 1 \(1 / 0\): ZeroDivisionError") as failed:
            workers.execute(bundle("1 / 0"), "a", {})
        assert b"ZeroDivisionError" in failed.value.partial
    meeting.close()


@pytest.mark.slow
def test_a_run_that_loses_its_scheduler_ends_in_a_sentence(machines: Machines) -> None:
    meeting = towns.Meeting(machines.folder / "meeting")
    machines.worker("one")
    machines.known("one")
    with cluster.connected(machines.address, LOCK, Progress(print)) as workers, ThreadPoolExecutor(1) as pool:
        running = pool.submit(workers.execute, bundle(meeting.code), "a", {})
        meeting.reached(machines.scheduler)
        machines.scheduler.kill()
        with pytest.raises(PlanError, match=r"^SCHEDULER=tcp://.*: the scheduler stopped while a.ipynb ran\.$"):
            running.result()
    meeting.close()


@pytest.mark.slow
def test_a_report_has_the_same_bytes_and_says_which_worker_ran_what(machines: Machines, built: Path) -> None:
    machines.worker("one")
    machines.known("one")
    there = towns.with_more(machines.folder / "there")
    code, output = towns.run(there, "report", "--scheduler", machines.address)
    assert code == 0, output
    assert "Notebooks run on one, 1 at a time" in output
    assert all(f"notebooks: {name} on one" in output for name in (towns.NAME, *towns.MORE))
    made = [{p.relative_to(at): p.read_bytes() for p in (at / "_build/2026").rglob("*.ipynb")} for at in (built, there)]
    assert made[0] and made[0] == made[1]


@pytest.mark.slow
def test_an_address_without_workers_or_with_others_than_ours_is_refused_in_a_sentence(machines: Machines) -> None:
    def refusal(address: str) -> str:
        with pytest.raises(PlanError) as refused:
            with cluster.connected(address, LOCK, Progress(print)):
                pass
        return str(refused.value)

    assert "no Dask scheduler answers there" in refusal("tcp://127.0.0.1:1")
    assert "this is no address. Write it like tcp://host:8786." in refusal("nonsense://a")
    assert "the scheduler has no workers. Start some: .venv/bin/dask worker" in refusal(machines.address)
    guarded = machines.worker("guarded", "--nanny")
    machines.known("guarded")
    assert "Start them with --no-nanny" in refusal(machines.address)
    guarded.terminate()  # which ends its worker too
    guarded.wait()
    machines.began.remove(guarded)
    other = shutil.copytree(ROOT / "engine", machines.folder / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "report.yml", machines.folder)
    (other / "src/claimbook/rule/verdicts.py").write_text("# another rule\n")
    machines.worker("other", project=machines.folder)
    machines.known("other")
    assert "has claimbook " in refusal(machines.address)
