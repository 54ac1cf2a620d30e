"""Read a cell of a table and suggest the plain number, period or unit that was probably meant."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from claimbook.intake import languages
from claimbook.say.words import parse, sentence_case

PLAIN_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
EXCEL_DAY_0 = date(1899, 12, 30)  # day 0 of Excel's calendar, allowing for its leap day in 1900
SERIALS = range(20_000, 60_001)  # days from 1954 to 2064, as Excel stores what it takes for a date

_REMARK = re.compile(r"\s*([*†‡§#]+|[\[(（【].*[\])）】])\s*$")
GROUPED = re.compile(r"-?\d{1,3}([,\s'’_]\d{3})+(\.\d+)?", re.ASCII)
_WITH_COMMA = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?", re.ASCII)  # as most of Europe writes numbers
_SURE_COMMA = re.compile(r"^-?0,|,(\d{1,2}|\d{4,})$|\.\d{3},", re.ASCII)  # this comma cannot separate thousands
_SURE_POINT = re.compile(r"^-?0\.|\.(\d{1,2}|\d{4,})$", re.ASCII)
_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+", re.ASCII)
_LETTERS = re.compile(r"(?<=[\d.,])[OoIl]+(?![A-Za-z])|(?<![A-Za-z])[OoIl]+(?=\d)")  # mistyped, or misread
_DIGITS = str.maketrans("OoIl", "0011")
_MEASURED = re.compile(r"(-?[\d.,]+)\s*([^\d\s.,][^\d]*)")


class Hint(NamedTuple):
    """What is odd about a cell, and the plain text that was probably meant ("" if unknown)."""

    says: str
    plain: str = ""

    def __str__(self) -> str:
        return f"{self.says}: write {self.plain}." if self.plain else f"{self.says}."


def plain_number_advice(text: str) -> Hint | None:
    """Return how to write a cell that should be a plain number, or None if it is one."""
    if PLAIN_DECIMAL.fullmatch(text):
        return None
    if re.fullmatch(r"#[A-Z/0-9!?]+", text):
        return Hint("This is a spreadsheet error; replace it by the number in the source")
    if text.strip().casefold() in languages.printed().nothing:
        return Hint("This means that there is no figure; delete the row")
    odd = []
    rest = without_marks(text)
    if rest != text:  # before NFKC, which turns marks into digits
        odd.append(f'The mark "{"".join(filter(is_mark, text))}" belongs in the column note')
    if any(map(is_mark, rest)):
        return Hint("There is a superscript or circled digit inside the number; check the source")
    if remark := _REMARK.search(rest):
        odd.append(f'The remark "{remark.group().strip()}" belongs in the column note')
        rest = rest[: remark.start()]
    narrow = unicodedata.normalize("NFKC", rest).strip()
    if narrow != rest:
        odd.append("Use plain digits and signs, not full-width ones, and no spaces")
    if "\N{MINUS SIGN}" in narrow:
        odd.append("Write the minus sign as a hyphen")
        narrow = narrow.replace("\N{MINUS SIGN}", "-")
    if bound := languages.printed().cell_bound.match(narrow):
        sign = languages.printed().bounds.get(bound.group().casefold(), bound.group())
        as_sign = f", as {sign}" * (sign != bound.group())
        odd.append(f'"{bound.group()}" belongs in the column bound{as_sign}')
        narrow = narrow[bound.end() :].strip()
    if letters := "".join(_LETTERS.findall(narrow)):
        odd.append(f'There is a letter where a digit should be ("{letters}"); check the source')
        narrow = _LETTERS.sub(lambda found: found.group().translate(_DIGITS), narrow)
    if (measured := _MEASURED.fullmatch(narrow)) and not _power(narrow):
        named = unit(measured[2])
        as_named = f', as "{named}"' * bool(named)
        odd.append(f'"{measured[2]}" belongs in the column unit{as_named}')
        narrow = measured[1]
    if GROUPED.fullmatch(narrow):
        odd.append("Numbers have no thousands separators")
        narrow = re.sub(r"[,\s'’_]", "", narrow)
    elif re.fullmatch(r"-?\d+,\d+", narrow):
        odd.append("The decimal separator is a point")
        narrow = narrow.replace(",", ".")
    if not PLAIN_DECIMAL.fullmatch(narrow):
        narrow = _power(narrow)
        if not narrow and (fix := languages.switch_on(text)):
            return Hint(f"This is not a number. {fix.removesuffix('.')}")
        odd.append("A number has only digits and a decimal point" if narrow else "This is not a number")
    return Hint("; ".join(odd), narrow)


def with_points(column: Sequence[str]) -> list[str] | None:
    """Return a column of a table with semicolons, its numbers with decimal points.

    None if it is not clear whether commas and points are decimal signs or separate thousands.
    """
    numbers = [text for text in column if re.fullmatch(r"-?\d[\d.,]*", text, re.ASCII)]
    if any("," in text for text in numbers):
        clear = all(map(_WITH_COMMA.fullmatch, numbers)) and any(map(_SURE_COMMA.search, numbers))
        found = {text: text.replace(".", "").replace(",", ".") for text in numbers}
        return [found.get(text, text) for text in column] if clear else None
    may_be_thousands = [text for text in numbers if _THOUSANDS.fullmatch(text)]
    return None if may_be_thousands and not any(map(_SURE_POINT.search, numbers)) else [*column]


def is_mark(sign: str) -> bool:
    """Return whether this is a raised or circled digit, which refers to a note and not to the number."""
    return unicodedata.category(sign) == "No" and "FRACTION" not in unicodedata.name(sign, "")


def without_marks(text: str) -> str:
    """Return a text without the marks before and after it."""
    marks = "".join(filter(is_mark, text))
    return text.strip(f"{marks} ") if marks else text


def _power(text: str) -> str:
    """Return 1.2e5, +5, .5 or 5. as a plain number; "" for anything else."""
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?", text, re.ASCII | re.I):
        return ""
    return format(Decimal(text), "f").rstrip(".")


def period(text: str) -> Hint | None:
    """Return how to write a cell that should be a period, or None if it is one or the meaning is unclear."""
    if tried(parse, text):
        return None
    narrow, rule = unicodedata.normalize("NFKC", text).strip(" '"), "This is not a valid form of a period"
    narrow = narrow.replace("–", "-")
    if tried(parse, narrow):
        return Hint(rule, narrow)
    if re.fullmatch(r"\d{5}(\.0)?", narrow, re.ASCII) and int(narrow[:5]) in SERIALS:
        day = EXCEL_DAY_0 + timedelta(int(narrow[:5]))
        if narrow.startswith("20"):  # probably a year with one digit too many, not a day in the fifties
            return Hint(f"A year has four digits (as an Excel date number, this would be {day})", narrow[:4])
        return Hint(f"{narrow} is Excel's date number for {day} (for the whole year, write {day.year})", str(day))
    for form, plain in languages.printed().periods.items():
        if found := re.fullmatch(form, narrow, re.I | re.ASCII):
            corrected = found.expand(plain) if plain else "-".join(f"{int(part):02}" for part in found.groups())
            return Hint(rule, corrected) if tried(parse, corrected) else None
    for form in ("%b-%Y", "%B-%Y", "%Y-%b", "%Y-%B"):
        with suppress(ValueError):
            return Hint(rule, f"{datetime.strptime(re.sub('[ ,]+', '-', narrow), form):%Y-%m}")
    if found := re.fullmatch(r"(\d\d?)[./](\d\d?)[./](\d{4})(?: .*)?", narrow, re.ASCII):
        return Hint(f"This is a date, not a period; for the whole year {found[3]}", found[3])
    return None


def unit(text: str) -> str:
    """Return the declared name of a unit in the spelling of a printed table; "" if it is unknown."""
    known, narrow = languages.printed(), unicodedata.normalize("NFKC", text).strip()
    word = re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", known.bare_unit(narrow).casefold())
    return known.units.get(word, "")


def tried(read: Callable[[str], Any], text: str) -> Any:
    """Return `read(text)`, or None if it raises ValueError or SyntaxError."""
    try:
        return read(text)
    except (ValueError, SyntaxError):
        return None


def error_sentence(read: Callable[[str], Any], text: str) -> str:
    """Return the message of the ValueError that `read(text)` raises, as a sentence; "" if it raises none."""
    try:
        read(text)
    except ValueError as error:
        return f"{sentence_case(str(error))}."
    return ""
