"""What the page Methods computes."""

from statistics import NormalDist

import pytest

from claimbook.pages import evidence_pages as methods


def test_the_bands_of_each_wording_are_those_of_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    assert methods.bands_in_words("nearly") == ("nearly n", "from 0.95 n to n", "from 0.90 n to 1.05 n")
    assert methods.bands_in_words("about") == ("about n", "within 5 % of n", "within 10 % of n")
    monkeypatch.setattr(methods, "band", lambda test: (0.8, 1.0, 0.7, 1.1))
    assert methods.bands_in_words("nearly") == ("nearly n", "from 0.80 n to n", "from 0.70 n to 1.10 n")


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
