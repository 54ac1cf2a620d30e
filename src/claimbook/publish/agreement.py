"""Compare two deposits: equal byte for byte, equal to nine significant digits, or different.

Processors may round the last digit of a number differently. Then everything that is made from the number differs
too, if only by a hash. So pages and print are not compared by what they seem to say: they are made again from the
notebooks of the deposit, and have to be the same bytes.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from itertools import zip_longest
from os.path import commonprefix
from typing import Any, NamedTuple

from claimbook.changes.difference import COMPARED_DIGITS
from claimbook.project.outputs import IMAGE

CHARACTERS_SHOWN = 60  # characters shown of a difference
AHEAD = 20  # characters shown before it
SAME, DIFFERS, CANNOT_VERIFY = 0, 1, 2  # exit codes
NUMBERS = re.compile(r"notebooks/[^/]+\.ipynb|results\.json")  # files in which numbers are compared by value
ZERO = Decimal("1e-12")  # the difference of two equal numbers may be 1e-17 in one build and 0 in another
STEP = Decimal("0.01")  # of a coordinate in a drawing, in points
TAG, DECIMAL = re.compile(r"(<[^<>]*>)"), re.compile(r"(-?\d+(?:\.\d+)?)")
CELL = re.compile(r"([,\n])")  # between the cells of a CSV
ERRORS_OF_STRANGERS = (ArithmeticError, RecursionError, ValueError)  # raised for files of strangers


class Object(NamedTuple):
    """A JSON object as its pairs, in order, even if a key is there twice."""

    pairs: list[tuple[str, Any]]


def differing_files(claimed: Mapping[str, bytes], built: Mapping[str, bytes]) -> dict[str, str]:
    """Return the files (by name) that differ between two deposits, and how each differs."""
    found = dict.fromkeys(claimed.keys() - built.keys(), "not produced by the sources")
    found |= dict.fromkeys(built.keys() - claimed.keys(), "missing, although the sources produce it")
    for name in claimed.keys() & built.keys():
        if claimed[name] != built[name]:
            found[name] = first_difference(claimed[name], built[name])
    return dict(sorted(found.items()))


def nearly_the_same(found: Iterable[str], claimed: Mapping[str, bytes], built: Mapping[str, bytes]) -> set[str]:
    """Return which of these files have numbers that differ, but only after the ninth digit, and nothing else."""
    both = (name for name in found if NUMBERS.fullmatch(name) and name in claimed and name in built)
    return {name for name in both if to_nine_digits(claimed[name], built[name])}


def exit_code_and_answer(found: Collection[str], nearly: Collection[str]) -> tuple[int, str]:
    """Return exit code and answer if the files `found` differ, and those of them in `nearly` only in late digits."""
    if not found:
        return SAME, "SAME BYTES"
    if {*found} - {*nearly}:
        return DIFFERS, "DIFFERS"
    return SAME, (
        f"SAME TO NINE DIGITS: {', '.join(sorted(nearly))} differ only after the ninth digit of numbers, and by a "
        "hundredth of a point in drawings. All other files, made again from these notebooks, are the same bytes."
    )


def to_nine_digits(was: bytes, now: bytes) -> bool:
    """Return whether two JSON files are the same except for digits after the ninth and rounded coordinates."""
    try:
        return _agree(_read(was), _read(now))
    except ERRORS_OF_STRANGERS:
        return False


def _read(content: bytes) -> Any:
    """Return a JSON document with every key and every digit that it has."""
    return json.loads(content, object_pairs_hook=Object, parse_float=Decimal, parse_constant=str)


def _agree(was: Any, now: Any) -> bool:
    """Return whether two JSON values agree, with the same keys in the same order."""
    if isinstance(was, Decimal) and isinstance(now, Decimal):
        return _close(was, now)
    if type(was) is not type(now):
        return False
    if isinstance(was, Object):
        return len(was.pairs) == len(now.pairs) and all(map(_same_pair, was.pairs, now.pairs))
    if isinstance(was, list):
        if IMAGE in (text := _text(was)) and text != _text(now):
            return _same_drawing(text, _text(now))
        return len(was) == len(now) and all(map(_agree, was, now))
    return bool(was == now)


def _same_pair(was: tuple[str, Any], now: tuple[str, Any]) -> bool:
    (key, one), (other, two) = was, now
    if key == "csv" and isinstance(one, str) and isinstance(two, str):
        return other == key and _same_pieces(CELL, one, two, _same_cell)
    return key == other and _agree(one, two)


def _same_pieces(border: re.Pattern[str], was: str, now: str, same: Callable[[str, str], bool]) -> bool:
    """Return whether two texts have the same borders, and the same in between by the function `same`."""
    one, two = border.split(was), border.split(now)
    return len(one) == len(two) and all(a == b or same(a, b) for a, b in zip(one, two, strict=True))


def _same_cell(was: str, now: str) -> bool:
    """Return whether two cells of a CSV are numbers that agree. Raises ArithmeticError for words."""
    return "." in was + now and _close(Decimal(was), Decimal(now))


def _close(was: Decimal, now: Decimal) -> bool:
    """Return whether two numbers differ by less than one in the ninth digit of the larger one."""
    one_in_last = Decimal(1).scaleb(max(was.adjusted(), now.adjusted()) + 1 - COMPARED_DIGITS)
    return was == now or abs(was - now) < max(one_in_last, ZERO)


def _text(value: Any) -> str:
    """Return the text that a notebook stores as lines, or "" for any other value."""
    return "".join(value) if isinstance(value, list) and all(isinstance(line, str) for line in value) else ""


def _same_drawing(was: str, now: str) -> bool:
    """Return whether two HTML images of a figure differ only by rounding in the attributes of their tags."""
    (before, _, one), (too, _, two) = was.partition(IMAGE), now.partition(IMAGE)
    return before == too and _same_pieces(TAG, one, two, _same_tag)


def _same_tag(was: str, now: str) -> bool:
    """Return whether two texts are tags with the same attributes, their coordinates up to one step apart.

    Raises ArithmeticError if something else than a number differs.
    """
    is_tag = was.startswith("<") and now.startswith("<")
    return is_tag and _same_pieces(DECIMAL, was, now, lambda a, b: abs(Decimal(a) - Decimal(b)) <= STEP)


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
