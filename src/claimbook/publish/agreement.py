"""Compare two builds of a report: equal byte for byte, equal to nine significant digits, or different.

Processors may round the last digit of a number differently. Pages and print contain hashes of all numbers, so
one such digit changes their bytes too. If notebooks differ only in such digits, pages and print are not
compared.
"""

import json
from collections.abc import Mapping
from itertools import zip_longest
from os.path import commonprefix
from pathlib import Path

from claimbook.changes.compare import without_drawings

CHARACTERS_SHOWN = 60  # characters shown of a difference
AHEAD = 20  # characters shown before it
SAME_BYTES = 0, "SAME BYTES"  # exit code and answer
DIFFERS = 1, "DIFFERS"
NEARLY = (
    3,
    "SAME TO NINE DIGITS: numbers in the notebooks differ only after the ninth digit. "
    "Files made from the notebooks were not compared, because they contain hashes of all numbers.",
)
ERRORS_OF_STRANGERS = (AttributeError, KeyError, RecursionError, TypeError, ValueError)  # from a stranger


def differing_files(claimed: Mapping[str, Path], built: Mapping[str, Path]) -> dict[str, str]:
    """Return the files (by name) that differ between two sets, and how each differs."""
    found = dict.fromkeys(claimed.keys() - built.keys(), "not produced by the sources")
    found |= dict.fromkeys(built.keys() - claimed.keys(), "missing, although the sources produce it")
    for name in claimed.keys() & built.keys():
        was, now = claimed[name].read_bytes(), built[name].read_bytes()
        if was != now:
            found[name] = first_difference(was, now)
    return dict(sorted(found.items()))


def exit_code_and_answer(
    found: Mapping[str, str], claimed: Mapping[str, Path], built: Mapping[str, Path]
) -> tuple[int, str]:
    """Return exit code and answer for these differences."""
    if not found:
        return SAME_BYTES
    notebooks = [name for name in found if name.startswith("notebooks/")]
    nearly = notebooks and claimed.keys() == built.keys()
    return NEARLY if nearly and all(to_nine_digits(claimed[name], built[name]) for name in notebooks) else DIFFERS


def to_nine_digits(one: Path, other: Path) -> bool:
    """Return whether two notebooks are the same except for digits after the ninth and for drawings."""
    try:
        was, now = (without_drawings(json.loads(path.read_bytes())) for path in (one, other))
        return bool(was == now)
    except ERRORS_OF_STRANGERS:
        return False


def first_difference(was: bytes, now: bytes) -> str:
    """Say where two texts begin to differ and what is there. For other files say only that they differ."""
    try:
        lines = zip_longest(was.decode().splitlines(), now.decode().splitlines(), fillvalue="")
    except UnicodeDecodeError:
        return "other bytes"
    for number, (old, new) in enumerate(lines, 1):
        if old != new:
            same = len(commonprefix([old, new]))
            return f"line {number}: “{shown(old, same)}”, built again: “{shown(new, same)}”"
    return "different line endings"


def shown(text: str, at: int) -> str:
    """Return the part of a text around a place."""
    part = text[max(0, at - AHEAD) :]
    return printable(part if len(part) <= CHARACTERS_SHOWN else part[: CHARACTERS_SHOWN - 1] + "…")


def printable(text: str) -> str:
    """Return a text without characters that a terminal would execute."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
