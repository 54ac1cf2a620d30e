"""Names of places, as they are read and as the one name that `data/` uses."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from claimbook.say.about import about
from claimbook.say.words import closest

OTHER = "other"  # the kind of what is on no list
ALIKE = 0.6  # how like a known name an unknown one must be to be suggested


@dataclass(frozen=True)
class Places:
    """The names that the data know: those of `tables`, as a report lists them, and `others` already in use."""

    KINDS: ClassVar[str] = "the nation, the whole"  # what may be a place, in the sentence of an error
    NEW: ClassVar[str] = "Write the name of a place that has figures."  # what to do with another one
    tables: Any  # rows by the name of their table
    others: Iterable[str]

    @cached_property
    def listed(self) -> frozenset[str]:
        """Names that are right, whatever figures have."""
        return about().geography.national

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that a figure may carry; of two that differ in letters alone the later one is the right one."""
        return (*sorted(set(self.others) - self.listed), *sorted(self.listed))

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The name in the data of each name, as it is compared."""
        return {compared(name): name for name in self.names}

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind of places."""
        return about().geography.national | {OTHER}

    def kinds_of(self, name: str) -> frozenset[str]:
        """What a place is: one of those that stand for the whole, by their names, or a word for others like it."""
        return frozenset({name}) & about().geography.national or frozenset({OTHER})

    def resolve(self, name: str) -> str:
        """The name in the data for a name written in full; empty where there is none."""
        return self.by_name.get(compared(name), "")

    def suggest(self, name: str) -> str:
        """The known name most like an unknown one; empty where none is like it."""
        return self.resolve(name) or self.by_name.get(closest(compared(name), self.by_name, ALIKE), "")


def plain(name: str) -> str:
    """A text as it is compared: one width of signs, and no blanks but single ones between words, none in Chinese."""
    narrow = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip()
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", narrow)


def compared(name: str) -> str:
    return plain(name).casefold()
