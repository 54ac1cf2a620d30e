"""Zip archives: the same files give the same bytes, and faults in reading become sentences."""

import datetime as dt
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from claimbook.project.files import disk_fault
from claimbook.project.folders import UserError

LARGEST_ARCHIVE = 2_000_000_000  # bytes; a deposit has at most a twentieth of this, its wheels a quarter
FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError)


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


def unpacked(path: Path, folder: Path) -> Path:
    """Unpack an archive into a folder and return the folder. Raises BadArchive."""
    try:
        with zipfile.ZipFile(path) as archive:
            if (size := sum(entry.file_size for entry in archive.infolist())) > LARGEST_ARCHIVE:
                raise BadArchive(
                    f"{path} would unpack to {size / 1e9:,.0f} GB, but a deposit has at most "
                    f"{LARGEST_ARCHIVE / 1e9:.0f} GB. Nothing was unpacked. Download the deposit again."
                )
            archive.extractall(folder)  # makes no links and writes nothing outside the folder
    except FAULTS as error:
        if isinstance(error, UserError) or (isinstance(error, OSError) and disk_fault(error)):
            raise
        why = getattr(error, "strerror", None) or error
        raise BadArchive(f"{path} cannot be unpacked: {why}. Download it again.") from None
    return folder
