"""The languages in which tables and quotes can be printed, each a file of words. `report.yml` switches them on."""

import re
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from claimbook.project.report import report_settings
from claimbook.project.yaml_files import yaml_document

Translations = dict[str, str]
Words = tuple[str, ...]


class Language(BaseModel):
    """The words of a language in tables and quotes. Those of quotes may be regular expressions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    letters: str = ""  # ranges of its letters, if they are not Latin and words are written without blanks
    encodings: Translations = {}  # older encodings: the encoding of their common letters
    tag: str = ""  # by which pages mark text in its letters
    region: str = ""  # where print takes its forms of letters from
    label_columns: Words = ()  # columns of series.csv with the names of series in this language
    # of tables
    columns: Translations = {}  # usual heads of columns of new figures: the columns that they probably are
    units: Translations = {}  # units as printed: their names in units.csv
    unit_heads: Words = ()  # heads of a column of units
    unit_prefix: Words = ()  # words before a colon and the unit of a whole table
    number_heads: Words = ()  # heads of a column that numbers the rows
    year_marks: Words = ()  # patterns of what may follow the year in a head
    part_marks: Words = ()  # words before the name of a part of the row above
    nothing: Words = ()  # cells without a figure
    totals: Words = ()  # labels of rows that are no place
    bounds: Translations = {}  # words before a number in a cell: their bound
    periods: Translations = {}  # pattern: how to write it; "" joins the parts of a day or month
    # of quotes
    variants: Translations = {}  # other forms of a letter
    scales: dict[str, float] = {}  # the longer word before the shorter one
    scale_marks: str = ""  # letters between a number and its scale that mean "and more"
    numbers: dict[str, float] = {}  # numbers and shares in words
    digits: str = ""  # letters for one to nine
    ten: str = ""
    unit_words: Translations = {}  # pattern in a quote: beginning of the unit that it means
    before: Translations = {}  # more words before a number in a quote: their bound
    after: Translations = {}  # words after a number: their bound
    between: Words = ()  # words that may come between a bound and its number
    currencies: Words = ()  # letters that may come before a number or a currency sign
    counters: Words = ()  # words that may come between a number and its bound

    def __add__(self, other: "Language") -> "Language":
        """Return a language with the words of both, and with the names and letters of the other, if it has some."""
        both = self.model_dump()
        for name, words in other.model_dump(exclude_unset=True).items():
            both[name] = both[name] | words if isinstance(words, dict) else words
            if isinstance(words, tuple):
                both[name] = (*getattr(self, name), *words)
        return Language(**both)

    @cached_property
    def cell_bound(self) -> re.Pattern[str]:
        """Pattern of a bound at the beginning of a cell."""
        return re.compile("|".join(sorted(map(re.escape, (*self.bounds, ">", "<", "~")), key=len, reverse=True)), re.I)

    @cached_property
    def year_head(self) -> re.Pattern[str]:
        return re.compile(rf"([12]\d{{3}})\s*({alternatives(self.year_marks)})?")

    @cached_property
    def unit_in_brackets(self) -> re.Pattern[str]:
        return re.compile(rf"\s*[(\[](?:{self._prefix})?\s*([^()\[\]]+?)\s*[)\]]")

    @cached_property
    def unit_above(self) -> re.Pattern[str]:
        return re.compile(rf"{self._prefix}\s*([^\s()]+)")

    @cached_property
    def part(self) -> re.Pattern[str]:
        """Pattern of the beginning of a row that is a part of the row above."""
        return re.compile(alternatives(("#", *self.part_marks)), re.I)

    def joined(self, text: str) -> str:
        """Return a text without blanks between letters that are written together."""
        return re.sub(f"(?<=[{self.letters}]) (?=[{self.letters}])", "", text) if self.letters else text

    def without_part(self, name: str) -> str:
        """Return a name without a mark such as "of which" before it."""
        return re.sub(rf"^(?:{self.part.pattern}):?\s*", "", name, flags=re.I)

    def bare_unit(self, text: str) -> str:
        """Return the text of a cell of units without the word for unit."""
        return re.sub(f"^{self._prefix}", "", text)

    @property
    def _prefix(self) -> str:
        return rf"(?:{alternatives(self.unit_prefix)})\s*:"

    @cached_property
    def scale(self) -> re.Pattern[str]:
        """Pattern of a scale after a number, perhaps with a mark before it."""
        marks = f"[{self.scale_marks}]?" if self.scale_marks else ""
        return re.compile(rf"\s*({marks})\s*({alternatives(self.scales)})(?![a-z])")

    def around_number(self, sign: str) -> tuple[str, str]:
        """Return the patterns of what a quote says before and after a number with this bound."""
        before = {re.escape(word): bound for word, bound in self.bounds.items()} | self.before
        of_sign = ((word for word, bound in words.items() if bound == sign) for words in (before, self.after))
        ahead, behind = map(alternatives, of_sign)
        return ahead, behind


def alternatives(patterns: Iterable[str]) -> str:
    """Join patterns into one that matches any of them. If there are none, it matches nothing."""
    return "|".join(patterns) or r"(?!)"


FILES = sorted(Path(__file__).parent.glob("*.yml"))
KNOWN = {  # by names in report.yml
    path.stem: Language.model_validate(yaml_document(path.name, path.read_bytes())[1]) for path in FILES
}
ENGLISH = KNOWN.pop("en")  # needs no switch


def printed() -> Language:
    """Return the words of English and of the languages that the report switches on."""
    return _together(report_settings().languages)


@cache
def _together(names: Words) -> Language:
    return sum((KNOWN[name] for name in names), start=ENGLISH)


def switch_on(text: str) -> str:
    """Say which language to switch on to read a text; "" if all its letters belong to languages that are on."""
    for name, language in KNOWN.items():
        letters = "" if name in report_settings().languages else language.letters
        if letters and re.search(f"[{letters}]", text):
            return f'To read {language.name}, write "languages: [{name}]" in report.yml.'
    return ""
