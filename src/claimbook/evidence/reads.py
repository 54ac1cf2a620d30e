"""What a run reads: series, events, studies, sections of the ledger, whole tables, and files that it opens itself.

Readers of `data/` take whole files and hand on a part of them, so they say here which part was used.
"""

from collections.abc import Iterator
from contextlib import contextmanager

Read = tuple[str, str]  # a kind, and the name of what was read: ("series", "htz_count"), ("table", "timeline")

SERIES, EVENT, STUDIES, SOURCE, SECTION = "series", "event", "studies", "source", "section"  # rows, by a key
TABLE, TOPIC = "table", "topic"  # a table of the evidence as a whole; a file of figures that was loaded

_recordings: list[set[Read]] = []  # those that are open, the outermost first
_readers = 0  # how many of our own readers have a file open


def note(kind: str, *names: str) -> None:
    """Say that something was read."""
    made = {(kind, name) for name in names}
    for recording in _recordings:
        recording |= made


@contextmanager
def recording() -> Iterator[set[Read]]:
    """Everything that is read inside; recordings around this one get it too."""
    made = set[Read]()
    _recordings.append(made)
    try:
        yield made
    finally:
        _recordings.pop()


@contextmanager
def by_rows() -> Iterator[None]:
    """Inside, a reader opens files of which it notes the parts that are used, so that no file counts as a whole."""
    global _readers
    _readers += 1
    try:
        yield
    finally:
        _readers -= 1
