"""How far two builds of a report agree: byte for byte, to nine significant digits, or not.

A processor may round the last digit of a number in another way. Pages and print name hashes of all numbers, so one such
digit changes their bytes too: where it is the notebooks that differ, and only so, what is made of them is not read.
"""

import json
from collections.abc import Mapping
from itertools import zip_longest
from os.path import commonprefix
from pathlib import Path

from claimbook.changes.compare import comparable

NOTEBOOKS = "notebooks/"
SHOWN = 60  # characters of what differs
AHEAD = 20  # characters before it
SAME = 0, "SAME BYTES"  # exit code and answer
DIFFERS = 1, "DIFFERS"
NEARLY = (
    3,
    (
        "SAME TO NINE DIGITS: numbers of the notebooks differ after these alone. "
        "What is made of the notebooks was not read; it names hashes of all numbers."
    ),
)
GONE, NEW = "which the sources do not give", "which is missing, though the sources give it"
UNREADABLE = (AttributeError, KeyError, RecursionError, TypeError, ValueError)  # a stranger may have written it


def differences(claimed: Mapping[str, Path], built: Mapping[str, Path]) -> dict[str, str]:
    """The files, of two sets by their names, that are not the same: in what each differs."""
    found = dict.fromkeys(claimed.keys() - built.keys(), GONE) | dict.fromkeys(built.keys() - claimed.keys(), NEW)
    for name in claimed.keys() & built.keys():
        was, now = claimed[name].read_bytes(), built[name].read_bytes()
        if was != now:
            found[name] = difference(was, now)
    return dict(sorted(found.items()))


def answer(found: Mapping[str, str], claimed: Mapping[str, Path], built: Mapping[str, Path]) -> tuple[int, str]:
    """Exit code and answer for these differences."""
    own = [name for name in found if name.startswith(NOTEBOOKS)]
    if not found:
        return SAME
    nearly = own and not {GONE, NEW} & set(found.values())
    return NEARLY if nearly and all(to_nine_digits(claimed[name], built[name]) for name in own) else DIFFERS


def to_nine_digits(one: Path, other: Path) -> bool:
    """Whether two notebooks say the same, but for digits after the ninth and for drawings."""
    try:
        was, now = (comparable(json.loads(path.read_bytes())) for path in (one, other))
        return bool(was == now)
    except UNREADABLE:
        return False


def difference(was: bytes, now: bytes) -> str:
    """Where two texts begin to differ, and what stands there; of other files only that they do."""
    try:
        lines = zip_longest(was.decode().splitlines(), now.decode().splitlines(), fillvalue="")
    except UnicodeDecodeError:
        return "other bytes"
    for number, (old, new) in enumerate(lines, 1):
        if old != new:
            same = len(commonprefix([old, new]))
            return f"line {number}: “{shown(old, same)}”, built again: “{shown(new, same)}”"
    return "other ends of lines"


def shown(text: str, at: int) -> str:
    """The part of a text around a place."""
    part = text[max(0, at - AHEAD) :]
    part = part if len(part) <= SHOWN else part[: SHOWN - 1] + "…"
    return printable(part)


def printable(text: str) -> str:
    """A text without what a terminal takes for a command."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
