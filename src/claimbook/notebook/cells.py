"""Notes which notebook cell stored which key. A cell may replace its own keys, but not those of another cell."""

from typing import Any, NamedTuple

from claimbook.project import folders


class KeptTwice(folders.UserError, ValueError):
    """Two cells store the same key, or one cell stores it twice in a run; the message names both."""


class RunningCell(NamedTuple):
    """A running cell: an id that identifies it, an id for this run of it, and its name in messages."""

    id: str
    run: str
    name: str


def running() -> RunningCell:
    """Return the cell that is running, identified by its id or, without one, by its code."""
    from IPython import get_ipython  # takes a tenth of the time in which a command starts

    message: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    if not message.get("content"):
        return RunningCell("", "", "a cell")  # outside a notebook
    code, name = message["content"].get("code", ""), message.get("metadata", {}).get("cellId", "")
    begins = next((line for line in code.splitlines() if line.strip()), "")
    return RunningCell(
        name or code, message["header"]["msg_id"], f"the cell {name}".strip() + f" that begins “{begins}”"
    )


class Owners:
    """The cell that owns each key."""

    def __init__(self) -> None:
        self.cells: dict[str, RunningCell] = {}
        self.last: dict[str, str] = {}  # last run of each cell that stored something

    def take(self, key: str) -> None:
        """Give a key to the running cell. Raises KeptTwice if another cell still owns it."""
        now, owner = running(), self.cells.get(key)
        self.last[now.id] = now.run
        if owner and owner.id == now.id and owner.run == now.run:
            raise KeptTwice(f"{now.name} uses the key {key!r} twice. Change the second one.")
        if owner and owner.id != now.id and self.last[owner.id] == owner.run:
            raise KeptTwice(
                f"Two cells use the key {key!r}: {owner.name}, and {now.name}. Change one of them. "
                "If you moved the line, run the cell that it came from, or restart the kernel."
            )
        self.cells[key] = now
