"""Read a table as a yearbook prints it: find its head, labels and numbers, and make rows of figures of them.

What the table does not say, the command line says, or it is asked for all of it at once.
"""

import re
import shlex
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from claimbook.intake import cells, languages
from claimbook.intake.description import with_decimal_points
from claimbook.intake.problems import Problem, Problems, Refused, Rows, nearest
from claimbook.intake.reading import Lines, SheetRows, read_sheets
from claimbook.intake.tables import OF_CELL, Data, normalised_name
from claimbook.project.folders import Row
from claimbook.project.report import report_settings
from claimbook.say.words import counted, in_ranges, some

if TYPE_CHECKING:
    import pandas as pd

PLACE = ("file", "row", "cell", "label", "head")  # columns that locate a number
JOINT = " / "  # joins the parts of a head of several lines, and of a label
FOOTNOTE_MARK = re.compile(r"(?<=\d)\s*([*†‡§]+|[A-Za-z]{1,3})$")
ONE_GROUP = re.compile(r"-?\d{1,3},\d{3}")  # the comma may also be a decimal sign
SIGN = re.compile(r"\s*([*†‡§]+)$")
CELL_CHARACTERS = 40  # characters of a line that is left out and shown
LINES_LISTED = 8  # rows that a remark lists


class PrintedNumber(NamedTuple):
    """A number of a printed table: its place, its unit, and its text with digits and marks as printed."""

    file: str
    row: int
    cell: str
    label: str
    head: str
    unit: str
    value: str
    names: tuple[str, ...]  # labels of its row, one for each column of labels

    @property
    def letter(self) -> str:
        """The letter of its column."""
        return self.cell.rstrip("0123456789")


def read_table(path: Path | str, sheet: str = "") -> "pd.DataFrame":
    """Return every number of a printed table, one per row: file, row, cell, label, head, unit and value.

    The parts of a head of several lines are joined by " / ", and so are labels in several columns, and a part
    ("of which") with its whole. A year in a head becomes four digits. Heads and labels lose the marks behind them,
    blanks between letters that need none, and units in brackets. `unit` is such a unit in the words of units.csv,
    or else the one printed above the table or in a column of units. `value` is text with the digits and marks as
    printed. Text above and below the table is left out, and so are cells that say "no figure". Raises Refused, also
    if the head is in a language that report.yml does not switch on.
    """
    import pandas as pd  # takes a fifth of a second to import, and the data check needs none

    table = layout(_sheet_named(read_sheets(Path(path)), sheet))
    return pd.DataFrame(numbers_in(table), columns=PrintedNumber._fields).drop(columns="names")


def _sheet_named(sheets: list[SheetRows], name: str) -> SheetRows:
    found = [one for one in sheets if name in (one.name, "")]
    if len(found) == 1:
        return found[0]
    rule = "The file does not have this sheet." if name else "The file has several sheets."
    names = [one.name for one in sheets]
    fix = nearest(name, names, f"choose one of: {', '.join(names)}")
    raise Refused(Problem(sheets[0].file, rule, fix, column="sheet", value=name))


# How a table is laid out ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layout:
    """What the columns of a printed table hold, and the rows below its head."""

    sheet: SheetRows
    lines: list[int]  # of the head
    heads: list[str]  # of each column, over all lines of the head
    labels: list[int]  # columns of labels, of units, of numbers
    units: list[int]
    numbers: list[int]
    rows: Lines
    full: dict[int, list[str]]  # lines with a number

    @property
    def above(self) -> str:
        """The text above the head."""
        texts = (text for line, texts in self.sheet.rows if line < min(self.lines) for text in texts)
        return " ".join(map(normalised_name, texts))


def layout(table: SheetRows) -> Layout:
    """Return how a table is laid out. Raises Refused if its head is in a language that the report does not read."""
    known, lines = languages.printed(), _head_lines(table)
    for line, text in ((line, text) for line, texts in table.rows if line <= max(lines) for text in texts):
        if fix := languages.switch_on(text):
            rule = "The head is in a language that this report does not read."
            raise Refused(Problem(table.shown, rule, fix, line, value=text))
    heads = _heads(table, lines)
    rows = [(line, _padded(texts, len(heads))) for line, texts in table.rows if line > max(lines)]
    full = {line: texts for line, texts in rows if any(map(_is_figure, texts[1:]))}  # no headings, no remarks
    read = [i for i, head in enumerate(heads) if head.casefold() not in known.number_heads]
    filled = {i: [texts[i] for texts in full.values() if not is_nothing(texts[i])] for i in read}
    units = [i for i in read if heads[i].casefold() in known.unit_heads]
    others = [i for i in read if i not in units and known.columns.get(heads[i].casefold()) != "period"]
    numbers = [i for i in others if _is_year(heads[i]) or 2 * sum(map(_is_figure, filled[i])) > len(filled[i])]
    labels = [i for i in read if i < max(numbers, default=0) and filled[i] and i not in (*units, *numbers)]
    return Layout(table, lines, heads, labels, units, numbers, rows, full)


def _padded(texts: list[str], width: int) -> list[str]:
    return [*texts, *[""] * (width - len(texts))]


def _head_lines(table: SheetRows) -> list[int]:
    """Return the lines of the head. It ends with a row of years, or above the first row with a number or without one.

    A cell that says "no figure" is as good as a number here.
    """
    rows, nothing = table.rows, languages.printed().nothing
    filled = (any(is_marked_number(text) or text.casefold() in nothing for text in texts[1:]) for _, texts in rows)
    first = next((n for n, is_row in enumerate(filled) if is_row), len(rows))
    years = (n for n, (_, texts) in enumerate(rows[:first]) if sum(map(_is_year, texts)) > 1)
    last = begin = next(years, max(0, first - 1))
    while begin and rows[begin - 1][0] == rows[begin][0] - 1 and _is_head(rows[begin - 1][1]):
        begin -= 1
    return [line for line, _ in rows[begin : last + 1]]


def _is_head(texts: Sequence[str]) -> bool:
    """Return whether a line above a head is part of it: no remark split into cells by commas, no unit of the table."""
    is_unit = any(languages.printed().unit_above.fullmatch(normalised_name(text)) for text in texts)
    return sum(map(bool, texts)) > 1 and not texts[0].startswith("#") and not is_unit


def _heads(table: SheetRows, lines: list[int]) -> list[str]:
    """Return the text of each column's head over all its lines. A merged cell counts for all its columns."""
    head = {line: texts for line, texts in table.rows if line in lines}
    width = max(map(len, head.values()))
    parts = {line: _padded(texts, width) for line, texts in head.items()}
    if table.encoding:  # a merged cell has its text in the first column and blanks in the others
        for line in lines[:-1]:
            for i in (i for i in range(1, width) if parts[lines[-1]][i]):
                parts[line][i] = parts[line][i] or parts[line][i - 1]
    for cell in (cell for cell in table.merged if cell.min_row in lines):
        for line in (line for line in lines if cell.min_row <= line <= cell.max_row):
            span = slice(cell.min_col - 1, cell.max_col)
            parts[line][span] = [parts[cell.min_row][cell.min_col - 1]] * len(parts[line][span])
    spans = zip(*(map(_bare_label, parts[line]) for line in lines), strict=True)
    return [JOINT.join(dict.fromkeys(filter(None, span))) for span in spans]


def numbers_in(table: Layout) -> Iterator[PrintedNumber]:
    """Yield every number of a table."""
    from openpyxl.utils import get_column_letter  # takes a fifth of a second to import

    known = languages.printed()
    titles = [_without_unit(known.year_head.sub(r"\1", head) if _is_year(head) else head) for head in table.heads]
    above = known.unit_above.findall(table.above)
    parent, before = "", [""] * len(table.labels)
    for line, texts in table.rows:
        names = [_bare_label(texts[i]) for i in table.labels]
        before = [name or (before[n] if any(names[n:]) else "") for n, name in enumerate(names)]  # merged, or once
        label, of_label = _without_unit(JOINT.join(filter(None, before)))
        parent, label = (parent, f"{parent}{JOINT}{label}") if known.part.match(label) else (label, label)
        bare = tuple(_without_unit(name)[0] for name in before)
        printed = next(filter(None, (*(texts[n] for n in table.units), *above)), "")
        for i in (i for i in table.numbers if line in table.full and not is_nothing(texts[i])):
            head, of_head = titles[i]
            unit = of_label or of_head or cells.unit(printed) or printed
            value = texts[i] if any(map(cells.is_mark, texts[i])) else normalised_name(texts[i])  # a mark stays one
            yield PrintedNumber(
                table.sheet.shown, line, f"{get_column_letter(i + 1)}{line}", label, head, unit, value, bare
            )


def is_nothing(text: str) -> bool:
    """Return whether a cell is empty or says that there is no figure."""
    return text.casefold() in {*languages.printed().nothing, ""}


def _without_unit(text: str) -> tuple[str, str]:
    """Return a head or label without units in brackets, and the last such unit in the words of units.csv."""
    unit = ""
    for match in languages.printed().unit_in_brackets.finditer(text):
        if named := cells.unit(match[1]):
            text, unit = text.replace(match[0], ""), named
    return text, unit


def _bare_label(text: str) -> str:
    """Return a label or head without the marks behind it."""
    while text != (shorter := cells.without_marks(text).rstrip("*†‡§")):
        text = shorter
    return normalised_name(text)


def _is_figure(text: str) -> bool:
    return is_marked_number(text) or _is_year(text)


def _is_year(text: str) -> bool:
    return bool(languages.printed().year_head.fullmatch(normalised_name(text)))


def is_marked_number(text: str) -> bool:
    """Return whether this is a number, perhaps with a mark behind it, and not a year."""
    narrow = FOOTNOTE_MARK.sub("", _bare_label(text))
    if _is_year(narrow) or narrow[:1] not in tuple("-0123456789"):
        return False
    hint = cells.plain_number_advice(narrow)
    return hint is None or bool(hint.plain) and not re.search(r"[^\W\d]{3,}", narrow)


# What becomes of the numbers --------------------------------------------------------------------------------------


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
        return bool(self.options)

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
    problems: Problems = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)  # labels that no place resembles

    def fault(self, rule: str, fix: str, column: str = "", value: str = "", row: int | None = None) -> None:
        self.problems.append(Problem(self.table.sheet.shown, rule, fix, row, column, value))

    @cached_property
    def numbers(self) -> list[PrintedNumber]:
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
        every = {letter: self.column_of(letter) for letter in dict.fromkeys(n.letter for n in self.numbers)}
        shown, period = some(map(str, every.values()), LINES_LISTED), self.stated.period
        named = dict(text.partition("=")[::2] for text in self.stated.series if "=" in text)
        whole = next((text for text in self.stated.series if "=" not in text), "")
        for letter in named.keys() - every.keys():
            rule = "The table has no column of numbers with this letter."
            self.fault(rule, nearest(letter, every, f"its columns of numbers: {shown}"), "--series", letter)
        found = {key: one for key, one in every.items() if key in named or not named}
        found = {key: one for key, one in found.items() if "" in (one.year, period) or one.year == period}
        if period and not found:
            self.fault("No column of numbers has this period.", f"Columns: {shown}.", "--period", period)
        for key, one in found.items():
            if one.series and not whole and key not in named:
                self.said.append(f"  {one} is {one.series}, which has this name in tables")
        if left := [str(one) for key, one in every.items() if key not in found]:
            self.said.append(f"  left out, because the command names other columns: {some(left, LINES_LISTED)}")
        unclear = whole and len({one.head for one in found.values()}) > 1  # which of them is meant?
        names = {key: "" if unclear else named.get(key) or whole or one.series for key, one in found.items()}
        return {key: one._replace(series=names[key]) for key, one in found.items()}

    def column_of(self, letter: str) -> Column:
        """Return a column of numbers, with the series that has its head as its name in tables."""
        numbers = [number for number in self.numbers if number.letter == letter]
        mark, parts = languages.printed().year_head, numbers[0].head.split(JOINT)
        years = [match[1] for part in parts if (match := mark.fullmatch(part))]
        head = JOINT.join(part for part in parts if not mark.fullmatch(part))
        about = ({"series": head, "unit": n.unit or self.stated.unit, "entity": self.place_of(n)} for n in numbers)
        named = set(map(self.data.series_of, about)) - {""} if "series" not in self.roles else set()
        return Column(letter, head, years[0] if years else "", named.pop() if len(named) == 1 else "")

    def label(self, number: PrintedNumber, role: str) -> str:
        return number.names[self.roles[role]] if role in self.roles else ""

    def place_of(self, number: PrintedNumber) -> str:
        """Return the name in the data of the place that a number is about; "" if it is unknown."""
        return self.data.places.resolve(self.label(number, "entity") or self.stated.place)

    @cached_property
    def rows(self) -> Rows:
        """The figures that are wanted. `ask` asks once for what is empty in all rows."""
        rows = [(number, self.row_of(number)) for number in self.numbers if number.letter in self.columns]
        rows = [(number, row) for number, row in rows if self.is_wanted(number, row)]
        commas = [(row["_value"], number) for number, row in rows if "," in number.value and "," not in row["value"]]
        clear = {column for column, number in commas if not ONE_GROUP.fullmatch(number.value)}
        for column, number in dict(reversed(commas)).items():
            if column not in clear:
                read = f"{number.value} in line {number.row} is {plain_value(number.value)[0]}"
                self.said.append(f"  column {column}: commas separate thousands, so {read}. Are they decimal commas?")
        return [row for _, row in rows]

    def row_of(self, number: PrintedNumber) -> Row:
        """Return a number as a row of figures, with "" for what nobody said yet, and its place in the file."""
        column, (value, mark) = self.columns[number.letter], plain_value(number.value)
        of_row = self.label(number, "period")
        year = languages.printed().year_head.fullmatch(of_row)
        if mark:
            self.said.append(f"  line {number.row} ({number.label}): the mark {mark} goes into the column note")
        row = {
            "series": column.series or self.label(number, "series"),
            "entity": self.label(number, "entity") or self.stated.place,
            "period": (year[1] if year else of_row) or column.year or self.stated.period,
            "value": value,
            "unit": number.unit or self.stated.unit,
            "source_id": self.stated.source,
            "locator": f"row {number.label}, column {number.head or column.letter}",
            "note": f"printed with the mark {mark}" if mark else "",
        }
        where = dict.fromkeys(OF_CELL, f"{number.letter} ({number.head})")
        silent = {f"_without_{name}": "" for name, text in row.items() if not text}
        return row | where | silent | {"_file": number.file, "_line": str(number.row)}

    def is_wanted(self, number: PrintedNumber, row: Row) -> bool:
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
            rule, fix = self.data.places.unknown(label)
            fix += f' If it is no place, leave the row out: --without "{label}".'
            self.fault(rule, fix, "entity", label, number.row)
            self.strangers += [label] * (not self.data.places.suggest(label))
            return False
        else:
            return True
        self.said.append(f"  line {number.row} ({label}), left out, because {why}")
        return False

    def lines_left_out(self) -> Iterator[str]:
        """Say where the head and the numbers are, and which lines and cells have none."""
        table, lines = self.table, sorted(self.table.full)
        where = f"{counted(len(self.numbers), 'number')} in line{'s' * (len(lines) > 1)} {in_ranges(lines)}"
        yield f"{table.sheet.shown} is read as a printed table: head in line {in_ranges(table.lines)}, {where}."
        for line, texts in table.sheet.rows:
            if line not in (*table.lines, *lines):
                text = " ".join(filter(None, texts))
                where = "above the head" if line < min(table.lines) else "without a number"
                yield f"  line {line}, {where}: {text[:CELL_CHARACTERS]}{'…' * (len(text) > CELL_CHARACTERS)}"
        if empty := [line for line, texts in table.full.items() if any(is_nothing(texts[i]) for i in table.numbers)]:
            yield f"  cells without a number in lines {some(map(str, empty), LINES_LISTED)}"
        yield from dict.fromkeys(self.said)

    def check_unit(self) -> None:
        """Report a unit of the command line that is not the one that the table prints."""
        said = cells.unit(self.stated.unit) or self.stated.unit
        wanted = (number for number in self.numbers if number.letter in self.columns)
        if other := next((number for number in wanted if said and number.unit not in ("", said)), None):
            where = f"{self.stated.unit}; column {other.letter} is in {other.unit}"
            rule = "The table prints another unit than the command says."
            self.fault(rule, "Correct --unit, or leave it out.", "--unit", where)

    def ask(self) -> None:
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
        years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", self.table.above))
        year = years.pop() if len(years) == 1 else ""
        for option, column, says in (
            ("place", "entity", "The place that the numbers are about."),
            ("period", "period", "Their year or period." + f" Above the head stands {year}." * bool(year)),
            ("unit", "unit", "Their unit, which the table does not print."),
            ("source", "source_id", "A source_id of sources.csv, or of a table of new sources (--sources)."),
        ):
            if not all(row[column] for row in rows):
                asked[f"--{option}"] = says
                options[f"--{option}"] = (year if option == "period" and year else option.upper(),)
        if strangers := tuple(dict.fromkeys(self.strangers)):
            options["--without"] = (*self.stated.without, *strangers)
        if asked or strangers:
            words = (f"{name} {shlex.quote(one)}" for name, texts in options.items() for one in texts)
            lines = [f"{name}: {says}" for name, says in asked.items()]
            lines.append(f"Run: {' '.join([self.stated.command, *words])}")
            self.fault("The command has to say what this printed table does not.", "\n    ".join(lines))

    def of_series(self, column: Column) -> str:
        """Ask which series a column belongs to."""
        return f"What does {column} count?" + f" {self.data.suggest_series(column.head)}" * bool(column.head)


def printed_table(sheet: SheetRows, data: Data, stated: Stated) -> Printed | None:
    """Read a printed table. None if it has no numbers below a head, or neither names of places nor options for it."""
    from openpyxl.utils import get_column_letter  # takes a fifth of a second to import

    laid_out = layout(sheet)
    read, unclear = with_decimal_points(sheet, {i: get_column_letter(i + 1) for i in laid_out.numbers})
    table = Printed(laid_out if read is sheet else layout(read), data, stated, problems=unclear)
    has_head = not any(map(is_marked_number, table.table.heads))
    known = max(map(table.known_places, range(len(table.table.labels))), default=0)
    if not (has_head and table.numbers and (stated or 2 * known >= len(table.numbers))):
        return None
    table.ask()
    table.check_unit()
    return table


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
