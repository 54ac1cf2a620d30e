"""One build at a time in a project: a second one waits, and what a killed one left half written is cleared away."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from torch_program.pipeline.files import SCRATCH

LEFTOVER = re.compile(r"\..+\.(\d+)")  # how `files.write_whole` calls a file until it is whole


@contextmanager
def alone(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Inside, no other build works in `folder`; `say` gets a sentence when that takes waiting.

    The system lets go of the lock when its process ends, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"Another build is at work in this project (process {lock.read().strip()}). Waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        clear(folder)
        yield


def clear(folder: Path) -> None:
    """Remove what processes that were killed have left here: files half written, and folders to work in.

    Those of a process that lives stay: a preview writes while a report is made.
    """
    for path in folder.rglob(".*"):
        if (half := LEFTOVER.fullmatch(path.name)) and path.is_file() and ended(int(half[1])):
            path.unlink(missing_ok=True)
    for path in (folder / SCRATCH).glob("*-*"):
        number = path.name.partition("-")[0]
        if number.isdecimal() and ended(int(number)):
            shutil.rmtree(path, ignore_errors=True)


def ended(process: int) -> bool:
    """Does no process of this number run on this machine? One that was killed may keep its number for a while."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):  # it is another user's; it is no number of a process
        return False
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:  # not on Linux, or gone since
        return False
    return state in {"Z", "X"}
