"""What pytask watches: files whose content counts, notebooks whose sources count, folders as a whole."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytask import PathNode, PythonNode

from torch_program.pipeline.execution import code_digest, source_digest
from torch_program.pipeline.files import write_whole


@dataclass(kw_only=True)
class Content(PathNode):
    """A file that a task receives as bytes and returns as bytes."""

    path: Path

    def load(self, is_product: bool = False) -> bytes:
        return self.path.read_bytes()

    def save(self, value: bytes) -> None:
        write_whole(self.path, value)


@dataclass(kw_only=True)
class NotebookSource(Content):
    """A committed notebook, of which only the sources count: running it in JupyterLab makes nothing stale."""

    def state(self) -> str | None:
        return source_digest(self.path.read_bytes()) if self.path.exists() else None


@dataclass(kw_only=True)
class NotebookCode(Content):
    """A committed notebook, of which only the code counts: a changed word makes nothing run."""

    @property
    def signature(self) -> str:
        """Another one than that of the notebook as a whole, or pytask would take the two for one node."""
        return hashlib.sha256(f"code of {self.path}".encode()).hexdigest()

    def state(self) -> str | None:
        return code_digest(self.path.read_bytes()) if self.path.exists() else None


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
        digest = hashlib.sha256()
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(self.folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def contents(files: Mapping[str, Path]) -> dict[str, Content]:
    """Nodes that hand over the content of files, by their name in the project."""
    return {name: Content(path=path, name=name) for name, path in files.items()}


def paths(files: Mapping[str, Path]) -> dict[str, PathNode]:
    """Nodes that hand over the paths of files, by their name in the project."""
    return {name: PathNode(path=path, name=name) for name, path in files.items()}


def value(content: Any) -> PythonNode:
    """A value whose change makes a task stale."""
    return PythonNode(value=content, hash=lambda v: json.dumps(v, sort_keys=True))


def names(files: Iterable[str]) -> PythonNode:
    """The list of a task's inputs: pytask alone does not notice that one is gone."""
    return value(sorted(files))
