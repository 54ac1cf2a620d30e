"""Notebooks stay short enough to be read: what a cell and a whole notebook may hold.

What is still too long is listed with its size. It may shrink, never grow, and leaves the list once it fits.
"""

import json
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NAMES = sorted(p.relative_to(NOTEBOOKS).with_suffix("").as_posix() for p in NOTEBOOKS.glob("**/[!.]*.ipynb"))
CELL, NOTEBOOK = 40, 400  # lines of code, without blank ones and without cells of prose
LONG_NOTEBOOKS = {
    "3-1-scale-and-integration": 734,
    "4-2-overconcentration": 1127,
    "4-4-state-dependence": 564,
}
LONG_CELLS = {
    "2-1-torch-program": {
        "fig-gdp-share": 45,
    },
    "3-1-scale-and-integration": {
        "fig-institutions": 41,
        "lab-to-manufacturing": 50,
        "fig-making": 53,
        "fig-staff": 93,
        "patents-over-20pct": 92,
        "fig-patent-grid": 88,
        "patent-numbers": 43,
        "fig-break-even": 78,
    },
    "4-2-overconcentration": {
        "inputs": 50,
        "top-zones-numbers": 73,
        "shenzhen": 71,
        "regional-inequality": 62,
        "indicator-table": 48,
        "influence-table": 81,
        "fig-trend": 68,
        "fig-catching-up": 67,
        "smaller-cities-infrastructure": 93,
        "single-zones": 84,
        "fig-venture": 55,
    },
    "4-4-state-dependence": {
        "state-guided-ecosystem": 56,
        "fig-s44-shares": 84,
        "public-over-70pct": 66,
        "fig-s44-deals": 60,
        "fig-s44-vendors": 62,
        "fig-s44-foreign": 55,
    },
}


def lines_of_code(name: str) -> dict[str, int]:
    """Lines of code of a notebook by the id of the cell."""
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = {c["id"]: "".join(c["source"]) for c in cells if c["cell_type"] == "code"}
    return {
        key: sum(bool(li.strip()) for li in s.splitlines()) for key, s in code.items() if not s.startswith("%%prose")
    }


def over(sizes: dict[str, int], listed: dict[str, int], limit: int) -> list[str]:
    """What is longer than it may be, and what is listed although it fits or is gone."""
    long = [
        f"{k}: {n} lines of code, at most {listed.get(k, limit)}" for k, n in sizes.items() if n > listed.get(k, limit)
    ]
    fits = [k for k in listed if sizes.get(k, 0) <= limit]
    return long + [f"{k} fits now: take it off the list in {Path(__file__).name}" for k in fits]


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_is_longer_than_a_reader_takes_in_at_once(name):
    assert over(lines_of_code(name), LONG_CELLS.get(name, {}), CELL) == []


def test_no_notebook_is_longer_than_a_reader_has_patience_for():
    assert over({name: sum(lines_of_code(name).values()) for name in NAMES}, LONG_NOTEBOOKS, NOTEBOOK) == []


def test_what_grows_and_what_fits_is_named():
    assert over({"a": 41}, {}, 40) == ["a: 41 lines of code, at most 40"]
    assert over({"a": 60}, {"a": 59}, 40) == ["a: 60 lines of code, at most 59"]
    assert over({"a": 59}, {"a": 60}, 40) == []
    assert over({"a": 40}, {"a": 60}, 40) == ["a fits now: take it off the list in test_notebook_size.py"]
