"""A mapping: the small declared file that says what stands where in a table of any shape."""

import string
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from torch_program.intake.declared import read as declared_in
from torch_program.intake.problems import Problem, Refused

PLACES_IN_LOCATOR = ("row", "column", "header", "entity", "period")


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


class PeriodColumn(Strict):
    """Periods down the table."""

    column: str = Field(description="header of the column with the periods")


class QuantityRows(Strict):
    """Indicators down the table."""

    column: str = Field(description="header of the column with the indicators")
    quantities: dict[str, Quantity] = Field(min_length=1, description="series and unit by the text of that column")
    skip: list[str] = Field(default=[], description="rows that are none of them")


class Mapping(Strict):
    """Which sheet and rows, what stands down and what across, and where the numbers come from."""

    sheet: str = Field(default="", description="name of the sheet, or of the file in a zip, where there are several")
    header: int | Annotated[list[int], Field(min_length=1)] = Field(
        default=1, description="the line of the header, or a list of lines"
    )
    only: dict[str, list[str]] = Field(
        default={}, description='rows that are read, by the text of a column: {Country Code: ["CHN"]}'
    )
    entity: str | EntityColumn = Field(description="a place, or {column, names, skip}")
    indicators: QuantityRows | None = Field(default=None, description="indicators down: {column, quantities, skip}")
    columns: Literal["years"] | list[str] | dict[str, Quantity] | None = Field(
        default=None, description='"years", a list of years, or series and unit by header'
    )
    value: str = Field(default="", description="header of the column of numbers, where each row has one of them")
    quantity: Quantity | None = Field(default=None, description="{series, unit} of a table of one indicator")
    period: str | PeriodColumn = Field(
        default="", description='the period of all numbers, in quotes: "2025", or {column}; none if years go across'
    )
    missing: list[str] = Field(default=[], description='cells that say "no figure": ["-", "…"]')
    marks: dict[str, str] = Field(
        default={}, description='marks behind numbers and names, and what they say for the note: {"①": "estimated"}'
    )
    thousands: Literal["", ",", " ", "'"] = Field(default="", description='what stands between thousands: ","')
    source_id: str = Field(description="a source of sources.csv")
    locator: str = Field(description='where in the source: "Table 3-4, row {row}"')
    status: Literal["", "preliminary"] = Field(default="", description='"preliminary", or left out')
    note: str = Field(default="", description="text")
    notes: dict[str, str] = Field(default={}, description='further notes by period: {"2023": "as printed: …"}')
    topic: str = Field(default="", description="file in data/figures for a series that is new")
    conflict: str = Field(default="", description="a word for values that contradict stored ones; both are marked")

    @model_validator(mode="after")
    def fits_together(self) -> "Mapping":
        across = self.columns == "years" or isinstance(self.columns, list)
        if (self.columns is None) == (not self.value):
            raise ValueError("say where the numbers stand: `columns` (several of them) or `value` (one column).")
        if across and self.period:
            raise ValueError("period: years go across, so the period stands in the header. Take the line out.")
        if not across and not self.period:
            raise ValueError('period is missing. It must be the period of all numbers, in quotes: "2025", or {column}.')
        named = isinstance(self.columns, dict)
        if not named and (self.indicators is None) == (self.quantity is None):
            what = "years go across" if across else "one column has the numbers"
            raise ValueError(f"{what}: say what is counted, by `indicators` (down) or `quantity` (for all).")
        if named and (self.indicators or self.quantity):
            raise ValueError("columns names the series of each column: take `indicators` and `quantity` out.")
        try:
            parts = [part for part in string.Formatter().parse(self.locator) if part[1] is not None]
        except ValueError:
            raise ValueError("locator: a brace is opened and not closed, or closed and not opened.") from None
        names = [f"{name}:{form}" if form else name for _, name, form, _ in parts]
        odd = [name for name in names if name not in PLACES_IN_LOCATOR]
        if odd:
            known = ", ".join(f"{{{name}}}" for name in PLACES_IN_LOCATOR)
            raise ValueError(f"locator holds {{{odd[0]}}}. Possible: {known}.")
        return self

    @property
    def header_lines(self) -> list[int]:
        return [self.header] if isinstance(self.header, int) else self.header

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Each quantity by the text that stands for it in the table; "" where one is meant everywhere."""
        if self.quantity:
            return {"": self.quantity}
        if self.indicators:
            return self.indicators.quantities
        return self.columns if isinstance(self.columns, dict) else {}


def read(path: Path) -> Mapping:
    """Read a mapping; raises Refused with one Problem a mistake."""
    if not path.is_file():
        rule = "A mapping is a file, and this is a folder." if path.is_dir() else "There is no such mapping."
        raise Refused(Problem(path.name, None, "", "", rule, "Check the path."))
    declared = declared_in(path.name, path.read_bytes(), Mapping)
    if declared.model is None:
        raise Refused(*declared.problems)
    return declared.model
