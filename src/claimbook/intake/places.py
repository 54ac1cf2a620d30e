"""Names of places: recognise other ways to write them, and return the one name that data/ uses."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from claimbook.intake import languages
from claimbook.project.report import report_settings
from claimbook.say.words import closest

OTHER = "other"  # the kind of a place that is on no list
LEAST_SIMILARITY = 0.6  # least similarity of a name that is suggested


@dataclass(frozen=True)
class Places:
    """The known names of places: those in `tables`, as a report lists them, and `others` already in use."""

    KINDS: ClassVar[str] = "the nation or the whole"  # possible places, in an error message
    NEW: ClassVar[str] = "Use the name of a place that already has figures."  # what to do about any other name
    tables: Any  # rows by the name of their table
    others: Iterable[str]

    @cached_property
    def listed(self) -> frozenset[str]:
        """Names that are correct even if no figure has them."""
        return report_settings().geography.national

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that a figure may have. Of two that differ only in case, the later one is correct."""
        return (*sorted(set(self.others) - self.listed), *sorted(self.listed))

    @cached_property
    def by_name(self) -> dict[str, str]:
        """The names in the data, by the form that is compared."""
        return {compared(name): name for name in self.names}

    @property
    def kinds(self) -> frozenset[str]:
        """All kinds of places."""
        return report_settings().geography.national | {OTHER}

    def kinds_of(self, name: str) -> frozenset[str]:
        """Return the kinds of a place: its own name if it stands for the whole, otherwise "other"."""
        return frozenset({name}) & report_settings().geography.national or frozenset({OTHER})

    def resolve(self, name: str) -> str:
        """Return the name in the data for a name written in full; "" if there is none."""
        return self.by_name.get(compared(name), "")

    def suggest(self, name: str) -> str:
        """Return the known name most similar to an unknown one; "" if none is similar."""
        return self.resolve(name) or self.by_name.get(closest(compared(name), self.by_name, LEAST_SIMILARITY), "")


def normalised_name(name: str) -> str:
    """Return a text for comparison: with characters of one width, and single blanks where words need them."""
    return languages.printed().joined(re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip())


def compared(name: str) -> str:
    return normalised_name(name).casefold()
