"""Folders and files of a project: finds them, writes files completely or not at all, and computes digests."""

import csv
import errno
import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

MARKER = "_toc.yml"
REPORT_FILE = "report.yml"  # next to it: names and settings of the report
LOCK_FILE = "requirements.lock"
ENGINE = Path(__file__).parents[1]  # folder of this package
FONTS = ENGINE / "charts" / "fonts"  # of charts and print, made by book/make_fonts.py
CODE = ("src/", "engine/src/")  # folders of code in a project: that of the report, and that of the engine
LOCKS = ENGINE / "run" / "locks"  # lists of packages: of a report, and more for tests, for a cluster and for set-up
DATA_VARIABLE = "CLAIMBOOK_DATA"  # environment variable that names another copy of data/


class UserError(Exception):
    """A user's mistake, explained in sentences; a notebook shows them without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class ProjectNotFound(UserError, FileNotFoundError):
    """No folder at or above the given one is a project, or its folder of data is missing."""


def root(start: Path | None = None) -> Path:
    """Return the nearest folder at or above `start` (the working directory) that contains `_toc.yml`.

    Raises ProjectNotFound if there is none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).exists():
            return folder
    raise ProjectNotFound(f"No {MARKER} at or above {start}. Change to the folder of the report and start again.")


def edition_names(root: Path) -> list[str]:
    """Return the names of all editions, oldest first."""
    return sorted(path.stem for path in (root / "editions").glob("*.yml"))


def python_path(folder: Path) -> str:
    """Return PYTHONPATH for the code of report and engine in a project."""
    return os.pathsep.join(str(folder / code) for code in CODE)


def lock(root: Path) -> Path:
    """Return the list of packages for the report in `root`: its own, or else the engine's."""
    lock_file = root / LOCK_FILE
    return lock_file if lock_file.exists() else LOCKS / LOCK_FILE


def data_folder() -> Path:
    """Return the folder of the evidence: `data/`, or the copy that CLAIMBOOK_DATA names.

    Raises ProjectNotFound if CLAIMBOOK_DATA names no copy of data/.
    """
    named = os.environ.get(DATA_VARIABLE)
    folder = root() / (Path(named).expanduser() if named else "data")
    if named and not folder.is_dir():
        raise ProjectNotFound(
            f"{DATA_VARIABLE} is {named}, but there is no folder {folder}. "
            f"Give a copy of data/ as an absolute path or relative to {root()}, or unset {DATA_VARIABLE}."
        )
    if named and not (folder / "sources.csv").is_file():
        raise ProjectNotFound(f"{DATA_VARIABLE}: {named} is not a copy of data/: it has no sources.csv. Correct it.")
    return folder


def as_typed(path: Path) -> str:
    """Return a path as somebody would type it here."""
    near = os.path.relpath(path)
    return str(path) if near.startswith("..") else near


# files ----------------------------------------------------------------------------------------------------

Content = TypeVar("Content")
Row = dict[str, str]
Files = Mapping[str, bytes]  # contents of files by name in the project or in an archive
Paths = dict[str, Path]  # their paths by the same names
# columns of a published figure, without remarks
COLUMNS = "series entity period value unit bound rounding status source_id locator".split()
TICK = 50_000_000  # nanoseconds: longer than one tick of a file system's clock


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a temporary folder and remove it afterwards."""
    with TemporaryDirectory(prefix="claimbook-") as folder:
        yield Path(folder)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_bytes(content)
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def write_below(folder: Path, contents: Files) -> Path:
    """Write files into a folder that nobody else uses, by their names in it, and return the folder."""
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def renewed(path: Path, content: bytes) -> bool:
    """Write a file if its content differs, and return whether it did. An unchanged file keeps its time."""
    if other := not path.exists() or path.read_bytes() != content:
        write_whole(path, content)
    return other


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: if one fails, restore the others."""
    before = {path: path.read_bytes() if path.exists() else None for path in contents}
    try:
        for path, content in contents.items():
            write_whole(path, content)
    except BaseException:
        for path, old in before.items():
            if old is None:
                path.unlink(missing_ok=True)
            else:
                renewed(path, old)
        raise


def read_once(read: Callable[[Path], Content]) -> Callable[[Path], Content]:
    """Return a version of `read` that caches the result per process while the file is untouched.

    A file that has changed within the last TICK is not cached: its time could not show another change.
    """
    cached = lru_cache(maxsize=10_000)(lambda path, *state: read(path))

    def known(path: Path) -> Content:
        state = path.stat()
        if abs(time.time_ns() - state.st_ctime_ns) < TICK:
            return read(path)
        return cached(path, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)

    return known


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


_digest = read_once(lambda path: sha256(path.read_bytes()))


def digest_of(files: Paths) -> str:
    """Return a digest of names and contents of files; a missing file counts as missing."""
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(json.dumps([name, _digest(path) if path.exists() else None]).encode())
    return digest.hexdigest()


def content_of(path: Path) -> bytes | None:
    """Return the content of a file, or None if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def times_of(files: Iterable[Path]) -> str:
    """Return a digest of names, sizes and times of the files that exist, sorted."""
    states = []
    for path in sorted(map(str, files)):
        with suppress(OSError):
            state = os.stat(path)
            states.append((path, state.st_size, state.st_mtime_ns, state.st_ctime_ns))
    return sha256(repr(states).encode())


def folder_hash(folder: Path) -> str:
    """Return a digest of the files that people made below a folder, for readers to compare."""
    return digest_of(made_by_people(folder))


def below(folder: Path, called: str = "") -> Paths:
    """Return every file below a folder by its path in it, sorted, with `called` as prefix.

    Links to folders are followed, because a report may link to the engine. A folder that was already visited under
    its own name or by another link is not visited again.
    """
    found = Paths()
    visited, starts = set[tuple[int, int]](), [folder]
    for start in starts:  # links come last, so that every real folder is found under its own name
        for place, folders, names in os.walk(start):
            state = os.stat(place)
            if (state.st_dev, state.st_ino) in visited:
                folders.clear()
                continue
            visited.add((state.st_dev, state.st_ino))
            starts += [path for name in sorted(folders) if (path := Path(place, name)).is_symlink()]
            inside = os.path.normpath(os.path.join(called, os.path.relpath(place, folder), "x"))[:-1]
            files = (name for name in names if os.path.isfile(os.path.join(place, name)))
            found |= {inside + name: Path(place, name) for name in files}
    return dict(sorted(found.items(), key=lambda item: item[0].split("/")))


def made_by_people(folder: Path, called: str = "") -> Paths:
    """Return every file below a folder, like `below`, except caches and hidden files."""
    return {
        name: path
        for name, path in below(folder, called).items()
        if not any(part == "__pycache__" or part.startswith(".") for part in name.split("/"))
    }


def disk_fault(error: OSError) -> str | None:
    """Return a sentence for a disk that is full or read-only, or a path that cannot be; None for any other error."""
    where = f"{error.filename} cannot be written" if error.filename else "A file cannot be written"
    finished = "Everything finished before is kept"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"{where}: the disk is full. {finished}. Free some space and start again."
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return f"{where}: {os.strerror(error.errno)}. {finished}. Make the folder writable and start again."
    if error.errno in {errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}:
        return f"{str(error.filename)[:200]} cannot be used: {os.strerror(error.errno)}. Correct the path or the file."
    return None


# tables --------------------------------------------------------------------------------------------------------------


def rows_in(path: Path) -> list[Row]:
    """Return the rows of a CSV file without its empty lines, or none if the file is missing."""
    return rows_of_csv(path.read_bytes()) if path.is_file() else []


def rows_of_csv(content: bytes) -> list[Row]:
    """Return the rows of a CSV file, given as bytes, without its empty lines."""
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    header = next(reader, [])
    return [dict(zip(header, cells, strict=False)) for cells in reader if cells]


def figures_in(data: Path) -> Iterator[tuple[str, Row]]:
    """Yield topic and row of every figure in a data folder, topics in alphabetical order."""
    for path in sorted((data / "figures").glob("*.csv")):
        yield from ((path.stem, row) for row in rows_in(path))


def csv_text(rows: Iterable[Row], columns: Sequence[str], header: bool = True) -> bytes:
    """Return rows as a CSV file or, without `header`, as lines to add to one."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([columns] * header)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return stream.getvalue().encode()
