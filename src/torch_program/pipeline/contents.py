"""The table of contents of the book: which documents it has, in which order, and which of them were executed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from torch_program.pipeline.files import state_of

FILE = "_toc.yml"


def documents(source: Path) -> Sequence[tuple[str, str]]:
    """(part, document) in the order of `_toc.yml`; the root page belongs to no part."""
    return _documents(source / FILE, *state_of(source / FILE))


def executed(source: Path) -> dict[str, Path]:
    """The notebooks of the book whose source tree is `source`, by name, in the order of `_toc.yml`."""
    found = (source / f"{document}.ipynb" for _, document in documents(source))
    return {path.stem: path for path in found if path.exists()}


def notebooks(source: Path) -> dict[str, Mapping[str, Any]]:
    """What is in those notebooks. A process reads each once, as long as its file stays the same; nobody changes it."""
    return {name: parsed(path) for name, path in executed(source).items()}


def parsed(path: Path) -> Mapping[str, Any]:
    """What is in one notebook; the same holds."""
    return _parsed(path, *state_of(path))


@lru_cache(maxsize=100)
def _documents(path: Path, *state: int) -> Sequence[tuple[str, str]]:
    return tuple(_listed(yaml.safe_load(path.read_text(encoding="utf-8"))))


@lru_cache(maxsize=100)
def _parsed(path: Path, *state: int) -> Mapping[str, Any]:
    return json.loads(path.read_bytes())


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
