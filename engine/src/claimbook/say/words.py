"""Words that several modules share, what the report calls a source, and anchors on the evidence page and others."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import groupby, zip_longest
from os.path import commonprefix
from typing import NamedTuple

HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})  # Unicode categories that draw nothing or reverse a text
# letters and signs that draw nothing either, although their category says otherwise: fillers, joiners, selectors
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0d\U000e0100-\U000e01ef]")
TO_FILL_IN = "?"  # in a template or proposal: a person has to fill this in


def closest(word: str, known: Iterable[str], cutoff: float) -> str:
    """Return the known word most similar to `word`, or "" if none reaches the cut-off, from 0 to 1."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)), "")


def one_slip(word: str, other: str) -> bool:
    """Return whether two words differ by one letter: added, dropped, replaced or swapped."""
    if abs(len(word) - len(other)) > 1:
        return False
    start = len(commonprefix([word, other]))
    one, two = word[start:], other[start:]
    end = len(commonprefix([one[::-1], two[::-1]]))
    one, two = one[: len(one) - end], two[: len(two) - end]
    return max(len(one), len(two)) <= 1 or (len(one) == 2 and one == two[::-1])


def unseen(text: str) -> tuple[int, str] | None:
    """Return line and name of the first invisible character in a text, or None."""
    for line, content in enumerate(text.split("\n"), 1):
        content = content.removesuffix("\r")
        for sign in content if not content.isprintable() or BLANK.search(content) else "":
            if sign != "\t" and (unicodedata.category(sign) in HIDDEN or BLANK.match(sign)):
                return line, named_sign(sign)
    return None


def named_sign(sign: str) -> str:
    """Return the code and the name of a character that cannot be shown."""
    return f"<U+{ord(sign):04X}> ({unicodedata.name(sign, 'a control character').lower()})"


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" with the most similar known word, or ""."""
    near = closest(word, known, 0.5)
    return f" Did you mean {near}?" if near else ""


def sentence_case(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str]) -> str:
    """Return items as "a, b and c"."""
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def in_ranges(numbers: Iterable[int]) -> str:
    """Return numbers as ranges: [2018, 2019, 2021] gives "2018–2019, 2021"."""
    by_run = groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])  # in a run, number and place rise together
    runs = ([number for _, number in run] for _, run in by_run)
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def counted(n: int, noun: str, many: str = "") -> str:
    """Return a number with its noun: "1 figure", "2,000 figures"."""
    return f"{n:,} {noun if n == 1 else many or noun + 's'}"


def some(names: Iterable[str], most: int, between: str = ", ") -> str:
    """Return the first `most` names, and how many more there are."""
    names = list(names)
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return between.join(names[:most]) + more


# sources ----------------------------------------------------------------------------------------------------

COPIES = {  # values of the column `seen` for copies, and their words
    "file in a public repository": "a public repository",
    "file in a published package": "a published package",
    "opening, in a repost": "a repost",
}


def is_copy(source: Mapping[str, str]) -> bool:
    """Return whether a copy was read instead of the original."""
    return source.get("seen") in COPIES


def how_read(source: Mapping[str, str]) -> str:
    """Return "read in a repost, original not seen", or "" if the original was read."""
    return f"read in {COPIES[source['seen']]}, original not seen" if is_copy(source) else ""


def title_of(source: Mapping[str, str]) -> str:
    """Return the English title, followed by how it was read if we read a copy."""
    title = source["title_en"] or source["title"]
    return f"{title} ({how_read(source)})" if is_copy(source) else title


def short_name(source: Mapping[str, str]) -> str:
    """Return "Daily News 2011" for "Daily News (an agency)", without repeating a year that ends the name."""
    name, year = re.split(r", | \(", source["publisher"])[0], source["published"][:4]
    return name if name.endswith(f" {year}") else f"{name} {year}"


# anchors ------------------------------------------------------------------------------------------------------------

EVIDENCE_DOCUMENT = "book/evidence"  # document name of the evidence page
BIBLIOGRAPHY = "book/bibliography"  # document name of the list of sources


class Place(NamedTuple):
    """Where a value was published: its source, its series, and the place in the source."""

    source: str
    series: str
    locator: str


def slug(text: str) -> str:
    """Return text in lower case, with "-" for every run of other characters than letters and digits."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def source_anchor(source_id: str) -> str:
    """Return the anchor of a source: `source-<id>`."""
    return f"source-{slug(source_id)}"


def figure_anchor(source_id: str, series: str) -> str:
    """Return the anchor of all figures of one series from a source: `source-<id>--<series>`."""
    return f"{source_anchor(source_id)}--{slug(series)}"


def conflict_anchor(conflict: str) -> str:
    """Return the anchor of a conflict on the page that lists them: `conflict-<slug>`."""
    return f"conflict-{slug(conflict)}"


def searches_anchor(claim_id: str) -> str:
    """Return the anchor of a claim's searches that found nothing, on the page of gaps: `searches-<id>`."""
    return f"searches-{slug(claim_id)}"


# differences -----------------------------------------------------------------------------------------------------

CHARACTERS_SHOWN = 60  # characters shown of a difference
AHEAD = 20  # characters shown before it


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
