"""The names of the files that a report is published as, and files that are kept while what they are made of stays."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from claimbook.project.files import write_whole
from claimbook.project.report import report_settings

PDF = f"{report_settings().slug}.pdf"  # the Sphinx extensions write these next to the pages
ANNEX_PDF, BRIEF_PDF = f"{report_settings().slug}-annex.pdf", f"{report_settings().slug}-brief.pdf"
PRINTS = (PDF, ANNEX_PDF, BRIEF_PDF)
WORKBOOK = f"{report_settings().slug}.xlsx"
FEED = "changes.atom"
KEPT_FILES = "CLAIMBOOK_KEPT"  # environment variable: folder of files that extensions keep between builds


def made_once(name: str, make: Callable[[], bytes], *of: bytes, folder: Path | str | None = None) -> bytes:
    """Return a file from an earlier build if the contents it was made `of` are unchanged, else make it."""
    folder = folder or os.environ.get(KEPT_FILES)
    if not folder:
        return make()
    path = Path(folder, name)
    mark = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in of)).digest()
    if path.exists() and (kept := path.read_bytes()).startswith(mark):
        return kept[len(mark) :]
    content = make()
    write_whole(path, mark + content)
    return content
