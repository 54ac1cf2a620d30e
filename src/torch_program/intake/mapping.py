"""A wide table, as yearbooks print it, cut into figures by a small declared mapping; nothing in it is guessed."""

import difflib
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from torch_program.intake import cells
from torch_program.intake.places import Places
from torch_program.intake.problems import Problem, nearest
from torch_program.intake.reading import Sheet, columns
from torch_program.intake.validation import Row

YEAR = re.compile(r"([12]\d{3})(年|年度)?")
PLACES_IN_LOCATOR = ("row", "column", "header", "entity", "period")
JOINT = " / "  # between the parts of a header that runs over several lines
UNIT_IN_BRACKETS = re.compile(r"[(（\[](?:单位[:：])?\s*([^()（）\[\]]+?)\s*[)）\]]")


class MappingError(ValueError):
    """A mapping that cannot be used; carries its Problems."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Quantity(Strict):
    """What the numbers of a column or of a row are."""

    series: str = Field(description="a series of series.csv")
    unit: str = Field(description="the unit that the table prints, in the words of units.csv")


class EntityColumn(Strict):
    """Places down the table."""

    column: str = Field(description="header of the column with the names")
    names: dict[str, str] = Field(default={}, description='names that data/ does not know: {合计: "All zones"}')
    skip: list[str] = Field(default=[], description="rows that are none: [东部地区]")


class QuantityRows(Strict):
    """Indicators down the table."""

    column: str = Field(description="header of the column with the indicators")
    quantities: dict[str, Quantity] = Field(min_length=1, description="series and unit by the text of that column")
    skip: list[str] = Field(default=[], description="rows that are none of them")


class WideTable(Strict):
    """Which sheet and rows, what stands down and what across, and where the numbers come from."""

    sheet: str = Field(default="", description="name of the sheet, where the workbook has several")
    header: int | list[int] = Field(default=1, description="line of the header, or a list of them")
    entity: str | EntityColumn = Field(description="a place, or {column, names, skip}")
    indicators: QuantityRows | None = Field(default=None, description="indicators down: {column, quantities, skip}")
    columns: Literal["years"] | dict[str, Quantity] = Field(description='"years", or series and unit by header')
    quantity: Quantity | None = Field(default=None, description="{series, unit} of a table of one indicator")
    period: str = Field(default="", description='period of all numbers, in quotes: "2025"; none if years go across')
    missing: list[str] = Field(default=[], description='cells that say "no figure": ["-", "…"]')
    source_id: str = Field(description="a source of sources.csv")
    locator: str = Field(description='where in the source: "Table 3-4, row {row}"')
    status: Literal["", "preliminary"] = Field(default="", description='"preliminary", or left out')
    note: str = Field(default="", description="text")
    topic: str = Field(default="", description="file in data/figures for a series that is new")

    @model_validator(mode="after")
    def fits_together(self) -> "WideTable":
        across = self.columns == "years"
        if across and self.period:
            raise ValueError("period: years go across, so the period stands in the header. Take the line out.")
        if not across and not self.period:
            raise ValueError('period is missing. It must be the period of all numbers, in quotes: "2025".')
        if across and (self.indicators is None) == (self.quantity is None):
            raise ValueError("years go across: say what is counted, by `indicators` (down) or `quantity` (for all).")
        if not across and (self.indicators or self.quantity):
            raise ValueError("columns names the series of each column: take `indicators` and `quantity` out.")
        named = [name for _, name, _, _ in string.Formatter().parse(self.locator)]
        odd = [name for name in named if name not in (None, *PLACES_IN_LOCATOR)]
        if odd:
            known = ", ".join(f"{{{name}}}" for name in PLACES_IN_LOCATOR)
            raise ValueError(f"locator holds {{{odd[0]}}}. Possible: {known}.")
        return self

    @property
    def header_lines(self) -> list[int]:
        return [self.header] if isinstance(self.header, int) else self.header


def read(path: Path) -> WideTable:
    """Read a mapping; raises MappingError with one Problem a mistake."""
    if not path.exists():
        raise MappingError([Problem(path.name, None, "", "", "There is no such mapping.", "Check the path.")])
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (ValueError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        rule = f"The mapping is not readable as YAML ({getattr(error, 'problem', None) or 'not UTF-8'})."
        line = mark.line + 1 if mark else None
        raise MappingError([Problem(path.name, line, "", "", rule, "Mend that place.")]) from None
    if not isinstance(content, dict):
        fields = ", ".join(WideTable.model_fields)
        raise MappingError([Problem(path.name, None, "", "", "The mapping holds no fields.", f"Possible: {fields}.")])
    try:
        return WideTable.model_validate(content)
    except ValidationError as error:
        found = {str(p): p for p in (_sentence(path.name, e) for e in error.errors())}
        raise MappingError(list(found.values())) from None


def _sentence(name: str, error: Any) -> Problem:
    kinds = {"EntityColumn": EntityColumn, "QuantityRows": QuantityRows, "Quantity": Quantity}
    model: type[Strict] = WideTable
    where = []
    for part in error["loc"]:
        if str(part) in kinds:
            model = kinds[str(part)]
            continue
        if str(part).startswith(("dict[", "literal[", "str", "int", "list[")) and where:
            continue  # pydantic's name for one of several kinds
        where.append(str(part))
        field = model.model_fields.get(str(part))
        if field is not None:
            model = next((kind for said, kind in kinds.items() if said in str(field.annotation)), model)
    place = ".".join(where)
    if error["type"] == "value_error" or not where:
        return Problem(name, None, place, "", "The parts of the mapping must fit together.", _sayable(error["msg"]))
    fields = ", ".join(model.model_fields)
    if error["type"] == "extra_forbidden":
        near = next(iter(difflib.get_close_matches(where[-1], list(model.model_fields), n=1, cutoff=0.5)), "")
        fix = f"Did you mean {near}? " * bool(near) + f"Possible: {fields}."
        return Problem(name, None, place, "", "The mapping knows no such field.", fix)
    wanted = model.model_fields[where[-1]].description if where[-1] in model.model_fields else error["msg"]
    if error["type"] == "missing":
        return Problem(name, None, place, "", "A field of the mapping is missing.", f"It must be {wanted}.")
    rule = "A field has another form than it should."
    return Problem(name, None, place, str(error["input"])[:60], rule, f"It must be {wanted}.")


def _sayable(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text[:1].upper() + text[1:]


def figures(
    sheets: list[Sheet], name: str, mapping: WideTable, places: Places
) -> tuple[list[Row], list[Problem], list[str]]:
    """The figures of a wide table, what is wrong with it, and what was left unread.

    Each row has the columns of `data/figures`, and `_file`, `_line`, `_value` for its cell.
    """
    table = _Table(sheets, name, mapping, places)
    rows = list(table.rows()) if not table.problems else []
    return rows, table.problems, table.unread


class _Table:
    """One reading of one sheet; collects what is wrong on the way."""

    def __init__(self, sheets: list[Sheet], name: str, mapping: WideTable, places: Places) -> None:
        self.name, self.mapping, self.places = name, mapping, places
        self.problems: list[Problem] = []
        self.unread: list[str] = []
        self.sheet = self._sheet(sheets)
        self.headers = self._headers()
        self.letters = list(columns(len(self.headers)))
        self.entities = mapping.entity if isinstance(mapping.entity, EntityColumn) else None
        keys = {"entity.column": self.entities, "indicators.column": mapping.indicators}
        self.key = {c.column: self._find(c.column, field) for field, c in keys.items() if c}
        self.across = self._across() if not self.problems else {}
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
        if not wanted and len(sheets) == 1 or wanted and len(sheets) == 1 and not sheets[0].name:
            return sheets[0]
        if wanted in names:
            self.unread += [f"sheet {name}" for name in names if name != wanted]
            return sheets[names.index(wanted)]
        rule = "The workbook has no such sheet." if wanted else "The workbook has several sheets."
        near = next(iter(difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)), "")
        self._of_mapping("sheet", wanted, rule, near, f"Write one of: {', '.join(names)}.")
        return sheets[0]

    def _headers(self) -> list[str]:
        """Text of each column's header, parts of several lines joined; merged cells stand for all that they span."""
        by_line = dict(self.sheet.rows)
        lines = self.mapping.header_lines
        absent = [line for line in lines if line not in by_line]
        if absent:
            first = self.sheet.rows[0][0]
            self._of_mapping("header", str(absent[0]), "The table has no such line.", fix=f"Its first one is {first}.")
            return []
        parts = {line: list(by_line[line]) for line in lines}
        for top, bottom, left, right in self.sheet.merged:
            for line in lines:
                if top <= line <= bottom:
                    text = by_line.get(top, [])[left - 1 : left]
                    parts[line][left - 1 : right] = text * len(parts[line][left - 1 : right])
        width = max(map(len, parts.values()))
        spans = [[parts[line][i] if i < len(parts[line]) else "" for line in lines] for i in range(width)]
        return [JOINT.join(dict.fromkeys(filter(None, span))) for span in spans]

    def _find(self, header: str, field: str) -> int:
        """Index of the column with this header."""
        found = [i for i, text in enumerate(self.headers) if text == header]
        if len(found) == 1:
            return found[0]
        if self.headers:
            rule = "Two columns have this header." if found else "The table has no column with this header."
            fix = f"The headers are: {', '.join(filter(None, self.headers))}."
            lower = next((line for line, texts in self.sheet.rows if header in texts), None)
            if lower and not found and lower not in self.mapping.header_lines:
                fix = f"Line {lower} has it: write header: {lower}."
            close = difflib.get_close_matches(header, self.headers, n=1, cutoff=0.4)
            self._of_mapping(field, header, rule, close[0] if close and not found else "", fix)
        return -1

    def _across(self) -> dict[int, str | Quantity]:
        """What stands in each column of numbers: a year, or a quantity."""
        mapping = self.mapping
        if mapping.columns == "years":
            found = {i: m[1] for i, text in enumerate(self.headers) if (m := YEAR.fullmatch(text))}
            if not found:
                fix = f"The headers of line {mapping.header} are: {', '.join(filter(None, self.headers))}."
                self._of_mapping("columns", "years", "No header of the table is a year.", fix=fix)
        else:
            found = {self._find(header, "columns"): quantity for header, quantity in mapping.columns.items()}
        read = {*found, *self.key.values()}
        self.unread += [f"column {self._column(i)}" for i, text in enumerate(self.headers) if text and i not in read]
        for i, quantity in found.items():
            if isinstance(quantity, Quantity):
                self._check_unit(self.headers[i], quantity)
        for quantity in (mapping.quantity, *(mapping.indicators.quantities.values() if mapping.indicators else ())):
            if quantity:
                for text in self.headers:
                    self._check_unit(text, quantity)
        if mapping.indicators:
            for label, quantity in mapping.indicators.quantities.items():
                self._check_unit(label, quantity)
        return found

    def _check_unit(self, text: str, quantity: Quantity) -> None:
        """A unit that the table prints in brackets is the one that the mapping declares."""
        for printed in UNIT_IN_BRACKETS.findall(text):
            meant = cells.unit(printed)
            if meant and meant != quantity.unit:
                rule = f'The table prints the unit {printed} for "{text}", which is {meant}.'
                self._of_mapping("unit", quantity.unit, rule, meant)

    def rows(self) -> Iterator[Row]:
        """A figure for each cell that holds one."""
        last = max(self.mapping.header_lines)
        for line, texts in self.sheet.rows:
            if line <= last:
                continue
            texts = [*texts, *[""] * (len(self.headers) - len(texts))]
            entity = self._entity(line, texts)
            if not entity:
                continue
            label = texts[self.key[self.mapping.indicators.column]] if self.mapping.indicators else ""
            down = self._quantity(line, label, texts)
            if self.mapping.indicators and down is None:
                continue
            for index, across in self.across.items():
                if texts[index] and texts[index] not in self.mapping.missing:
                    year = isinstance(across, str)
                    quantity = (down or self.mapping.quantity) if year else across
                    period = across if year else self.mapping.period
                    yield self._row(line, index, texts[index], entity, quantity, period)

    def _entity(self, line: int, texts: list[str]) -> str:
        """The place of a row; empty where it is to be skipped, or unknown, which is told."""
        if self.entities is None:
            return str(self.mapping.entity)
        index = self.key[self.entities.column]
        name = texts[index]
        if name in self.entities.skip or not any(texts[i] for i in self.across):
            return ""  # a row without numbers is a heading or a remark
        if not name:
            self._in_cell(line, index, "", "A row of numbers has no name.", "Fill the name in, or empty the row.")
            return ""
        if found := self.places.resolve(self.entities.names.get(name, name)):
            return found
        near = self.places.suggest(self.entities.names.get(name, name))
        did = f'Did you mean "{near}"? Then add "{name}: {near}" to names of the mapping. ' if near else ""
        fix = f"{did}A row that is no place goes into skip; a new zone gets its row in zones.csv."
        self._in_cell(line, index, name, "A place must be a zone of zones.csv, a province, or declared in names.", fix)
        return ""

    def _quantity(self, line: int, label: str, texts: list[str]) -> Quantity | None:
        rows = self.mapping.indicators
        numbers = any(texts[i] for i in self.across)
        if rows is None or not label or label in rows.skip or not numbers:
            return None
        if label not in rows.quantities:
            fix = nearest(label, rows.quantities, "add it to quantities or to skip of the mapping")
            self._in_cell(line, self.key[rows.column], label, "An indicator must be declared in the mapping.", fix)
        return rows.quantities.get(label)

    def _row(self, line: int, index: int, text: str, entity: str, quantity: Quantity, period: str) -> Row:
        letter, header = self.letters[index], self.headers[index]
        where = {"row": line, "column": letter, "header": header, "entity": entity, "period": period}
        return {
            "series": quantity.series, "entity": entity, "period": period, "value": text, "unit": quantity.unit,
            "bound": "=", "rounding": "", "status": self.mapping.status, "conflict": "",
            "source_id": self.mapping.source_id, "locator": self.mapping.locator.format(**where),
            "note": self.mapping.note, "topic": self.mapping.topic,
            "_file": self.sheet.shown, "_line": str(line), "_value": self._column(index),
        }  # fmt: skip
