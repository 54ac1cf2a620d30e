"""Records what a run reads: series, events, studies, sections of the ledger, whole tables, and opened files.

The readers of `data/` open whole files but use a part of them, so they note here which part they used.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from claimbook.project.folders import CODE, REPORT_FILE

Read = tuple[str, str]  # kind and name: ("series", "libraries"), ("table", "timeline")

SERIES, EVENT, STUDIES, SOURCE_PART, SECTION = "series", "event", "studies", "source", "section"  # rows with this key
TABLE_PART, TOPIC = "table", "topic"  # a whole table of the evidence; a loaded file of figures
FILE, FOLDER = "file", "folder"  # a whole file; the names of the files in a folder

AUDIT_EVENTS = {"open": FILE, "os.listdir": FOLDER, "os.scandir": FOLDER}  # audit events of the interpreter

COMPILED = re.compile(r"__pycache__/([^/.]+)\.[^/]+\.pyc$")  # the file of a module that was compiled before

_takers: list[Callable[[set[Read]], None]] = []  # functions that receive every note
_readers = 0  # how many `by_rows` blocks are active


def note(kind: str, *names: str) -> None:
    """Record that something was read."""
    reads = {(kind, name) for name in names}
    for take in _takers:
        take(reads)


@contextmanager
def recording() -> Iterator[set[Read]]:
    """Collect everything that is read inside the block. Enclosing recordings receive it too."""
    reads = set[Read]()
    _takers.append(reads.update)
    try:
        yield reads
    finally:
        _takers.pop()


@contextmanager
def by_rows() -> Iterator[None]:
    """Inside the block, opening a file does not count as reading it: the reader notes the rows that it uses."""
    global _readers
    _readers += 1
    try:
        yield
    finally:
        _readers -= 1


# in the process of a notebook --------------------------------------------------------------------------------------

before_kernel = set[Read]()  # files that this process had read when it became a kernel


def keep(log_path: str, *folders: str) -> None:
    """From now on, append every read of this process to the file `log_path` at once, one JSON list per line.

    Files and folders below `folders`, which are parts of one project, are noted when they are opened, see `counts`.
    The reads are written at once because a kernel may be killed without warning.
    """
    lines, written = open(log_path, "a", encoding="utf-8", buffering=1), set[Read]()

    def write(reads: set[Read]) -> None:
        for read in sorted(reads - written):
            written.add(read)
            lines.write(json.dumps(read) + "\n")

    _takers.insert(0, write)
    write(before_kernel)
    watch(*folders)


def watch(*folders: str) -> None:
    """From now on, note every file of these folders that is opened, and first those of the imported modules."""
    roots = [os.path.realpath(folder) for folder in folders]

    def opened(kind: str, path: str) -> None:
        path = os.path.realpath(COMPILED.sub(r"\1.py", path))
        for root in roots:
            if path.startswith(f"{root}/") and counts(kind, name := os.path.relpath(path, root)):
                note(kind, name)

    def on_event(event: str, arguments: tuple) -> None:
        if (
            event in AUDIT_EVENTS
            and isinstance(arguments[0], str | bytes | os.PathLike)
            and not (event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR))  # it is written
        ):
            opened(AUDIT_EVENTS[event], os.fsdecode(arguments[0]))

    for module in [*sys.modules.values()]:
        opened(FILE, getattr(module, "__file__", None) or os.devnull)
    sys.addaudithook(on_event)


def counts(kind: str, name: str) -> bool:
    """Return whether opening this file of the project, or listing this folder, counts as a read of all of it.

    Code and report.yml count, and everything below data/, except files that one of our readers opens.
    """
    code = kind == FILE and (name.startswith(CODE) or name == REPORT_FILE)
    return code or (f"{name}/".startswith("data/") and not (kind == FILE and _readers))
