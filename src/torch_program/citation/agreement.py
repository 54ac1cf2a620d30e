"""How far two builds of a report agree: byte for byte, to nine significant digits, or not.

A processor may round the last digit of a number in another way. Pages name hashes of all results and of their parts, so
one such digit changes the bytes of pages that do not show it: these hashes are first replaced by those of the other
build.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from os.path import commonprefix
from pathlib import Path
from typing import Any

from torch_program.citation.archive import parts
from torch_program.citation.identity import SHORT, claim_hash, content_hash, figure_hash, section_hash
from torch_program.citation.parts import claims
from torch_program.parameters import of_notebook
from torch_program.results import figures
from torch_program.words import some

NINE = 1e-9  # two numbers that differ by less than this part of them may round to other nine digits, but by a hair
NUMBER = re.compile(r"((?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w|\.\d))")
UNREAD = (".pdf", "searchindex.js")  # made from the pages: compressed, or sorted by words, hashes among them
WITHIN = "//"  # between the name of a workbook and that of a file in it
SHOWN = 60  # characters of what differs
AHEAD = 20  # characters before it
TOLD = 3  # numbers of one file that are told
SAME = 0, "SAME BYTES"  # exit code and answer
DIFFERS = 1, "DIFFERS"
NEARLY = (
    3,
    (
        "SAME TO NINE DIGITS: numbers differ after these alone, and so do hashes of them. "
        "Print and search index are made from the pages and were not read."
    ),
)


@dataclass(frozen=True)
class Difference:
    """A file whose bytes differ: what it `says` otherwise; where that is nothing, the `numbers` with other last digits.

    With neither, it names another hash of contents, or is packed in another way.
    """

    name: str
    says: str = ""
    numbers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        numbers = some((f"{was} → {now}" for was, now in self.numbers), TOLD)
        return f"{self.name}, {self.says or numbers or 'in hashes or packing alone'}"


def answer(found: list[Difference]) -> tuple[int, str]:
    return DIFFERS if any(d.says for d in found) else NEARLY if found else SAME


def differences(claimed: Mapping[str, Path], built: Mapping[str, Path]) -> list[Difference]:
    """What is not the same in two sets of files by their names: first what is said otherwise, then last digits."""
    renamed = renamed_hashes(hashes(claimed), hashes(built))
    found = []
    for name in sorted(set(claimed) | set(built)):
        if name not in built:
            found.append(Difference(name, "which the sources do not give"))
        elif name not in claimed:
            found.append(Difference(name, "which is missing, though the sources give it"))
        elif differs := difference(name, claimed[name].read_bytes(), built[name].read_bytes(), renamed):
            found.append(differs)
    return sorted(found, key=lambda d: (not d.says, not d.numbers))


def hashes(files: Mapping[str, Path]) -> dict[str, str]:
    """The hashes that pages print, by what they are of; none where the notebooks cannot be read."""
    try:
        own = {Path(n).stem: json.loads(p.read_bytes()) for n, p in files.items() if n.startswith("notebooks/")}
        found = {"": content_hash(own)} | {name: section_hash(name, notebook) for name, notebook in own.items()}
        for notebook in own.values():
            found |= {figure["label"]: figure_hash(figure["csv"]) for figure in figures(notebook)}
            found |= {claim["id"]: claim_hash(claim, of_notebook(notebook)) for claim in claims(notebook)}
        return found
    except (AttributeError, KeyError, RecursionError, SyntaxError, TypeError, ValueError):
        return {}


def renamed_hashes(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Which hash of the other build stands for which, whole and as it is printed."""
    pairs = [(old[what], new[what]) for what in old if new.get(what, old[what]) != old[what]]
    return {a[:size]: b[:size] for size in (None, SHORT) for a, b in pairs}


def difference(name: str, was: bytes, now: bytes, renamed: Mapping[str, str] | None = None) -> Difference | None:
    """How a file differs, or None if it does not; `renamed` are the hashes that may."""
    if was == now:
        return None
    if renamed and name.endswith(UNREAD):
        return Difference(name)
    numbers: dict[tuple[str, str], None] = {}
    before, after = (dict(content(name, file)) for file in (was, now))
    for where in before | after:
        old, new = before.get(where, ""), after.get(where, "")
        for a, b in (renamed or {}).items():
            old = old.replace(a, b)
        moved, said = compared(old, new)
        if said:
            return Difference(name, f"{where}: {said}")
        numbers |= dict.fromkeys(moved)
    return Difference(name, numbers=tuple(numbers))


def compared(old: str, new: str) -> tuple[list[tuple[str, str]], str]:
    """The numbers of two texts that differ after nine digits only; and where the texts begin to differ otherwise."""
    numbers, at, again = [], 0, 0
    for i, (a, b) in enumerate(zip_longest(NUMBER.split(old), NUMBER.split(new), fillvalue="")):
        if a != b and i % 2 and same_to_nine_digits(a, b):
            numbers.append((a, b))
        elif a != b:
            same = 0 if i % 2 else len(commonprefix([a, b]))
            return numbers, f"“{shown(old, at + same)}”, built again: “{shown(new, again + same)}”"
        at, again = at + len(a), again + len(b)
    return numbers, ""


def same_to_nine_digits(one: str, other: str) -> bool:
    a, b = (float(text or "nan") for text in (one, other))
    return math.isfinite(a) and (math.isclose(a, b, rel_tol=NINE) or f"{a:.8e}" == f"{b:.8e}")


def shown(text: str, at: int) -> str:
    """The part of a text around a place."""
    part = text[max(0, at - AHEAD) :]
    return printable(part if len(part) <= SHOWN else part[: SHOWN - 1] + "…")


def printable(text: str) -> str:
    """A text that no terminal takes for a command."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def content(name: str, file: bytes) -> Iterator[tuple[str, str]]:
    """What a file says, each part by its place: leaves of JSON, lines of text, files of a workbook, else a checksum."""
    try:
        text = file.decode()
    except UnicodeDecodeError:
        held = {} if WITHIN in name else parts(file)  # an archive may hold archives without end
        for inner, inside in held.items():
            yield from ((f"{inner}, {where}", said) for where, said in content(f"{name}{WITHIN}{inner}", inside))
        if not held:
            yield "sha256", hashlib.sha256(file).hexdigest()[:SHORT]
        return
    try:
        lines = list(leaves(json.loads(text))) if name.endswith((".json", ".ipynb")) else None
    except (RecursionError, ValueError):
        lines = None  # no JSON after all
    yield from lines or ((f"line {number}", line) for number, line in enumerate(text.splitlines(), 1))


def leaves(document: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a JSON document by its place."""
    if document and isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, f"{where}.{key}".lstrip("."))
    elif document and isinstance(document, list):
        for at, value in enumerate(document):
            yield from leaves(value, f"{where}[{at}]")
    else:
        yield where, json.dumps(document, ensure_ascii=False)
