"""How the report writes numbers, and links a number in prose to its provenance."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from claimbook.say.verdict_table import answer_of

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


@dataclass(frozen=True)
class Badge:
    """The word for a verdict as HTML; the style sheet gives it shape and colour."""

    verdict: str

    @property
    def word(self) -> str:
        return answer_of(self.verdict).word

    def _repr_html_(self) -> str:
        return f'<span class="verdict verdict-{answer_of(self.verdict).name}">{self.word}</span>'

    __html__ = _repr_html_  # templates do not escape it
