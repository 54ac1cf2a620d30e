"""A fault as a sentence: where it is, what is there, why it is a fault, and the edit that mends it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from claimbook.say import project
from claimbook.say.words import closest, one_slip, sentence_case

LONGEST = 100  # characters of a value that a message repeats
YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Problem:
    """One fault: `file` as seen from data/, `row` its line there (None: the whole file), `rule` why it is a fault."""

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    fix: str
    severity: str = "error"  # or "warning": the report can be built, but the publication would not be in step

    @property
    def place(self) -> str:
        """Where: file, line, column, as far as they are known."""
        line = f", line {self.row}" if self.row else ""
        return f"{self.file}{line}" + (f", column {self.column}" if self.column else "")

    @property
    def shown(self) -> str:
        """The value in quotes, cut short; empty where there is none."""
        cut = self.value if len(self.value) <= LONGEST else f"{self.value[:LONGEST]}…"
        return f': "{cut}"' if cut else ""

    def __str__(self) -> str:
        return f"{self.place}{self.shown}. {self.rule} {self.fix}"


Faults = Iterator[Problem]


class Refused(project.Told, ValueError):
    """Something that cannot be used; carries its Problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """The edit that mends an unknown word: the known word most like it, or `otherwise`.

    A name with another year in it is another thing, however alike: it is not suggested.
    """
    alike = {name.casefold(): name for name in known if YEAR.findall(name) == YEAR.findall(word)}
    plain = word.casefold()
    close = closest(plain, alike, 0.75) or next(
        (name for name in alike if len(plain) > 2 and one_slip(plain, name)), ""
    )
    close = alike.get(close, "")
    return f'Did you mean "{close}"? Otherwise {otherwise}.' if close else f"{sentence_case(otherwise)}."
