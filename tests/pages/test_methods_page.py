"""What the page Methods computes."""

from statistics import NormalDist

import pytest

from claimbook.pages import methods


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (0, 90), (1, 90), (7, 90), (45, 90), (89, 90), (90, 90)])
def test_at_the_ends_of_the_interval_of_a_rate_the_score_test_just_rejects(hits: int, n: int) -> None:
    z = NormalDist().inv_cdf(0.975)
    low, high = methods.wilson(hits, n)
    assert low < high
    for share in (low, high):
        assert (hits / n - share) ** 2 == pytest.approx(z**2 * share * (1 - share) / n, abs=1e-12)


def test_a_rate_that_nobody_counted_is_none() -> None:
    assert methods.fault_rate("", "90") == "not counted"
    assert methods.fault_rate("0", "90") == "0 (0.0 to 4.1\u202f%)"
