"""Read tables as publishers print them: find head, labels and numbers. Run the scripts that read them as a frame."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from claimbook.intake import cells, languages
from claimbook.intake.problems import Problem, Refused, nearest
from claimbook.intake.reading import SheetRows, read_sheets
from claimbook.intake.tables import normalised_name

if TYPE_CHECKING:
    import pandas as pd

import os
import runpy
import traceback
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from claimbook import intake
from claimbook.intake.reading import size_of
from claimbook.project import folders
from claimbook.say.words import counted, some

PLACE = ("file", "row", "cell", "label", "head")  # columns that locate a number
JOINT = " / "  # joins the parts of a head of several lines, and of a label
MARK = re.compile(r"(?<=\d)\s*([*†‡§]+|[A-Za-z]{1,3})$")


def read_table(path: Path | str, sheet: str = "", heads: Sequence[int] = ()) -> "pd.DataFrame":
    """Return every number of a printed table, one per row: file, row, cell, label, head, unit and value.

    The parts of a head of several lines are joined by " / ", and so are labels in several columns, and a part
    ("of which") with its whole. A year in a head becomes four digits. Heads and labels lose the marks behind them,
    blanks between letters that need none, and units in brackets. `unit` is such a unit in the words of units.csv,
    or else the one printed above the table or in a column of units. `value` is text with the digits and marks as
    printed. Text above and below the table is left out, and so are cells that say "no figure". `heads` are
    the lines of the head, if they are not directly above the first row of numbers. Raises Refused, also if the
    head is in a language that report.yml does not switch on.
    """
    import pandas as pd  # takes a fifth of a second to import, and the data check needs none

    table = _sheet_named(read_sheets(Path(path)), sheet)
    lines = list(heads)
    if absent := [line for line in lines if line not in dict(table.rows)]:
        fix = f"The first line with text is {table.rows[0][0]}, the last is {table.rows[-1][0]}."
        rule = "The table does not have this line."
        raise Refused(Problem(table.shown, rule, fix, column="heads", value=str(absent[0])))
    found = (number[: len(PLACE) + 2] for number in numbers_in(layout(table, lines)))
    return pd.DataFrame(found, columns=[*PLACE, "unit", "value"])


def _sheet_named(sheets: list[SheetRows], name: str) -> SheetRows:
    found = [one for one in sheets if name in (one.name, "")]
    if len(found) == 1:
        return found[0]
    rule = "The file does not have this sheet." if name else "The file has several sheets."
    names = [one.name for one in sheets]
    fix = nearest(name, names, f"choose one of: {', '.join(names)}")
    raise Refused(Problem(sheets[0].file, rule, fix, column="sheet", value=name))


@dataclass(frozen=True)
class Layout:
    """What the columns of a printed table hold, and the rows below its head."""

    sheet: SheetRows
    lines: list[int]  # of the head
    heads: list[str]  # of each column, over all lines of the head
    labels: list[int]  # columns of labels, of units, of numbers
    units: list[int]
    numbers: list[int]
    rows: list[tuple[int, list[str]]]
    full: frozenset[int]  # lines with a number


class Number(NamedTuple):
    """A number of a printed table: its place, its unit, and its text with digits and marks as printed."""

    file: str
    row: int
    cell: str
    label: str
    head: str
    unit: str
    value: str
    column: int
    names: tuple[str, ...]  # labels of its row, one for each column of labels


def layout(table: SheetRows, lines: Sequence[int] = ()) -> Layout:
    """Return how a table is laid out. Raises Refused if its head is in a language that the report does not read."""
    known, lines = languages.printed(), list(lines) or _head_lines(table)
    for line, texts in table.rows:
        for text in texts if line <= max(lines) else ():
            if fix := languages.switch_on(text):
                rule = "The head is in a language that this report does not read."
                raise Refused(Problem(table.shown, rule, fix, line, value=text))
    heads = _heads(table, lines)
    rows = [(line, [*texts, *[""] * (len(heads) - len(texts))]) for line, texts in table.rows if line > max(lines)]
    full = {line: texts for line, texts in rows if any(map(_is_figure, texts[1:]))}  # no headings, no remarks
    read = [i for i, head in enumerate(heads) if head.casefold() not in known.number_heads]
    filled = {i: [texts[i] for texts in full.values() if not is_nothing(texts[i])] for i in read}
    figures = {i for i in read if _is_year(heads[i]) or 2 * sum(map(_is_figure, filled[i])) > len(filled[i])}
    figures -= {i for i in read if known.columns.get(heads[i].casefold()) == "period"}
    units = [i for i in read if heads[i].casefold() in known.unit_heads]
    numbers = [i for i in read if i in figures and i not in units]
    labels = [i for i in read if i < max(numbers, default=0) and filled[i] and i not in (*units, *numbers)]
    return Layout(table, lines, heads, labels, units, numbers, rows, frozenset(full))


def _head_lines(table: SheetRows) -> list[int]:
    """Return the lines of the head. It ends with a row of years, or above the first row with a number or without one.

    A cell that says "no figure" is as good as a number here.
    """
    rows, nothing = table.rows, languages.printed().nothing
    filled = (any(is_number(text) or text.casefold() in nothing for text in texts[1:]) for _, texts in rows)
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
    width = max(len(texts) for line, texts in table.rows if line in lines)
    parts = {line: [*texts, *[""] * (width - len(texts))] for line, texts in table.rows if line in lines}
    if table.encoding:  # a merged cell has its text in the first column and blanks in the others
        for line in lines[:-1]:
            for i in (i for i in range(1, width) if parts[lines[-1]][i]):
                parts[line][i] = parts[line][i] or parts[line][i - 1]
    for cell in table.merged:
        for line in (line for line in lines if cell.min_row in lines and cell.min_row <= line <= cell.max_row):
            span = slice(cell.min_col - 1, cell.max_col)
            parts[line][span] = [parts[cell.min_row][cell.min_col - 1]] * len(parts[line][span])
    spans = zip(*(map(_bare_label, parts[line]) for line in lines), strict=True)
    return [JOINT.join(dict.fromkeys(filter(None, span))) for span in spans]


def numbers_in(table: Layout) -> Iterator[Number]:
    """Yield every number of a table."""
    from openpyxl.utils import get_column_letter  # takes a fifth of a second to import

    known, sheet = languages.printed(), table.sheet
    titles = [_without_unit(known.year_head.sub(r"\1", head) if _is_year(head) else head) for head in table.heads]
    above = " ".join(normalised_name(text) for line, texts in sheet.rows if line < min(table.lines) for text in texts)
    parent, before = "", [""] * len(table.labels)
    for line, texts in table.rows:
        names = [_bare_label(texts[i]) for i in table.labels]
        before = [name or (before[n] if any(names[n:]) else "") for n, name in enumerate(names)]  # merged, or once
        label, of_label = _without_unit(JOINT.join(filter(None, before)))
        parent, label = (parent, f"{parent}{JOINT}{label}") if known.part.match(label) else (label, label)
        bare = tuple(_without_unit(name)[0] for name in before)
        printed = [text for text in (*(texts[n] for n in table.units), *known.unit_above.findall(above)) if text]
        for i in (i for i in table.numbers if line in table.full and not is_nothing(texts[i])):
            head, of_head = titles[i]
            unit = of_label or of_head or (cells.unit(printed[0]) or printed[0] if printed else "")
            value = texts[i] if any(map(cells.is_mark, texts[i])) else normalised_name(texts[i])  # a mark stays one
            cell = f"{get_column_letter(i + 1)}{line}"
            yield Number(sheet.shown, line, cell, label, head, unit, value, i, bare)


def is_nothing(text: str) -> bool:
    """Return whether a cell is empty or says that there is no figure."""
    return text.casefold() in {*languages.printed().nothing, ""}


def _without_unit(text: str) -> tuple[str, str]:
    """Return a head or label without units in brackets, and the last such unit in the words of units.csv."""
    found = [(match[0], cells.unit(match[1])) for match in languages.printed().unit_in_brackets.finditer(text)]
    for printed, unit in found:
        text = text.replace(printed, "") if unit else text
    return text, next((unit for _, unit in reversed(found) if unit), "")


def _bare_label(text: str) -> str:
    """Return a label or head without the marks behind it."""
    while text != (shorter := cells.without_marks(text).rstrip("*†‡§")):
        text = shorter
    return normalised_name(text)


def _is_figure(text: str) -> bool:
    return is_number(text) or _is_year(text)


def _is_year(text: str) -> bool:
    return bool(languages.printed().year_head.fullmatch(normalised_name(text)))


def is_number(text: str) -> bool:
    """Return whether this is a number, perhaps with a mark behind it, and not a year."""
    narrow = MARK.sub("", _bare_label(text))
    if _is_year(narrow) or narrow[:1] not in tuple("-0123456789"):
        return False
    hint = cells.plain_number_advice(narrow)
    return hint is None or bool(hint.plain) and not re.search(r"[^\W\d]{3,}", narrow)


# Scripts ----------------------------------------------------------------------------------------------------------


CELLS_LISTED = 8  # cells, rows or columns that are listed at most


def run_script(path: Path, folder: Path) -> tuple[list[SheetRows], list[str]]:
    """Run a script with `folder` as data/. Return the frames `figures` and `sources` that it leaves, as sheets.

    The remarks say what the script left out of the tables that it read. Raises Refused, with the line, if it stops.
    """
    size_of(path)
    try:
        with patch.dict(os.environ, {folders.DATA_VARIABLE: str(folder)}), remembered() as tables:
            made = runpy.run_path(str(path))
    except folders.UserError:
        raise
    except Exception as error:  # a script can raise anything
        lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == str(path)]
        why = f"The script stops: {type(error).__name__}: {' '.join(str(error).split())[:200]}."
        fix = f"Run python {path} to see the whole traceback."
        raise Refused(Problem(path.name, why, fix, lines[-1] if lines else None)) from None
    frames = {name: made[name] for name in ("figures", "sources") if hasattr(made.get(name), "columns")}
    if "figures" not in frames:
        rule = "The script does not define a data frame `figures`."
        raise Refused(Problem(path.name, rule, "Assign the frame with the new rows to this name."))
    sheets = [_as_sheet(path.name, name, frame) for name, frame in frames.items() if len(frame) or name == "figures"]
    return sheets, [*left_out(tables, made["figures"])]


@contextmanager
def remembered() -> Iterator[list[Any]]:
    """Record the tables that `read_table` returns to a script inside the block."""
    tables: list[Any] = []

    def read(*words: Any, **named: Any) -> Any:
        tables.append(read_table(*words, **named))
        return tables[-1].copy()

    with patch.object(intake, "read_table", read):
        yield tables


def left_out(tables: list[Any], figures: Any) -> Iterator[str]:
    """Say how many numbers of each table became figures, and which columns, rows or cells did not."""
    import pandas as pd  # takes a fifth of a second to import, and a file needs none

    if not tables:
        return
    known = {"file", "cell"} <= set(figures.columns)
    used = pd.MultiIndex.from_frame(figures[["file", "cell"]]) if known else ()
    read = pd.concat(tables).drop_duplicates(["file", "cell"], keep="last")
    for file, table in read.groupby("file", sort=False):
        if not known:
            yield f"{file}: {len(table):,} numbers. Keep the columns file and cell to see which ones you used."
            continue
        is_used = pd.MultiIndex.from_frame(table[["file", "cell"]]).isin(used)
        taken, rest, names = table[is_used], table[~is_used], []
        for part, what in (("head", "column"), ("label", "row")):
            whole = rest[~rest[part].isin(taken[part])]
            names += [f"{what} {name or 'without a name'}" for name in whole[part].unique()]
            rest = rest.drop(whole.index)
        names += [f"cell {row.cell} ({row.label}, {row.head})" for row in rest.itertuples()]
        so = f"{len(taken):,} used; not used: {some(names, CELLS_LISTED)}" if names else "all used"
        yield f"{file}: {counted(len(table), 'number')} in the table, {so}."


def _as_sheet(file: str, name: str, frame: Any) -> SheetRows:
    texts = frame.map(_as_text).values.tolist()
    return SheetRows(file, name, [(1, list(map(str, frame.columns))), *enumerate(texts, 2)], of_script=True)


def _as_text(cell: Any) -> str:
    """Return a cell of a frame with all its digits, never in powers of ten; "" for an empty cell."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:
        return ""
    return format(Decimal(str(cell)), "f").removesuffix(".0") if isinstance(cell, int | float) else str(cell)
