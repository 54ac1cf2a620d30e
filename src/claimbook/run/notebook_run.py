"""A run of a notebook: its inputs, the files it sees, and what its last run read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from claimbook.notebook.notebook_file import code_digest
from claimbook.project import folders
from claimbook.project.files import read_once, write_whole
from claimbook.run import parts
from claimbook.run.execution import Execute, execute_bundle
from claimbook.say.words import some

NOT_YET, NOT_READABLE = "it has not run yet", "the list of what its last run read is torn"
REASONS_LISTED = 4  # reasons that are listed
_content = read_once(Path.read_bytes)


def contents_of(files: Mapping[str, Path]) -> dict[str, bytes]:
    """Return the contents of files; untouched ones are not read again."""
    return {name: _content(path) for name, path in files.items()}


def kept_beside(executed: Path) -> Path:
    """Return the list, next to an executed notebook, of what its run was given, read and made."""
    return executed.with_suffix(".json")


@dataclass(frozen=True)
class NotebookRun:
    """Everything that determines the result of a notebook.

    `name` is the name of the run, `executed` the file of the executed notebook. `files` are data and code by their
    names in the project, `sections` the executed notebooks that it reads. `elsewhere` is the executed notebook of
    another build, which is taken over if that run would have read the same here.
    """

    name: str
    notebook: Path
    executed: Path
    parameters: Mapping[str, Any]
    environment: Mapping[str, str]
    files: Mapping[str, Path]
    sections: Mapping[str, Path] = field(default_factory=dict)
    elsewhere: Path | None = None

    @property
    def kept(self) -> Path:
        """The list of what the last run was given, read and made, with hashes."""
        return kept_beside(self.executed)

    def execute(self, execute: Execute = execute_bundle) -> tuple[bytes, bytes]:
        """Run the notebook by `execute`, and return the executed notebook and the list to store in `kept`.

        Raises NotebookFailed.
        """
        notebook, files = self.notebook.read_bytes(), contents_of(self.files)
        sections = {name: path.read_bytes() for name, path in self.sections.items()}
        inputs = {f"notebooks/{self.name}.ipynb": notebook, folders.MARKER: b""}
        executed, reads = execute(files | sections | inputs, self.name, self.parameters)
        log = {"given": self._given(notebook, sections), "read": parts.read_of(reads, files)}
        log["made"] = parts.hash_of_file(executed)
        return executed, json.dumps(log, ensure_ascii=False).encode()

    def make(self, execute: Execute = execute_bundle) -> None:
        """Run the notebook and store the executed one and `kept`. Raises NotebookFailed."""
        executed, kept = self.execute(execute)
        write_whole(self.executed, executed)
        write_whole(self.kept, kept)

    def take_over(self) -> None:
        """Store the executed notebook of another build as that of this run, if only that one is up to date."""
        if self.elsewhere and self.why_not(self.executed) and not self.why_not(self.elsewhere):
            write_whole(self.executed, self.elsewhere.read_bytes())
            write_whole(self.kept, kept_beside(self.elsewhere).read_bytes())

    def why(self) -> str:
        """Return in a few words why the notebook must run, or "" if its last run, or the other build's, will do."""
        why = self.why_not(self.executed)
        return "" if why and self.elsewhere and not self.why_not(self.elsewhere) else why

    def why_not(self, executed: Path) -> str:
        """Return in a few words why an executed notebook is not up to date, or ""."""
        try:
            last = json.loads(kept_beside(executed).read_bytes())
            before, read, made = last["given"], [parts.Part(*part) for part in last["read"]], last["made"]
            content = executed.read_bytes()
        except FileNotFoundError:
            return NOT_YET
        except (OSError, ValueError, LookupError, TypeError):
            return NOT_READABLE
        sections = {name: path.read_bytes() for name, path in self.sections.items() if path.exists()}
        now = self._given(self.notebook.read_bytes(), sections)
        other = [f"{name} changed" for name in {**before, **now} if before.get(name) != now.get(name)]
        other += ["its executed notebook changed"] * (made != parts.hash_of_file(content))
        return some([*other, *parts.differences_in_words(read, contents_of(self.files))], REASONS_LISTED)

    def differences(self, files: Mapping[str, Path]) -> list[str]:
        """Return in words how these files differ from what the last run read."""
        read = (parts.Part(*part) for part in json.loads(self.kept.read_bytes())["read"])
        return parts.differences_in_words(read, contents_of(files))

    def _given(self, notebook: bytes, sections: Mapping[str, bytes]) -> dict[str, str]:
        """Return the inputs of a run that count as a whole, each as a short text."""
        values = {name: json.dumps(value) for name, value in self.parameters.items()}
        values |= {f"version of {name}": version for name, version in self.environment.items()}
        values |= {name: parts.hash_of_file(content) for name, content in sections.items()}
        return {"its code": code_digest(notebook)} | values
