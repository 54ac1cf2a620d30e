"""How the report writes words, numbers, periods and names of sources, and anchors on the evidence page and others."""

import difflib
import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
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


# numbers --------------------------------------------------------------------------------------------------

BOUND_WORDS = {"=": "", "~": "about", ">": "more than", "<": "under"}  # the words for a bound in prose
BARE = frozenset({"percent", "count", "persons", "year"})  # units that the surrounding words already name
MARKUP = "\\`*_{}[]|$#~^@"  # characters that are markup in MyST but not in HTML
THIN = "\u202f"  # narrow no-break space between number and unit

# Two builds may add up the same floating-point numbers in different orders, on different processors or with different
# releases of numpy, which changes the last of sixteen digits. Statistics and measures are sums, ratios and slopes over
# some thousand values at most, so nine digits agree. Larger changes come from the evidence or the code.
COMPARED_DIGITS = 9


def with_bound(bound: str, text: str) -> str:
    """Return a number in words with its bound: "more than 20,000"."""
    return f"{BOUND_WORDS[bound]} {text}".strip()


def with_minus(text: str) -> str:
    """Replace hyphens before numbers with minus signs: "-0.5" becomes "−0.5", a range like "3-5" stays."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def number_in_words(value: float, unit: str) -> str:
    """Return a number as the report prints it: "14.3 %", "178", "156,763"."""
    if unit == "percent":
        text = f"{value:,.1f}{THIN}%"
    else:
        text = f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.3g}"
    return with_minus(text)


def with_unit(value: float, unit: str) -> str:
    """Return a number as printed outside tables. It names units such as money, but not those in `BARE`."""
    return number_in_words(value, unit) if unit in BARE else f"{number_in_words(value, unit)} {unit}"


def values_in_words(values: Iterable[float], unit: str) -> str:
    """Return values as one number, or as a range if they differ in print."""
    texts = list(dict.fromkeys(number_in_words(value, unit) for value in sorted(values)))
    return texts[0] if len(texts) == 1 else f"{texts[0]} to {texts[-1]}"


def range_in_words(low: float, high: float, unit: str) -> str:
    """Return a range of values in words: "between 12.4 % and 13.0 %", "above 170"."""
    if math.isinf(high):
        return f"above {edge_in_words(low, unit)}"
    if math.isinf(low):
        return f"below {edge_in_words(high, unit)}"
    return f"between {edge_in_words(low, unit)} and {edge_in_words(high, unit)}"


def edge_in_words(value: float, unit: str) -> str:
    """Return one end of a range, with as many digits as it needs."""
    return with_minus(f"{value:,.10g}{THIN}%" if unit == "percent" else f"{value:,.10g}")


def interval_in_words(low: float, high: float) -> str:
    """Return an interval for a table: "13.35 – 13.45", "≥ 20,000"; a point is one number."""
    if low == high:
        return edge_in_words(low, "")
    if math.isinf(high):
        return f"≥ {edge_in_words(low, '')}"
    if math.isinf(low):
        return f"≤ {edge_in_words(high, '')}"
    digits = min(max(0, 1 - math.floor(round(math.log10(high - low), 9))), 4)
    return with_minus(f"{low:,.{digits}f} – {high:,.{digits}f}")


def inert(text: str) -> str:
    """Return text as HTML that contains no markup for MyST either."""
    return "".join(f"&#{ord(letter)};" if letter in MARKUP else escape(letter) for letter in text)


def number_link(text: str, method: str, href: str, key: str) -> str:
    """Return a computed number in prose as an HTML link to its rows; a tooltip says how it was made.

    The card of the number finds everything else under `key`.
    """
    place = f'data-number="{escape(key)}" href="{escape(href)}"'
    return f'<a class="stat" {place} title="{inert(method)}">{inert(text)}</a>'


# periods --------------------------------------------------------------------------------------------------

PERIOD_FORMS = "YYYY, YYYYH1, YYYYQ1, YYYYQ1-3, YYYYM1-7, YYYY-MM, YYYY-MM-DD or YYYY-YYYY"

_YEAR = r"(?P<year>[12]\d{3})"
_PATTERNS = tuple(
    re.compile(_YEAR + rest, re.ASCII)
    for rest in (
        "",
        r"H(?P<half>[12])",
        r"Q(?P<quarter>[1-4])(?:-(?P<last_quarter>[1-4]))?",
        r"M(?P<month>[1-9]|1[0-2])-(?P<last_month>[1-9]|1[0-2])",
        r"-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?",
        r"-(?P<last_year>[12]\d{3})",
    )
)


@dataclass(frozen=True)
class Period:
    """The days that a label covers. `year` is that of the last day; `complete` means one calendar year."""

    year: int
    first_day: date
    last_day: date
    complete: bool


@cache
def parse(label: str) -> Period:
    """Parse a label such as 2023, 2023Q1-3, 2022M1-7, 2021H1, 2021-06, 2021-06-30 or 1991-2011.

    Raises ValueError with a sentence for anything else.
    """
    found = next((m.groupdict() for p in _PATTERNS if (m := p.fullmatch(label))), None)
    if found is None:
        raise ValueError(f"{label!r} is not a period; write {PERIOD_FORMS}")
    part = {name: int(text) for name, text in found.items() if text}
    year, last_year = part["year"], part.get("last_year", part["year"])
    first_month, last_month = _months(part)
    first_of_last = _day(last_year, last_month, 1, label)
    first = _day(year, first_month, part.get("day", 1), label)
    last = first if "day" in part else first_of_last.replace(day=monthrange(last_year, last_month)[1])
    if first > last:
        raise ValueError(f"{label!r} ends before it begins; write the earlier part first")
    if "last_month" in part and first_month == last_month:
        raise ValueError(f"{label!r} is a single month; write {year}-{first_month:02}")
    if "last_year" in part and last_year == year:
        raise ValueError(f"{label!r} is a single year; write {year}")
    complete = (first, last) == (date(year, 1, 1), date(year, 12, 31))
    return Period(last_year, first, last, complete)


def is_day(text: object) -> bool:
    """Return whether `text` is a day of the calendar, written YYYY-MM-DD."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def latest_day(published: str) -> date:
    """Return the last day that YYYY, YYYY-MM or YYYY-MM-DD allows: 2023 gives 31 December 2023.

    Raises ValueError with a sentence for any other form.
    """
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", published):
        raise ValueError(f"{published!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    return parse(published).last_day


def published_by(cutoff: str, sources: Iterable[Mapping[str, str]]) -> set[str]:
    """Return the ids of the sources published by a cut-off day."""
    return {row["source_id"] for row in sources if latest_day(row["published"]).isoformat() <= cutoff}


def day_in_words(day: date) -> str:
    """Return a day as "5 August 1988"."""
    return f"{day.day} {day:%B %Y}"


def _months(part: dict[str, int]) -> tuple[int, int]:
    for name, months in (("half", 6), ("quarter", 3), ("month", 1)):
        if name in part:
            return months * (part[name] - 1) + 1, months * part.get(f"last_{name}", part[name])
    return 1, 12


def _day(year: int, month: int, day: int, label: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{label!r} is not a day in the calendar") from None
