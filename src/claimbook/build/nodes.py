"""What pytask watches: files whose content counts, notebooks whose sources count, many files or a folder as one.

A node costs pytask two milliseconds in each task that has it, so what no task makes is one node for all its files.

What people make counts as it was before a task ran: pytask asks for it again when the task has ended, and would take
for read what somebody saved in between. The next build would have nothing to do, with the old text on its pages.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from pytask import PathNode, PythonNode

from claimbook.build.files import below, digest_of, renewed
from claimbook.build.notebook_run import NotebookRun

SEEN = "state when first seen"


@dataclass(kw_only=True)
class Content(PathNode):
    """A file that a task receives as bytes and returns as bytes."""

    path: Path

    def load(self, is_product: bool = False) -> bytes:  # type: ignore[override]  # pytask hands on what a node gives
        return self.path.read_bytes()

    def save(self, value: bytes) -> None:  # type: ignore[override]
        renewed(self.path, value)  # by its time Sphinx knows what to read again


@dataclass(kw_only=True)
class Notebook(Content):
    """A committed notebook, of which only a `digest` counts, that of its sources or of its code: no output does."""

    digest: Callable[[bytes], str]

    @property
    def signature(self) -> str:
        """One for each digest, or pytask would take two of a notebook for one node."""
        return hashlib.sha256(f"{self.digest.__name__} of {self.path}".encode()).hexdigest()

    def state(self) -> str | None:
        return _first_seen(self, lambda: self.digest(self.path.read_bytes()) if self.path.exists() else None)


@dataclass(kw_only=True)
class SourcePaths:
    """Files that no task makes, by their name in the project: other when one of them is changed, gone or new.

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
    """The same, but the task receives what is in the files: it may run where they are not."""

    def load(self, is_product: bool = False) -> dict[str, Any]:
        return {name: path.read_bytes() for name, path in self.files.items()}


@dataclass(kw_only=True)
class LastRun:
    """The last run of a notebook, as far as it holds; the task receives the run that is to come.

    pytask compares states. That of a run that holds is the list of what it read; that of one that does not hold is
    like no other, so that nothing that is saved while a notebook runs is taken for read.
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
class Value(PythonNode):
    """A value whose change makes a task stale.

    For pytask all values of tasks that are no functions of a module would be one node, the last of them.
    """

    @property
    def signature(self) -> str:
        return hashlib.sha256(f"{self.name} {self.state()}".encode()).hexdigest()


@dataclass(kw_only=True)
class Folder:
    """A folder that a task replaces as a whole: a file in it that is changed by hand is noticed.

    No `path` here: pytask refuses nodes with a path that is a folder.
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
    """The state of a node when pytask first asked for it in this build."""
    if SEEN not in node.attributes:
        node.attributes[SEEN] = look()
    return node.attributes[SEEN]


def contents(files: Mapping[str, Path]) -> dict[str, Content]:
    """Nodes that hand over the content of files that other tasks make, by their name in the project."""
    return {name: Content(path=path, name=name) for name, path in files.items()}


def paths(files: Mapping[str, Path]) -> dict[str, PathNode]:
    """Nodes that hand over the paths of files that other tasks make, by their name in the project."""
    return {name: PathNode(path=path, name=name) for name, path in files.items()}


def value(name: str, content: Any) -> Value:
    """A value whose change makes a task stale; in a task no other has its name."""
    return Value(name=name, value=content, hash=lambda v: json.dumps(v, sort_keys=True))


def names(files: Iterable[str]) -> Value:
    """The list of what a task gets from others: pytask alone does not notice that one is gone."""
    return value("names", sorted(files))
