"""The interval that a published number stands for, given its printed digits and its wording."""

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

# Units that count whole things: an integer printed in one of them is exact unless `rounding` says otherwise.
COUNTED = frozenset({"count", "persons", "person-years", "rank", "years"})
ABOUT_SHARE = 0.05  # "about" and "nearly" allow five per cent


@dataclass(frozen=True)
class Interval:
    """A closed range of values that a figure admits; an end may be infinite.

    Raises ValueError if `low` is above `high` or an end is NaN.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise ValueError(f"an interval needs low <= high, not {self.low} and {self.high}")

    @property
    def middle(self) -> float:
        """The centre of a finite interval, or the finite end of a one-sided one."""
        if math.isinf(self.low):
            return self.high
        return self.low if math.isinf(self.high) else (self.low + self.high) / 2

    def scaled(self, factor: float) -> "Interval":
        a, b = self.low * factor, self.high * factor
        return Interval(min(a, b), max(a, b))

    def meets(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: "Interval") -> "Interval":
        """Multiply two ranges above zero."""
        return Interval(self.low * other.low, self.high * other.high)

    def __truediv__(self, other: "Interval") -> "Interval":
        if other.low <= 0:
            raise ValueError(f"cannot divide by a range that reaches zero: {other.low} to {other.high}")
        ends = [0.0 if math.isinf(b) else a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))


@cache
def printed_interval(value: str, unit: str, bound: str = "=", rounding: str = "") -> Interval:
    """Return the range that a printed number admits, in the unit of its source.

    `value` is the number as printed ("13.4") and `bound` one of ``= ~ > <``. `rounding` is the width of the
    last certain digit if the digits do not show it, else empty.
    """
    number = Decimal(value)
    if bound == ">":
        return Interval(float(number), math.inf)
    if bound == "<":
        return Interval(-math.inf, float(number))
    if bound == "~":
        width = abs(number) * 2 * Decimal(str(ABOUT_SHARE))
    elif rounding:
        width = Decimal(rounding)
    elif (exponent := int(number.as_tuple().exponent)) < 0:
        width = Decimal(1).scaleb(exponent)
    else:
        width = Decimal(0 if unit in COUNTED else 1)
    # computed in decimals, so that 13.4 gives exactly 13.35 and 13.45
    return Interval(float(number - width / 2), float(number + width / 2))


def reconcile(intervals: list[Interval]) -> tuple[Interval, bool]:
    """Return the range that all intervals share and False, or their hull and True if they share none."""
    low, high = max(i.low for i in intervals), min(i.high for i in intervals)
    if low <= high:
        return Interval(low, high), False
    return Interval(min(i.low for i in intervals), max(i.high for i in intervals)), True
