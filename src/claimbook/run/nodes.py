"""Nodes that pytask watches: files by content, notebooks by source, and many files or a folder as one node.

A node costs pytask two milliseconds in each task that uses it, so sources share one node.

The state of sources is taken before a task runs and kept. pytask asks for it again after the task; without
this, an edit saved in between would count as built, and the pages would keep the old text.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from pytask import PathNode, PythonNode

from claimbook.project.files import below, digest_of, renewed
from claimbook.run.notebook_run import NotebookRun

FIRST_STATE = "state when first seen"


@dataclass(kw_only=True)
class Content(PathNode):
    """A file that a task receives as bytes and returns as bytes."""

    path: Path

    def load(self, is_product: bool = False) -> bytes:  # type: ignore[override]  # pytask passes on the result
        return self.path.read_bytes()

    def save(self, value: bytes) -> None:  # type: ignore[override]
        renewed(self.path, value)  # Sphinx uses its time to decide what to read again


@dataclass(kw_only=True)
class Notebook(Content):
    """A committed notebook, compared by `digest` of its sources or code, never by its outputs."""

    digest: Callable[[bytes], str]

    @property
    def signature(self) -> str:
        """Differs for each digest; otherwise pytask would confuse two nodes of a notebook."""
        return _sha(f"{self.digest.__name__} of {self.path}")

    def state(self) -> str | None:
        return _first_seen(self, lambda: self.digest(self.path.read_bytes()) if self.path.exists() else None)


@dataclass(kw_only=True)
class Unsaved:
    """The base of nodes that pytask compares but never writes. A node has a unique `signature`."""

    name: str
    attributes: dict[Any, Any] = field(default_factory=dict)

    def save(self, value: Any) -> None:
        raise NotImplementedError(f"no task returns {self.name}")


@dataclass(kw_only=True)
class SourcePaths(Unsaved):
    """Files that no task makes, by name. The node changes if one is edited, removed or added.

    The task receives their paths.
    """

    files: Mapping[str, Path]

    @property
    def signature(self) -> str:
        return _sha(json.dumps([self.name, *((name, str(path)) for name, path in sorted(self.files.items()))]))

    def load(self, is_product: bool = False) -> dict[str, Path]:
        return dict(self.files)

    def state(self) -> str | None:
        there = all(path.is_file() for path in self.files.values())
        return _first_seen(self, lambda: digest_of(self.files) if there else None)


@dataclass(kw_only=True)
class LastRun(Unsaved):
    """The last run of a notebook; the task receives the run to do.

    pytask compares states. If the last run is up to date, the state is the hash of what it read. Otherwise the
    state is unique, so that nothing saved while a notebook runs counts as read.
    """

    run: NotebookRun

    @property
    def signature(self) -> str:
        return _sha(f"last run {self.run.kept}")

    def load(self, is_product: bool = False) -> NotebookRun:
        return self.run

    def state(self) -> str | None:
        return uuid4().hex if self.run.why() else hashlib.sha256(self.run.kept.read_bytes()).hexdigest()


@dataclass(kw_only=True)
class ValueNode(PythonNode):
    """A value whose change makes a task stale.

    Unlike a PythonNode, it has a signature of its own. pytask would take all values of our tasks for one
    node.
    """

    @property
    def signature(self) -> str:
        return _sha(f"{self.name} {self.state()}")


@dataclass(kw_only=True)
class Folder(Unsaved):
    """A folder that a task replaces as a whole. Manual changes to a file in it are noticed.

    It has no `path`, because pytask refuses nodes whose path is a folder.
    """

    folder: Path

    @property
    def signature(self) -> str:
        return _sha(str(self.folder))

    def load(self, is_product: bool = False) -> Path:
        return self.folder

    def state(self) -> str | None:
        return digest_of(below(self.folder)) if self.folder.is_dir() else None


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _first_seen(node: Any, look: Callable[[], str | None]) -> str | None:
    """Return the state of a node when pytask first asked for it in this build."""
    if FIRST_STATE not in node.attributes:
        node.attributes[FIRST_STATE] = look()
    return node.attributes[FIRST_STATE]


def paths(files: Mapping[str, Path]) -> dict[str, PathNode]:
    """Return nodes that pass the paths of files made by other tasks, by name."""
    return {name: PathNode(path=path, name=name) for name, path in files.items()}


def value_node(name: str, content: Any) -> ValueNode:
    """Return a node for a JSON value; its name must be unique within the task."""
    return ValueNode(name=name, value=content, hash=lambda v: json.dumps(v, sort_keys=True))


def name_list(files: Iterable[str]) -> ValueNode:
    """Return a node for the list of inputs from other tasks, because pytask does not notice a missing one."""
    return value_node("names", sorted(files))
