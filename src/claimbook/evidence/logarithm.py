"""The natural logarithm, with the same digits on every processor."""

import math
from typing import TypeVar

import numpy as np
import pandas as pd

Logged = TypeVar("Logged", float, np.ndarray, pd.Series, pd.DataFrame)
ROOT_HALF, LN_2 = math.sqrt(0.5), 0.6931471805599453
LAST = 25  # highest power of the series: later terms are below the last digit


def ln(values: Logged) -> Logged:
    """Return natural logarithms of positive numbers, correct to about one part in 10¹⁵.

    The logarithms of numpy and of the C library differ in their last digit between processors. This function
    splits each number into a power of two and a factor near one, whose logarithm is 2 artanh((x − 1) / (x +
    1)), and sums that as a series. It uses only operations that IEEE 754 fixes to the last digit.
    """
    factor, power = np.frexp(values)
    small = factor < ROOT_HALF
    factor, power = factor * (1 + small), power - 1 * small
    ratio = (factor - 1) / (factor + 1)
    square = ratio * ratio
    series = square * 0
    for odd in range(LAST, 0, -2):
        series = series * square + 1 / odd
    return power * LN_2 + 2 * ratio * series
