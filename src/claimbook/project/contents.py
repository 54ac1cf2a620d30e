"""The documents and executed notebooks of the book, in the order of its contents."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from claimbook.project.files import read_once
from claimbook.project.folders import MARKER
from claimbook.project.yaml_files import read_yaml


@read_once
def _documents(path: Path) -> Sequence[tuple[str, str]]:
    return tuple(_listed(read_yaml(path)))


def listed_documents(source: Path) -> Sequence[tuple[str, str]]:
    """Return (part, document) in the order of `_toc.yml`; the root page has an empty part."""
    return _documents(source / MARKER)


def executed_notebooks(source: Path) -> dict[str, Path]:
    """Return the paths of the book's notebooks in `source` by name, in the order of `_toc.yml`."""
    found = (source / f"{document}.ipynb" for _, document in listed_documents(source))
    return {path.stem: path for path in found if path.exists()}


def notebooks(source: Path) -> dict[str, Mapping[str, Any]]:
    """Return the content of the executed notebooks by name, as `read_notebook` returns it."""
    return {name: read_notebook(path) for name, path in executed_notebooks(source).items()}


@read_once
def read_notebook(path: Path) -> Mapping[str, Any]:
    """Return the content of one notebook, read once while unchanged. Callers must not modify it."""
    return json.loads(path.read_bytes())


def _listed(entries: Any, part: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(entries, list):
        for entry in entries:
            yield from _listed(entry, part)
    elif isinstance(entries, dict):
        part = entries.get("caption", part)
        for key, value in entries.items():
            if key in {"file", "root"}:
                yield part, str(value).removesuffix(".md").removesuffix(".ipynb")
            else:
                yield from _listed(value, part)
