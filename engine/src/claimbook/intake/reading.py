"""Read a table that somebody made: text in the usual encodings, or a workbook. Say what cannot be read."""

import codecs
import csv
import io
import re
import stat
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from claimbook.intake import languages
from claimbook.intake.problems import Problem, Refused

MOST_BYTES = 50 * 2**20  # a file of figures added by hand is much smaller
TABLE_ENDINGS = (".csv", ".xlsx")
NO_FILE = "The file does not exist."
A_WORKBOOK = "a workbook or a zip file"
FIRST_BYTES = {  # first bytes of a file: its real type
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls), or one with a password",
    b"PK\x03\x04": A_WORKBOOK,
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
SAVE = "Open it in a spreadsheet and save it as .xlsx, or as CSV in UTF-8."
SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars"}
PLAIN_UTF8 = 'Save it as UTF-8 without BOM (Excel: "CSV UTF-8", then remove the BOM).'
LONGEST_CELL = 2**17  # longest cell that Python's reader accepts
MISTAKEN = 0.1  # with a larger share of rare letters, the bytes are in another encoding


Lines = list[tuple[int, list[str]]]  # of a table, with their numbers in the file


@dataclass(frozen=True)
class SheetRows:
    """One table as text: rows with their lines in the file, without blank ones."""

    file: str
    name: str  # name of the sheet in its workbook; empty for a CSV file
    rows: Lines
    blank: list[int] = field(default_factory=list)  # empty lines between rows
    merged: list[Any] = field(default_factory=list)  # openpyxl's ranges of cells
    hidden: list[int] = field(default_factory=list)  # lines that the spreadsheet does not show
    encoding: str = ""  # of a text file, which cannot say what is merged
    of_script: bool = False
    separator: str = ""  # between the cells of a text file

    @property
    def shown(self) -> str:
        """The file, and the sheet if the file has several."""
        return f"{self.file} [{self.name}]" if self.name else self.file


def read_sheets(path: Path) -> list[SheetRows]:
    """Return the sheets of a file with at least one row. A CSV file has one sheet. Raises Refused."""
    name, ending = path.name, path.suffix.lower()
    size = size_of(path)
    if ending not in TABLE_ENDINGS:
        rule = f"A table must be a {' or '.join(TABLE_ENDINGS)} file, and this one ends in {ending or 'nothing'}."
        raise Refused(Problem(name, rule, SAVE))
    if size > MOST_BYTES:
        rule = f"The file has {size / 2**20:,.0f} MB; the limit for new figures is {MOST_BYTES // 2**20} MB."
        raise Refused(Problem(name, rule, "Check that it is the right file. If it is, split it by series."))
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES)
    except OSError as error:
        raise _closed(path, error) from None
    kind = next((kind for magic, kind in FIRST_BYTES.items() if raw.startswith(magic)), "")
    if kind and (ending, kind) != (".xlsx", A_WORKBOOK):
        raise Refused(Problem(name, f"The file's name ends in {ending}, but it is {kind}.", SAVE))
    sheets = _workbook(name, raw) if ending == ".xlsx" and raw else [_csv(name, raw)]
    if found := [sheet for sheet in sheets if sheet.rows]:
        return found
    raise Refused(Problem(name, "The file is empty.", "Write the names of the columns in its first line."))


def size_of(path: Path) -> int:
    """Return the size of a file in bytes. Raises Refused for anything else, such as a pipe, which may never end."""
    try:
        about = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        near = sorted(p.name for p in path.parent.glob("*") if p.suffix in TABLE_ENDINGS and p.exists())[:5]
        fix = f"The folder has: {', '.join(near)}." if near else "Check the path."
        raise Refused(Problem(str(path), NO_FILE, fix)) from None
    except (OSError, ValueError) as error:
        raise _closed(path, error) from None
    if stat.S_ISDIR(about.st_mode):
        raise Refused(Problem(str(path), "This is a folder, not a file.", "Name one of the files in it."))
    if not stat.S_ISREG(about.st_mode):
        raise Refused(Problem(str(path), "This is a pipe or a device, not a file.", "Save the table as a file first."))
    return about.st_size


def _closed(path: Path, error: Exception) -> Refused:
    """Return the refusal of a file that cannot be opened."""
    why = getattr(error, "strerror", None) or error
    fix = "Close it in other programs, or make it readable (chmod u+r)."
    return Refused(Problem(path.name, f"The file cannot be opened ({why}).", fix))


# CSV ------------------------------------------------------------------------------------------------------------

NO_TEXT = (  # a pattern that no table in text has, the rule, and the fix
    (r"\0", "The file contains bytes that are not text.", SAVE),
    (
        "\ufffd",
        "A letter was lost when this file was saved (U+FFFD).",
        "Save it again from the original, as CSV in UTF-8.",
    ),
    (r"\A\s*<(!doctype|html|table|\?xml)", "The file's name ends in .csv, but it is a web page or XML.", SAVE),
)


def _csv(name: str, raw: bytes) -> SheetRows:
    text, encoding = _text(name, raw)
    printed_lines = (line for line in io.StringIO(text, newline=None) if not line.startswith("#"))
    head = next((line for line in printed_lines if set(line) & {",", *SEPARATORS}), "")
    separator = "," if "," in head or not head else next(sign for sign in SEPARATORS if sign in head)
    printed = [(line, [_tidy(cell) for cell in cells]) for line, cells in csv_rows(name, text, separator)]
    printed = printed[head.startswith("sep=") :]  # by which some spreadsheets say how they separate
    rows = [(line, cells) for line, cells in printed if not _is_remark(cells)]
    return SheetRows(name, "", *_filled(rows), encoding=encoding, separator=separator)


def stored_sheet(name: str, raw: bytes, wanted: list[str], put_back: str) -> SheetRows:
    """Return a table of data/, whose cells are as they should be stored. Raises Refused for anything else.

    `wanted` are its columns in order, `put_back` is the edit that fixes an incomplete file.
    """
    text, encoding = _text(name, raw)
    header, *rows = [*csv_rows(name, text)] or [(1, [])]
    last = f"{len([header, *rows][-1][1])} cells"
    cut = rows and not text.endswith(("\n", "\r")) and len(rows[-1][1]) < len(wanted)
    mark = "The file begins with a byte order mark, which hides the first column."
    for is_so, rule, fix, *where in (
        (encoding != "utf-8-sig", "The file is not UTF-8.", f"It reads as {encoding}. {PLAIN_UTF8}"),
        (raw.startswith(codecs.BOM_UTF8), mark, PLAIN_UTF8),
        (not text.strip(), "The file is empty.", put_back),
        (header[1] != wanted, "The first line must name the columns.", _header(header[1], wanted), None, "",
         ",".join(header[1])),
        (not rows, "The table has a header but no rows.", put_back),
        (cut, "The file ends in the middle of a row.", put_back, text.count("\n") + 1, "", last),
    ):  # fmt: skip
        if is_so:
            raise Refused(Problem(name, rule, fix, *where))
    return SheetRows(name, "", *_filled([header, *rows]), encoding=encoding)


def _header(found: list[str], wanted: list[str]) -> str:
    """Return the edit that fixes the first line."""
    columns = ",".join(wanted)
    if len(found) == 1 and set(found[0]) & SEPARATORS.keys():
        return f"Save the file with commas between the cells: {columns}"
    if sorted(found) == sorted(wanted):
        return f"Put the columns in this order: {columns}"
    names = {"missing": [w for w in wanted if w not in found], "unknown": [f for f in found if f not in wanted]}
    parts = (f"{what}: {', '.join(which)}" for what, which in names.items() if which)
    return f"{'; '.join(parts)}. The columns are: {columns}"


def _filled(printed: Lines) -> tuple[Lines, list[int]]:
    """Return the lines with text, and the empty lines between them."""
    rows = [(line, cells) for line, cells in printed if any(cells)]
    return rows, [line for line, cells in printed if not any(cells) and rows and line < rows[-1][0]]


def _text(name: str, raw: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding. Raises Refused for a file that is no table in text."""
    text, encoding = decoded(name, raw)
    for pattern, rule, fix in NO_TEXT:
        if found := re.search(pattern, text, re.I):
            raise Refused(Problem(name, rule, fix, text.count("\n", 0, found.start()) + 1))
    return text, encoding


def csv_rows(name: str, text: str, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Yield every row of a CSV file, blank ones too, with the line on which it begins. Raises Refused."""
    csv.field_size_limit(LONGEST_CELL)  # as in notebooks; another package may have raised it
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        rule = "There is a double quote inside a cell, or one that is never closed."
        fix = 'Close it. To write a double quote, put the cell in double quotes and write "".'
        if "unexpected end" in str(error):
            rule = "A double quote opens in this row and never closes."
        if "field larger" in str(error):
            rule = f"A cell has more than {LONGEST_CELL:,} characters."
            fix = "Check for a double quote that is never closed; otherwise shorten the cell."
        raise Refused(Problem(name, rule, fix, line)) from None


def decoded(name: str, raw: bytes) -> tuple[str, str]:
    """Return text and encoding: UTF-8, UTF-16 with a mark, or an older one of a known language. Raises Refused."""
    encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return raw.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line, fix = raw[: error.start].count(b"\n") + 1, SAVE
    if encoding == "utf-16":
        raise Refused(Problem(name, f"The file begins as {encoding}, but the rest is not {encoding}.", fix))
    for encoding, common in (pair for language in languages.KNOWN.values() for pair in language.encodings.items()):
        if text := _in_older_encoding(raw, encoding, common):
            if not (how := languages.switch_on(text)):
                return text, encoding
            fix = f"It reads as {encoding}. {how} Or save the file as UTF-8."
    raise Refused(Problem(name, "The file is not in UTF-8 or another encoding that we recognise.", fix, line))


def _in_older_encoding(raw: bytes, encoding: str, common: str) -> str:
    """Return the text in an encoding, or "" if it is probably in another one: too many letters are not in `common`."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return ""
    foreign = [letter for letter in text if not letter.isascii()]
    rare = sum(not letter.encode(common, "ignore") for letter in foreign)
    return text if foreign and rare <= MISTAKEN * len(foreign) else ""


def _tidy(cell: str) -> str:
    """Return a cell on one line, without surrounding blanks (including wide and no-break ones)."""
    return " ".join(cell.replace("\ufeff", "").split())


def _is_remark(cells: list[str]) -> bool:
    return any(cells) and cells[0].startswith("#") and not any(cells[1:])


# Workbooks ------------------------------------------------------------------------------------------------------


def _workbook(name: str, raw: bytes) -> list[SheetRows]:
    from openpyxl import load_workbook  # takes a fifth of a second to import

    try:
        unpacked = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(raw)).infolist())
        if unpacked <= MOST_BYTES:
            with warnings.catch_warnings(action="ignore"):  # about styles and extensions, which we do not read
                book = load_workbook(io.BytesIO(raw))
    except Exception:  # a damaged workbook can raise anything
        rule = "The file's name ends in .xlsx, but it is not a workbook, or it is damaged."
        raise Refused(Problem(name, rule, SAVE)) from None
    if unpacked > MOST_BYTES:
        most = f"the limit for new figures is {MOST_BYTES // 2**20} MB"
        rule = f"The workbook unpacks to {unpacked / 2**20:,.0f} MB; {most}."
        raise Refused(Problem(name, rule, "Copy only the table into a new workbook."))
    return [_sheet(name, sheet, len(book.worksheets) > 1) for sheet in book.worksheets]


def _sheet(file: str, sheet: Any, several: bool) -> SheetRows:
    found: dict[int, dict[int, str]] = {}
    for (line, column), cell in sheet._cells.items():  # not `rows`: a stray format can make a million
        if cell.value is not None and (text := _tidy(_printed(cell))):
            found.setdefault(line, {})[column] = text
    width = max((max(cells) for cells in found.values()), default=0)
    rows = [(line, [found[line].get(c, "") for c in range(1, width + 1)]) for line in sorted(found)]
    rows = [(line, cells) for line, cells in rows if not _is_remark(cells)]
    first, last = (rows[0][0], rows[-1][0]) if rows else (0, 0)
    merged = sorted(sheet.merged_cells.ranges, key=lambda cells: (cells.min_row, cells.min_col))
    blank = [line for line in range(first, last) if line not in found]
    hidden = [line for line in sorted(found) if line in sheet.row_dimensions and sheet.row_dimensions[line].hidden]
    return SheetRows(file, sheet.title if several else "", rows, blank, merged, hidden)


def _printed(cell: Any) -> str:
    """Return a cell as a reader sees it: with the zeros of its format, and no digits beyond precision."""
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    number = Decimal(format(value, ".15g"))
    form = cell.number_format or ""
    percent = form.rstrip().endswith("%")
    number = number * 100 if percent else number
    text = format(number.normalize(), "f")
    zeros = re.fullmatch(r"[#,]*0\.(0+)[ _)]*%?", form)
    if zeros and len(text.partition(".")[2]) < len(zeros[1]):
        text = format(number, f".{len(zeros[1])}f")
    return text + "%" * percent
