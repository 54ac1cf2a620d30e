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
        """A different one for each digest, or pytask would take two nodes of a notebook for one."""
        return hashlib.sha256(f"{self.digest.__name__} of {self.path}".encode()).hexdigest()

    def state(self) -> str | None:
        return _first_seen(self, lambda: self.digest(self.path.read_bytes()) if self.path.exists() else None)


@dataclass(kw_only=True)
class SourcePaths:
    """Files that no task makes, by name. The node changes if one is edited, removed or added.

    The task receives their paths.
    """

    name: str
    files: Mapping[str, Path]
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        places = [type(self).__name__, self.name, *((name, str(path)) for name, path in sorted(self.files.items()))]
        return hashlib.sha256(json.dumps(places).encode()).hexdigest()

    def load(self, is_product: bool = False) -> dict[str, Any]:
        return dict(self.files)

    def save(self, value: Any) -> None:
        raise NotImplementedError("sources are made by people")

    def state(self) -> str | None:
        there = all(path.is_file() for path in self.files.values())
        return _first_seen(self, lambda: self._digest() if there else None)

    def _digest(self) -> str:
        return digest_of(self.files)


@dataclass(kw_only=True)
class SourceContents(SourcePaths):
    """Files like `SourcePaths`, but the task receives their contents, so that it can run elsewhere."""

    def load(self, is_product: bool = False) -> dict[str, Any]:
        return {name: path.read_bytes() for name, path in self.files.items()}


@dataclass(kw_only=True)
class LastRun:
    """The last run of a notebook; the task receives the run to do.

    pytask compares states. If the last run is up to date, the state is the hash of what it read. Otherwise the
    state is unique, so that nothing saved while a notebook runs counts as read.
    """

    name: str
    run: NotebookRun
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        return hashlib.sha256(f"last run {self.run.kept}".encode()).hexdigest()

    def load(self, is_product: bool = False) -> NotebookRun:
        return self.run

    def save(self, value: Any) -> None:
        raise NotImplementedError("the task returns the list of what was read")

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
        return hashlib.sha256(f"{self.name} {self.state()}".encode()).hexdigest()


@dataclass(kw_only=True)
class Folder:
    """A folder that a task replaces as a whole. Manual changes to a file in it are noticed.

    It has no `path`, because pytask refuses nodes whose path is a folder.
    """

    name: str
    folder: Path
    attributes: dict[Any, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        return hashlib.sha256(str(self.folder).encode()).hexdigest()

    def load(self, is_product: bool = False) -> Path:
        return self.folder

    def save(self, value: Any) -> None:
        raise NotImplementedError("the task itself replaces the folder")

    def state(self) -> str | None:
        if not self.folder.is_dir():
            return None
        return digest_of(below(self.folder))


def _first_seen(node: Any, look: Callable[[], str | None]) -> str | None:
    """Return the state of a node when pytask first asked for it in this build."""
    if FIRST_STATE not in node.attributes:
        node.attributes[FIRST_STATE] = look()
    return node.attributes[FIRST_STATE]


def content_nodes(files: Mapping[str, Path]) -> dict[str, Content]:
    """Return nodes that pass the contents of files made by other tasks, by name."""
    return {name: Content(path=path, name=name) for name, path in files.items()}


def paths(files: Mapping[str, Path]) -> dict[str, PathNode]:
    """Return nodes that pass the paths of files made by other tasks, by name."""
    return {name: PathNode(path=path, name=name) for name, path in files.items()}


def value_node(name: str, content: Any) -> ValueNode:
    """Return a node for a JSON value; its name must be unique within the task."""
    return ValueNode(name=name, value=content, hash=lambda v: json.dumps(v, sort_keys=True))


def name_list(files: Iterable[str]) -> ValueNode:
    """Return a node for the list of inputs from other tasks, because pytask does not notice a missing one."""
    return value_node("names", sorted(files))
