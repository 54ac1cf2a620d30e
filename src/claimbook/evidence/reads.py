"""What a run reads: series, events, studies, sections of the ledger, whole tables, and files that it opens itself.

Readers of `data/` take whole files and hand on a part of them, so they say here which part was used.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Read = tuple[str, str]  # a kind, and the name of what was read: ("series", "libraries"), ("table", "timeline")

SERIES, EVENT, STUDIES, SOURCE, SECTION = "series", "event", "studies", "source", "section"  # rows, by a key
TABLE, TOPIC = "table", "topic"  # a table of the evidence as a whole; a file of figures that was loaded
FILE, FOLDER = "file", "folder"  # a file as a whole; the names of the files in a folder

SEEN = {"open": FILE, "os.listdir": FOLDER, "os.scandir": FOLDER}  # events of the interpreter

_takers: list[Callable[[set[Read]], None]] = []  # who is to get what is noted
_readers = 0  # how many of our own readers have a file open


def note(kind: str, *names: str) -> None:
    """Say that something was read."""
    made = {(kind, name) for name in names}
    for take in _takers:
        take(made)


@contextmanager
def recording() -> Iterator[set[Read]]:
    """Everything that is read inside; recordings around this one get it too."""
    made = set[Read]()
    _takers.append(made.update)
    try:
        yield made
    finally:
        _takers.pop()


@contextmanager
def by_rows() -> Iterator[None]:
    """Inside, a reader opens files of which it notes the parts that are used, so that no file counts as a whole."""
    global _readers
    _readers += 1
    try:
        yield
    finally:
        _readers -= 1


# in the process of a notebook --------------------------------------------------------------------------------------


def keep(project: str, kept: str) -> None:
    """From now on every read of this process is written to the file `kept` at once, a JSON list a line.

    A file below data/ or src/ of the folder `project` counts as a whole when it is opened, unless one of our readers
    opens it; a folder below data/ counts when its files are listed. Nothing waits for the end of a kernel, which is
    ended without warning.
    """
    lines, known, root = open(kept, "a", encoding="utf-8", buffering=1), set[Read](), os.path.realpath(project)

    def write(made: set[Read]) -> None:
        for read in sorted(made - known):
            known.add(read)
            lines.write(json.dumps(read) + "\n")

    def seen(kind: str, path: str) -> None:
        name = os.path.relpath(os.path.realpath(path), root)
        ours = name.startswith("src/") and kind == FILE and "__pycache__" not in name
        data = f"{name}/".startswith("data/") and not (_readers and kind == FILE)
        write({(kind, name)} if ours or data else set())

    def heard(event: str, told: tuple) -> None:
        if event in SEEN and isinstance(told[0], str | bytes | os.PathLike):
            writes = event == "open" and (told[2] or 0) & (os.O_WRONLY | os.O_RDWR)
            if not writes:
                seen(SEEN[event], os.fsdecode(told[0]))

    _takers.insert(0, write)
    for module in [*sys.modules.values()]:
        seen(FILE, getattr(module, "__file__", None) or os.devnull)
    sys.addaudithook(heard)
