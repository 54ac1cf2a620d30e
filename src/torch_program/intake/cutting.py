"""A table of any shape, cut into figures by its mapping; nothing in it is guessed."""

import re
from collections.abc import Iterator

from torch_program.csv_tables import Row
from torch_program.intake import cells
from torch_program.intake.mapping import EntityColumn, Mapping, PeriodColumn, Quantity
from torch_program.intake.problems import Problem, nearest
from torch_program.intake.reading import Sheet, columns
from torch_program.periods import FORMS, parse
from torch_program.places import Places, plain
from torch_program.words import closest

YEAR = re.compile(r"([12]\d{3})\s*(年|年度|\[YR[12]\d{3}\])?")
JOINT = " / "  # between the parts of a header that runs over several lines, and of a row and one that it includes
UNIT_IN_BRACKETS = re.compile(r"[(（\[](?:单位[:：])?\s*([^()（）\[\]]+?)\s*[)）\]]")
UNIT_ABOVE = re.compile(r"单位\s*[:：]\s*(\S+)")
MOST_SHOWN = 400  # characters of a list of headers in a message
OF_WHICH = re.compile(r"#|其中|of which", re.I)  # how a row begins that is a part of the one above


def figures(
    sheets: list[Sheet], name: str, mapping: Mapping, places: Places
) -> tuple[list[Row], list[Problem], list[str]]:
    """The figures of a table, what is wrong with it, and what was left unread.

    Each row has the columns of `data/figures`, and `_file`, `_line`, `_value` for its cell.
    """
    table = _Table(sheets, name, mapping, places)
    rows = list(table.rows()) if not table.problems else []
    return rows, table.problems, table.unread


def headers(sheet: Sheet, lines: list[int]) -> list[str]:
    """Text of each column's header, parts of several lines joined; merged cells stand for all that they span."""
    by_line = dict(sheet.rows)
    parts = {line: list(by_line[line]) for line in lines}
    if sheet.is_text:  # cells that were merged come as one text and blanks behind it
        for line in lines[:-1]:
            for i in range(1, len(parts[line])):
                spanned = by_line[lines[-1]][i : i + 1] > [""]
                parts[line][i] = parts[line][i] or (parts[line][i - 1] if spanned else "")
    for top, bottom, left, right in sheet.merged:
        for line in lines:
            if top <= line <= bottom:
                text = by_line.get(top, [])[left - 1 : left]
                parts[line][left - 1 : right] = text * len(parts[line][left - 1 : right])
    width = max(map(len, parts.values()))
    spans = [[parts[line][i] if i < len(parts[line]) else "" for line in lines] for i in range(width)]
    return [JOINT.join(dict.fromkeys(filter(None, span))) for span in spans]


class _Table:
    """One reading of one sheet; collects what is wrong on the way."""

    def __init__(self, sheets: list[Sheet], name: str, mapping: Mapping, places: Places) -> None:
        self.name, self.mapping, self.places = name, mapping, places
        self.problems: list[Problem] = []
        self.unread: list[str] = []
        self.sheet = self._sheet(sheets)
        self.headers = self._headers()
        self.letters = columns(len(self.headers))
        self.entities = mapping.entity if isinstance(mapping.entity, EntityColumn) else None
        self.periods = mapping.period if isinstance(mapping.period, PeriodColumn) else None
        keys = {"entity.column": self.entities, "indicators.column": mapping.indicators, "period.column": self.periods}
        self.key = {c.column: self._find(c.column, field) for field, c in keys.items() if c}
        self.only = {self._find(header, "only"): set(map(plain, texts)) for header, texts in mapping.only.items()}
        self.across = self._across()
        self._check_units()
        self.above = ""  # text of the last indicator that was no part of another
        if isinstance(mapping.entity, str) and mapping.entity not in places.names:
            self._of_mapping("entity", mapping.entity, "A place must be known.", places.suggest(mapping.entity))

    def _of_mapping(self, column: str, value: str, rule: str, near: str = "", fix: str = "") -> None:
        said = f'Did you mean "{near}"? ' * bool(near) + fix
        self.problems.append(Problem(self.name, None, column, value, rule, said.strip() or "Correct the mapping."))

    def _in_cell(self, line: int, index: int, value: str, rule: str, fix: str) -> None:
        self.problems.append(Problem(self.sheet.shown, line, self._column(index), value, rule, fix))

    def _column(self, index: int) -> str:
        return f"{self.letters[index]} ({self.headers[index]})" if self.headers[index] else self.letters[index]

    def _sheet(self, sheets: list[Sheet]) -> Sheet:
        wanted = self.mapping.sheet
        names = [sheet.name for sheet in sheets]
        if len(sheets) == 1 and not (wanted and names[0]):
            return sheets[0]
        if wanted in names:
            self.unread += [f"sheet {name}" for name in names if name != wanted]
            return sheets[names.index(wanted)]
        rule = "The file has no such sheet." if wanted else "The file has several sheets."
        near = closest(wanted, names, 0.5)
        self._of_mapping("sheet", wanted, rule, near, f"Write one of: {', '.join(names)}.")
        return sheets[0]

    def _headers(self) -> list[str]:
        """Text of each column's header; empty where the table has no such line, which is told."""
        by_line = dict(self.sheet.rows)
        lines = self.mapping.header_lines
        absent = [line for line in lines if line not in by_line]
        if absent:
            first, last = self.sheet.rows[0][0], self.sheet.rows[-1][0]
            fix = f"Its first line with text is {first}, its last {last}."
            self._of_mapping("header", str(absent[0]), "The table has no such line.", fix=fix)
            return []
        return headers(self.sheet, lines)

    def _find(self, header: str, field: str) -> int:
        """Index of the column with this header."""
        found = [i for i, text in enumerate(self.headers) if plain(self._unmarked(text)[0]) == plain(header)]
        found = found or [i for i, text in enumerate(self.headers) if plain(text) == plain(header)]
        if len(found) == 1:
            return found[0]
        if self.headers:
            rule = "Two columns have this header." if found else "The table has no column with this header."
            fix = f"The headers are: {', '.join(filter(None, self.headers))[:MOST_SHOWN]}."
            lower = next((line for line, texts in self.sheet.rows if header in texts), None)
            if lower and not found and lower not in self.mapping.header_lines:
                fix = f"Line {lower} has it: write header: {lower}."
            near = "" if found else closest(header, self.headers, 0.4)
            self._of_mapping(field, header, rule, near, fix)
        return -1

    def _across(self) -> dict[int, str | Quantity | None]:
        """What stands in each column of numbers: a year, a quantity, or what the row says."""
        mapping = self.mapping
        found: dict[int, str | Quantity | None]
        if mapping.columns == "years":
            texts = enumerate(plain(self._unmarked(text)[0]) for text in self.headers)
            found = {i: m[1] for i, text in texts if (m := YEAR.fullmatch(text))}
            if not found and self.headers:
                fix = f"The headers of line {mapping.header} are: {', '.join(filter(None, self.headers))[:MOST_SHOWN]}."
                self._of_mapping("columns", "years", "No header of the table is a year.", fix=fix)
        elif isinstance(mapping.columns, list):
            years = {header: YEAR.fullmatch(header) for header in mapping.columns}
            found = {self._find(header, "columns"): year[1] if year else header for header, year in years.items()}
            for header in (header for header, year in years.items() if not year):
                self._of_mapping("columns", header, "A list of columns is one of years.", fix="Name them by series.")
        elif mapping.value:
            found = {self._find(mapping.value, "value"): None}
        else:
            found = {self._find(header, "columns"): quantity for header, quantity in mapping.quantities.items()}
        read = {*found, *self.key.values(), *self.only}
        self.unread += [f"column {self._column(i)}" for i, text in enumerate(self.headers) if text and i not in read]
        return found

    def _check_units(self) -> None:
        """A unit that the table prints, in brackets or above its header, is the one that the mapping declares."""
        quantities = self.mapping.quantities
        for text, quantity in quantities.items():
            for where in [text, *(self.headers if self.mapping.quantity else [])]:
                self._check_unit(where, UNIT_IN_BRACKETS, quantity)
        first = min(self.mapping.header_lines)
        above = [text for line, texts in self.sheet.rows if line < first for text in texts]
        for text, quantity in quantities.items():
            if not UNIT_IN_BRACKETS.search(text):
                for where in above:
                    self._check_unit(where, UNIT_ABOVE, quantity)

    def _check_unit(self, text: str, form: re.Pattern[str], quantity: Quantity) -> None:
        for printed in form.findall(text):
            meant = cells.unit(printed)
            if meant and meant != quantity.unit:
                rule = f'The table prints the unit {printed} for "{text}", which is {meant}.'
                self._of_mapping("unit", quantity.unit, rule, meant)

    def rows(self) -> Iterator[Row]:
        """A figure for each cell that holds one."""
        last = max(self.mapping.header_lines)
        missing = set(map(plain, self.mapping.missing))
        periods: set[str] = set()
        met: dict[int, set[str]] = {index: set() for index in self.only}
        for line, texts in self.sheet.rows:
            if line <= last:
                continue
            texts = [*texts, *[""] * (len(self.headers) - len(texts))]
            for index in self.only:
                met[index].add(plain(texts[index]))
            if any(plain(texts[index]) not in wanted for index, wanted in self.only.items()):
                continue
            entity = self._entity(line, texts)
            down = self._quantity(line, texts)
            if not entity or self.mapping.indicators and down is None:
                continue
            for index, across in self.across.items():
                if texts[index] and plain(texts[index]) not in missing:
                    quantity = across if isinstance(across, Quantity) else down or self.mapping.quantity
                    period = across if isinstance(across, str) else self._period(line, texts)
                    periods.add(period)
                    if period and quantity:
                        yield self._row(line, index, texts[index], entity, quantity, period)
        for period in sorted(self.mapping.notes.keys() - periods):
            self._of_mapping("notes", period, "No figure of the table is of this period.", fix="Correct it.")
        for index, wanted in self.only.items():
            for text in sorted(wanted - met[index]):
                near = closest(text, sorted(met[index]), 0.6)
                rule = f"No row has this in the column {self._column(index)}."
                self._of_mapping("only", text, rule, near, "Correct it, or take it out.")

    def _period(self, line: int, texts: list[str]) -> str:
        """The period of a row; empty where it cannot be read, which is told."""
        if self.periods is None:
            return str(self.mapping.period)
        index = self.key[self.periods.column]
        text = plain(self._unmarked(texts[index])[0])
        if year := YEAR.fullmatch(text):
            return year[1]
        if hint := cells.period(text):
            text = hint.plain
        if cells.tried(parse, text):
            return text
        fix = f"Write a period, or keep the row out by `only`. Forms: {FORMS}."
        self._in_cell(line, index, texts[index], "No period can be read here.", fix)
        return ""

    def _entity(self, line: int, texts: list[str]) -> str:
        """The place of a row; empty where it is to be skipped, or unknown, which is told."""
        if self.entities is None:
            return str(self.mapping.entity)
        index = self.key[self.entities.column]
        name = self._unmarked(texts[index])[0]
        if plain(name) in map(plain, self.entities.skip) or not any(texts[i] for i in self.across):
            return ""  # a row without numbers is a heading or a remark
        if not name:
            self._in_cell(line, index, "", "A row of numbers has no name.", "Fill the name in, or empty the row.")
            return ""
        named = next((own for text, own in self.entities.names.items() if plain(text) == plain(name)), name)
        if found := self.places.resolve(named):
            return found
        near = self.places.suggest(named)
        did = f'Did you mean "{near}"? Then add "{name}: {near}" to names of the mapping. ' if near else ""
        fix = f"{did}A row that is no place goes into skip; a new zone gets its row in zones.csv."
        self._in_cell(line, index, name, "A place must be a zone of zones.csv, a province, or declared in names.", fix)
        return ""

    def _quantity(self, line: int, texts: list[str]) -> Quantity | None:
        """What a row counts; a part ("其中", "#") is named by the row above it where that is declared so."""
        rows = self.mapping.indicators
        if rows is None or not (label := self._unmarked(texts[self.key[rows.column]])[0]):
            return None
        full = label
        if OF_WHICH.match(label):
            full = f"{self.above}{JOINT}{label}"
        else:
            self.above = label
        named = {plain(text): quantity for text, quantity in rows.quantities.items()}
        skip, numbers = set(map(plain, rows.skip)), any(texts[i] for i in self.across)
        if not numbers or {plain(full), plain(label)} & skip:
            return None
        found = named.get(plain(full)) or named.get(plain(label))
        if found is None:
            fix = nearest(full, rows.quantities, "add it to quantities or to skip of the mapping")
            self._in_cell(line, self.key[rows.column], full, "An indicator must be declared in the mapping.", fix)
        return found

    def _unmarked(self, text: str) -> tuple[str, list[str]]:
        """A text without the marks behind it, and what they say."""
        said: list[str] = []
        while mark := next((m for m in sorted(self.mapping.marks, key=len, reverse=True) if text.endswith(m)), ""):
            said.insert(0, self.mapping.marks[mark])
            text = text.removesuffix(mark).rstrip()
        return text, said

    def _row(self, line: int, index: int, text: str, entity: str, quantity: Quantity, period: str) -> Row:
        letter, header = self.letters[index], self.headers[index]
        where = {"row": line, "column": letter, "header": header, "entity": entity, "period": period}
        number, said = self._unmarked(text)
        number = plain(number)
        if self.mapping.thousands and re.fullmatch(r"-?\d{1,3}([^\d.]\d{3})+(\.\d+)?", number):
            number = number.replace(self.mapping.thousands, "")
        return {
            "series": quantity.series, "entity": entity, "period": period, "value": number, "unit": quantity.unit,
            "bound": "=", "rounding": "", "status": self.mapping.status, "conflict": "",
            "source_id": self.mapping.source_id, "locator": self.mapping.locator.format(**where),
            "note": "; ".join(filter(None, [self.mapping.note, self.mapping.notes.get(period), *said])),
            "topic": self.mapping.topic,
            "_file": self.sheet.shown, "_line": str(line), "_value": self._column(index),
            "_conflict": self._column(index),
        }  # fmt: skip
