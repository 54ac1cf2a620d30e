"""Steps of a build: when they are stale, what follows if one fails, and what they print."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from claimbook.project.folders import below
from claimbook.run.runner import NOTEBOOK_STEPS, Progress, State, Step, kept_step, run_steps


@pytest.fixture
def state(tmp_path: Path) -> State:
    """The state of a step that copied a file of sources into a folder of pages."""
    source, pages = tmp_path / "source", tmp_path / "pages"
    for path in (source, pages / "a"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("1")
    inputs = {"source": source, "not there": tmp_path / "none"}
    made = State(tmp_path / "state/step.json", inputs, source.read_text, lambda: below(pages))
    assert made.stale()
    made.kept(lambda: None)
    assert not made.stale()
    return made


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "source").write_text("2"),
        lambda folder: (folder / "none").write_text("new"),
        lambda folder: (folder / "pages/a").write_text("2"),
        lambda folder: (folder / "pages/a").rename(folder / "pages/b"),
        lambda folder: (folder / "pages/b").write_text("new"),
        lambda folder: (folder / "pages/a").unlink(),
        lambda folder: (folder / "state/step.json").write_bytes(b""),
        lambda folder: (folder / "state/step.json").write_bytes(b"\xff["),
        lambda folder: (folder / "state/step.json").unlink(),
    ],
)
def test_a_step_is_stale_when_an_input_or_a_product_is_another_or_its_state_cannot_be_read(
    state: State, tmp_path: Path, change: Callable[[Path], Any]
) -> None:
    change(tmp_path)
    assert state.stale()
    state.kept(lambda: None)
    assert not state.stale()


def test_a_step_whose_input_changes_meanwhile_stays_stale_even_if_it_changes_back(state: State) -> None:
    source = state.inputs["source"]

    def edited(*contents: str) -> None:
        for content in contents:
            before = source.stat().st_ctime_ns
            while source.stat().st_ctime_ns == before:  # until the clock of the file system goes on
                source.write_text(content)

    edited("2")
    state.kept(lambda: edited("3"))
    assert state.stale()
    state.kept(lambda: edited("4", "3"))  # another commit is checked out, and then the first one again
    assert state.stale()
    state.kept(lambda: None)
    os.utime(source)
    assert not state.stale(), "what is written again with the same content is the same"


def step(name: str, done: list[str], *after: str, stale: bool = True, fails: bool = False) -> Step:
    def do() -> None:
        if fails:
            raise ValueError(name)
        done.append(name)

    return Step("step", name, lambda: stale, do, [f"step {other}" for other in after])


def test_a_step_that_fails_stops_those_that_need_it_and_no_other() -> None:
    done: list[str] = []
    steps = [
        step("check", done, stale=False),
        step("bad", done, "check", fails=True),
        step("needs bad", done, "bad"),
        step("good", done, "check"),
        step("worse", done, "good", fails=True),
        step("last", done, "good", "needs bad"),
        step("needs good", done, "good"),
    ]
    code, faults = run_steps(steps, 2, Progress(lambda _: None))
    assert code == 1 and sorted(map(str, faults)) == ["bad", "worse"]
    assert done == ["good", "needs good"]
    good = [one for one in steps if "bad" not in one.title and one.name not in {"worse", "last"}]
    assert run_steps(good, 1, Progress(print)) == (0, []) and done[2:] == ["good", "needs good"]


def test_a_step_prints_a_line_and_a_kind_takes_from_its_first_start_to_its_last_end(tmp_path: Path) -> None:
    output: list[str] = []
    progress = Progress(output.append)
    kept_step("check", "", State(tmp_path / "state", {}, list, dict), lambda: None).run(progress)
    kept_step("check", "", State(tmp_path / "state", {}, list, dict), lambda: 1 / 0).run(progress)  # not stale
    with pytest.raises(ZeroDivisionError):
        Step("notebooks", "2-1", lambda: True, lambda: 1 / 0).run(progress)
    assert [line.split()[0] for line in output] == ["done", "failed"] and output[1].endswith("s  notebooks: 2-1")
    progress.spans = {"check": [(0, 1)], "notebooks": [(1, 4), (2, 9)]}
    assert progress.in_words() == "check 1.0 s, notebooks 8.0 s"


def test_a_processor_is_idle_if_it_runs_no_notebook_and_checks_no_data() -> None:
    idle, all_run = Event(), Barrier(3)

    def look() -> None:  # begins after the steps that are busy
        seen = idle.is_set()
        all_run.wait(20)
        assert not seen

    for kind in (NOTEBOOK_STEPS, "check"):
        idle.clear()
        busy = [Step(kind, name, lambda: True, lambda: all_run.wait(20), gate=kind == "check") for name in "ab"]
        steps = [*busy, Step("prose", "c", lambda: True, list), Step("prose", "d", lambda: True, look, ["prose c"])]
        assert run_steps(steps, 3, Progress(lambda _: None), idle.set) == (0, [])
    idle.clear()
    steps = [Step("prose", name, lambda: True, lambda: 1 // idle.wait(20)) for name in "ab"]
    assert run_steps(steps, 3, Progress(lambda _: None), idle.set) == (0, [])


def test_a_gate_that_fails_stops_the_steps_that_run_and_begins_no_other() -> None:
    done, waits = list[str](), {"target": signal.sigtimedwait, "args": ([signal.SIGUSR1], 20), "daemon": True}
    kernel = get_context("fork").Process(**waits)

    def check() -> None:
        while not kernel.is_alive():
            pass
        raise ValueError("row 3 is wrong")

    run = Step("step", "notebook", lambda: True, lambda: (kernel.start(), kernel.join()))
    steps = [Step("check", "", lambda: True, check, gate=True), run]
    code, faults = run_steps([*steps, step("prose", done, "notebook")], 2, Progress(lambda _: None))
    assert (code, [*map(str, faults)], kernel.exitcode, done) == (1, ["row 3 is wrong"], -signal.SIGKILL, [])
