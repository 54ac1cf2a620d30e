"""Numbers that recount.py works out a second time are those that the report recorded."""

import math
from typing import Any

import pytest
from checkout import ROOT
from finished_report import claim, results

from recount import RECOUNT, TOLERANCE

pytestmark = pytest.mark.book


def recorded(key: str) -> dict[str, Any]:
    """The statistic of this key, the deciding measure of a claim, or its one measure with a label or criterion."""
    if key in results()["statistics"]:
        return results()["statistics"][key]
    name, _, part = key.partition(": ")
    final = [m for m in claim(name)["measures"] if m.get("status") != "preliminary" or not part]
    (measure,) = [m for m in final if (part in (m["label"], m["cell"]) if part else m["decides"])]
    return measure


@pytest.mark.parametrize("key", RECOUNT)
def test_a_second_computation_gives_the_recorded_number(key: str) -> None:
    found, was = RECOUNT[key](), recorded(key)
    both = isinstance(found, tuple)
    pairs = [*zip(found, (was["low"], was["high"]), strict=True)] if both else [(found, was["value"])]
    assert all(math.isclose(*pair, rel_tol=TOLERANCE.get(key, 1e-9)) for pair in pairs), pairs


def test_it_uses_nothing_of_the_packages_that_made_the_numbers() -> None:
    code = (ROOT / "recount.py").read_text(encoding="utf-8")
    assert "claimbook" not in code and "torch_program" not in code
