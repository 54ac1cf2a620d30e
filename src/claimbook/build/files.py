"""Files that are there whole or not at all, digests of them, and words for a disk that will not take them."""

import errno
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TypeVar

Read = TypeVar("Read")
TICK = 50_000_000  # nanoseconds: longer than one tick of a file system's clock


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder to work in, which is removed afterwards."""
    with TemporaryDirectory(prefix="claimbook-") as folder:
        yield Path(folder)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_bytes(content)
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def renewed(path: Path, content: bytes) -> bool:
    """Write a file whose content is another, whole; returns whether it was. One that is the same keeps its time."""
    other = not path.exists() or path.read_bytes() != content
    if other:
        write_whole(path, content)
    return other


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: what was there is put back if one cannot be written."""
    before = {path: path.read_bytes() if path.exists() else None for path in contents}
    try:
        for path, content in contents.items():
            write_whole(path, content)
    except BaseException:
        for path, old in before.items():
            if old is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != old:
                write_whole(path, old)
        raise


def read_once(read: Callable[[Path], Read]) -> Callable[[Path], Read]:
    """Return a function that reads a file once in a process, and again only when somebody has changed it.

    A file that has just changed is read each time: a second change within one tick of the file system's clock would
    leave its times as they are.
    """
    kept = lru_cache(maxsize=10_000)(lambda path, *state: read(path))

    def known(path: Path) -> Read:
        state = path.stat()
        if abs(time.time_ns() - state.st_ctime_ns) < TICK:
            return read(path)
        return kept(path, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)

    return known


@read_once
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest_of(files: Mapping[str, Path]) -> str:
    """Digest of the names and contents of files; one that is not there counts as that."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(json.dumps([name, _digest(path) if path.exists() else None]).encode())
    return digest.hexdigest()


def folder_hash(folder: Path) -> str:
    """Digest of the files that people made below a folder, which readers can compare."""
    return digest_of(made_by_people(folder))


def below(folder: Path, called: str = "") -> dict[str, Path]:
    """Every file below a folder by its name in it, or in what holds a folder `called` so; in a fixed order.

    A link to a folder stands for what is in it: a report beside this one has the engine by a link.
    """
    above = PurePosixPath(called)
    found = sorted(Path(place, name) for place, _, names in os.walk(folder, followlinks=True) for name in names)
    return {(above / path.relative_to(folder)).as_posix(): path for path in found if path.is_file()}


def made_by_people(folder: Path) -> dict[str, Path]:
    """The same without caches and hidden files."""
    return {
        name: path
        for name, path in below(folder).items()
        if not any(part == "__pycache__" or part.startswith(".") for part in name.split("/"))
    }


def disk_fault(error: OSError) -> str | None:
    """A sentence for a disk that is full or may not be written to; None for any other error."""
    where = f"{error.filename} cannot be written" if error.filename else "A file cannot be written"
    kept = "What was finished before is kept"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"{where}: the disk is full. {kept}; free some space and start again."
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return f"{where}: {os.strerror(error.errno)}. {kept}; make the folder writable and start again."
    return None
