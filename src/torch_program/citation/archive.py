"""Zip archives: written with the same bytes for the same files, and read as if a stranger had made them."""

import datetime as dt
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from torch_program.pipeline.files import disk_fault
from torch_program.project import Told

MOST = 2_000_000_000  # bytes in an archive; a deposit has a twentieth of it, its wheels a quarter at most
KINDS = (0, stat.S_IFREG, stat.S_IFDIR)  # of an entry; a link would be another
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class BadArchive(Told, ValueError):
    """An archive that is not unpacked; the message says why."""


def write(files: Iterable[tuple[str, bytes]], date: dt.date, target: Path) -> None:
    """Write an archive whole or not at all. Wheels are packed already."""
    new = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(new, "w") as archive:
            for name, content in files:
                info = zipfile.ZipInfo(name, (date.year, date.month, date.day, 0, 0, 0))
                info.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
                info.create_system = 3  # Unix, whose rights these are
                info.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
                archive.writestr(info, content, compresslevel=9)
        os.replace(new, target)
    finally:
        new.unlink(missing_ok=True)


def unpacked(path: Path, folder: Path) -> Path:
    """Unpack an archive into a folder, unless it is one that nobody here would have made."""
    if not zipfile.is_zipfile(path):
        raise BadArchive(f"{path} is no zip archive, is cut off, or is not there. Get it again, or name another file.")
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_strange(archive, str(path), MOST)
            archive.extractall(folder)  # reads no more of an entry than it is said to have, and checks its sum
    except FAULTS as error:
        if isinstance(error, Told) or (isinstance(error, OSError) and disk_fault(error)):
            raise
        raise BadArchive(f"{path} is damaged: {error}. Get it again.") from None
    return folder


def refuse_strange(archive: zipfile.ZipFile, called: str, most: int) -> None:
    """Raises where an archive is too large, or holds what is neither a plain file nor a folder."""
    entries = archive.infolist()
    if (size := sum(entry.file_size for entry in entries)) > most:
        raise BadArchive(
            f"{called} would unpack to {size / 1e9:,.0f} GB; none of ours has more than {most / 1e9:.0f}. "
            "Nothing was unpacked. Get the deposit from its repository."
        )
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in PACKED or kind not in KINDS:
            raise BadArchive(
                f"{called} holds {entry.filename!r}, which is a link, encrypted, or packed as nothing is packed here. "
                "Nothing was unpacked. Get the deposit from its repository."
            )


def parts(content: bytes) -> dict[str, bytes]:
    """The files of an archive, as of a workbook; none where it is no archive, or one that is better not unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            refuse_strange(archive, "a workbook", MOST // 10)
            return {name: archive.read(name) for name in sorted(archive.namelist())}
    except FAULTS:
        return {}
