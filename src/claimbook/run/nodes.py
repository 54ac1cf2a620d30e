"""Nodes that pytask watches: files that steps make, and what people write, of which many files are one node.

A node costs pytask two milliseconds in each task that uses it, so sources share one node.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from pytask import PathNode

from claimbook.project.files import below, digest_of, renewed
from claimbook.run.notebook_run import NotebookRun


@dataclass(kw_only=True)
class Content(PathNode):
    """A file that a task receives as bytes and returns as bytes."""

    path: Path

    def load(self, is_product: bool = False) -> bytes:  # type: ignore[override]  # pytask passes on the result
        return self.path.read_bytes()

    def save(self, value: bytes) -> None:  # type: ignore[override]
        renewed(self.path, value)  # Sphinx uses its time to decide what to read again


@dataclass(kw_only=True)
class Watched:
    """A value that a task receives. The task is stale when `look` returns another text than after its last run.

    The name is unique in a build. `look` returns None for a product that is missing.
    """

    name: str
    value: Any
    look: Callable[[], str | None]
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()

    def load(self, is_product: bool = False) -> Any:
        return self.value

    def save(self, value: Any) -> None:
        raise NotImplementedError(f"no task returns {self.name}")

    def state(self) -> str | None:
        return self.look()


def value_node(name: str, content: Any) -> Watched:
    """Return a node for a JSON value. If the value changes, the tasks that use it run again."""
    return Watched(name=name, value=content, look=lambda: json.dumps(content, sort_keys=True))


def source_node(name: str, value: Any, look: Callable[[], str]) -> Watched:
    """Return a node for what people write, in the state in which it was first read.

    pytask asks for the state again after a task. An edit saved in between would count as built, and the pages would
    keep the old text.
    """
    return Watched(name=name, value=value, look=cache(look))


def source_files(name: str, files: Mapping[str, Path]) -> Watched:
    """Return a node for files that people write, by name. It changes if one is edited, removed or added."""
    return source_node(name, files, lambda: digest_of(files))


def notebook_node(name: str, path: Path, digest: Callable[[bytes], str]) -> Watched:
    """Return a node for a committed notebook. `digest` reads its sources or its code, never its outputs."""
    return source_node(name, path, lambda: digest(path.read_bytes()))


def last_run(name: str, run: NotebookRun) -> Watched:
    """Return a node for the last run of a notebook. The task receives the run to do.

    If the last run is up to date, the state is the hash of what it read. Otherwise the state is unique, so that
    nothing saved while a notebook runs counts as read.
    """
    return Watched(
        name=name,
        value=run,
        look=lambda: uuid4().hex if run.why() else hashlib.sha256(run.kept.read_bytes()).hexdigest(),
    )


def folder_node(name: str, folder: Path) -> Watched:
    """Return a node for a folder that a task replaces as a whole. It changes if somebody edits a file in it."""
    return Watched(name=name, value=folder, look=lambda: digest_of(below(folder)) if folder.is_dir() else None)


def path_nodes(files: Mapping[str, Path]) -> dict[str, PathNode]:
    """Return nodes that pass the paths of files made by other tasks, by name."""
    return {name: PathNode(path=path, name=name) for name, path in files.items()}
