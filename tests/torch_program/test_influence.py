"""Cards of numbers name whatever moves them: everything else is changed, and no number may become another one."""

import influence
import pytest
from checkout import ROOT

from claimbook.evidence import quantity
from claimbook.project import editions
from claimbook.run.plan import Plan

pytestmark = [pytest.mark.book, pytest.mark.apart, pytest.mark.slow]

PLAN = Plan(ROOT, editions.read_edition(ROOT, editions.DEFAULT), ROOT / "data")
SHORT = "2-2-deep-tech-instruments"


@pytest.mark.parametrize("name", [n for n in PLAN.notebooks if n != "5-conclusion"])  # it keeps no numbers
def test_nothing_moves_a_number_that_its_card_does_not_name(name):
    assert list(map(str, influence.silent(PLAN, name))) == []


def test_a_card_that_names_only_the_first_of_its_values_is_found(monkeypatch):
    every = quantity.provenance
    monkeypatch.setattr(quantity, "provenance", lambda *inputs: every(inputs[0]))
    found = influence.silent(PLAN, SHORT)
    assert found and "when all that its card does not name changes" in str(found[0])
