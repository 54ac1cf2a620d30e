"""The parts of files that a run can read, each with short hashes of its rows.

A part is a kind and a name, as in `claimbook.evidence.reads`: the series "libraries", the event
"first-library-1990".
"""

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from claimbook.evidence.reads import EVENT, FILE, FOLDER, SECTION, SERIES, SOURCE_PART, STUDIES, TABLE_PART, TOPIC, Read
from claimbook.project.yaml_files import LOADER
from claimbook.say.words import counted, listed, some

LEDGER_PATH, FIGURES, CLAIM_PART = "data/claims.yml", "data/figures/", "claim"
BY_NAME = {  # table with the named rows, and the column with the name or names
    SERIES: ("data/series.csv", "series"),
    EVENT: ("data/timeline.csv", "event_id"),
    STUDIES: ("data/studies.csv", "claim_ids"),
    SOURCE_PART: ("data/sources.csv", "source_id"),
}
CITES = ("source_id", "ended_source_id")  # columns that name sources
ERRORS_OF_TABLES = (csv.Error, yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError)
HASH_LENGTH = 16  # length of a hash
NAMED_PARTS = {EVENT: "event", SOURCE_PART: "source", CLAIM_PART: "claim"}
CALLED = NAMED_PARTS | {FILE: "", FOLDER: "the list of files in", TOPIC: "the columns of"}
CALLED |= {SECTION: "what claims.yml says about section"}
NAMES_LISTED = 3  # names listed per kind
Files = Mapping[str, bytes]  # contents by name in the project


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
    return hashlib.sha256(content).hexdigest()[:HASH_LENGTH]


def _hash_of(value: Any) -> str:
    """Return a short hash of a JSON value."""
    return hash_of_file(json.dumps(value).encode())


def _whole(content: bytes) -> Rows:
    """Return a file as one row."""
    return Rows([hash_of_file(content)], set())


def read_of(reads: Collection[Read], files: Files) -> list[Part]:
    """Return the parts that a run has read, from the reads that it recorded."""
    parts = {part for read in reads for part in _parts_of(read, reads)}
    parts |= {part for read in parts for rows in _part_rows(read, files) for part in rows.parts}
    if (FILE, BY_NAME[SOURCE_PART][0]) in parts:
        parts = {(kind, name) for kind, name in parts if kind != SOURCE_PART}
    return [Part(*part, _hashes(part, files)) for part in sorted(parts)]


def _parts_of(read: Read, reads: Collection[Read]) -> list[Read]:
    """Return the parts that a recorded read covers: for a table its file, for the figures one file per loaded topic."""
    kind, name = read
    if kind != TABLE_PART:
        return [read]
    topics = [f"figures/{topic}" for other, topic in reads if other == TOPIC]
    return [(FILE, f"data/{table}.csv") for table in (topics if name == "figures" else [name])]


def _hashes(part: Read, files: Files) -> list[str]:
    """Return the hashes of a part in these files; empty if it is not there."""
    return [each for rows in _part_rows(part, files) for each in rows.hashes]


def _part_rows(part: Read, files: Files) -> Iterator[Rows]:
    kind, name = part
    if kind in BY_NAME:
        table, column = BY_NAME[kind]
        tables = [table, *(other for other in files if kind == SERIES and other.startswith(FIGURES))]
        yield from (_by_name(files[table], column)[name] for table in tables if table in files)
    elif kind in {CLAIM_PART, SECTION}:
        yield _ledger(files.get(LEDGER_PATH, b""))[part]
    elif kind == FOLDER:
        inside = {other[len(name) + 1 :].split("/")[0] for other in files if other.startswith(f"{name}/")}
        yield Rows(sorted(map(_hash_of, inside)), set())
    elif kind == TOPIC:
        yield _whole(files.get(f"{FIGURES}{name}.csv", b"").partition(b"\n")[0])
    elif name in files:
        rows = _by_name(files[name], "")[""] if name.endswith(".csv") else _whole(files[name])
        yield rows if name.startswith(FIGURES) else Rows(rows.hashes, set())  # only figures depend on their sources


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
        above = yaml.load(content, Loader=LOADER)  # noqa: S506  (a safe one)
        claims = above.pop("claims")
        found |= {(CLAIM_PART, claim["id"]): Rows([_hash_of(claim)], set()) for claim in claims}
        for section in {claim["section"] for claim in claims}:
            claim_ids = [claim["id"] for claim in claims if claim["section"] == section]
            found[SECTION, section] = Rows([_hash_of([above, claim_ids])], {(CLAIM_PART, claim) for claim in claim_ids})
    except ERRORS_OF_TABLES:
        return defaultdict(lambda: _whole(content))
    return found


# in words --------------------------------------------------------------------------------------------------------


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
        f"{CALLED[kind]}{'s' * (kind in NAMED_PARTS and len(group) > 1)} {some(group, NAMES_LISTED)} {became}".lstrip()
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
