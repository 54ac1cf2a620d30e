"""Which cell of a notebook keeps which key: the same cell may replace its own keys, another one may not."""

from typing import Any, NamedTuple

from claimbook.say import project


class KeptTwice(project.Told, ValueError):
    """Two cells keep one key, or one cell keeps it twice in a run; the message names both."""


class Cell(NamedTuple):
    """A cell that runs: what tells it from others, what tells this run from others, and how a message names it."""

    id: str
    run: str
    name: str


def running() -> Cell:
    """The cell that runs now. JupyterLab sends the id of each cell; where nobody does, its code tells cells apart."""
    from IPython import get_ipython

    message: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    if not message.get("content"):
        return Cell("", "", "a cell")  # no notebook runs
    code, name = message["content"].get("code", ""), message.get("metadata", {}).get("cellId", "")
    begins = next((line for line in code.splitlines() if line.strip()), "")
    return Cell(name or code, message["header"]["msg_id"], f"the cell {name}".strip() + f" that begins “{begins}”")


class Owners:
    """The cell of each key."""

    def __init__(self) -> None:
        self.cells: dict[str, Cell] = {}
        self.last: dict[str, str] = {}  # run of each cell that kept something

    def take(self, key: str) -> None:
        """Give a key to the running cell; raises KeptTwice where another cell still keeps it."""
        now, owner = running(), self.cells.get(key)
        self.last[now.id] = now.run
        if owner and owner.id == now.id and owner.run == now.run:
            raise KeptTwice(f"{now.name} keeps {key!r} twice. Give the second another key.")
        if owner and owner.id != now.id and self.last[owner.id] == owner.run:
            raise KeptTwice(
                f"Two cells keep {key!r}: {owner.name}, and {now.name}. Give one of them another key; "
                "if you have moved the line, run the cell from which you took it, or restart the kernel."
            )
        self.cells[key] = now
