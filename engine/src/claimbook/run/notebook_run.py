"""A run of a notebook: its inputs, what its last run read, and in which parts files differ from that.

A part is a kind and a name, as in `claimbook.evidence.reads`: the series "libraries", the event "first-library-1990".
"""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from claimbook.evidence.reads import EVENT, FILE, FOLDER, SECTION, SERIES, SOURCE_PART, STUDIES, TABLE_PART, TOPIC, Read
from claimbook.notebook.notebook_file import code_digest
from claimbook.project.folders import MARKER, Files, Paths, read_once, sha256, write_whole
from claimbook.project.yaml_files import YamlError, yaml_document
from claimbook.run.execution import Execute, execute_bundle
from claimbook.say.words import counted, listed, some

VERSION = "version of "  # begins the names of inputs that are versions of packages
_content = read_once(Path.read_bytes)
FIGURES_PATH, CLAIM_PART = "data/figures/", "claim"
BY_NAME = {  # table with the named rows, and the column with the name or names
    SERIES: ("data/series.csv", "series"),
    EVENT: ("data/timeline.csv", "event_id"),
    STUDIES: ("data/studies.csv", "claim_ids"),
    SOURCE_PART: ("data/sources.csv", "source_id"),
}
CITES = ("source_id", "ended_source_id")  # columns that name sources
ERRORS_OF_TABLES = (csv.Error, YamlError, LookupError, TypeError, AttributeError, ValueError)
NAMED_PARTS = {EVENT: "event", SOURCE_PART: "source", CLAIM_PART: "claim"}
CALLED = NAMED_PARTS | {FILE: "", FOLDER: "the list of files in", TOPIC: "the columns of"}
CALLED |= {SECTION: "what claims.yml says about section"}
READS_NAMED = 3  # names listed per kind


def contents_of(files: Paths) -> dict[str, bytes]:
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
    files: Paths
    sections: Paths = field(default_factory=dict)
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
        inputs = {f"notebooks/{self.name}.ipynb": notebook, MARKER: b""}
        executed, reads = execute(files | sections | inputs, self.name, self.parameters)
        given, made = self._given(notebook, sections), hash_of_file(executed)
        log = {"given": given, "read": read_of(reads, files), "made": made}
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
            before, read, made = last["given"], [Part(*part) for part in last["read"]], last["made"]
            content = executed.read_bytes()
        except FileNotFoundError:
            return "it has not run yet"
        except (OSError, ValueError, LookupError, TypeError):
            return "the list of what its last run read is torn"
        sections = {name: path.read_bytes() for name, path in self.sections.items() if path.exists()}
        other = changed_inputs(before, self._given(self.notebook.read_bytes(), sections))
        other += ["its executed notebook changed"] * (made != hash_of_file(content))
        return some([*other, *differences_in_words(read, contents_of(self.files))], 4)

    def differences(self, files: Paths) -> list[str]:
        """Return in words how these files differ from what the last run read."""
        read = (Part(*part) for part in json.loads(self.kept.read_bytes())["read"])
        return differences_in_words(read, contents_of(files))

    def _given(self, notebook: bytes, sections: Mapping[str, bytes]) -> dict[str, str]:
        """Return the inputs of a run that count as a whole, each as a short text."""
        values = {name: json.dumps(value) for name, value in self.parameters.items()}
        values |= {VERSION + name: version for name, version in self.environment.items()}
        values |= {name: hash_of_file(content) for name, content in sections.items()}
        return {"its code": code_digest(notebook)} | values


# the parts of files -----------------------------------------------------------------------------------------------


class Rows(NamedTuple):
    """Hashes of rows, and the parts they refer to: sources that they cite, or claims of a section."""

    hashes: list[str]
    parts: set[Read]


class Part(NamedTuple):
    """A part that a run has read, with the hashes of its rows."""

    kind: str
    name: str
    hashes: list[str]


def hash_of_file(content: bytes) -> str:
    """Return a short hash of the content of a file."""
    return sha256(content)[:16]


def _hash_of(value: Any) -> str:
    """Return a short hash of a JSON value."""
    return hash_of_file(json.dumps(value).encode())


@lru_cache(maxsize=1_000)
def _whole(content: bytes) -> Rows:
    """Return a file as one row."""
    return Rows([hash_of_file(content)], set())


def read_of(reads: Collection[Read], files: Files) -> list[Part]:
    """Return the parts that a run has read, from the reads that it recorded."""
    # a read of a table covers its file; a read of the figures covers the file of each topic that was loaded
    files_of = {"figures": [f"figures/{topic}" for kind, topic in reads if kind == TOPIC]}
    parts = {read for read in reads if read[0] != TABLE_PART}
    tables = (table for kind, name in reads if kind == TABLE_PART for table in files_of.get(name, [name]))
    parts |= {(FILE, f"data/{table}.csv") for table in tables}
    parts |= {part for read in parts for rows in _part_rows(read, files) for part in rows.parts}
    if (FILE, BY_NAME[SOURCE_PART][0]) in parts:
        parts = {(kind, name) for kind, name in parts if kind != SOURCE_PART}
    return [Part(*part, _hashes(part, files)) for part in sorted(parts)]


def _hashes(part: Read, files: Files) -> list[str]:
    """Return the hashes of a part in these files; empty if it is not there."""
    return [each for rows in _part_rows(part, files) for each in rows.hashes]


def _part_rows(part: Read, files: Files) -> Iterator[Rows]:
    kind, name = part
    if kind in BY_NAME:
        table, column = BY_NAME[kind]
        tables = [table, *(other for other in files if kind == SERIES and other.startswith(FIGURES_PATH))]
        yield from (_by_name(files[table], column)[name] for table in tables if table in files)
    elif kind in {CLAIM_PART, SECTION}:
        yield _ledger(files.get("data/claims.yml", b""))[part]
    elif kind == FOLDER:
        inside = {other[len(name) + 1 :].split("/")[0] for other in files if other.startswith(f"{name}/")}
        yield Rows(sorted(map(_hash_of, inside)), set())
    elif kind == TOPIC:
        yield _whole(files.get(f"{FIGURES_PATH}{name}.csv", b"").partition(b"\n")[0])
    elif name in files:
        rows = _by_name(files[name], "")[""] if name.endswith(".csv") else _whole(files[name])
        # only figures depend on their sources
        yield rows if name.startswith(FIGURES_PATH) else Rows(rows.hashes, set())


@lru_cache(maxsize=200)
def _by_name(content: bytes, column: str) -> defaultdict[str, Rows]:
    """Return the rows of a table by the names in a column; without a column, all rows under "".

    If the table cannot be parsed, every name stands for the whole table.
    """
    found = defaultdict[str, Rows](lambda: Rows([], set()))
    try:
        header, *lines = filter(None, csv.reader(io.StringIO(content.decode(), newline="")))
        for cells in lines:
            row = dict(zip(header, cells, strict=True))
            cited = {(SOURCE_PART, source) for one in CITES for source in row.get(one, "").split(";") if source}
            digest = _hash_of([header, cells])
            for name in row[column].split(";") if column else [""]:
                found[name].hashes.append(digest)
                found[name].parts.update(cited)
    except ERRORS_OF_TABLES:
        return defaultdict(lambda: _whole(content))
    return found


@lru_cache(maxsize=8)
def _ledger(content: bytes) -> defaultdict[Read, Rows]:
    """Return sections and claims of the ledger. If it cannot be parsed, each of them stands for the whole file."""
    found = defaultdict[Read, Rows](lambda: Rows([], set()))
    try:
        above = yaml_document("claims.yml", content)[1]
        claims = above.pop("claims")
        found |= {(CLAIM_PART, claim["id"]): Rows([_hash_of(claim)], set()) for claim in claims}
        for section in {claim["section"] for claim in claims}:
            claim_ids = [claim["id"] for claim in claims if claim["section"] == section]
            found[SECTION, section] = Rows([_hash_of([above, claim_ids])], {(CLAIM_PART, claim) for claim in claim_ids})
    except ERRORS_OF_TABLES:
        return defaultdict(lambda: _whole(content))
    return found


# in words --------------------------------------------------------------------------------------------------------


def changed_inputs(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return in words which inputs of a run changed, all packages together."""
    other = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    packages = [name.removeprefix(VERSION) for name in other if name.startswith(VERSION)]
    words = [f"{name} changed" for name in other if not name.startswith(VERSION)]
    several = "s" * (len(packages) > 1)
    return words + [f"version{several} of {some(packages, READS_NAMED)} changed"] * bool(packages)


def differences_in_words(read: Iterable[Part], files: Files) -> list[str]:
    """Return in words how parts differ from what a run has read, grouped by kind."""
    rows: list[str] = []
    names: dict[tuple[str, str], list[str]] = {}
    for kind, name, before in read:
        now = _hashes((kind, name), files)
        if before == now:
            continue
        if kind in {SERIES, STUDIES} or name.endswith(".csv"):
            rows.append(_of_rows(kind, name, Counter(before), Counter(now)))
        else:
            became = "changed" if before and now else "new" if now else "gone"
            names.setdefault((kind, became), []).append(name)
    return rows + [
        f"{CALLED[kind]}{'s' * (kind in NAMED_PARTS and len(group) > 1)} {some(group, READS_NAMED)} {became}".lstrip()
        for (kind, became), group in names.items()
    ]


def _of_rows(kind: str, name: str, before: Counter[str], now: Counter[str]) -> str:
    """Return how many rows changed, appeared and disappeared, in words."""
    appeared, disappeared = (now - before).total(), (before - now).total()
    noun, many = ("study on", "studies on") if kind == STUDIES else ("row of", "rows of")
    table = name.removeprefix("data/").removeprefix("figures/")
    kinds = {"changed": min(appeared, disappeared), "new": appeared - disappeared, "gone": disappeared - appeared}
    counts = [f"{counted(n, noun, many)} {table} {became}" for became, n in kinds.items() if n > 0]
    return listed(counts) or f"the rows of {table} in another order"
