"""The table of contents of the book: which documents it has, in which order, and which of them were executed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FILE = "_toc.yml"


def documents(source: Path) -> Iterator[tuple[str, str]]:
    """(part, document) in the order of `_toc.yml`; the root page belongs to no part."""
    return _listed(yaml.safe_load((source / FILE).read_text(encoding="utf-8")))


def executed(source: Path) -> dict[str, Path]:
    """The notebooks of the book whose source tree is `source`, by name, in the order of `_toc.yml`."""
    found = (source / f"{document}.ipynb" for _, document in documents(source))
    return {path.stem: path for path in found if path.exists()}


def _listed(entries: Any, part: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(entries, list):
        for entry in entries:
            yield from _listed(entry, part)
    elif isinstance(entries, dict):
        part = entries.get("caption", part)
        for key, value in entries.items():
            if key in {"file", "root"}:
                yield part, value
            else:
                yield from _listed(value, part)
