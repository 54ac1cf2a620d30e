"""What the page Methods computes itself."""

import pytest
from scipy.stats import binomtest

from torch_program.sphinx_ext import methods


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (0, 90), (1, 90), (7, 90), (45, 90), (89, 90), (90, 90)])
def test_the_interval_of_a_rate_is_that_of_scipy(hits: int, n: int) -> None:
    expected = binomtest(hits, n).proportion_ci(method="wilson")
    assert methods.wilson(hits, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_rate_that_nobody_counted_is_none() -> None:
    assert methods.fault_rate("", "90") == "not counted"
    assert methods.fault_rate("0", "90") == "0 (0.0 to 4.1\u202f%)"
