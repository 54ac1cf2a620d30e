"""Zip archives: the same files give the same bytes, and faults in reading become sentences."""

import datetime as dt
import lzma
import os
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from claimbook.project.files import disk_fault
from claimbook.project.folders import UserError
from claimbook.publish.agreement import printable

LARGEST_ARCHIVE = 2_000_000_000  # bytes; a deposit has at most a twentieth of this, its wheels a quarter
FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError)
GIT = ".git"  # folder or file that can make git run commands


class BadArchive(UserError, ValueError):
    """An archive that cannot be unpacked. The message says why."""


def write_archive(files: Iterable[tuple[str, bytes]], date: dt.date, target: Path) -> None:
    """Write an archive as a whole or not at all. Wheels are stored, because they are already compressed."""
    new = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(new, "w") as archive:
            for name, content in files:
                info = zipfile.ZipInfo(name, (date.year, date.month, date.day, 0, 0, 0))
                info.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
                info.create_system = 3  # Unix, for these rights
                info.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
                archive.writestr(info, content, compresslevel=9)
        os.replace(new, target)
    finally:
        new.unlink(missing_ok=True)


def archived(path: Path) -> dict[str, bytes]:
    """Return every file of an archive by its name. Nothing is unpacked. Raises BadArchive."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if fault := fault_of_entries(entries):
                raise BadArchive(f"{path} is refused: {fault} Nothing was unpacked. Download it again.")
            return {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except FAULTS as error:
        if isinstance(error, UserError) or (isinstance(error, OSError) and disk_fault(error)):
            raise
        why = getattr(error, "strerror", None) or error
        raise BadArchive(f"{path} cannot be unpacked: {why}. Download it again.") from None


def fault_of_entries(entries: Sequence[zipfile.ZipInfo]) -> str:
    """Return in a sentence why an archive with these entries is refused, or ""."""
    if (size := sum(entry.file_size for entry in entries)) > LARGEST_ARCHIVE:
        return f"it would unpack to {size / 1e9:,.0f} GB, but a deposit has at most {LARGEST_ARCHIVE / 1e9:.0f} GB."
    for entry in entries:
        if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            return f"{printable(entry.filename)} is a link or a device, but a deposit has only files and folders."
    folders = [entry.filename.rstrip("/") for entry in entries if entry.is_dir()]
    return fault_of_names([entry.filename for entry in entries if not entry.is_dir()], folders)


def fault_of_names(files: Sequence[str], folders: Sequence[str] = ()) -> str:
    """Return in a sentence why these names of files are refused, or "".

    Names that differ only in capital letters or in the form of their accents are one file on some systems.
    """
    for name in (*files, *folders):
        parts = name.split("/")
        if {"", ".", ".."} & set(parts) or "\\" in name or not name.isprintable():
            return f"the name “{printable(name)}” leads elsewhere or has signs that cannot be read."
        if GIT in map(str.casefold, parts):
            return f"{name} is a part of git, which could run commands. A deposit has no {GIT}."
    known = Counter(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()) for name in files)
    if twice := [name for name, times in known.items() if times > 1]:
        return f"it has the name {twice[0]} twice, or one that only looks different."
    above = {name[:place] for name in known for place, sign in enumerate(name) if sign == "/"}
    if both := sorted(above & known.keys()):
        return f"{both[0]} is both a file and a folder."
    return ""


def write_files(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files into a folder by name and return the folder."""
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder
