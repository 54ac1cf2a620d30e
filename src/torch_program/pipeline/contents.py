"""What sets the book out: its settings, and which documents it has, in which order, which of them executed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from torch_program.pipeline.files import state_of
from torch_program.project import Told

FILE, SETTINGS = "_toc.yml", "_config.yml"


class ContentsError(Told, ValueError):
    """A file that sets the book out cannot be read; the message says where, why and how to mend it."""


def read(path: Path) -> Any:
    """What one of the two files says. Raises ContentsError where it is no YAML or would make objects."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentsError(f"{path.name} is missing. Put it back: git checkout -- {path.name}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        why = getattr(error, "problem", None) or "it is not UTF-8"
        raise ContentsError(f"{path.name}{line}: not readable as YAML ({why}). Correct it, or put it back.") from None


def faults_of_settings(source: Path) -> list[str]:
    """Where the settings are none that Jupyter Book knows, which would tell so only when all notebooks have run."""
    from jupyter_book.config import get_validator

    try:
        found = get_validator().iter_errors(read(source / SETTINGS))
        return [f"{SETTINGS}, {'.'.join(map(str, e.path)) or 'the file'}: {e.message[:200]}. Correct it." for e in found]
    except ContentsError as error:
        return [str(error)]


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
    return tuple(_listed(read(path)))


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
