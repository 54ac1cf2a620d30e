"""A fault as a sentence: where it is, what is there, why it is a fault, and the edit that fixes it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from claimbook.project.folders import Row, UserError
from claimbook.say.words import closest, one_slip, sentence_case

LONGEST_VALUE = 100  # characters of a value that a message repeats at most
YEAR_IN_TEXT = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Problem:
    """One fault: the `file` in data/, why (`rule`), the fix, and the line `row` (None: the whole file)."""

    file: str
    rule: str
    fix: str
    row: int | None = None
    column: str = ""
    value: str = ""
    severity: str = "error"  # or "warning": the report can be built, but should not be published like this

    @property
    def place(self) -> str:
        """File, line and column, as far as they are known."""
        line = f", line {self.row}" if self.row else ""
        return f"{self.file}{line}" + (f", column {self.column}" if self.column else "")

    @property
    def shown(self) -> str:
        """The value in quotes, shortened; "" if there is none."""
        cut = self.value if len(self.value) <= LONGEST_VALUE else f"{self.value[:LONGEST_VALUE]}…"
        return f': "{cut}"' if cut else ""

    def __str__(self) -> str:
        return f"{self.place}{self.shown}. {self.rule} {self.fix}"


Faults = Iterator[Problem]
Problems = list[Problem]
Rows = list[Row]  # of one or several tables


class Refused(UserError, ValueError):
    """Raised for something that cannot be used. `problems` says why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def fault_at(row: Row, column: str, rule: str, fix: str, value: str | None = None) -> Problem:
    """Return a fault in a cell. It names the cell of the printed table, in `_<column>`, if the row comes from one."""
    shown = row.get(column, "") if value is None else value
    return Problem(row["_file"], rule, fix, int(row["_line"]), row.get(f"_{column}", column), shown)


def place_of(row: Row) -> tuple[str, str]:
    """Return file and line, which identify a row."""
    return row["_file"], row["_line"]


def line_of(row: Row) -> str:
    """Return the line and file of a row, to name it in the fault of another row."""
    return f"line {row['_line']} of {row['_file']}"


def repeated(rows: Iterable[Row], *columns: str) -> Iterator[tuple[Row, Row]]:
    """Yield each row that has the same cells in `columns` as an earlier row, with that row."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        before = first.setdefault(tuple(row[column] for column in columns), row)
        if before is not row:
            yield row, before


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the edit that fixes an unknown word: the most similar known word, or `otherwise`.

    A name with another year in it means something else, so it is never suggested.
    """
    alike = {name.casefold(): name for name in known if YEAR_IN_TEXT.findall(name) == YEAR_IN_TEXT.findall(word)}
    plain = word.casefold()
    slips = (name for name in alike if len(plain) > 2 and one_slip(plain, name))
    close = closest(plain, alike, 0.75) or next(slips, None)
    return did_you_mean(alike[close], f"Otherwise {otherwise}.") if close else f"{sentence_case(otherwise)}."


def did_you_mean(near: str, then: str) -> str:
    """Return an edit, after the question whether somebody meant a similar word, if there is one."""
    return f'Did you mean "{near}"? ' * bool(near) + then
