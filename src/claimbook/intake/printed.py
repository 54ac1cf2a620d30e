"""Turn a table as a yearbook prints it into rows of figures, with what the command line says about the table."""

import re
import shlex
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from claimbook.intake import cells, languages
from claimbook.intake.odd_tables import JOINT, Layout, Number, is_number, layout, numbers_in
from claimbook.intake.problems import Problem, nearest
from claimbook.intake.reading import SheetRows
from claimbook.intake.rules.names import unknown_place
from claimbook.intake.tables import OF_CELL, Data
from claimbook.project.files import Row
from claimbook.project.report import report_settings
from claimbook.say.words import counted, in_ranges, some

SHOWN = 40  # characters of a line that is left out and shown
LISTED = 8  # rows that a remark lists
SIGN = re.compile(r"\s*([*†‡§]+)$")


@dataclass(frozen=True)
class Stated:
    """The options of `data add` that describe a printed table."""

    series: tuple[str, ...] = ()  # of all columns, or COLUMN=SERIES for each
    place: str = ""
    period: str = ""
    unit: str = ""
    source: str = ""
    without: tuple[str, ...] = ()  # labels of rows that are left out
    command: str = ""  # up to these options

    def __bool__(self) -> bool:
        return replace(self, command="") != Stated()

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """The options as they were given."""
        given = {name: text for name, text in vars(self).items() if name != "command" and text}
        return {f"--{name}": text if isinstance(text, tuple) else (text,) for name, text in given.items()}


class Column(NamedTuple):
    """A column of numbers that is wanted: its letter and head, the year in the head, and its series if it is known."""

    letter: str
    head: str
    year: str
    series: str

    def __str__(self) -> str:
        return f"column {self.letter} ({self.head or self.year or 'without a head'})"


@dataclass
class Printed:
    """A printed table, the stored data, and what the command line says."""

    table: Layout
    data: Data
    stated: Stated
    said: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)  # labels that no place resembles

    @cached_property
    def rows(self) -> list[Row]:
        """The figures that are wanted. An empty cell is asked for by `ask`."""
        rows = [(number, self.row_of(number)) for number in self.numbers if letter_of(number) in self.columns]
        return [self.placed(number, row) for number, row in rows if self.is_wanted(number, row)]

    @cached_property
    def numbers(self) -> list[Number]:
        return list(numbers_in(self.table))

    @cached_property
    def roles(self) -> dict[str, int]:
        """The columns of figures that columns of labels are, by their heads; that of places by its labels."""
        heads = languages.printed().columns
        roles = {heads.get(self.table.heads[i].casefold(), ""): n for n, i in enumerate(self.table.labels)}
        places = max(range(len(self.table.labels)), key=self.known_places, default=None)
        return roles | {"entity": places} if places is not None and self.known_places(places) else roles

    def known_places(self, n: int) -> int:
        """Return how many numbers have the name of a known place in this column of labels."""
        return sum(bool(self.data.places.resolve(number.names[n])) for number in self.numbers)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns of numbers by letter, without those that the command leaves out."""
        every = {letter_of(number): self.column_of(number) for number in self.numbers}
        named = dict(text.partition("=")[::2] for text in self.stated.series if "=" in text)
        whole = next((text for text in self.stated.series if "=" not in text), "")
        for letter in named.keys() - every.keys():
            fix = nearest(letter, every, f"its columns of numbers: {some(map(str, every.values()), LISTED)}")
            rule = "The table has no column of numbers with this letter."
            self.problems.append(Problem(self.table.sheet.shown, rule, fix, column="--series", value=letter))
        period = self.stated.period
        found = {key: one for key, one in every.items() if key in named or not named}
        found = {key: one for key, one in found.items() if "" in (one.year, period) or one.year == period}
        if period and not found:
            rule, fix = "No column of numbers has this period.", f"Columns: {some(map(str, every.values()), LISTED)}."
            self.problems.append(Problem(self.table.sheet.shown, rule, fix, column="--period", value=period))
        of_head = [one for key, one in found.items() if one.series and not whole and key not in named]
        self.said.extend(f"  {one} is {one.series}, which has this name in tables" for one in of_head)
        if left := [str(one) for key, one in every.items() if key not in found]:
            self.said.append(f"  left out, because the command names other columns: {some(left, LISTED)}")
        unclear = whole and len({one.head for one in found.values()}) > 1  # which of them is meant?
        names = {key: named.get(key) or whole or one.series for key, one in found.items()}
        return {key: one._replace(series="" if unclear else names[key]) for key, one in found.items()}

    def column_of(self, number: Number) -> Column:
        """Return the column of a number, with the series that has its head as its name in tables."""
        mark, parts = languages.printed().year_head, number.head.split(JOINT)
        years = [match[1] for part in parts if (match := mark.fullmatch(part))]
        head = JOINT.join(part for part in parts if not mark.fullmatch(part))
        alike = [other for other in self.numbers if other.column == number.column]
        about = (
            {"series": head, "unit": other.unit or self.stated.unit, "entity": self.place_of(other)} for other in alike
        )
        named = set(map(self.data.series_of, about)) - {""} if "series" not in self.roles else set()
        return Column(letter_of(number), head, years[0] if years else "", named.pop() if len(named) == 1 else "")

    def label(self, number: Number, role: str) -> str:
        return number.names[self.roles[role]] if role in self.roles else ""

    def place_of(self, number: Number) -> str:
        """Return the name in the data of the place that a number is about; "" if it is unknown."""
        return self.data.places.resolve(self.label(number, "entity") or self.stated.place)

    def row_of(self, number: Number) -> Row:
        """Return a number as a row of figures, with "" for what nobody said yet."""
        column, (value, mark) = self.columns[letter_of(number)], plain_value(number.value)
        of_row = self.label(number, "period")
        year = languages.printed().year_head.fullmatch(of_row)
        if mark:
            self.said.append(f"  line {number.row} ({number.label}): the mark {mark} goes into the column note")
        return {
            "series": column.series or self.label(number, "series"),
            "entity": self.label(number, "entity") or self.stated.place,
            "period": (year[1] if year else of_row) or column.year or self.stated.period,
            "value": value,
            "unit": number.unit or self.stated.unit,
            "source_id": self.stated.source,
            "locator": f"row {number.label}, column {number.head or column.letter}",
            "note": f"printed with the mark {mark}" if mark else "",
        }

    def is_wanted(self, number: Number, row: Row) -> bool:
        """Return whether a number is a figure: of a known place, no total, and in no row that is left out."""
        label, place, series = row["entity"], self.place_of(number), row["series"]
        kinds = self.data.kinds_of(series) if place in report_settings().geography.national else set()
        if label in self.stated.without:
            why = "the command says so"
        elif label.casefold() in languages.printed().totals:
            why = "a total is no place"
        elif kinds and not kinds & self.data.places.kinds_of(place):
            why = f"{series} has no figures of the whole"
        elif label and not place:
            rule, fix = unknown_place(self.data.places, label)
            fix += f' If it is no place, leave the row out: --without "{label}".'
            self.problems.append(Problem(number.file, rule, fix, number.row, "entity", label))
            self.strangers += [label] * (not self.data.places.suggest(label))
            return False
        else:
            return True
        self.said.append(f"  line {number.row} ({label}), left out, because {why}")
        return False

    def placed(self, number: Number, row: Row) -> Row:
        """Return a row with its place in the file, for faults. Its empty cells are asked for once, for all rows."""
        where = dict.fromkeys(OF_CELL, f"{letter_of(number)} ({number.head})")
        silent = {f"_without_{name}": "" for name, text in row.items() if not text}
        return row | where | silent | {"_file": number.file, "_line": str(number.row)}

    def lines_left_out(self) -> Iterator[str]:
        """Say where the head and the numbers are, and which lines and cells have none."""
        table, lines = self.table, sorted(self.table.full)
        where = f"{counted(len(self.numbers), 'number')} in line{'s' * (len(lines) > 1)} {in_ranges(lines)}"
        yield f"{table.sheet.shown} is read as a printed table: head in line {in_ranges(table.lines)}, {where}."
        for line, texts in table.sheet.rows:
            if line not in (*table.lines, *lines):
                text = " ".join(filter(None, texts))
                where = "above the head" if line < min(table.lines) else "without a number"
                yield f"  line {line}, {where}: {text[:SHOWN]}{'…' * (len(text) > SHOWN)}"
        filled = {(number.row, number.column) for number in self.numbers}
        empty = (str(line) for line in lines for i in table.numbers if (line, i) not in filled)
        if cells_without := list(dict.fromkeys(empty)):
            yield f"  cells without a number in lines {some(cells_without, LISTED)}"
        yield from dict.fromkeys(self.said)

    def other_unit(self) -> Iterator[Problem]:
        """Yield a fault if the command says another unit than the table prints."""
        said = cells.unit(self.stated.unit) or self.stated.unit
        for number in self.numbers:
            if said and number.unit not in ("", said) and letter_of(number) in self.columns:
                rule, fix = "The table prints another unit than the command says.", "Correct --unit, or leave it out."
                where = f"{self.stated.unit}; column {letter_of(number)} is in {number.unit}"
                yield Problem(number.file, rule, fix, column="--unit", value=where)
                return

    def ask(self) -> Iterator[Problem]:
        """Ask for all that the command still has to say, and give the command."""
        options, rows = self.stated.options, self.rows
        unknown = [one for one in self.columns.values() if not one.series and "series" not in self.roles]
        asked = {}
        if unknown and len({one.head for one in self.columns.values()}) == 1:
            asked["--series"], options["--series"] = self.of_series(unknown[0]), ("SERIES",)
        elif unknown:
            without = "Name no series for a column that you do not want."
            asked["--series"] = " ".join([*map(self.of_series, unknown), without])
            options["--series"] = tuple(f"{key}={one.series or 'SERIES'}" for key, one in self.columns.items())
        above = " ".join(
            text for line, texts in self.table.sheet.rows if line < min(self.table.lines) for text in texts
        )
        years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", unicodedata.normalize("NFKC", above)))
        year = years.pop() if len(years) == 1 else ""
        for name, column, says in (
            ("--place", "entity", "The place that the numbers are about."),
            ("--period", "period", "Their year or period." + f" Above the head stands {year}." * bool(year)),
            ("--unit", "unit", "Their unit, which the table does not print."),
            ("--source", "source_id", "A source_id of sources.csv, or of a table of new sources (--sources)."),
        ):
            if not all(row[column] for row in rows):
                asked[name] = says
                options[name] = (year if name == "--period" and year else name.removeprefix("--").upper(),)
        if strangers := tuple(dict.fromkeys(self.strangers)):
            options["--without"] = (*self.stated.without, *strangers)
        if asked or strangers:
            words = (f"{name} {shlex.quote(one)}" for name, texts in options.items() for one in texts)
            lines = [
                *(f"{name}: {says}" for name, says in asked.items()),
                f"Run: {' '.join([self.stated.command, *words])}",
            ]
            rule = "The command has to say what this printed table does not."
            yield Problem(self.table.sheet.shown, rule, "\n    ".join(lines))

    def of_series(self, column: Column) -> str:
        """Ask which series a column belongs to."""
        row = {"series": column.head, "entity": "", "unit": ""}
        return f"What does {column} count?" + f" {self.data.suggest_series(row)}" * bool(column.head)


def printed_table(sheet: SheetRows, data: Data, stated: Stated) -> Printed | None:
    """Read a printed table. None if it has no numbers below a head, or neither names of places nor options for it."""
    table = Printed(layout(sheet), data, stated)
    has_head = not any(map(is_number, table.table.heads))
    known = max(map(table.known_places, range(len(table.table.labels))), default=0)
    if not (has_head and table.numbers and (stated or 2 * known >= len(table.numbers))):
        return None
    table.problems.extend([*table.ask(), *table.other_unit()])
    return table


def letter_of(number: Number) -> str:
    """Return the letter of a number's column."""
    return number.cell.rstrip("0123456789")


def plain_value(text: str) -> tuple[str, str]:
    """Return a number without separators of thousands, and the mark behind it. Other text is returned as it is."""
    rest = cells.without_marks(text)
    if any(map(cells.is_mark, rest)):
        return text, ""  # a raised digit inside the number may be one of its digits
    sign = SIGN.search(rest)
    mark = "".join(filter(cells.is_mark, text)) + (sign[1] if sign else "")
    narrow = unicodedata.normalize("NFKC", SIGN.sub("", rest)).strip().replace("\N{MINUS SIGN}", "-")
    plain = re.sub(r"[,\s]", "", narrow) if cells.GROUPED.fullmatch(narrow) else narrow
    return (plain, mark) if cells.PLAIN_DECIMAL.fullmatch(plain) else (text, "")
