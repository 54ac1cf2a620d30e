"""Words that several modules share."""

import difflib
import os
import unicodedata
from collections.abc import Iterable

HIDDEN = frozenset({"Cc", "Cf", "Co"})  # kinds of signs that draw nothing, or turn the text behind them round
OPEN = "?"  # what a template or a proposal leaves to a person


def closest(word: str, known: Iterable[str], cutoff: float) -> str:
    """The known word most like another; empty where none is as like it as the cutoff, from 0 to 1."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)), "")


def one_slip(word: str, other: str) -> bool:
    """Are two words one letter apart: one more, one less, another one, or two that changed places?"""
    start = len(os.path.commonprefix([word, other]))
    one, two = word[start:], other[start:]
    end = len(os.path.commonprefix([one[::-1], two[::-1]]))
    one, two = one[: len(one) - end], two[: len(two) - end]
    return max(len(one), len(two)) <= 1 or (len(one) == 2 and one == two[::-1])


def unseen(text: str) -> tuple[int, str] | None:
    """Line and name of the first sign in a text that nobody sees; None where every sign is what it looks like."""
    for line, said in enumerate(text.split("\n"), 1):
        for sign in said.removesuffix("\r") if not said.isprintable() else "":
            if unicodedata.category(sign) in HIDDEN and sign != "\t":
                return line, f"<U+{ord(sign):04X}> ({unicodedata.name(sign, 'a control character').lower()})"
    return None


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, as a sentence after a blank, or nothing."""
    near = closest(word, known, 0.5)
    return f" Did you mean {near}?" if near else ""


def sentence_case(text: str) -> str:
    """A text as a sentence begins."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str]) -> str:
    """ "a, b and c"."""
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def in_ranges(numbers: Iterable[int]) -> str:
    """[2018, 2019, 2021] becomes "2018–2019, 2021"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def counted(n: int, noun: str, many: str = "") -> str:
    """ "1 figure", "2,000 figures"."""
    return f"{n:,} {noun if n == 1 else many or noun + 's'}"


def some(names: Iterable[str], most: int) -> str:
    """Names in a row, and how many more there are than are shown."""
    names = list(names)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
