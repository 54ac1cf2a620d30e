"""Files that are there whole or not at all, and words for a disk that will not take them."""

import errno
import os
from pathlib import Path


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


def disk_fault(error: OSError) -> str | None:
    """A sentence for a disk that is full or may not be written to; None for any other error."""
    where = f"{error.filename} cannot be written" if error.filename else "A file cannot be written"
    kept = "What was finished before is kept"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"{where}: the disk is full. {kept}; free some space and start again."
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return f"{where}: {os.strerror(error.errno)}. {kept}; make the folder writable and start again."
    return None
