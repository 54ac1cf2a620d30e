"""How numbers are written, and how a number in the prose carries its provenance."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from claimbook.say.verdict_table import answer_of

BOUND_WORDS = {"=": "", "~": "about", ">": "more than", "<": "under"}  # as prose says what a source prints
BARE = frozenset({"percent", "count", "persons", "year"})  # units that the words around a number already say
MARKUP = "\\`*_{}[]|$#~^@"  # letters of MyST that are none of HTML
THIN = "\u202f"  # narrow no-break space between number and unit


def with_minus(text: str) -> str:
    """Text in which a hyphen before a number is a minus: "-0.5 to -0.3" becomes "−0.5 to −0.3"; a range stays one."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def number_in_words(value: float, unit: str) -> str:
    """A number with its unit as the report prints it: "14.3 %", "178", "156,763"."""
    if unit == "percent":
        text = f"{value:,.1f}{THIN}%"
    else:
        text = f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.3g}"
    return with_minus(text)


def with_unit(value: float, unit: str) -> str:
    """A number as a reader meets it outside a table: money and other units are named, counts are not."""
    return number_in_words(value, unit) if unit in BARE else f"{number_in_words(value, unit)} {unit}"


def values_in_words(values: Iterable[float], unit: str) -> str:
    """Values as one number, or as a range where they differ in print."""
    texts = list(dict.fromkeys(number_in_words(value, unit) for value in sorted(values)))
    return texts[0] if len(texts) == 1 else f"{texts[0]} to {texts[-1]}"


def range_in_words(low: float, high: float, unit: str) -> str:
    """A range of values: "between 12.4 % and 13.0 %", "above 170"."""
    if math.isinf(high):
        return f"above {edge_in_words(low, unit)}"
    if math.isinf(low):
        return f"below {edge_in_words(high, unit)}"
    return f"between {edge_in_words(low, unit)} and {edge_in_words(high, unit)}"


def edge_in_words(value: float, unit: str) -> str:
    """An end of a range, with as many digits as it needs."""
    return with_minus(f"{value:,.10g}{THIN}%" if unit == "percent" else f"{value:,.10g}")


def interval_in_words(low: float, high: float, unit: str) -> str:
    """A rounding interval for a table: "13.35 – 13.45", "> 20,000"; a point is itself."""
    if low == high:
        return edge_in_words(low, "")
    if math.isinf(high):
        return f"≥ {edge_in_words(low, '')}"
    if math.isinf(low):
        return f"≤ {edge_in_words(high, '')}"
    digits = min(max(0, 1 - math.floor(round(math.log10(high - low), 9))), 4)
    return with_minus(f"{low:,.{digits}f} – {high:,.{digits}f}")


def inert(text: str) -> str:
    """Text as HTML in which MyST, too, finds no markup."""
    return "".join(f"&#{ord(letter)};" if letter in MARKUP else escape(letter) for letter in text)


def number_link(text: str, made: str, href: str, key: str) -> str:
    """A computed number in the prose as HTML: hovering tells its making, following leads to its rows.

    `key` is that under which the card of the number finds the rest.
    """
    place = f'data-number="{escape(key)}" href="{escape(href)}"'
    return f'<a class="stat" {place} title="{inert(made)}">{inert(text)}</a>'


@dataclass(frozen=True)
class Badge:
    """What a verdict comes to, as its word: shape and colour come from the style sheet."""

    verdict: str

    @property
    def word(self) -> str:
        return answer_of(self.verdict).word

    def _repr_html_(self) -> str:
        return f'<span class="verdict verdict-{answer_of(self.verdict).name}">{self.word}</span>'

    __html__ = _repr_html_  # templates do not escape it
