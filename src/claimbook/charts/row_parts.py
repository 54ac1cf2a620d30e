"""What rows of words with marks on a common axis are made of."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from claimbook.charts.figures import Said
from claimbook.charts.style import CLAIM, Sheet


@dataclass(frozen=True)
class Mark:
    """A value with its range (an infinite end becomes an arrow) and the text printed beside it."""

    value: float
    low: float
    high: float
    color: str
    marker: str
    filled: bool
    text: str
    says: Said  # what a reader who rests on it is told


@dataclass(frozen=True)
class Sign:
    """A small drawing at the right end of a row: its width in inches, and how to draw it from its middle left."""

    width: float
    draw: Callable[[Sheet, float, float], object]


@dataclass(frozen=True)
class Row:
    """Words and marks. Joined marks are connected by a line; `empty` stands in the plot where there is no mark."""

    label: str
    note: str = ""
    marks: tuple[Mark, ...] = ()
    sign: Sign | None = None
    strong: bool = False
    joined: bool = False
    empty: str = ""


@dataclass(frozen=True)
class Group:
    heading: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A vertical line with a label in the strip above the rows."""

    value: float
    label: str
    color: str = CLAIM


@dataclass(frozen=True)
class Band:
    low: float
    high: float
    color: str


@dataclass(frozen=True)
class Panel:
    """Groups of rows on one axis. `signs` heads the column of signs."""

    groups: tuple[Group, ...]
    axis: str
    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    signs: str = ""
    zero: bool = False
    reach: tuple[float, ...] = ()  # values that the axis must include besides those drawn

    @property
    def rows(self) -> list[Row]:
        return [r for g in self.groups for r in g.rows]

    @property
    def marks(self) -> list[Mark]:
        return [m for r in self.rows for m in r.marks]


@dataclass(frozen=True)
class Scale:
    """Maps values to inches: `low` to `left`, `high` to `right`; what is drawn may reach from `start` to `edge`."""

    low: float
    high: float
    left: float
    right: float
    start: float
    edge: float

    def __call__(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)

    def value(self, x: float) -> float:
        """The value at a place."""
        return self.low + (x - self.left) / (self.right - self.left) * (self.high - self.low)

    def clipped(self, value: float) -> float:
        """Place of a value, or the edge of the plot for one beyond it."""
        if math.isinf(value):
            return self.edge if value > 0 else self.start
        return min(max(self(value), self.start), self.edge)
