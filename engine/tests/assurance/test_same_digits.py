"""Arithmetic whose last digits depend on the processor is found, and a record has twelve digits."""

import pytest

from claimbook.assurance.same_digits import unsteady
from claimbook.project.outputs import rounded


@pytest.mark.parametrize("code", ["a @ b", "x**0.5", "frame.corr()", "frame['a'].cov(frame['b'])"])
def test_what_is_unsteady_is_found(code: str) -> None:
    assert list(unsteady(f"y = {code}"))


@pytest.mark.parametrize("code", ["x**2", "math.sqrt(x)", "math.fsum(a * b for a, b in pairs)", "@one\ndef f(): 1"])
def test_what_is_steady_is_not(code: str) -> None:
    assert not list(unsteady(code))


def test_a_record_has_twelve_digits_however_deeply_it_is_nested() -> None:
    values = rounded({"value": 0.1 + 0.2, "rows": [(1 / 3, "1/3")], "n": 178, "none": None, "so": True})
    assert values == {"value": 0.3, "rows": [[0.333333333333, "1/3"]], "n": 178, "none": None, "so": True}
