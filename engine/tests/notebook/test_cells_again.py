"""Cells run twice and in reverse order, as in JupyterLab; two cells with the same key are an error."""

import json
import os
from collections.abc import Iterator

import pytest
from checkout import ROOT
from jupyter_client.manager import start_new_kernel

from claimbook.notebook import prose
from claimbook.notebook.prose import KeptTwice, Owners, RunningCell
from claimbook.project.folders import python_path

OTHERS = (("1-introduction", True), ("3-4-talent-pipelines", True), ("1-introduction", False))
CASES = [("2-2-deep-tech-instruments", True), *(pytest.param(*other, marks=pytest.mark.slow) for other in OTHERS)]


@pytest.fixture(scope="module")
def kernel() -> Iterator:
    """A kernel in the folder of the notebooks, with the library of this checkout. A test forgets all names first."""
    manager, client = start_new_kernel(cwd=str(ROOT / "notebooks"), env=os.environ | {"PYTHONPATH": python_path(ROOT)})
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, cell: dict, with_id: bool = True) -> None:
    """Run a cell as JupyterLab does, which sends its id, or as papermill does, which sends only its code."""
    content = {"code": "".join(cell["source"]), "silent": False, "store_history": True, "user_expressions": {}}
    metadata = {"cellId": cell["id"]} if with_id else {}
    message = client.session.msg("execute_request", content | {"allow_stdin": False}, metadata=metadata)
    client.shell_channel.send(message)
    reply = client._recv_reply(message["header"]["msg_id"], timeout=300)["content"]
    assert reply["status"] == "ok", f"{cell['id']}: {reply['ename']}: {reply['evalue']}"


def sections(name: str) -> list[list[dict]]:
    """The code cells of a notebook by the heading above them."""
    found: list[list[dict]] = [[]]
    for cell in json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_bytes())["cells"]:
        if cell["cell_type"] == "code":
            found[-1].append(cell)
        elif any(line.startswith("## ") for line in cell["source"]):
            found.append([])
    return [own for own in found if own]


@pytest.mark.process
@pytest.mark.parametrize(("name", "with_id"), CASES)
def test_every_cell_runs_twice_and_then_backwards_within_its_section(kernel, name, with_id):
    groups = sections(name)
    run(kernel, {"source": "%reset -f", "id": "reset"})
    for cell in (cell for group in groups for cell in group):
        run(kernel, cell, with_id)
        run(kernel, cell, with_id)
    first, *others = groups  # the first makes the section, and backwards it would end with an empty one
    for group in others:
        for cell in reversed(group):
            run(kernel, cell, with_id)


@pytest.fixture
def at(monkeypatch):
    """Pretend that a cell is running: `at("a", "1")` is the first run of the cell a."""

    def go(name: str, run: str) -> None:
        monkeypatch.setattr(prose, "running", lambda: RunningCell(name, run, f"the cell {name}"))

    return go


def test_a_cell_replaces_its_own_keys_and_another_cell_may_not(at):
    owners = Owners()
    at("a", "1")
    owners.take("towns")
    at("a", "2")
    owners.take("towns")
    at("b", "1")
    with pytest.raises(KeptTwice, match="Two cells use the key 'towns': the cell a, and the cell b. Change one"):
        owners.take("towns")
    at("a", "3")
    owners.take("towns")  # it keeps its key
    with pytest.raises(KeptTwice, match="the cell a uses the key 'towns' twice. Change the second one"):
        owners.take("towns")


def test_a_line_that_moved_to_another_cell_belongs_to_it_once_the_first_cell_ran_without_it(at):
    owners = Owners()
    for cell, run, key in (("a", "1", "towns"), ("a", "2", "rivers"), ("b", "1", "towns")):
        at(cell, run)
        owners.take(key)
    assert owners.cells["towns"].id == "b"


def test_without_a_notebook_a_key_occurs_once():
    text = prose.Prose()
    text.keep("towns", "3", "3")
    with pytest.raises(KeptTwice, match="uses the key 'towns' twice"):
        text.keep("towns", "4", "4")
    assert text.values["towns"]["text"] == "3"
