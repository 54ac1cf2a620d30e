"""What came into a data folder by commands, and when; each addition can be taken back whole, the last one first.

Kept in the hidden folder `.additions` of the data: no part of the evidence, of a build or of a deposit.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from torch_program.pipeline.files import write_whole
from torch_program.project import Told

FOLDER = ".additions"
ABOUT = "about.json"


class NothingToUndo(Told, ValueError):
    """The last addition cannot be taken back; the message says why and what to do."""


@dataclass(frozen=True)
class Addition:
    """One addition: when, from which table, rows by file of data/, and digests of the files as it left them."""

    path: Path
    when: str
    table: str
    rows: dict[str, int]
    after: dict[str, str]

    def __str__(self) -> str:
        rows = ", ".join(f"{name}: {n}" for name, n in self.rows.items())
        return f"{self.when}  {self.table}  ({rows or 'nothing new'})"

    def before(self) -> dict[str, bytes]:
        """The files as they were before it."""
        with zipfile.ZipFile(self.path) as packed:
            return {name: packed.read(name) for name in packed.namelist() if name != ABOUT}


@contextmanager
def kept(folder: Path, files: Mapping[str, bytes], table: str, rows: Mapping[str, int]) -> Iterator[None]:
    """Keep what files are before they are replaced by others; nothing is kept where that does not come about."""
    about: dict[str, Any] = {
        "when": datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
        "table": table,
        "rows": dict(sorted(rows.items())),
        "after": {name: _digest(content) for name, content in files.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(ABOUT, json.dumps(about, ensure_ascii=False, indent=1))
        for name in files:
            packed.writestr(name, (folder / name).read_bytes())
    number = max((int(path.stem) for path in (folder / FOLDER).glob("*.zip") if path.stem.isdigit()), default=0) + 1
    path = folder / FOLDER / f"{number:04}.zip"
    write_whole(path, stream.getvalue())
    try:
        yield
    except BaseException:
        path.unlink()
        raise


def additions(folder: Path) -> list[Addition]:
    """Every addition that was not taken back, the first one first."""
    found = []
    for path in sorted((folder / FOLDER).glob("*.zip")):
        try:
            with zipfile.ZipFile(path) as packed:
                found.append(Addition(path=path, **json.loads(packed.read(ABOUT))))
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError):
            raise NothingToUndo(
                f"{path}: what was kept of an addition cannot be read, so it cannot be taken back. Remove this file."
            ) from None
    return found


def last(folder: Path) -> Addition:
    """The last addition, if all of its files are as it left them; raises NothingToUndo."""
    known = additions(folder)
    if not known:
        raise NothingToUndo("Nothing was added to these data by a command, so there is nothing to take back.")
    changed = [
        name
        for name, digest in known[-1].after.items()
        if not (folder / name).is_file() or _digest((folder / name).read_bytes()) != digest
    ]
    if changed:
        raise NothingToUndo(
            f"{', '.join(changed)}: changed since {known[-1].table} was added ({known[-1].when}), and taking it back "
            "would take that back too. Undo those changes first."
        )
    return known[-1]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
