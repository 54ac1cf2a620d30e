"""The names of the files that a report is published as, and files that are reused while their inputs stay the same."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from claimbook.project.files import content_of, write_whole
from claimbook.project.report import report_settings

PDF = f"{report_settings().slug}.pdf"  # the Sphinx extensions write these next to the pages
ANNEX_PDF, BRIEF_PDF = f"{report_settings().slug}-annex.pdf", f"{report_settings().slug}-brief.pdf"
PRINTS = (PDF, ANNEX_PDF, BRIEF_PDF)
WORKBOOK = f"{report_settings().slug}.xlsx"
FEED = "changes.atom"
ANNEX_VARIABLE = "CLAIMBOOK_ANNEX"  # environment variable: if it is set, the annex is made too
STORED_FILES_VARIABLE = "CLAIMBOOK_KEPT"  # environment variable: folder of files that extensions keep between builds


def annex_is_wanted() -> bool:
    """Return whether this build makes the annex, which pages then link to."""
    return bool(os.environ.get(ANNEX_VARIABLE))


def stored_or_made(name: str, make: Callable[[], bytes], *inputs: bytes, folder: Path | str | None = None) -> bytes:
    """Return a file from an earlier build if it is whole and what it was made from is unchanged, else make it."""
    folder = folder or os.environ.get(STORED_FILES_VARIABLE)
    if not folder:
        return make()
    path = Path(folder, name)
    digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in inputs)).digest()
    stored = content_of(path) or b""
    if stored == digest + hashlib.sha256(content := stored[2 * len(digest) :]).digest() + content:
        return content
    content = make()
    write_whole(path, digest + hashlib.sha256(content).digest() + content)
    return content
