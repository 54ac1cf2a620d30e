"""How a page in another language than English writes answers, numbers, days and names.

The words of each language are in a file of `languages/`. What notebooks compute is English text. A number, a day, a
range of numbers or the names of authors can be written by rule. Other words need their translation where they are made.
"""

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = {path.stem: path for path in sorted((Path(__file__).parent / "languages").glob("*.yml"))}
DECIMALS = 2  # a number is written with 万 or 亿 if that leaves no more than so many decimals
NUMBER = r"[-−]?\d[\d,]*(?:\.\d+)?"
MONTH = "|".join(month_name[1:])
DAY = re.compile(rf"(?:(\d+) )?({MONTH})(?: (\d{{4}}))?")
NAME = r"[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*)*"
AUTHORS = re.compile(rf"({NAME}(?:(?:, | and | & ){NAME})*)( and others| et al\.)?(?: \(?(\d{{4}})\)?)?")


@dataclass(frozen=True)
class OtherLanguage:
    """The words of a language, as its file has them."""

    own_name: str
    answers: dict[str, str]  # by the English word
    unwritten: str  # the finding for an answer for which none is written
    bounds: dict[str, str]
    powers: dict[str, int]
    scales: dict[str, int]
    units: dict[str, str]
    forms: dict[str, str]  # of days, ranges and lists

    def value(self, text: str, unit: str = "") -> str:
        """Return a computed English text in this language, or "" if no rule says how to write it.

        A unit such as "CNY billion" gives its scale to the number: "35.8" becomes "358亿".
        """
        plain = re.sub(r"[\u00a0\u202f]", " ", text)
        for between, joined in ((" to ", self.forms["range"]), (" and ", self.forms["pair"])):
            ends = [self.number(end, unit) for end in plain.split(between)]
            if len(ends) == len("to") and all(ends):
                return joined.format(*ends)
        return self.number(plain, unit) or self.day_in_words(plain) or self.authors(plain) or self._without_words(plain)

    def number(self, text: str, unit: str = "") -> str:
        """Return a number with its bound, scale and sign of per cent, or "" for another text."""
        bounds, powers = ("|".join(map(re.escape, words)) for words in (self.bounds, self.powers))
        found = re.fullmatch(rf"(?:({bounds}) )?({NUMBER})(?: ?(%)| ({powers}))?", text)
        if not found:
            return ""
        bound, digits, percent, power = found.groups("")
        power = power or max((name for name in self.powers if re.search(rf"\b{name}\b", unit)), key=len, default="")
        written = self.scaled(Decimal(digits.replace(",", "").replace("−", "-")), self.powers.get(power, 0))
        return self.bounds.get(bound, "") + written.replace("-", "−") + percent

    def scaled(self, number: Decimal, power: int) -> str:
        """Return a number times a power of ten, with a word for its size if it has one: 4,000,000 becomes 400万."""
        whole = number.scaleb(power)
        for word, size in self.scales.items():
            part = whole.scaleb(-size).normalize()
            if abs(part) >= 1 and -int(part.as_tuple().exponent) <= DECIMALS:
                return f"{part:f}{word}"
        return f"{whole:f}" if abs(whole) < 10_000 else f"{whole:,f}"

    def day_in_words(self, text: str | date) -> str:
        """Return a day or month, given as a date or in English words; "" for another text."""
        if isinstance(text, date):
            text = f"{text:%-d %B %Y}"
        if not (found := DAY.fullmatch(text)):
            return ""
        day, month, year = found.groups()
        form = self.forms["day" if day and year else "day_alone" if day else "month"]
        return form.format(day=day, month=[*month_name].index(month), year=year) if day or year else ""

    def authors(self, text: str) -> str:
        """Return names of authors, which stay as they are, with the words and signs between them; or ""."""
        if not (found := AUTHORS.fullmatch(text)):
            return ""
        names, more, year = found.groups("")
        *first, last = re.split(", | and | & ", names)
        listed = self.forms["comma"].join(first if first and not more else [*first, last])
        said = self.forms["others" if more else "pair" if first else "one"].format(listed, last)
        return said + (self.forms["year"].format(year) if year else "")

    @staticmethod
    def _without_words(text: str) -> str:
        return "" if re.search("[A-Za-z]", text) else text


@cache
def other_language(name: str) -> OtherLanguage | None:
    """Return the language that `also` of report.yml names; None for a report in English alone."""
    if not name:
        return None
    return OtherLanguage(**yaml.safe_load(LANGUAGES[name].read_text(encoding="utf-8")))
